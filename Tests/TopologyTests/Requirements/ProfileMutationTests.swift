import ClusterCore
import Testing
import Topology

/// Holds the rules of each profile, inherited ones included, to what breaks them: the same rule has other figures in
/// another profile, and other rules beside it.
@Suite struct `Every rule of every profile and what breaks it` {
    /// A profile with the examples that meet all of it.
    struct Asking: Sendable, CustomStringConvertible {
        let profile: String
        let examples: [ExampleModel]
        var description: String { profile }

        init(_ profile: String, _ examples: ExampleModel...) {
            self.profile = profile
            self.examples = examples
        }

        static let all = [
            Asking("architecture", .architecture),
            Asking("azureLocal23H2", .four, .two, .one, .sixteen),
            Asking("rackAware", .rackAware2, .rackAware4),
            Asking("disaggregated", .disaggregated),
            Asking("lowCapacity", .lowCapacity),
            Asking("disconnected", .disconnected),
            Asking("microsoft365Local", .sixteen),
        ]
    }

    /// A rule that no change breaks alone in a profile, and why.
    struct Exception: Sendable {
        let profile: String
        let rule: RuleID
        let reason: String
    }

    static let exceptions = [
        Exception(
            profile: "architecture", rule: "network.transport",
            reason: "every transport of a model is one that it takes"),
        Exception(
            profile: "lowCapacity", rule: "network.storage_advised",
            reason: "asked from four nodes on, and the class ends at three"),
        Exception(
            profile: "lowCapacity", rule: "network.top_of_rack",
            reason: "asked from four nodes on, and the class ends at three"),
        Exception(
            profile: "disconnected", rule: "cluster.witness", reason: "asked of two nodes, and there are three at least"
        ),
        Exception(
            profile: "microsoft365Local", rule: "cluster.witness",
            reason: "asked of two nodes, and there are nine at least"),
        Exception(
            profile: "microsoft365Local", rule: "cluster.witness_advised",
            reason: "asked of up to four nodes, and there are nine at least"),
    ]

    @Test(arguments: Asking.all)
    func `one change of what meets a profile breaks one of its rules, and no other`(asking: Asking) throws {
        let resolved = try #require(TopologyProfile.named(asking.profile)).resolved(in: TopologyProfile.builtIn)
        let asked = Set(resolved.rules.filter { $0.value.mode != .off }.keys)
        for example in asking.examples {
            #expect(try example.read().firedRules(asking.profile) == [], "\(example) is to meet \(asking)")
        }
        for rule in asked.sorted() {
            var misses: [String] = []
            let isBroken = RuleMutation.all.filter { $0.rule == rule }.contains { mutation in
                asking.examples.contains { example in
                    let miss = miss(of: mutation, on: example, by: asking.profile, asked)
                    if let miss { misses.append("\(example): \(miss)") }
                    return miss == nil
                }
            }
            let exception = Self.exceptions.first { $0.profile == asking.profile && $0.rule == rule }
            #expect(isBroken == (exception == nil), "\(asking): \(rule), \(misses)")
        }
        for exception in Self.exceptions where exception.profile == asking.profile {
            #expect(asked.contains(exception.rule), "\(asking) does not ask \(exception.rule)")
        }
    }

    @Test func `every profile is tried`() {
        #expect(Asking.all.map(\.profile) == TopologyProfile.builtIn.map(\.name))
        #expect(Set(Self.exceptions.map(\.profile)).isSubset(of: Asking.all.map(\.profile)))
    }

    /// Why a change is none that breaks its rule alone, or `nil` where it is.
    private func miss(
        of mutation: RuleMutation, on example: ExampleModel, by profile: String, _ asked: Set<RuleID>
    ) -> String? {
        do {
            let fired = try mutation.model(example).firedRules(profile)
            guard fired == mutation.implied.intersection(asked).union([mutation.rule]) else {
                return "fired \(fired.sorted().map(\.rawValue))"
            }
            let before = try mutation.before(example).firedRules(profile)
            return before.isEmpty ? nil : "before it \(before.sorted().map(\.rawValue))"
        } catch {
            return "\(error)"
        }
    }
}
