import FoundationEssentials

@testable import HostTopology

/// What a captured tree tells that is no fact of a host and that lstopo goes by.
struct LstopoTree {
    /// The nodes that the control group of the process that looked may use; `nil` where it may use all.
    var allowedNodes: NumberSet?
    /// Nodes that are the memory of a graphics processor, and the address of its PCI function.
    var graphics: [Int: String] = [:]
    /// The nodes that the firmware's table (HMAT) calls the initiators of a node, by the node's number.
    var initiators: [Int: Set<Int>] = [:]
    /// Devices of which the tree holds a link, and not what it leads to.
    var dangling: Set<String> = []
    /// The processors of packages as masks tell them, which may be others than the lists beside them.
    var masks: Set<NumberSet> = []
    /// Whether the processors' own answers (CPUID) were captured beside the files.
    var hasProcessorAnswers = false
}

extension LstopoTree {
    /// - Parameters:
    ///   - group: the control group that lstopo says it looked from.
    ///   - folder: where the archive was unpacked.
    init(_ root: HostRoot, group: String?, folder: String) {
        allowedNodes = Self.allowedNodes(group, root)
        let graphics = "proc/driver/nvidia/gpus"
        for name in root.names(in: graphics) ?? [] {
            let words = (root.text(of: "\(graphics)/\(name)/numa_status") ?? "").split(whereSeparator: \.isWhitespace)
            if words.first == "Node:", words.count > 1, let node = Int(words[1]) { self.graphics[node] = name }
        }
        let nodes = "sys/devices/system/node"
        for number in FactReader.numbers(in: root.names(in: nodes) ?? [], after: "node") {
            // The processors' own class of access (1) goes before that of all initiators (0).
            let names = ["access1", "access0"].lazy.compactMap {
                root.names(in: "\(nodes)/node\(number)/\($0)/initiators")
            }.first
            guard let names else { continue }
            initiators[number] = Set(FactReader.numbers(in: names, after: "node")).subtracting([number])
        }
        for folder in ["sys/class/infiniband", "sys/class/net", "sys/class/block", "sys/block"] {
            dangling.formUnion((root.names(in: folder) ?? []).filter { root.names(in: "\(folder)/\($0)") == nil })
        }
        let cpus = "sys/devices/system/cpu"
        for number in FactReader.numbers(in: root.names(in: cpus) ?? [], after: "cpu") {
            for file in ["package_cpus", "core_siblings"] {
                let text = root.text(of: "\(cpus)/cpu\(number)/topology/\(file)")
                if let mask = text.flatMap({ NumberSet(mask: $0) }) { masks.insert(mask) }
            }
        }
        hasProcessorAnswers = Self.holdsAnswers(folder, depth: 3)
    }

    /// Where control groups of processors are mounted, as the tree itself says, and where they mostly are.
    private static func allowedNodes(_ group: String?, _ root: HostRoot) -> NumberSet? {
        guard let group, group != "/" else { return nil }
        var places = ["sys/fs/cgroup/cpuset", "sys/fs/cgroup", "dev/cpuset", "dev/cgroup"]
        for line in (root.text(of: "proc/mounts") ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 2, words[2].hasPrefix("cgroup") || words[2] == "cpuset" {
                places.append(String(words[1].dropFirst()))
            }
        }
        let files = ["cpuset.mems", "cpuset.mems.effective", "mems"]
        return places.lazy.flatMap { place in files.map { "\(place)\(group)/\($0)" } }
            .compactMap { root.text(of: $0).flatMap { NumberSet(list: $0) } }.first
    }

    /// hwloc keeps them in files `pu0`, `pu1` and so on.
    private static func holdsAnswers(_ folder: String, depth: Int) -> Bool {
        guard depth > 0, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return false }
        return names.contains("pu0")
            || names.contains { !["sys", "proc"].contains($0) && holdsAnswers(folder + "/" + $0, depth: depth - 1) }
    }
}
