/// The graph of the house: which module may import which. The modules that do not exist yet have their place already.
struct ModuleTable {
    enum Tier {
        /// Values in, values out: no clock, no random source, no file, no environment.
        case pure
        /// Documents and pictures: values in, bytes out, and back.
        case document
        /// The outside world.
        case host
        /// Arguments, exit status, signals, terminal.
        case command
    }

    var tier: Tier
    /// Modules of the suite.
    var modules: [String]
    /// Modules of other packages and of the system.
    var others: [String] = []

    static let cLibraries = ["Glibc", "Musl", "Darwin"]
    private static let collections = ["BitCollections", "DequeModule", "HeapModule", "OrderedCollections"]
    private static let json = ["FoundationEssentials"]
    private static let host =
        cLibraries + ["Dispatch", "FoundationEssentials", "Logging", "Synchronization", "SystemPackage"]

    static let all: [String: ModuleTable] = [
        "ClusterCore": ModuleTable(tier: .pure, modules: [], others: json),
        "StorageMath": ModuleTable(
            tier: .pure, modules: ["ClusterCore", "CGaloisField"], others: json + collections + ["RealModule"]),
        "Topology": ModuleTable(
            tier: .pure, modules: ["ClusterCore", "StorageMath"], others: json + collections + ["RealModule"]),
        "RDMAModel": ModuleTable(tier: .pure, modules: ["ClusterCore"], others: json + ["RealModule"]),
        "HealthModel": ModuleTable(
            tier: .pure, modules: ["ClusterCore", "RDMAModel", "StorageMath", "Topology"],
            others: json + collections + ["RealModule"]),

        "ClusterDocuments": ModuleTable(
            tier: .document, modules: ["ClusterCore", "HealthModel", "RDMAModel", "StorageMath", "Topology"],
            others: json + ["Yams"]),
        "Reports": ModuleTable(tier: .document, modules: ["ClusterCore"], others: json),

        "Threads": ModuleTable(tier: .host, modules: [], others: cLibraries),
        "HostTopology": ModuleTable(tier: .host, modules: ["CHostFiles", "CNuma", "ClusterCore"], others: host),
        "Verbs": ModuleTable(tier: .host, modules: ["CVerbs"], others: host),
        "RDMAProbe": ModuleTable(
            tier: .host, modules: ["ClusterCore", "HostTopology", "RDMAModel", "Threads", "Verbs"],
            others: host + ["Crypto"]),
        "StripeFiles": ModuleTable(tier: .host, modules: ["ClusterCore", "StorageMath", "Threads"], others: host),
        "HealthHost": ModuleTable(
            tier: .host,
            modules: ["ClusterCore", "HealthModel", "HostTopology", "RDMAModel", "StorageMath", "Threads", "Topology"],
            others: host),
        "EndpointProbe": ModuleTable(tier: .host, modules: ["ClusterCore", "StorageMath", "Topology"], others: host),

        "ConsoleIO": ModuleTable(
            tier: .command, modules: ["ClusterCore", "Reports", "Threads"], others: host + ["ArgumentParser"]),
        "RDMAProbeCommand": ModuleTable(
            tier: .command,
            modules: [
                "ClusterCore", "ClusterDocuments", "ConsoleIO", "HostTopology", "RDMAModel", "RDMAProbe", "Reports",
                "Threads",
            ],
            others: host + ["ArgumentParser"]),
        "ClusterModelCommand": ModuleTable(
            tier: .command,
            modules: [
                "ClusterCore", "ClusterDocuments", "ConsoleIO", "EndpointProbe", "HealthHost", "HealthModel",
                "HostTopology",
                "RDMAModel",
                "Reports", "StorageMath", "StripeFiles", "Topology",
            ],
            others: host + ["ArgumentParser"]),
    ]

    /// The C modules; they import nothing of ours.
    static let cModules = ["CGaloisField", "CHostFiles", "CNuma", "CVerbs"]

    /// What a module may import.
    var allowed: Set<String> { Set(modules + others) }

    /// Whether a module must do without the outside world.
    var isPure: Bool { tier == .pure || tier == .document }
}
