import ClusterCore
import Foundation
import StorageMath
import TestSupport
import Testing
import Topology

/// Takes each figure of each rule out of each profile: what decides comes from the profile, so one that is not there is told
/// by name, or the rule's explanation says what holds instead.
@Suite struct `Figures that a profile leaves out` {
    /// A figure of a rule as a profile asks it, inherited ones included.
    struct Figure: Sendable {
        let profile: String
        let rule: RuleID
        let name: String

        /// The profile with this rule alone, or with those of storage's planner where it is one of them, without some figures.
        func profile(without names: some Collection<String>) throws -> RuleProfile {
            let own = try #require(TopologyProfile.named(profile)).resolved(in: TopologyProfile.builtIn)
            let planned = Set(StorageRules.ofServers.map(\.rule))
            let kept = own.rules.filter { $0.key == rule || (planned.contains(rule) && planned.contains($0.key)) }
            return RuleProfile(
                name: "own", version: "1", summary: "",
                rules: kept.mapValues { settings in
                    RuleSettings(
                        parameters: settings.parameters.mapValues(\.value), severity: settings.severity,
                        mode: settings.mode, source: settings.source)
                }.merging([
                    rule: RuleSettings(
                        parameters: (own.rules[rule]?.parameters ?? [:]).filter { !names.contains($0.key) }
                            .mapValues(\.value), severity: .critical, source: own.rules[rule]?.source)
                ]) { $1 })
        }

        /// What a check says without some figures.
        func problem(without names: some Collection<String>, on model: ClusterModel) throws -> ProfileError? {
            let profile = try profile(without: names).resolved(in: [])
            do {
                _ = try TopologyCheck(of: model.installation(), by: profile, on: CalendarDate(parsing: "2026-11-27"))
                return nil
            } catch let error as ProfileError {
                return error
            }
        }
    }

    private static let asked: [(profile: String, rule: RuleID, names: [String])] = TopologyProfile.builtIn.flatMap {
        profile in
        let resolved = try? profile.resolved(in: TopologyProfile.builtIn)
        return (resolved?.rules ?? [:]).filter { $0.value.mode != .off }.sorted { $0.key < $1.key }.map {
            (profile.name, $0.key, $0.value.parameters.keys.sorted())
        }
    }

    @Test
    func `each figure that is missing is told with its profile and its rule, or has something that holds instead`()
        throws
    {
        let model = try ExampleModel.four.read()
        var named: Set<String> = []
        for (profile, rule, names) in Self.asked {
            for name in names {
                let figure = Figure(profile: profile, rule: rule, name: name)
                #expect(try figure.problem(without: [], on: model) == nil, "\(figure)")
                let explained = try #require(TopologyRule.named(rule.rawValue)).explanation.parameters
                let otherwise = try #require(explained.first { $0.name == name }, "\(figure)").otherwise
                let problem = try figure.problem(without: [name], on: model)
                if let problem {
                    #expect(problem.profile == "own" && problem.path == "/rules/\(rule)", "\(problem)")
                    guard case .missingParameter(let missing, rule, names.filter { $0 != name }) = problem.problem
                    else {
                        Issue.record("\(problem)")
                        continue
                    }
                    #expect(missing.components(separatedBy: " or ").contains(name))
                    for word in ["profile \"own\"", "the rule \(rule) ", "parameter \"\(missing)\""] {
                        #expect("\(problem)".contains(word), "\(problem)")
                    }
                    named.insert("\(rule) \(name)")
                }
                // Of several of which one must be there the last is asked for, whatever holds beside another.
                #expect(problem != nil || otherwise?.isEmpty == false, "\(figure): nothing is told")
                #expect(problem == nil || otherwise == nil || isOneOfSeveral(figure, names), "\(figure): \(problem!)")
            }
        }
        #expect(named.count > 60)
    }

    /// Whether a figure is one of several that a rule asks for together.
    private func isOneOfSeveral(_ figure: Figure, _ names: [String]) -> Bool {
        names == [figure.name] || figure.name.hasPrefix("large_memory")
    }

