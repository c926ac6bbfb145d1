import ClusterCore
public import Topology

extension DependencyGraph {
    /// What the parts of an installation depend on: a node (`node:n1`, also as part of its cluster) on the switches that its
    /// adapters are cabled to, of which one suffices, or on its rack where no cable to a switch is known; a switch on its
    /// rack; a rack (`rack:r1`) on its site (`site:s1`).
    ///
    /// The port of a node's management controller (`bmc`) counts for nothing: it is a way past the node.
    public init(_ installation: Installation) throws(RuleError) {
        func named(_ kind: String, _ name: String) -> ComponentIdentifier {
            ComponentIdentifier(rawValue: "\(kind):\(name)")
        }
        var parents: [ComponentIdentifier: [ComponentIdentifier]] = [:]
        for rack in installation.racks {
            if let site = rack.site { parents[named("rack", rack.name)] = [named("site", site)] }
        }
        for found in installation.switches {
            if let rack = found.hardware.rack { parents[found.identifier] = [named("rack", rack)] }
        }
        let switches = Set(installation.switches.map(\.name))
        var ways: [String: Set<String>] = [:]
        for cable in installation.cables {
            for (end, other) in [(cable.from, cable.to), (cable.to, cable.from)]
            where switches.contains(other.device) && end.group != "bmc" {
                ways[end.device, default: []].insert(other.device)
            }
        }
        for node in installation.nodes {
            let own = named("node", node.name)
            if let ways = ways[node.name] {
                parents[own] = ways.sorted().map { named("switch", $0) }
            } else if let rack = node.rack {
                parents[own] = [named("rack", rack)]
            }
            parents[node.identifier] = [own]
        }
        try self.init(parents)
    }
}
