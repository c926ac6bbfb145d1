#if Documents
import ClusterCore
import Topology
import Yams

/// Where the parts of a model stand in its text: sites, racks, switches, templates with their adapters, clusters with what
/// they hold.
struct PartPositions: Sendable {
    /// By paths such as `/clusters/0/nodes/1`.
    private let positions: [String: DocumentProblem.Position]

    init(_ root: Node) {
        var positions: [String: DocumentProblem.Position] = [:]
        func note(_ node: Node, _ path: String) { positions[path] = node.position }
        func list(_ node: Node?, _ path: String, _ body: (Node, String) -> Void = { _, _ in }) {
            for (index, item) in (node?.sequence.map { Array($0) } ?? []).enumerated() {
                note(item, "\(path)/\(index)")
                body(item, "\(path)/\(index)")
            }
        }
        note(root, "")
        for key in ["sites", "racks", "switches", "cables"] { list(root.mapping?[key], "/\(key)") }
        for key in ["feeds", "ups", "pdus"] { list(root.mapping?["power"]?.mapping?[key], "/power/\(key)") }
        for (key, template) in root.mapping?["templates"]?.mapping ?? Node.Mapping([]) {
            // The key says which it is; its members may begin on the next line.
            let path = "/templates/\(key.scalar?.string ?? "")"
            note(key, path)
            list(template.mapping?["adapters"], "\(path)/adapters")
        }
        list(root.mapping?["clusters"], "/clusters") { cluster, path in
            for key in ["nodes", "workloads", "backups"] { list(cluster.mapping?[key], "\(path)/\(key)") }
        }
        self.positions = positions
    }

    /// The position of a subject of a finding, such as `cluster:c1/template:node/adapter:storage`.
    func position(of subject: ComponentIdentifier, in model: ClusterModel) -> DocumentProblem.Position? {
        var path = ""
        var cluster: Int?
        for part in subject.rawValue.split(separator: "/") {
            let words = part.split(separator: ":", maxSplits: 1).map(String.init)
            guard words.count == 2, let next = step(words[0], words[1], path, &cluster, model) else { break }
            path = next
        }
        while positions[path] == nil, let slash = path.lastIndex(of: "/") { path = String(path[..<slash]) }
        return positions[path]
    }

    private func step(
        _ kind: String, _ name: String, _ path: String, _ cluster: inout Int?, _ model: ClusterModel
    ) -> String? {
        switch kind {
        case "site": return model.sites?.firstIndex { $0.name == name }.map { "/sites/\($0)" }
        case "rack": return model.racks?.firstIndex { $0.name == name }.map { "/racks/\($0)" }
        case "switch": return model.switches?.firstIndex { $0.names.contains(name) }.map { "/switches/\($0)" }
        case "feed": return model.power?.feeds.firstIndex(of: name).map { "/power/feeds/\($0)" }
        case "ups": return model.power?.ups?.firstIndex { $0.name == name }.map { "/power/ups/\($0)" }
        case "pdu": return model.power?.pdus?.firstIndex { $0.name == name }.map { "/power/pdus/\($0)" }
        case "cluster":
            cluster = model.clusters.firstIndex { $0.name == name }
            return cluster.map { "/clusters/\($0)" }
        case "template": return model.templates[name].map { _ in "/templates/\(name)" }
        case "adapter":
            guard path.hasPrefix("/templates/") else { return nil }
            let adapters = model.templates[String(path.dropFirst("/templates/".count))]?.adapters
            return adapters?.firstIndex { $0.name == name }.map { "\(path)/adapters/\($0)" }
        case "node":
            guard let cluster else { return nil }
            return model.clusters[cluster].nodes.firstIndex { $0.includes(name) }
                .map { "/clusters/\(cluster)/nodes/\($0)" }
        case "workload":
            guard let cluster else { return nil }
            return model.clusters[cluster].workloads?.firstIndex { $0.name == name }
                .map { "/clusters/\(cluster)/workloads/\($0)" }
        case "backup":
            guard let cluster, let number = Int(name), number > 0 else { return nil }
            return "/clusters/\(cluster)/backups/\(number - 1)"
        default: return nil
        }
    }
}

extension NodeGroup {
    /// Whether a node of that name is of the group.
    fileprivate func includes(_ name: String) -> Bool {
        if let names { return names.contains(name) }
        guard let prefix, let count, name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)) else {
            return false
        }
        return (1...max(count, 1)).contains(number) && name == "\(prefix)\(number)"
    }
}
#endif
