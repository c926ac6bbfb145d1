import ClusterCore
import Testing
import Topology

@Suite struct `Rules that can be explained` {
    @Test func `every rule of every profile is explained, once`() {
        for profile in FurtherRules.profiles.joined() {
            for rule in profile.rules.keys {
                let isOfCheck = TopologyRule.named(rule.rawValue) != nil
                let further = FurtherRules.named(rule.rawValue)
                #expect(isOfCheck || further != nil, "\(rule) of \(profile.name)")
                guard let further else { continue }
                #expect(!isOfCheck, "\(rule) is told twice")
                let named = Set(further.parameters.map(\.name))
                for parameter in (profile.rules[rule]?.parameters ?? [:]).keys {
                    #expect(named.contains(parameter), "\(rule) has no \(parameter)")
                }
            }
        }
        #expect(Set(FurtherRules.all.map(\.rule)).count == FurtherRules.all.count)
    }

    @Test func `a rule without figures is one that no profile sets, and a figure is one that some profile sets`() {
        for rule in FurtherRules.all {
            let settings = FurtherRules.profiles.joined().compactMap { $0.rules[rule.rule] }
            // Some controls are asked by no profile that comes along.
            let isControl = rule.rule.rawValue.hasPrefix("security.")
            #expect(isControl || rule.parameters.isEmpty == settings.isEmpty, "\(rule.rule)")
            let set = Set(settings.flatMap { $0.parameters.keys })
            for parameter in rule.parameters where !isControl {
                #expect(set.contains(parameter.name), "\(rule.rule): nobody sets \(parameter.name)")
            }
            for words in [rule.title, rule.reason, rule.remedy] { #expect(!words.isEmpty) }
        }
    }

    @Test func `every control of security has its rule`() {
        for control in SecurityControl.allCases {
            #expect(FurtherRules.named(SecurityProfile.rule(of: control).rawValue) != nil, "\(control)")
        }
    }

    @Test func `findings of a reading, a pool, a list and sovereignty name rules that are explained`() {
        for rule in [
            NetworkReading.openRule, NetworkReading.planRule, InfrastructurePool.rule, ConnectivityCoverage.rule,
            SovereigntyReport.rule,
        ] { #expect(FurtherRules.named(rule.rawValue) != nil, "\(rule)") }
    }
}
