import ClusterCore
import Testing
import Topology

@Suite struct `Rules that can be explained` {
    private let families = [
        NetworkProfile.builtIn, ConnectivityProfile.builtIn, ControlPlaneProfile.builtIn, SecurityProfile.builtIn,
    ]

    @Test func `every rule of every profile is explained, once`() {
        for profile in families.joined() {
            for rule in profile.rules.keys {
                let isOfCheck = TopologyRule.named(rule.rawValue) != nil
                let further = FurtherRule.named(rule.rawValue)
                #expect(isOfCheck || further != nil, "\(rule) of \(profile.name)")
                guard let further else { continue }
                #expect(!isOfCheck, "\(rule) is told twice")
                let named = Set(further.parameters.map(\.name))
                for parameter in (profile.rules[rule]?.parameters ?? [:]).keys {
                    #expect(named.contains(parameter), "\(rule) has no \(parameter)")
                }
            }
        }
        #expect(Set(FurtherRule.all.map(\.rule)).count == FurtherRule.all.count)
    }

    @Test func `a rule without figures is one that no profile sets, and a figure is one that some profile sets`() {
        for rule in FurtherRule.all {
            #expect(rule.parameters.isEmpty == rule.profiles.isEmpty, "\(rule.rule)")
            let set = Set(rule.profiles.flatMap { $0.rules[rule.rule]?.parameters.keys.map(\.self) ?? [] })
            let isControl = rule.rule.rawValue.hasPrefix("security.")
            for parameter in rule.parameters where !isControl {
                #expect(set.contains(parameter.name), "\(rule.rule): nobody sets \(parameter.name)")
            }
            for words in [rule.title, rule.reason, rule.remedy] { #expect(!words.isEmpty) }
        }
    }

    @Test func `every control of security has its rule`() {
        for control in SecurityControl.allCases {
            #expect(FurtherRule.named(SecurityProfile.rule(of: control).rawValue) != nil, "\(control)")
        }
    }

    @Test func `findings of a reading, a pool, a list and sovereignty name rules that are explained`() {
        for rule in [
            NetworkReading.openRule, NetworkReading.planRule, InfrastructurePool.rule, ConnectivityCoverage.rule,
            SovereigntyReport.rule,
        ] { #expect(FurtherRule.named(rule.rawValue) != nil, "\(rule)") }
    }
}
