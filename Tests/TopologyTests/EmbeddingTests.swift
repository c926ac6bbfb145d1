import ClusterCore
import TestSupport
import Testing
import Topology

@Suite struct `Embedding Topology` {
    @Test func `the example of the first page compiles and finds too little memory`() throws {
        // snippet
        var node = NodeTemplate()
        node.memory = Memory(size: try ByteCount(parsing: "64GB"), ecc: true)
        let cluster = Cluster(name: "c1", nodes: [NodeGroup(template: "node", count: 4, prefix: "node")])
        let model = ClusterModel(name: "plan", templates: ["node": node], clusters: [cluster])
        let profile = try TopologyProfile.architecture.resolved(in: TopologyProfile.builtIn)
        let today = try CalendarDate(parsing: "2026-11-27")
        let check = try TopologyCheck(of: model.installation(), by: profile, on: today)
        let broken = check.findings.filter { $0.severity == .critical && !$0.isUndetermined }.map(\.rule)
        // end of snippet
        #expect(broken == ["node.memory"])
        #expect(check.status == .requirementNotMet)
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "Topology") }

    @Test func `the first page lists every public type`() throws {
        let page = try repositoryText("Sources/Topology/Topology.docc/Topology.md")
        for file in repositoryFiles(below: "Sources/Topology") where file.hasSuffix(".swift") {
            for line in try repositoryText(file).split(separator: "\n") {
                let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
                guard line.hasPrefix("public "), words.count > 2, ["struct", "enum"].contains(words[1]) else {
                    continue
                }
                #expect(page.contains("\n- ``\(words[2])``\n"), "\(words[2]) of \(file)")
            }
        }
    }

    /// A model that says next to nothing is not fine: of every critical rule that applies nobody can tell.
    @Test func `a model that says nothing is undetermined by every profile`() throws {
        // As many nodes as every profile allows is no number: 4, of small ones 2, of those of Microsoft 365 Local 9.
        func cluster(_ count: Int) -> Cluster {
            Cluster(name: "c1", nodes: [NodeGroup(template: "node", count: count, prefix: "node")])
        }
        var model = ClusterModel(name: "empty", templates: ["node": NodeTemplate()], clusters: [cluster(4)])
        for profile in TopologyProfile.builtIn {
            model.clusters = [cluster(["lowCapacity": 2, "microsoft365Local": 9][profile.name] ?? 4)]
            let check = try model.check(profile.name)
            #expect(check.status == .undetermined, "\(profile.name)")
            #expect(!check.checks.contains { $0.outcome == .notMet }, "\(profile.name)")
            #expect(check.findings.allSatisfy { $0.measured == nil })
        }
    }
}
