public import ClusterCore

/// The profiles of networks that come along, and the rules in which a profile speaks to the check of a plan.
///
/// | rule | parameter | meaning |
/// | --- | --- | --- |
/// | `network.management` | `rate_minimum`, `rate_recommended`, `round_trip_maximum` | ports, and their latency |
/// | `network.storage` | `rate_minimum`, `rate_recommended` | ports of storage |
/// | | `round_trip_maximum`, `round_trip_optimal` | from host to host |
/// | | `rdma`, `rdma_from_nodes` | whether RDMA is required, and from how many hosts on |
/// | `network.compute` | `rate_minimum`, `rate_recommended`, `round_trip_maximum` | of virtual machines |
/// | `network.cluster` | `round_trip_maximum` | of heartbeats |
/// | `network.rdma_kinds` | `kinds` | the kinds of RDMA that may be used |
/// | `network.frames` | `mtu_minimum` | of storage, as Linux counts |
/// | `network.converged` | `nodes_maximum` | hosts up to which all may share one team |
/// | `network.switchless` | `nodes_maximum` | hosts up to which storage may do without switches |
/// | `network.tor` | `switches_minimum`, `single_nodes_maximum` | switches of a zone, and hosts up to which one does |
/// | `network.infrastructure_pool` | `ranges_maximum`, `first_of_several_maximum` | ranges, and addresses of the first |
/// | | `addresses_minimum`, `addresses_maximum`, `in_a_row_minimum` | addresses of all, and of the longest range |
/// | | `pods_subnet`, `services_subnet`, `appliance_subnet` | what is in use inside |
///
/// A parameter that a profile leaves out is not asked for, but those of `network.infrastructure_pool`: a pool is checked only
/// where somebody asks for it, so a figure that is missing there is an error.
public enum NetworkProfile {
    /// What the architecture says (AL-26, AL-41 to AL-46, AL-52, AL-57). "Small deployments" are those of its smallest class
    /// with more than one host, 2 to 4 (AL-3).
    public static let architecture = RuleProfile(
        name: "architecture", version: "1", summary: "Networks as the architecture asks for them",
        rules: [
            management: RuleSettings(
                parameters: [
                    "rate_minimum": .bitRate(NetworkDemand.gigabits(1)),
                    "round_trip_maximum": .duration(.milliseconds(100)),
                ],
                severity: .warning, source: Reference(architecture: [41])),
            storage: RuleSettings(
                parameters: [
                    "rate_minimum": .bitRate(NetworkDemand.gigabits(25)), "rdma": .flag(true),
                    "round_trip_maximum": .duration(.milliseconds(1)),
                    "round_trip_optimal": .duration(.microseconds(500)),
                ],
                severity: .critical, source: Reference(architecture: [42])),
            compute: RuleSettings(
                parameters: [
                    "rate_minimum": .bitRate(NetworkDemand.gigabits(10)),
                    "rate_recommended": .bitRate(NetworkDemand.gigabits(25)),
                    "round_trip_maximum": .duration(.milliseconds(5)),
                ],
                severity: .warning, source: Reference(architecture: [43])),
            cluster: RuleSettings(
                parameters: ["round_trip_maximum": .duration(.milliseconds(2))], severity: .critical,
                source: Reference(architecture: [44])),
            rdmaKinds: RuleSettings(
                parameters: ["kinds": .list(["iwarp", "roce", "infiniband"])], severity: .critical,
                source: Reference(architecture: [50, 51, 52])),
            frames: RuleSettings(
                parameters: ["mtu_minimum": .count(9000)], severity: .warning, source: Reference(architecture: [57])),
            converged: RuleSettings(
                parameters: ["nodes_maximum": .count(4)], severity: .warning, source: Reference(architecture: [3, 45])),
            tor: RuleSettings(
                parameters: ["switches_minimum": .count(2)], severity: .critical, source: Reference(architecture: [26])),
            InfrastructurePool.rule: pool,
        ])

    /// What Microsoft's pages say.
    public static let azureLocal23H2 = RuleProfile(
        name: "azureLocal23H2", version: "1", summary: "Networks as Microsoft's pages on Azure Local have them",
        rules: [
            management: RuleSettings(
                parameters: [
                    "rate_minimum": .bitRate(NetworkDemand.gigabits(1)),
                    "rate_recommended": .bitRate(NetworkDemand.gigabits(10)),
                ],
                severity: .critical,
                source: Reference(
                    document: "Microsoft, four-node-switchless-two-switches-two-links", date: "2025-01-14")),
            storage: RuleSettings(
                parameters: [
                    "rate_minimum": .bitRate(NetworkDemand.gigabits(10)),
                    "rate_recommended": .bitRate(NetworkDemand.gigabits(25)), "rdma_from_nodes": .count(4),
                ],
                severity: .critical,
                source: Reference(document: "Microsoft, cloud-deployment-network-considerations", date: "2025-02-14")),
            rdmaKinds: RuleSettings(
                parameters: ["kinds": .list(["iwarp", "roce"])], severity: .critical,
                source: Reference(document: "Microsoft, host-network-requirements", date: "2025-08-25")),
            switchless: RuleSettings(
                parameters: ["nodes_maximum": .count(3)], severity: .warning,
                source: Reference(document: "Microsoft, cloud-deployment-network-considerations", date: "2025-02-14")),
            tor: RuleSettings(
                parameters: ["switches_minimum": .count(2), "single_nodes_maximum": .count(3)], severity: .critical,
                source: Reference(document: "Azure/odinforazurelocal v0.23.01")),
            InfrastructurePool.rule: pool,
        ])

    /// What a deployment's validator asks, whoever planned the network. The range of the appliance's containers is on a page
    /// of its own (Microsoft, disconnected-operations-network, 2025-03-19).
    private static let pool = RuleSettings(
        parameters: [
            "ranges_maximum": .count(2), "first_of_several_maximum": .count(1), "addresses_minimum": .count(6),
            "addresses_maximum": .count(255), "in_a_row_minimum": .count(6), "pods_subnet": .text("10.244.0.0/16"),
            "services_subnet": .text("10.96.0.0/12"), "appliance_subnet": .text("10.131.19.0/24"),
        ],
        severity: .critical, source: Reference(document: "Azure/AzureLocal-Supportability, TSG/EnvironmentValidator"))

    /// The profiles that need no file.
    public static let builtIn: [RuleProfile] = [architecture, azureLocal23H2]

    /// A built-in profile by its name.
    public static func named(_ name: String) -> RuleProfile? { builtIn.first { $0.name == name } }

    static let management: RuleID = "network.management"
    static let storage: RuleID = "network.storage"
    static let compute: RuleID = "network.compute"
    static let cluster: RuleID = "network.cluster"
    static let rdmaKinds: RuleID = "network.rdma_kinds"
    static let frames: RuleID = "network.frames"
    static let converged: RuleID = "network.converged"
    static let switchless: RuleID = "network.switchless"
    static let tor: RuleID = "network.tor"
}
