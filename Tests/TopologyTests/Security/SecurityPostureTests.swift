import ClusterCore
import Foundation
import TestSupport
import Testing
import Topology

@Suite struct `Security posture` {
    private let day: CalendarDate
    private let architecture: ResolvedProfile
    private let microsoft: ResolvedProfile

    init() throws {
        day = try CalendarDate(parsing: "2026-01-15")
        architecture = try SecurityProfile.architecture.resolved(in: [])
        microsoft = try SecurityProfile.azureLocal23H2.resolved(in: [])
    }

    private func posture(
        _ mode: ControlPlaneMode = .connected, all state: ControlState? = .on,
        except: [SecurityControl: ControlState?] = [:]
    ) -> SecurityPosture {
        var controls: [SecurityControl: ControlObservation] = [:]
        for control in SecurityControl.allCases { controls[control] = ControlObservation(except[control] ?? state) }
        return SecurityPosture(mode: mode, controls: controls)
    }

    @Test func `AL-62 AL-64 AL-68 AL-70 each item from 60 to 74 has a control`() {
        let items = Set(SecurityControl.allCases.flatMap(\.items))
        #expect(items == Set(60...74))
    }

    @Test func `nothing is wrong where all is on`() throws {
        for profile in [architecture, microsoft] {
            #expect(try posture().findings(by: profile, on: day) == [])
            #expect(try posture().compliance(with: profile, on: day).score.wholePercent == 100)
        }
    }

    /// Every control by itself: turned off, exactly its rule fires, where the profile asks for it at all.
    @Test(arguments: SecurityControl.allCases)
    func `AL-60 to AL-74 a control that is off is told by its rule alone`(control: SecurityControl) throws {
        for profile in [architecture, microsoft] {
            let isAsked = profile.rules[SecurityProfile.rule(of: control)] != nil
            for state in [ControlState.off, .audit, nil] {
                let findings = try posture(except: [control: state]).findings(by: profile, on: day)
                #expect(findings.map(\.rule) == (isAsked ? [SecurityProfile.rule(of: control)] : []))
                for finding in findings {
                    #expect(finding.measured == state.map { .text($0.rawValue) })
                    #expect(finding.reference?.architecture.isEmpty == false || finding.reference?.date != nil)
                }
            }
        }
    }

    @Test func `AL-67 AL-64 what the architecture calls optional it does not ask for`() throws {
        let findings = try posture(except: [.ipsec: .off, .encryptedVirtualDisks: .off]).findings(
            by: architecture, on: day)
        #expect(findings == [])
    }

    @Test func `AL-60 AL-61 AL-63 without its foundation a cluster is in breach`() throws {
        for control in [SecurityControl.secureBoot, .tpm2, .encryptedDataVolumes, .encryptedSystemVolumes] {
            let findings = try posture(except: [control: .off]).findings(by: architecture, on: day)
            #expect(findings.map(\.severity) == [.critical])
        }
    }

    @Test func `AL-72 AL-73 AL-74 without a cloud nobody asks for what a cloud does`() throws {
        let controls = SecurityControl.allCases.filter { $0.layer == .cloud }
        #expect(Set(controls.flatMap(\.items)) == [72, 73, 74])
        for mode in ControlPlaneMode.allCases {
            let off = posture(mode, except: Dictionary(controls.map { ($0, .off) }) { first, _ in first })
            let report = try off.compliance(with: architecture, on: day)
            #expect(report.count(of: .notApplicable) == (mode.isConnected ? 0 : controls.count))
            #expect(report.count(of: .notCompliant) == (mode.isConnected ? controls.count : 0))
            #expect((report.score.wholePercent == 100) != mode.isConnected)
        }
    }

    /// Microsoft, manage-secure-baseline, 2024-12-10: 321 of 324 rules are 99 %.
    @Test func `a score is rounded down and 100 means all`() {
        #expect(ComplianceScore(compliant: 321, rules: 324).wholePercent == 99)
        #expect(ComplianceScore(compliant: 323, rules: 324).wholePercent == 99)
        #expect(ComplianceScore(compliant: 324, rules: 324).wholePercent == 100)
        #expect(ComplianceScore(compliant: 0, rules: 0).wholePercent == nil)
        #expect(ComplianceScore(compliant: 9, rules: 3) == ComplianceScore(compliant: 3, rules: 3))
        #expect(ComplianceScore(compliant: .max, rules: .max).wholePercent == 100)
    }

