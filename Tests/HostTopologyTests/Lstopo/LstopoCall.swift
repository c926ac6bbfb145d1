import TestSupport

/// How lstopo was called for a captured machine, as far as it makes a difference to what it says.
struct LstopoCall {
    /// It was told to leave out what adds no structure.
    var isMerged = false
    /// It was told to show all devices; without it only those of interest.
    var showsAllDevices = false
    /// It was told to show no device at all.
    var showsNoDevices = false
    /// It was told to show what a control group does not allow.
    var showsDisallowed = false
    /// It was told to keep nodes that share processors.
    var keepsOverlappingNodes = false
    /// The first option or variable that is not known here, so that nobody can say what it does to the answer.
    var unknown: String?

    private static let plain: Set<String> = [
        "-", "-v", "--verbose", "-l", "--logical", "-f", "--force", "--no-caches", "--no-useless-caches",
        "--no-icaches", "--no-bridges", "--no-collapse", "--no-factorize", "--no-legend", "--no-cpukinds",
    ]

    /// Variables that change other facts than those that are compared, or how a machine is drawn.
    private static let variables: Set<String> = [
        "HWLOC_COMPONENTS", "HWLOC_CPUKINDS", "HWLOC_CPUKINDS_RANKING", "HWLOC_DEBUG_CHECK",
        "HWLOC_DEBUG_SORT_CHILDREN", "HWLOC_DONT_ADD_VERSION_INFO", "HWLOC_DONT_MERGE_CLUSTER_GROUPS",
        "HWLOC_GROUPING", "HWLOC_HIDE_ERRORS", "HWLOC_KEEP_NVIDIA_GPU_NUMA_NODES", "HWLOC_MEMTIERS",
        "HWLOC_MEMTIERS_GUESS", "HWLOC_PCI_LOCALITY", "HWLOC_SHOW_ERRORS", "HWLOC_USE_DT",
    ]

    init(options: [String] = [], variables: [String: String] = [:]) {
        var rest = options[...]
        while let option = rest.popFirst() {
            switch option {
            case "--merge": isMerged = true
            case "--whole-io": showsAllDevices = true
            case "--no-io": showsNoDevices = true
            case "--disallowed", "--whole-system": showsDisallowed = true
            case "--of", "--output-format":
                let form = rest.popFirst() ?? ""
                if form != "xml" && form != "console" { note("\(option) \(form)") }
            case "--filter": filter(rest.popFirst() ?? "")
            default: if !Self.plain.contains(option) && !option.hasPrefix("-.") { note(option) }
            }
        }
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            if name == "HWLOC_DEBUG_ALLOW_OVERLAPPING_NODE_CPUSETS" {
                keepsOverlappingNodes = value != "0"
            } else if !Self.variables.contains(name) {
                note("\(name)=\(value)")
            }
        }
    }

    private mutating func filter(_ text: String) {
        let parts = text.split(separator: ":")
        switch (parts.first ?? "", parts.count == 2 ? parts[1] : "") {
        case ("all", "structure"): isMerged = true
        case ("all", "all"), ("io", "all"): showsAllDevices = true
        case ("io", "none"): showsNoDevices = true
        case ("io", "important"), ("all", "important"): break
        case (let type, _) where type.contains("cache") || ["group", "misc", "die"].contains(type): break
        default: note("--filter \(text)")
        }
    }

    private mutating func note(_ word: String) { if unknown == nil { unknown = word } }

    /// Whether its text tells the numbers and sizes that are compared: only with `-v`, which is what hwloc's tests use where a test
    /// names no options.
    static func isVerbose(_ options: [String]) -> Bool {
        options.isEmpty || options.contains("-v") || options.contains("--verbose")
    }
}
