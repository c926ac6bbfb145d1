import ClusterDocuments
import Foundation
import TestSupport
import Testing
import Topology

/// Every figure of a model has bounds: what cannot be one is refused with its line and its path.
@Suite struct `Figures of a model` {
    /// What is written in place of a figure, of each kind in its own unit: below zero, zero, and far too much.
    enum Absurdity: String, CaseIterable { case negative, zero, huge }

    /// A figure with what it stands for otherwise, and the absurd values that are allowed, each with the reason.
    struct Figure: Sendable, CustomTestStringConvertible {
        let path: String
        let usual: String
        /// The unit that is written behind the number.
        var unit = ""
        var allowed: [Absurdity: String] = [:]
        var testDescription: String { path }

        func text(_ absurdity: Absurdity) -> String {
            if path.hasPrefix("/templates/node/drives/") {
                return ["negative": "-1x2TB", "zero": "0x2TB", "huge": "1000000000x2TB"][absurdity.rawValue] ?? ""
            }
            let number = ["negative": "-1", "zero": "0", "huge": "1000000000"][absurdity.rawValue] ?? ""
            return number + unit
        }
    }

    static let figures: [Figure] = [
        Figure(path: "/sites/0/ambient/lowest", usual: "18C", unit: "C", allowed: [.negative: cold, .zero: cold]),
        Figure(path: "/sites/0/ambient/highest", usual: "27C", unit: "C"),
        Figure(path: "/sites/0/links/wan", usual: "100Mbps", unit: "Gbps", allowed: [.zero: "there is no such link"]),
        Figure(path: "/sites/0/links/region_round_trip", usual: "40ms", unit: "s", allowed: [.zero: fine]),
        Figure(path: "/racks/0/units", usual: "42"),
        Figure(path: "/racks/0/reserved_units", usual: "4", allowed: [.zero: none]),
        Figure(path: "/power/ups/0/capacity", usual: "16kW", unit: "W"),
        Figure(path: "/power/ups/0/runtime", usual: "20m", unit: "s", allowed: [.zero: "its battery is worn out"]),
        Figure(path: "/power/pdus/0/capacity", usual: "16kW", unit: "W"),
        Figure(path: "/power/pdus/0/runtime", usual: "1s", unit: "s", allowed: [.zero: "a PDU has no battery"]),
        Figure(path: "/switches/0/unit", usual: "40"),
        Figure(path: "/switches/0/height", usual: "1", allowed: [.zero: "it hangs beside the rack"]),
        Figure(path: "/switches/0/ports", usual: "48", allowed: [.zero: none]),
        Figure(path: "/switches/0/rate", usual: "25Gbps", unit: "Gbps"),
        Figure(path: "/switches/0/latency", usual: "1us", unit: "s", allowed: [.zero: fine]),
        Figure(path: "/switches/0/mtu", usual: "9216"),
        Figure(path: "/switches/0/draw/typical", usual: "150W", unit: "W", allowed: [.zero: passive]),
        Figure(path: "/switches/0/draw/most", usual: "250W", unit: "W"),
        Figure(path: "/templates/node/height", usual: "2", allowed: [.zero: "it stands in a shelf's unit with others"]),
        Figure(path: "/templates/node/processor/sockets", usual: "2"),
        Figure(path: "/templates/node/processor/cores", usual: "16"),
        Figure(path: "/templates/node/processor/threads", usual: "2"),
        Figure(path: "/templates/node/memory/size", usual: "512GB", unit: "GB"),
        Figure(path: "/templates/node/gpu_memory", usual: "96GB", unit: "GB"),
        Figure(path: "/templates/node/drives/system", usual: "2x480GB"),
        Figure(path: "/templates/node/drives/cache", usual: "2x800GB:nvme"),
        Figure(path: "/templates/node/drives/capacity", usual: "6x4TB"),
        Figure(path: "/templates/node/adapters/0/ports", usual: "2", allowed: [.zero: none]),
        Figure(path: "/templates/node/adapters/0/cards", usual: "2"),
        Figure(path: "/templates/node/adapters/0/rate", usual: "25Gbps", unit: "Gbps"),
        Figure(
            path: "/templates/node/adapters/0/dcb/pfc_priority", usual: "3", allowed: [.zero: "it is a priority"]),
        Figure(
            path: "/templates/node/adapters/0/dcb/reservation", usual: "50%", unit: "%", allowed: [.zero: none]),
        Figure(path: "/templates/node/adapters/0/mtu", usual: "9014"),
        Figure(path: "/templates/node/supplies", usual: "2", allowed: [.zero: passive]),
        Figure(path: "/templates/node/draw/typical", usual: "500W", unit: "W", allowed: [.zero: passive]),
        Figure(path: "/templates/node/draw/most", usual: "900W", unit: "W"),
        Figure(path: "/clusters/0/nodes/0/count", usual: "2"),
        Figure(path: "/clusters/0/nodes/0/unit", usual: "1"),
        Figure(path: "/clusters/0/network/vlans/management/0", usual: "10", allowed: [.zero: "it is untagged"]),
        Figure(path: "/clusters/0/network/zone_round_trip", usual: "1ms", unit: "s", allowed: [.zero: fine]),
        Figure(
            path: "/clusters/0/network/zone_bandwidth", usual: "50Gbps", unit: "Gbps",
            allowed: [.zero: "there is no such link"]),
        Figure(path: "/clusters/0/network/live_migrations", usual: "1"),
        Figure(path: "/clusters/0/workloads/0/count", usual: "4", allowed: [.zero: none]),
        Figure(path: "/clusters/0/workloads/0/processors", usual: "4"),
        Figure(path: "/clusters/0/workloads/0/memory", usual: "32GB", unit: "GB"),
        Figure(path: "/clusters/0/workloads/0/disks", usual: "4"),
        Figure(path: "/clusters/0/workloads/0/generation", usual: "2"),
        Figure(path: "/clusters/0/workloads/0/least_memory", usual: "16GB", unit: "GB"),
        Figure(
            path: "/clusters/0/host_memory", usual: "48GB", unit: "GB", allowed: [.zero: "others count it elsewhere"]),
        Figure(path: "/clusters/0/shutdown", usual: "10m", unit: "s", allowed: [.zero: "it is turned off at once"]),
        Figure(path: "/clusters/0/control_plane/sync/every", usual: "30d", unit: "s"),
        Figure(path: "/clusters/0/updates/every", usual: "30d", unit: "s"),
        Figure(path: "/clusters/0/backups/0/recovery_point", usual: "24h", unit: "s", allowed: [.zero: copied]),
        Figure(path: "/clusters/0/backups/0/recovery_time", usual: "8h", unit: "s", allowed: [.zero: copied]),
        Figure(path: "/clusters/0/backups/0/tested_every", usual: "30d", unit: "s"),
        Figure(path: "/clusters/0/backups/0/every", usual: "12h", unit: "s"),
        Figure(
            path: "/clusters/0/backups/0/retention", usual: "365d", unit: "s",
            allowed: [.huge: "law asks for as many as thirty years of some copies"]),
    ]

