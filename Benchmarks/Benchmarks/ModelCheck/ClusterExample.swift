import Foundation

/// Docs/Examples/hyperconverged-16-nodes.yaml, and the same cluster several times over, each with a rack and switches of its
/// own and power for all.
enum ClusterExample {
    /// The folder that holds the package.
    static let checkout = String(
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/"))

    /// A file with so many clusters of 16 nodes.
    static func file(clusters: Int) throws -> String {
        let example = "\(checkout)/Docs/Examples/hyperconverged-16-nodes.yaml"
        guard clusters > 1 else { return example }
        let path = FileManager.default.temporaryDirectory.appending(path: "model-check-\(clusters).yaml").path
        try text(of: try String(contentsOfFile: example, encoding: .utf8), clusters: clusters)
            .write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// The example with its rack, its switches and its cluster repeated.
    static func text(of example: String, clusters: Int) throws -> String {
        var lines: [Section: [Substring]] = [:]
        var section = Section.beginning
        for line in example.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { continue }
            if let next = Section(rawValue: String(line)) { section = next }
            lines[section, default: []].append(line)
        }
        return Section.allCases.map { section in
            let own = lines[section] ?? []
            guard section.isRepeated else {
                return own.joined(separator: "\n")
                    .replacing("capacity: 16kW", with: "capacity: \(16 * clusters)kW")
                    .replacing("wan: 100Mbps", with: "wan: \(100 * clusters)Mbps")
            }
            let body = own.dropFirst().joined(separator: "\n")
            let copies = (1...clusters).map { number in
                ["rack1", "tor1", "tor2", "mgmt1", "name: c1", "prefix: node"].reduce(body) { text, name in
                    text.replacing(name, with: "\(name)x\(number)n")
                }
            }
            return ([section.rawValue] + copies).joined(separator: "\n")
        }.joined(separator: "\n") + "\n"
    }

    /// A key of the document's first level, in the order of the example.
    private enum Section: String, CaseIterable {
        case beginning = ""
        case sites = "sites:"
        case racks = "racks:"
        case power = "power:"
        case switches = "switches:"
        case templates = "templates:"
        case clusters = "clusters:"

        var isRepeated: Bool { self == .racks || self == .switches || self == .clusters }
    }
}
