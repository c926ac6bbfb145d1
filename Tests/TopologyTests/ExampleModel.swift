import ClusterCore
import ClusterDocuments
import TestSupport
import Topology

/// The models of `Docs/Examples`.
enum ExampleModel: String, CaseIterable {
    case architecture = "architecture-4-nodes"
    case one = "hyperconverged-1-node"
    case two = "hyperconverged-2-nodes"
    case four = "hyperconverged-4-nodes"
    case eight = "hyperconverged-8-nodes"
    case sixteen = "hyperconverged-16-nodes"
    case rackAware2 = "rack-aware-2and2"
    case rackAware4 = "rack-aware-4and4"
    case disconnected = "disconnected-3-nodes"
    case disaggregated = "disaggregated-8-nodes"
    case lowCapacity = "low-capacity-2-nodes"

    /// The models, each read once: reading takes longer than most of what is asked of them.
    private static let models: [ExampleModel: Result<ClusterModel, any Error>] = Dictionary(
        uniqueKeysWithValues: allCases.map { example in (example, Result { try example.written() }) })

    func read() throws -> ClusterModel { try ExampleModel.models[self]?.get() ?? written() }

    private func written() throws -> ClusterModel {
        try ClusterDocument(Array(repositoryText("Docs/Examples/\(rawValue).yaml").utf8)).model
    }
}

extension ClusterModel {
    /// Changes the only template.
    mutating func changeTemplate(_ body: (inout NodeTemplate) -> Void) {
        guard var template = templates["node"] else { return }
        body(&template)
        templates["node"] = template
    }

    /// Changes the adapters of a name in the only template.
    mutating func changeAdapter(_ name: String, _ body: (inout AdapterGroup) -> Void) {
        changeTemplate { template in
            guard let index = template.adapters?.firstIndex(where: { $0.name == name }) else { return }
            if var adapter = template.adapters?[index] {
                body(&adapter)
                template.adapters?[index] = adapter
            }
        }
    }

    /// The nodes of the first cluster.
    var nodeCount: Int { clusters[0].nodes.reduce(0) { $0 + ($1.count ?? $1.names?.count ?? 0) } }

    /// Changes how many machines the first group has.
    mutating func change(count: Int) { clusters[0].workloads?[0].count = count }

    /// Moves the last node to a template of its own, `other`, which is the same.
    mutating func splitLastNode() {
        guard var group = clusters[0].nodes.first, let count = group.count else { return }
        templates["other"] = templates["node"]
        clusters[0].nodes[0].count = count - 1
        group.template = "other"
        group.count = 1
        group.prefix = "other"
        group.unit = group.unit.map { $0 + 2 * (count - 1) }
        clusters[0].nodes.insert(group, at: 1)
    }

    /// Moves the last node to a template of its own that differs.
    mutating func changeLastNode(_ body: (inout NodeTemplate) -> Void) {
        splitLastNode()
        guard var other = templates["other"] else { return }
        body(&other)
        templates["other"] = other
    }

    /// Makes every UPS and PDU as large.
    mutating func givePower(_ text: String) {
        let capacity = try? Watts(parsing: text)
        for index in (power?.ups ?? []).indices { power?.ups?[index].capacity = capacity }
        for index in (power?.pdus ?? []).indices { power?.pdus?[index].capacity = capacity }
    }

    /// Makes a rack, and makes the last node a group of its own that moves there, or stays where it was.
    mutating func moveLastNode(to rack: String, stays: Bool = false) {
        guard var group = clusters[0].nodes.first, let count = group.count, var other = racks?.first else { return }
        other.name = rack
        racks?.append(other)
        clusters[0].nodes[0].count = count - 1
        group.count = 1
        group.prefix = "other"
        if !stays { group.rack = rack }
        group.unit = group.unit.map { $0 + 2 * (count - 1) }
        clusters[0].nodes.append(group)
    }

    /// Holds it to a profile, its own unless another is named.
    func check(_ name: String? = nil, policy: Policy? = nil, on day: String = "2026-11-27") throws -> TopologyCheck {
        let profile = TopologyProfile.named(name ?? profile ?? "") ?? TopologyProfile.architecture
        return try TopologyCheck(
            of: installation(), by: profile.resolved(in: TopologyProfile.builtIn), policy: policy,
            on: CalendarDate(parsing: day))
    }

    /// The rules that have something to say.
    func firedRules(_ profile: String? = nil) throws -> Set<RuleID> { Set(try check(profile).findings.map(\.rule)) }
}

func size(_ text: String) throws -> ByteCount { try ByteCount(parsing: text) }
func rate(_ text: String) throws -> BitRate { try BitRate(parsing: text) }