    private static let cold = "air can be as cold"
    private static let fine = "it may be less than what it was measured in"
    private static let none = "there may be none"
    private static let passive = "it may have no power of its own"
    private static let copied = "a replica that is written at once has no age"

    /// A model with every figure, one on a line, those of `changes` as they say.
    private static func document(_ changes: [String: String] = [:]) -> String {
        var root: [String: Any] = [:]
        let fixed: [(String, Any)] = [
            ("/schema", "clustermodel.cluster/1"), ("/name", "figures"), ("/sites/0/name", "main"),
            ("/racks/0/name", "rack1"), ("/power/feeds/0", "feed"), ("/power/ups/0/name", "ups"),
            ("/power/pdus/0/name", "pdu"), ("/switches/0/names/0", "tor1"), ("/switches/0/role", "top_of_rack"),
            ("/templates/node/adapters/0/name", "storage"), ("/clusters/0/name", "c1"),
            ("/clusters/0/nodes/0/template", "node"), ("/clusters/0/nodes/0/prefix", "node"),
            ("/clusters/0/workloads/0/name", "web"), ("/clusters/0/control_plane/mode", "disconnected"),
            ("/clusters/0/control_plane/sync/by", "link"), ("/clusters/0/backups/0/kind", "local_software"),
        ]
        for (path, value) in fixed { set(value, path.split(separator: "/")[...], &root) }
        for figure in figures {
            set(changes[figure.path] ?? figure.usual, figure.path.split(separator: "/")[...], &root)
        }
        return lines(root, "").joined(separator: "\n") + "\n"
    }

