import ClusterCore

/// An hwloc document as its objects: what both of its versions have in common.
struct HwlocDocument {
    let isVersion3: Bool
    let machine: XMLElement
    /// Infos of the topology as a whole (version 3) and of the machine (version 2 has all there).
    let infos: [String: String]
    /// Distances between NUMA nodes: by the numbers of two nodes.
    let distances: [Int: [Int: Int]]
    /// Processors with what tells their kind.
    let kinds: [(cpus: NumberSet, infos: [String: String])]

    /// What hwloc calls its objects, and this calls what it was told by.
    static let sourceName = "document"

    /// An info of a NUMA node that stands in for what is not known: hwloc has no topology without one.
    static let unknownNode = "NUMANodesUnknown"

    init(_ bytes: [UInt8]) throws(HwlocXMLError) {
        let root: XMLElement
        do throws(XMLError) { root = try XMLReader.read(bytes) } catch {
            throw HwlocXMLError(line: error.position.line, column: error.position.column, problem: error.problem)
        }
        guard root.name == "topology" else {
            throw HwlocDocument.error(root, "the outermost element is <\(root.name.prefix(64))>, not <topology>")
        }
        switch root.attribute("version")?.prefix(2) {
        case "2.": isVersion3 = false
        case "3.": isVersion3 = true
        default:
            let found =
                root.attribute("version").map { "version \($0.prefix(32))" } ?? "no version, as those of hwloc 1"
            throw HwlocDocument.error(
                root, "the topology has \(found); versions 2 and 3 are read: write it again with a newer lstopo")
        }
        guard let machine = root.element(named: "object"), machine.attribute("type") == "Machine" else {
            throw HwlocDocument.error(root, "the topology holds no object of type Machine; is it an excerpt?")
        }
        self.machine = machine
        infos = HwlocDocument.infos(of: root).merging(HwlocDocument.infos(of: machine)) { _, own in own }
        let kinds = root.elements(named: "cpukind")
        guard kinds.count <= 64 else {
            throw HwlocDocument.error(root, "the topology tells \(kinds.count) kinds of processors; 64 are read")
        }
        self.kinds = try kinds.map { kind throws(HwlocXMLError) in
            (try HwlocDocument.set(kind, "cpuset") ?? NumberSet(), HwlocDocument.infos(of: kind))
        }
        distances = try HwlocDocument.distances(in: root)
    }

    static func error(_ element: XMLElement, _ problem: String) -> HwlocXMLError {
        HwlocXMLError(line: element.position.line, column: element.position.column, problem: problem)
    }

    static func infos(of element: XMLElement) -> [String: String] {
        var infos: [String: String] = [:]
        for info in element.elements(named: "info") {
            if let name = info.attribute("name"), let value = info.attribute("value") { infos[name] = value }
        }
        return infos
    }

    /// A set of processors or nodes; `nil` where the object has none.
    static func set(_ element: XMLElement, _ name: String) throws(HwlocXMLError) -> NumberSet? {
        guard let text = element.attribute(name) else { return nil }
        guard let set = NumberSet(hwlocMask: text) else {
            throw error(
                element, "\(name)=\"\(text.prefix(64))\" is no finite set of at most \(NumberSet.limit) numbers")
        }
        return set
    }

    /// A whole number that is not negative; `nil` where the object has none.
    static func number(_ element: XMLElement, _ name: String) throws(HwlocXMLError) -> UInt64? {
        guard let text = element.attribute(name) else { return nil }
        guard let number = UInt64(text) else {
            throw error(element, "\(name)=\"\(text.prefix(64))\" is no whole number")
        }
        return number
    }

    /// The number that the kernel gives an object.
    static func osIndex(_ element: XMLElement) throws(HwlocXMLError) -> Int? {
        guard let number = try number(element, "os_index") else { return nil }
        // What the kernel does not know is -1 there, in 32 bits.
        if number == UInt64(UInt32.max) { return nil }
        guard number < UInt64(NumberSet.limit) else {
            throw error(element, "os_index=\"\(number)\" is more than any kernel counts to")
        }
        return Int(number)
    }

    /// The matrix of latencies that the firmware tells.
    private static func distances(in root: XMLElement) throws(HwlocXMLError) -> [Int: [Int: Int]] {
        for matrix in root.elements(named: "distances2")
        where matrix.attribute("type") == "NUMANode" && matrix.attribute("indexing") == "os"
            && (matrix.attribute("name") ?? "NUMALatency") == "NUMALatency"
        {
            let nodes = try numbers(in: matrix, "indexes")
            let values = try numbers(in: matrix, "u64values")
            guard values.count == nodes.count * nodes.count else {
                throw error(matrix, "\(nodes.count) nodes have \(values.count) distances, not \(nodes.count) a node")
            }
            var result: [Int: [Int: Int]] = [:]
            for (row, from) in nodes.enumerated() {
                for (column, to) in nodes.enumerated() {
                    result[from, default: [:]][to] = values[row * nodes.count + column]
                }
            }
            return result
        }
        return [:]
    }

    private static func numbers(in matrix: XMLElement, _ name: String) throws(HwlocXMLError) -> [Int] {
        var numbers: [Int] = []
        for part in matrix.elements(named: name) {
            for word in part.text.split(whereSeparator: \.isWhitespace) {
                guard let number = Int(word), number >= 0 else {
                    throw error(part, "\"\(word.prefix(64))\" is no whole number")
                }
                numbers.append(number)
            }
        }
        return numbers
    }
}