    @Test func `AL-73 losing what is known never improves a score`() throws {
        for profile in [architecture, microsoft] {
            let known = posture(except: [.smbSigning: .off])
            let score = try known.compliance(with: profile, on: day).score
            for control in SecurityControl.allCases {
                var less = known
                less.controls[control] = nil
                let now = try less.compliance(with: profile, on: day).score
                #expect(now.rules == score.rules)
                #expect(now.compliant <= score.compliant)
            }
            #expect(try posture(all: nil).compliance(with: profile, on: day).score.compliant == 0)
        }
    }

    /// Microsoft, manage-secure-baseline: seven switches, three of them under drift control.
    @Test func `a deployment has seven switches, of which drift control watches three`() {
        let switches = SecurityControl.allCases.filter(\.isDeploymentSwitch)
        #expect(switches.count == 7)
        #expect(
            Set(switches.filter { $0.isDriftControlled == true }) == [.driftControl, .credentialGuard, .smbSigning])
        #expect(SecurityControl.smbEncryption.needsRestart == false)
        #expect(
            Set(SecurityControl.allCases.filter { $0.needsRestart == true }) == [
                .virtualizationBasedSecurity, .credentialGuard, .dynamicRootOfTrust, .codeIntegrity,
                .sideChannelMitigation, .smbSigning,
            ])
        #expect(SecurityControl.driftInterval == .seconds(5400))
    }

    @Test func `AL-63 AL-66 volumes are encrypted by AES-256, SMB by AES-128-GCM`() throws {
        let ciphers = Dictionary(grouping: SecurityControl.allCases.filter { $0.cipher != nil }) { $0.cipher ?? "" }
        #expect(Set(ciphers["AES-256"] ?? []) == [.encryptedSystemVolumes, .encryptedDataVolumes])
        #expect(ciphers["AES-128-GCM"] == [.smbEncryption] && ciphers.count == 2)
        let rule = try #require(FurtherRules.named("security.smb_encryption"))
        #expect(rule.reason.contains("AES-128-GCM"))
    }

    /// Microsoft, deploy-via-portal (2026-01-22): the local administrator's password has 14 characters and more.
    @Test func `the local administrator's password has 14 characters`() throws {
        #expect(try microsoft.count(SecurityProfile.rule(of: .longPasswords), "characters_minimum") == 14)
        let finding = try #require(posture(except: [.longPasswords: .off]).findings(by: microsoft, on: day).first)
        #expect(finding.evidence.contains(Evidence(source: "least length", value: "14 characters")))
    }

    @Test func `AL-66 where sources disagree on SMB encryption the finding says so`() throws {
        let finding = try #require(posture(except: [.smbEncryption: .off]).findings(by: microsoft, on: day).first)
        #expect(finding.evidence.contains { $0.source == "sources disagree" && $0.value?.contains("AL-66") == true })
    }

    @Test func `AL-71 an allow-list of applications that only watches is told`() throws {
        let finding = try #require(
            posture(except: [.applicationControl: .audit]).findings(by: architecture, on: day).first)
        #expect(finding.measured == .text("audit"))
        let lenient = RuleProfile(
            name: "lenient", version: "1", extends: "architecture",
            rules: ["security.application_control": RuleSettings(parameters: ["state": .text("audit")])])
        let profile = try lenient.resolved(in: SecurityProfile.builtIn)
        #expect(try posture(except: [.applicationControl: .audit]).findings(by: profile, on: day) == [])
        #expect(try posture(except: [.applicationControl: .off]).findings(by: profile, on: day).count == 1)
    }

    @Test func `an exemption counts until its last day and shows in the report`() throws {
        let own = RuleProfile(
            name: "own", version: "1", extends: "architecture",
            rules: ["security.microsegmentation": RuleSettings(mode: .off)],
            exemptions: [
                Exemption(
                    rule: "security.smb_encryption", subject: "cluster", owner: "storage", reason: "measured: too slow",
                    expires: day)
            ])
        let profile = try own.resolved(in: SecurityProfile.builtIn)
        let weak = posture(except: [.smbEncryption: .off, .microsegmentation: .off])
        let report = try weak.compliance(with: profile, on: day)
        #expect(report.count(of: .exempt) == 1)
        #expect(!report.rows.contains { $0.control == .microsegmentation })
        #expect(try weak.findings(by: profile, on: day).map(\.severity) == [.information])
        let later = try #require(day.adding(days: 1))
        #expect(try weak.compliance(with: profile, on: later).count(of: .exempt) == 0)
        #expect(try weak.findings(by: profile, on: later).map(\.severity).max() == .warning)
    }

    @Test func `a profile with a state that there is not is refused`() throws {
        let own = RuleProfile(
            name: "own", version: "1", rules: ["security.tpm2": RuleSettings(parameters: ["state": .text("maybe")])])
        let profile = try own.resolved(in: [])
        #expect(throws: TopologyError.self) { try posture().compliance(with: profile, on: day) }
    }

    @Test func `a cluster is as good as its weakest host`() throws {
        let hosts = [posture(), posture(except: [.tpm2: .off, .secureBoot: nil]), posture(except: [.tpm2: nil])]
        let cluster = try #require(SecurityPosture.weakest(of: hosts, subject: "cluster"))
        #expect(cluster.state(of: .tpm2) == .off)
        #expect(cluster.state(of: .secureBoot) == nil)
        #expect(cluster.state(of: .ipsec) == .on)
        #expect(SecurityPosture.weakest(of: [], subject: "cluster") == nil)
    }

    @Test func `AL-73 drift is what changed, which way, and whether it is put back`() throws {
        let before = posture(except: [.ipsec: .off, .codeIntegrity: nil])
        let after = posture(except: [
            .smbSigning: .off, .smbEncryption: .off, .vlanSegmentation: .off, .tpm2: nil,
        ])
        let changes = PostureDrift(from: before, to: after).changes
        let found = Dictionary(changes.map { ($0.control, $0) }) { first, _ in first }
        #expect(
            Set(found.keys) == [.ipsec, .codeIntegrity, .smbSigning, .smbEncryption, .vlanSegmentation, .tpm2])
        #expect(found[.smbSigning]?.isPutBack == true)
        #expect(found[.smbEncryption]?.isPutBack == false)
        #expect(found[.vlanSegmentation]?.isPutBack == nil)
        #expect(found[.tpm2]?.direction == .lost)
        #expect(found[.ipsec]?.direction == .stronger)
        #expect(found[.codeIntegrity]?.direction == .learned)
        #expect(PostureDrift(from: before, to: after).regressions.count == 4)
        #expect(PostureDrift(from: before, to: before).changes == [])
        let unwatched = PostureDrift(from: posture(), to: posture(except: [.driftControl: .off, .smbSigning: .off]))
        #expect(unwatched.changes.map(\.isPutBack) == [false, false])
    }

    @Test func `AL-90 a history tells what changed when, and since when`() throws {
        func report(_ date: String, _ except: [SecurityControl: ControlState?]) throws -> ComplianceReport {
            try posture(except: except).compliance(with: architecture, on: CalendarDate(parsing: date))
        }
        let history = try ComplianceHistory([
            report("2026-01-03", [.tpm2: .off]), report("2026-01-01", [:]), report("2026-01-02", [.tpm2: .off]),
            report("2026-01-04", [.tpm2: .off, .ipsec: .off, .smbEncryption: nil]),
        ])
        #expect(history.reports.map(\.score.wholePercent) == [100, 96, 96, 92])
        #expect(history.changes.map(\.control) == [.tpm2, .smbEncryption])
        #expect(history.changes.map(\.day.description) == ["2026-01-02", "2026-01-04"])
        #expect(history.changes.map(\.to) == [.notCompliant, .unknown])
        #expect(history.since(.tpm2)?.description == "2026-01-02")
        #expect(history.since(.secureBoot)?.description == "2026-01-01")
        #expect(history.since(.ipsec) == nil)
        let other = try posture().compliance(with: microsoft, on: day)
        #expect(throws: TopologyError.self) { try ComplianceHistory([other, report("2026-01-01", [:])]) }
        #expect(try ComplianceHistory([]).changes == [])
    }

    @Test func `a posture is written as it is read, and a control that nobody knows is refused`() throws {
        let posture = posture(.portableMedia, except: [.tpm2: nil, .ipsec: .audit])
        let bytes = try JSONEncoder().encode(posture)
        #expect(try JSONDecoder().decode(SecurityPosture.self, from: bytes) == posture)
        for text in [
            #"{"mode":"connected","controls":{"tpm3":{"state":"on"}}}"#, #"{"mode":"mars","controls":{}}"#,
            #"{"mode":"connected","controls":{"tpm2":{"state":"yes"}}}"#, #"{"controls":{}}"#,
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(SecurityPosture.self, from: Data(text.utf8))
            }
        }
        let short = try JSONDecoder().decode(
            SecurityPosture.self, from: Data(#"{"mode":"connected","controls":{"tpm2":{"state":null}}}"#.utf8))
        #expect(short.state(of: .tpm2) == nil)
        #expect(short.subject == "cluster")
    }
}