    private static func set(_ value: Any, _ path: ArraySlice<Substring>, _ object: inout [String: Any]) {
        guard let first = path.first else { return }
        if path.count == 1 {
            object[String(first)] = value
            return
        }
        var inner = object[String(first)] as? [String: Any] ?? [:]
        set(value, path.dropFirst(), &inner)
        object[String(first)] = inner
    }

    /// YAML; an object whose only key is 0 is a list of one.
    private static func lines(_ value: Any, _ indent: String) -> [String] {
        guard let object = value as? [String: Any] else { return ["\(indent)\(value)"] }
        return object.sorted { $0.key < $1.key }.flatMap { key, value in
            [key == "0" ? "\(indent)-" : "\(indent)\(key):"] + lines(value, indent + "  ")
        }
    }

    private func problem(_ text: String) -> DocumentProblem? {
        do throws(DocumentProblem) { _ = try ClusterDocument(Array(text.utf8)) } catch { return error }
        return nil
    }

    @Test func `a model with every figure is read`() {
        #expect(problem(Self.document()) == nil)
        #expect(Set(Self.figures.map(\.path)).count == Self.figures.count)
    }

    @Test(arguments: figures)
    func `an absurd figure is refused with its line and its path, or there is a reason`(figure: Figure) throws {
        for absurdity in Absurdity.allCases {
            let text = Self.document([figure.path: figure.text(absurdity)])
            let problem = problem(text)
            if let reason = figure.allowed[absurdity] {
                #expect(problem == nil && !reason.isEmpty, "\(figure.path), \(absurdity): \(reason)")
                continue
            }
            let found = try #require(problem, "\(figure.path): \(figure.text(absurdity)) is taken")
            #expect(found.path == figure.path, "\(absurdity): \(found)")
            let line = try #require(found.position?.line, "\(found)")
            // The value's own line, or that of the key before it.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let near = lines[max(line - 2, 0)...min(line - 1, lines.count - 1)].joined()
            #expect(near.contains(figure.text(absurdity)), "\(found): \(near)")
        }
    }

    /// The schema says which keys hold numbers: whole ones, and texts with a unit.
    @Test func `every key of the schema that holds a number is among them`() throws {
        let text = try repositoryText("Docs/Schemas/clustermodel.cluster-1.schema.json")
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        let quantities: Set = ["bytes", "rate", "duration", "watts", "celsius", "fraction", "drives"]
        var found: Set<String> = []
        func walk(_ node: [String: Any], _ path: String) {
            var node = node
            if let reference = (node["$ref"] as? String)?.split(separator: "/").last.map({ String($0) }) {
                if quantities.contains(reference) { found.insert(path) }
                node = definitions[reference] ?? [:]
            }
            for choice in node["anyOf"] as? [[String: Any]] ?? [] { walk(choice, path) }
            let types = node["type"] as? [String] ?? [node["type"] as? String ?? ""]
            if types.contains("integer") { found.insert(path) }
            for (key, value) in node["properties"] as? [String: [String: Any]] ?? [:] { walk(value, "\(path)/\(key)") }
            if let value = node["additionalProperties"] as? [String: Any] { walk(value, "\(path)/*") }
            if let value = node["items"] as? [String: Any] { walk(value, "\(path)/0") }
        }
        walk(schema, "")
        let known = Set(
            Self.figures.map {
                $0.path.replacingOccurrences(of: "/templates/node/", with: "/templates/*/")
                    .replacingOccurrences(of: "/vlans/management/", with: "/vlans/*/")
            })
        #expect(found.count > 45)
        #expect(found.subtracting(known) == [])
        #expect(known.subtracting(found) == [])
    }

    @Test(arguments: [
        ("/sites/0/ambient/highest", "17C", "17 °C is less than lowest, 18 °C"),
        ("/templates/node/draw/most", "400W", "400 W is less than typical, 500 W"),
        ("/templates/node/adapters/0/cards", "1025", "1025 cards: write 1 to 1024"),
        ("/racks/0/reserved_units", "43", "43 units: write 0 to 42"),
        ("/templates/node/adapters/0/dcb/reservation", "5000%", "5000 % of the port: write 0% to 100%"),
        ("/clusters/0/workloads/0/least_memory", "33GB", "33 GB are more than memory, 32 GB"),
    ])
    func `figures that contradict each other, or the whole, are refused`(path: String, text: String, words: String) {
        let problem = problem(Self.document([path: text]))
        #expect(problem?.path == path)
        #expect(problem?.problem.contains(words) == true, "\(String(describing: problem))")
    }
}
