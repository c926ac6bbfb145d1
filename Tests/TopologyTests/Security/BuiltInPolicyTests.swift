import ClusterCore
import Testing
import Topology

@Suite struct `Policies that come along with a cloud` {
    private func posture(
        _ mode: ControlPlaneMode = .connected, without control: SecurityControl? = nil, _ state: ControlState? = nil
    ) -> SecurityPosture {
        var posture = SecurityPosture(mode: mode, controls: [:])
        for one in SecurityControl.allCases { posture.controls[one] = ControlObservation(.on) }
        if let control { posture.controls[control] = ControlObservation(state) }
        return posture
    }

    @Test(arguments: BuiltInPolicy.allCases)
    func `AL-88 each control of a policy decides it: off breaks it, audit too, and not known leaves it open`(
        policy: BuiltInPolicy
    ) {
        #expect(posture().compliance(with: policy).verdict == .compliant)
        #expect(posture().compliance(with: policy).isAssigned)
        for control in SecurityControl.allCases {
            let isAsked = policy.controls.contains(control)
            for state in [ControlState.off, .audit] {
                let found = posture(without: control, state).compliance(with: policy)
                #expect(found.verdict == (isAsked ? .notCompliant : .compliant), "\(control)")
                #expect(found.broken == (isAsked ? [control] : []))
            }
            let unknown = posture(without: control).compliance(with: policy)
            #expect(unknown.verdict == (isAsked ? .unknown : .compliant), "\(control)")
        }
        #expect(!policy.controls.isEmpty && !policy.title.isEmpty)
        #expect(Set(policy.controls).count == policy.controls.count)
    }

    @Test func `AL-88 the five kinds of the list are there: encryption, baseline, network rules, standards, sizes`() {
        #expect(BuiltInPolicy.requireEncryption.controls == [.encryptedSystemVolumes, .encryptedDataVolumes])
        #expect(BuiltInPolicy.securityBaseline.controls.contains(.securityBaseline))
        #expect(BuiltInPolicy.networkSecurity.controls.contains(.networkFirewall))
        #expect(BuiltInPolicy.paymentCards.clauses.allSatisfy { !$0.words.isEmpty })
        #expect(BuiltInPolicy.healthRecords.clauses.allSatisfy { $0.words.hasPrefix("164.3") })
        // Sizes of machines are a rule of the model.
        #expect(TopologyRule.named("workload.size") != nil)
    }

    @Test func `AL-88 without a cloud nobody assigns a policy, and what the cloud would do stays open`() {
        for mode in ControlPlaneMode.allCases where !mode.isConnected {
            let found = posture(mode).compliance(with: .paymentCards)
            #expect(!found.isAssigned)
            #expect(found.verdict == .unknown)
            #expect(found.unknown == [.leastPrivilege, .threatDetection])
            #expect(posture(mode).compliance(with: .requireEncryption).verdict == .compliant)
        }
    }

    @Test func `AL-88 a machine above the size of a user's own profile is refused`() throws {
        let profile = RuleProfile(
            name: "small", version: "1", summary: "small machines", extends: "azureLocal23H2",
            rules: [
                "workload.size": RuleSettings(parameters: [
                    "processors_maximum": .count(4), "memory_maximum": .bytes(try size("31GB")),
                ])
            ])
        let check = try TopologyCheck(
            of: ExampleModel.four.read().installation(), by: profile.resolved(in: TopologyProfile.builtIn),
            on: CalendarDate(parsing: "2026-11-27"))
        #expect(check.findings.map(\.rule) == ["workload.size"])
        #expect(check.findings.first?.subject == "cluster:c1/workload:web")
        #expect(check.findings.first?.measured == .text("32 GB"))
    }
}