    /// A rule without figures that would be met by whatever there is.
    @Test func `a rule of which a profile leaves out every figure is told, unless it asks something without them`()
        throws
    {
        let model = try ExampleModel.four.read()
        var silent: Set<String> = []
        for (profile, rule, names) in Self.asked where !names.isEmpty {
            let figure = Figure(profile: profile, rule: rule, name: "")
            guard let problem = try figure.problem(without: names, on: model) else {
                silent.insert(rule.rawValue)
                continue
            }
            #expect("\(problem)".contains("profile \"own\"") && "\(problem)".contains("the rule \(rule) "))
        }
        // That there is a lossless class, RDMA and a trial.
        #expect(silent == ["network.dcb", "node.rdma", "backup.tested"])
    }

    @Test func `a figure of another kind is told with its place`() throws {
        let model = try ExampleModel.four.read()
        // Storage's planner reads a figure where there is something to hold to it.
        for (profile, rule, names) in Self.asked where !StorageRules.ofServers.contains(where: { $0.rule == rule }) {
            for name in names {
                var own = try Figure(profile: profile, rule: rule, name: name).profile(without: [])
                let value = own.rules[rule]?.parameters[name]
                let isList = if case .list? = value { true } else { false }
                own.rules[rule]?.parameters[name] = isList ? .flag(true) : .list(["x"])
                let resolved = try own.resolved(in: [])
                let error = #expect(throws: ProfileError.self, "\(profile): \(rule) \(name)") {
                    try TopologyCheck(of: model.installation(), by: resolved, on: CalendarDate(parsing: "2026-11-27"))
                }
                #expect(error?.path == "/rules/\(rule)/parameters/\(name)", "\(rule) \(name)")
            }
        }
    }

    /// What is told of a link, of the control plane and of a posture of which nothing is known, without one figure each.
    @Test func `a figure that decides of connectivity, clocks or a posture is told where it is missing`() throws {
        let families: [([RuleProfile], (ResolvedProfile) throws -> Void)] = [
            (ConnectivityProfile.builtIn, { _ = try InternetLink().findings(by: $0) }),
            (
                ControlPlaneProfile.builtIn,
                {
                    _ = try DecisionTable(
                        ControlPlaneSituation(mode: .connected, link: .down, daysSinceSync: 1), by: $0)
                }
            ),
            (
                SecurityProfile.builtIn,
                {
                    let posture = SecurityPosture(mode: .connected, controls: [:])
                    _ = try posture.findings(by: $0, on: CalendarDate(parsing: "2026-11-27"))
                }
            ),
        ]
        var named: Set<RuleID> = []
        for (profiles, ask) in families {
            for profile in profiles {
                let whole = try profile.resolved(in: profiles)
                try ask(whole)
                for (rule, settings) in whole.rules {
                    let explained = try #require(FurtherRules.named(rule.rawValue)).parameters
                    for name in settings.parameters.keys {
                        var own = RuleProfile(name: "own", version: "1", rules: [rule: RuleSettings()])
                        own.rules[rule]?.parameters = settings.parameters.filter { $0.key != name }.mapValues(\.value)
                        let problem: ProfileError?
                        do {
                            try ask(own.resolved(in: []))
                            problem = nil
                        } catch let error as ProfileError {
                            problem = error
                        }
                        if explained.first(where: { $0.name == name })?.otherwise != nil {
                            #expect(problem == nil, "\(rule) \(name)")
                            continue
                        }
                        let told = try #require(problem, "\(profile.name): \(rule) \(name)")
                        #expect(told.profile == "own" && told.path == "/rules/\(rule)")
                        #expect("\(told)".contains("parameter \"\(name)\""))
                        named.insert(rule)
                        own.rules[rule]?.mode = .off
                        try ask(own.resolved(in: []))
                    }
                }
            }
        }
        #expect(named.count > SecurityControl.allCases.count / 2)
    }
}
