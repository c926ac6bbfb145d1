import ClusterCore
import RDMAModel
import Testing

/// Profiles that users write: what they may change, and what is refused.
@Suite struct ProbeProfileTests {
    private func profile(_ json: String) throws -> RuleProfile { try RuleProfile(json: Array(json.utf8)) }

    private func mine(_ parameters: String, rule: String = "rdma.latency", more: String = "") throws -> RuleProfile {
        try profile(
            #"{"name": "mine", "version": "1", "extends": "architecture", "rules": {"\#(rule)": {"parameters": {\#(parameters)}\#(more)}}}"#
        )
    }

    @Test func `built-in profiles are written as documents and read back as the same`() throws {
        for profile in ProbeProfile.builtIn {
            #expect(try RuleProfile(json: profile.json()) == profile)
            #expect(ProbeProfile.named(profile.name) == profile)
        }
        #expect(ProbeProfile.named("mine") == nil)
    }

    @Test func `a profile that extends architecture changes only what it names`() throws {
        let requirement = try LatencyRequirement(mine(#""required_below": "2ms", "percentile": "p99""#))
        let latency = try #require(requirement.latency)
        #expect(requirement.profile == "mine")
        #expect(latency.requiredBelowNanoseconds == 2_000_000)
        #expect(latency.optimalBelowNanoseconds == 500_000)
        #expect(latency.percentile == .p99)
        #expect(latency.sizesBytes == [4096, 65536])
        #expect(requirement.loss?.atMost == 0)
        let verdict = try judge(
            evidence(1_500_000, samples: 1000), by: mine(#""required_below": "2ms", "percentile": "p99""#)
        ).verdict
        #expect(verdict.outcome == .acceptable)
        #expect(verdict.profile == "mine")
    }

    @Test func `losses may be allowed up to a count, not one more`() throws {
        let lenient = try mine(#""at_most": 2"#, rule: "rdma.loss")
        let two = evidence(100_000).changing(.send, 64) { $0.lost = 2 }
        let three = evidence(100_000).changing(.send, 64) { $0.lost = 3 }
        #expect(try judge(two, by: lenient).verdict.outcome == .optimal)
        #expect(try judge(three, by: lenient).verdict.outcome == .unfit)
    }

    @Test func `an audited rule reports and does not decide`() throws {
        let audited = try mine("", more: #", "mode": "audit""#)
        let judgement = try judge(evidence(5_000_000), by: audited)
        #expect(judgement.verdict.outcome == .acceptable)
        #expect(judgement.findings.contains { $0.rule == "rdma.latency" })
    }

    @Test func `a profile with nothing in force judges nothing and is undetermined`() throws {
        let off = try profile(
            #"""
            {"name": "mine", "version": "1", "extends": "architecture",
             "rules": {"rdma.latency": {"mode": "off"}, "rdma.loss": {"mode": "off"}}}
            """#)
        let judgement = try judge(evidence(5_000_000), by: off)
        #expect(judgement.verdict.outcome == .undetermined)
    }

    @Test func `an exemption that holds makes a broken requirement acceptable and names itself, until its last day`()
        throws
    {
        let exempted = try profile(
            #"""
            {"name": "mine", "version": "1", "extends": "architecture", "rules": {},
             "exemptions": [{"rule": "rdma.latency", "subject": "host:h1", "owner": "storage team",
               "reason": "adapter on order", "expires": "2026-12-31"}]}
            """#)
        let slow = evidence(100_000).replacing(.send, 4096, samples: Array(repeating: 5_000_000, count: 10_000))
        let held = try judge(slow, by: exempted, on: CalendarDate(parsing: "2026-12-31"))
        #expect(held.verdict.outcome == .acceptable)
        #expect(held.verdict.reasons.contains { $0.contains("adapter on order") })
        #expect(!held.findings.contains { $0.severity == .critical })
        #expect(try judge(slow, by: exempted, on: CalendarDate(parsing: "2027-01-01")).verdict.outcome == .unfit)
        #expect(try judge(slow, by: exempted).verdict.outcome == .unfit)
        // Another rule is not covered.
        let lossy = slow.changing(.send, 64) { $0.lost = 1 }
        #expect(try judge(lossy, by: exempted, on: CalendarDate(parsing: "2026-12-31")).verdict.outcome == .unfit)
    }

    @Test(
        arguments: [
            #""required_bellow": "1ms""#, #""required_below": "64KiB""#, #""percentile": "p75""#,
            #""percentile": "fast""#, #""sizes": ["4 apples"]"#, #""operations": ["send", "sing"]"#,
            #""optimal_below": "2ms""#, #""sizes": []"#, #""required_below": "-1ms""#,
        ])
    func `a parameter that is misspelt or makes no sense is refused, with its place`(parameters: String) throws {
        let error = #expect(throws: ProfileError.self) { try LatencyRequirement(mine(parameters)) }
        #expect(error?.path.hasPrefix("/rules/rdma.latency") == true)
    }

    @Test func `a negative count of losses and a profile for something else are refused`() throws {
        #expect(throws: ProfileError.self) { try LatencyRequirement(mine(#""at_most": -1"#, rule: "rdma.loss")) }
        let other = try profile(
            #"{"name": "other", "version": "1", "rules": {"cluster.nodes": {"parameters": {"most": 16}}}}"#)
        #expect(throws: ProfileError.self) { try LatencyRequirement(other) }
    }
}
