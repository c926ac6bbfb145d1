import ClusterCore
import Testing

@Suite struct `The vocabulary of rules` {
    private let vocabulary = RuleVocabulary(of: [
        RuleProfile(
            name: "a", version: "1",
            rules: ["rdma.latency": RuleSettings(parameters: ["required": .duration(.seconds(1))])]),
        RuleProfile(
            name: "b", version: "1",
            rules: ["rdma.latency": RuleSettings(parameters: ["samples": .count(1)]), "bare": RuleSettings()]),
    ])

    private func mine(_ rules: [RuleID: RuleSettings], _ exemptions: [Exemption] = []) -> RuleProfile {
        RuleProfile(name: "mine", version: "1", rules: rules, exemptions: exemptions)
    }

    @Test func `it has the rules and figures of all its profiles`() {
        #expect(vocabulary.rules == ["rdma.latency": ["required": .duration, "samples": .count], "bare": [:]])
    }

    @Test func `known rules, those above and those below them pass`() {
        for rule in ["rdma.latency", "rdma", "rdma.latency.p99", "bare"] as [RuleID] {
            #expect(throws: Never.self) { try mine([rule: RuleSettings(mode: .off)]).check(against: vocabulary) }
        }
        #expect(throws: Never.self) {
            try mine(["rdma.latency": RuleSettings(parameters: ["required": .duration(.zero), "samples": .count(2)])])
                .check(against: vocabulary)
        }
    }

    @Test func `a misspelt rule, figure or exemption and a wrong kind are told`() throws {
        let rule = #expect(throws: ProfileError.self) {
            try mine(["rdma.latencies": RuleSettings()]).check(against: vocabulary)
        }
        #expect(rule?.description == #"profile "mine", /rules/rdma.latencies: there is no rule rdma.latencies"#)
        let figure = #expect(throws: ProfileError.self) {
            try mine(["rdma.latency": RuleSettings(parameters: ["requird": .duration(.zero)])]).check(
                against: vocabulary)
        }
        #expect(
            figure?.description
                == #"profile "mine", /rules/rdma.latency: the rule rdma.latency has no parameter "requird"; it has required, samples"#
        )
        let kind = #expect(throws: ProfileError.self) {
            try mine(["rdma.latency": RuleSettings(parameters: ["required": .count(1)])]).check(against: vocabulary)
        }
        #expect(
            kind?.description
                == #"profile "mine", /rules/rdma.latency/parameters/required: expected a duration, found a count (1)"#)
        let exemption = Exemption(
            rule: "lost", subject: "h", owner: "o", reason: "r", expires: try CalendarDate(parsing: "2026-01-01"))
        let excused = #expect(throws: ProfileError.self) { try mine([:], [exemption]).check(against: vocabulary) }
        #expect(excused?.description == #"profile "mine", /exemptions/0/rule: there is no rule lost"#)
    }
}
