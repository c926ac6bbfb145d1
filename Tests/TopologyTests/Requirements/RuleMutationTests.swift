import ClusterCore
import Foundation
import TestSupport
import Testing
import Topology

@Suite struct `Every rule and what breaks it` {
    @Test(arguments: ExampleModel.allCases)
    func `an example meets every requirement of its own profile`(example: ExampleModel) throws {
        let check = try example.read().check()
        #expect(check.findings == [])
        #expect(check.status == .requirementMet)
        #expect(check.checks.count > 20)
    }

    @Test(arguments: RuleMutation.all)
    func `one change breaks one rule, and no other`(mutation: RuleMutation) throws {
        let fired = try mutation.model().firedRules(mutation.profile)
        #expect(fired == mutation.implied.union([mutation.rule]))
    }

    /// What is otherwise before the change breaks nothing by itself.
    @Test(arguments: RuleMutation.all)
    func `a model meets everything before its change, which is of one place`(mutation: RuleMutation) throws {
        #expect(try mutation.before().firedRules(mutation.profile) == [])
        let changed = try ModelTree(mutation.before()).changes(to: ModelTree(mutation.model()))
        #expect(changed.count == 1, "\(changed)")
    }

    @Test func `a change of one place is told from one of several`() {
        func list(_ words: String) -> ModelTree { .list(words.map { .scalar("\($0)") }) }
        #expect(list("abc").changes(to: list("abc")) == [])
        #expect(list("abc").changes(to: list("ac")) == ["/1"])
        #expect(list("ac").changes(to: list("abc")) == ["/1"])
        #expect(list("abc").changes(to: list("axc")) == ["/1"])
        #expect(list("abc").changes(to: list("a")) == ["/1", "/2"])
        #expect(list("abc").changes(to: list("ca")).count > 1)
        #expect(list("abc").changes(to: list("")).count == 3)
        let map = ModelTree.map(["a": .scalar("1"), "b": list("xy")])
        #expect(map.changes(to: .map(["a": .scalar("1")])) == ["/b/0", "/b/1"])
        #expect(map.changes(to: .map(["a": .scalar("2"), "b": list("x")])) == ["/a", "/b/1"])
    }

    @Test func `every rule has a change that breaks it`() {
        let broken = Set(RuleMutation.all.map(\.rule))
        #expect(TopologyRule.all.map(\.rule).filter { !broken.contains($0) } == [])
        #expect(Set(TopologyRule.all.map(\.rule)).count == TopologyRule.all.count)
    }

    @Test func `every rule is asked by a profile, with a source, and no profile asks what no rule tells`() throws {
        let known = Set(TopologyRule.all.map(\.rule))
        var asked: Set<RuleID> = []
        for profile in TopologyProfile.builtIn {
            for (rule, settings) in profile.rules {
                #expect(known.contains(rule), "\(profile.name) asks \(rule), which nothing tells")
                asked.insert(rule)
                guard settings.mode != .off else { continue }
                #expect(settings.source.map { !$0.description.isEmpty } == true, "\(profile.name): \(rule)")
                for parameter in settings.parameters.keys {
                    let names = TopologyRule.named(rule.rawValue)?.explanation.parameters.map(\.name) ?? []
                    #expect(names.contains(parameter), "\(rule) has no \(parameter)")
                }
            }
            _ = try profile.resolved(in: TopologyProfile.builtIn)
        }
        #expect(asked == known)
    }

    /// Takes the changed value out instead: then nobody can tell, which is not "met".
    @Test(arguments: RuleMutation.tables)
    func `without the value that breaks a rule the rule is undetermined`(mutation: RuleMutation) throws {
        let before = try tree(of: mutation.before())
        let after = try tree(of: mutation.model())
        let changed = before.keys.filter { after[$0] != before[$0] && after[$0] != nil }
        guard before.count == after.count, changed.count == 1, let path = changed.first else { return }
        var object = try object(of: mutation.before())
        remove(path[...], from: &object)
        let data = try JSONSerialization.data(withJSONObject: object)
        // What a model cannot do without, such as a count, cannot be taken out.
        guard let model = try? JSONDecoder().decode(ClusterModel.self, from: data),
            (try? model.installation()) != nil
        else { return }
        let check = try model.check(mutation.profile)
        // Its racks still say that the cluster stands at one site.
        if mutation.rule == "cluster.stretched" { return }
        let outcomes = Set(check.checks.filter { $0.rule == mutation.rule }.map(\.outcome))
        #expect(outcomes.contains(.undetermined) || outcomes.contains(.notMet), "\(path)")
        #expect(check.findings.contains { $0.rule == mutation.rule })
    }

    /// Takes one other value out of a broken model, a few at random for each: what is broken may become unknown, never met.
    @Test(arguments: RuleMutation.tables)
    func `losing a value never mends what is broken`(mutation: RuleMutation) throws {
        let profile = try mutation.profile ?? mutation.example.read().profile
        let broken = try mutation.model()
        let before = try tree(of: mutation.before())
        let leaves = try tree(of: broken)
        let others = leaves.keys.filter { before[$0] == leaves[$0] && $0 != ["profile"] }.sorted {
            $0.joined() < $1.joined()
        }
        var random = SeededRandom(seed: 7)
        for _ in 0..<16 {
            let path = others[Int(random.next() % UInt64(others.count))]
            var object = try object(of: broken)
            remove(path[...], from: &object)
            let data = try JSONSerialization.data(withJSONObject: object)
            guard let model = try? JSONDecoder().decode(ClusterModel.self, from: data),
                (try? model.installation()) != nil
            else { continue }
            #expect(try model.firedRules(profile).contains(mutation.rule), "without \(path.joined(separator: "/"))")
        }
    }

    // MARK: Trees

    private func object(of model: ClusterModel) throws -> Any {
        try JSONSerialization.jsonObject(with: JSONEncoder().encode(model))
    }

    /// The leaves by their paths. A list of words is one leaf.
    private func tree(of model: ClusterModel) throws -> [[String]: String] {
        var leaves: [[String]: String] = [:]
        func visit(_ value: Any, _ path: [String]) {
            if let object = value as? [String: Any] {
                for (key, member) in object { visit(member, path + [key]) }
            } else if let list = value as? [[String: Any]] {
                for (index, item) in list.enumerated() { visit(item, path + ["\(index)"]) }
            } else {
                leaves[path] = "\(value)"
            }
        }
        visit(try object(of: model), [])
        return leaves
    }

    private func remove(_ path: ArraySlice<String>, from value: inout Any) {
        guard let step = path.first else { return }
        if var object = value as? [String: Any] {
            if path.count == 1 {
                object[step] = nil
            } else if var next = object[step] {
                remove(path.dropFirst(), from: &next)
                object[step] = next
            }
            value = object
        } else if var list = value as? [Any], let index = Int(step) {
            remove(path.dropFirst(), from: &list[index])
            value = list
        }
    }
}
