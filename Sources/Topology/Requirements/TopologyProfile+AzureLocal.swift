public import ClusterCore
import StorageMath

extension TopologyProfile {
    /// What Microsoft's pages ask of hyperconverged Azure Local.
    public static let azureLocal23H2 = RuleProfile(
        name: "azureLocal23H2", version: "1", summary: "Azure Local, hyperconverged, as Microsoft's pages have it",
        rules: [
            "cluster.nodes": asks(
                .critical, ["minimum": .count(1), "maximum": .count(16)], al: [1], requirements, "2025-10-15"),
            "cluster.alike": asks(
                .critical, ["parts": .list(["model", "processor", "drives", "adapters"])], al: [128], requirements,
                "2025-10-15"),
            "cluster.alike_advised": asks(
                .warning, ["parts": .list(["memory"])], al: [128], "use-environment-checker", "2025-07-31"),
            "cluster.witness": asks(
                .critical, ["nodes_minimum": .count(2), "nodes_maximum": .count(2)], al: [106], "quorum"),
            "cluster.witness_advised": asks(
                .warning, ["nodes_minimum": .count(3), "nodes_maximum": .count(4)], al: [107, 108], "quorum"),
            "cluster.witness_kind": asks(.critical, ["refused": .list(["disk"])], al: [106], "quorum"),
            // Of a stretched one cluster.stretched tells more.
            "cluster.kind": asks(
                .critical, ["kinds": .list(["hyperconverged", "stretched"])], al: [1], requirements, "2025-10-15"),
            "cluster.racks": asks(.critical, ["maximum": .count(1)], al: [26, 31], physicalNetwork, "2026-03-27"),
            "cluster.stretched": asks(
                .critical, ["supported": .flag(false)], al: [130], "stretched-clusters"),
            "cluster.headroom": asks(
                .warning, ["nodes_lost": .count(1)], al: [110], "azure-local-baseline"),
            "node.virtualization": asks(
                .critical, ["features": .list(["x86_64", "virtualization"])], al: [5], requirements, "2025-10-15"),
            "node.slat": asks(.critical, ["features": .list(["slat"])], al: [6], requirements, "2025-10-15"),
            "node.memory": asks(
                .critical, ["minimum": .bytes(gigabytes(32)), "maximum": .bytes(terabytes(24))], al: [9], requirements,
                "2025-10-15"),
            "node.ecc": asks(.critical, al: [11], requirements, "2025-10-15"),
            "node.gpu_memory": asks(
                .critical, ["maximum": .bytes(gigabytes(192))], al: [], requirements, "2025-10-15"),
            "node.system_drives": asks(
                .critical,
                [
                    "count_minimum": .count(1), "size_minimum": .bytes(gigabytes(200)), "mirrored": .flag(false),
                    "large_memory": .bytes(gigabytes(768)), "large_memory_size_minimum": .bytes(gigabytes(400)),
                ], al: [12], requirements, "2025-10-15"),
            "node.cache_tier": asks(
                .critical, ["kinds": .list(["hdd"]), "nodes_minimum": .count(2)], al: [13],
                "storage-spaces-direct-hardware-requirements", "2025-05-12"),
            "node.drive_controller": asks(
                .critical, ["controllers": .list(["hba"])], al: [14], requirements, "2025-10-15"),
            "node.power_loss_protection": asks(.critical, al: [14], requirements, "2025-10-15"),
            "node.logical_processors": asks(
                .critical, ["maximum": .count(512), "threads_maximum": .count(2)], al: [7], requirements, "2025-10-15"),
            "node.adapters": asks(
                .critical, ["ports_minimum": .count(2), "rate_minimum": .bitRate(gigabits(10))], al: [17],
                networkConsiderations, "2025-02-14"),
            "node.rdma": asks(
                .warning, ["nodes_minimum": .count(4)], al: [18], networkConsiderations, "2025-02-14"),
            "node.adapter_vendor": asks(
                .information, ["vendors": .list(["Broadcom", "Intel", "Marvell", "NVIDIA", "Mellanox"])], al: [19],
                hostNetwork, "2025-08-25"),
            "node.secure_boot": asks(.critical, al: [60], requirements, "2025-10-15"),
            "node.tpm": asks(.critical, ["version": .text("2.0")], al: [21, 61], requirements, "2025-10-15"),
            "node.validated": asks(.warning, al: [25], requirements, "2025-10-15"),
            // The same figures as the plan of the network has (NetworkProfile).
            "network.top_of_rack": RuleSettings(
                parameters: ["switches_minimum": .count(2), "nodes_minimum": .count(4)], severity: .critical,
                source: Reference(architecture: [26], document: odin)),
            // What cannot be built, whatever a page says of it.
            "rack.space": asks(.critical, al: [31]),
            "power.capacity": asks(.critical, al: [28, 34]),
            "switch.ports": asks(.critical, al: [48]),
            "network.link_rate": asks(.critical, al: [55]),
            "network.traffic": asks(
                .critical, ["kinds": .list(["management", "compute", "storage"])], al: [40], hostNetwork, "2025-08-25"),
            "network.management": asks(
                .warning, ["rate_minimum": .bitRate(gigabits(1))], al: [41], "azure-local-baseline"),
            "network.storage": asks(
                .critical, ["rate_minimum": .bitRate(gigabits(10)), "nodes_minimum": .count(2)], al: [42],
                networkConsiderations, "2025-02-14"),
            "network.storage_advised": asks(
                .information, ["rate_minimum": .bitRate(gigabits(25)), "nodes_minimum": .count(4)], al: [17, 42],
                networkConsiderations, "2025-02-14"),
            "network.transport": asks(
                .critical, ["transports": .list(["iwarp", "roce_v2"])], al: [18, 52], hostNetwork, "2025-08-25"),
            "network.rdma_vendor": asks(
                .critical,
                [
                    "iwarp": .list(["Intel", "Marvell"]),
                    "roce_v2": .list(["Broadcom", "Intel", "Marvell", "NVIDIA", "Mellanox"]),
                ], al: [19, 50, 51], hostNetwork, "2025-08-25"),
            "network.one_transport": asks(.critical, al: [18], hostNetwork, "2025-08-25"),
            "network.dcb": asks(
                .critical, ["priorities": .list(["3", "4"]), "reservation_minimum": .fraction(.ratio(1, 2))],
                al: [51, 53], hostNetwork, "2025-08-25"),
            "switch.lossless": asks(.critical, al: [53, 57], physicalNetwork, "2026-03-27"),
            "switch.dhcp_relay": asks(.warning, al: [58], physicalNetwork, "2026-03-27"),
            "switch.management": asks(
                .critical, ["capabilities": .list(["vlan", "lldp"])], al: [58], physicalNetwork, "2026-03-27"),
            "network.teaming": asks(
                .critical, ["ways": .list(["switch_embedded", "none"])], al: [58], hostNetwork, "2025-08-25"),
            "network.live_migrations": asks(
                .warning, ["usual": .count(1), "minimum": .count(1), "maximum": .count(10)], al: [43],
                "manage-network-atc", "2024-11-13"),
            "network.team_size": asks(.critical, ["maximum": .count(8)], al: [58], hostNetwork, "2025-08-25"),
            "control.witness": asks(.critical, al: [104]),
            "network.vlans": asks(.critical, al: [68, 135], "network-atc", "2024-11-13"),
            "network.switchless": asks(
                .critical, ["nodes_maximum": .count(4), "links": .count(2)], al: [46],
                "four-node-switchless-two-switches-two-links"),
            "workload.size": asks(
                .critical,
                [
                    "processors_maximum": .count(240), "memory_maximum": .bytes(terabytes(12)),
                    "processors_maximum_generation_1": .count(64),
                    "memory_maximum_generation_1": .bytes(terabytes(1)), "disks_maximum": .count(256),
                ], al: [88, 137], "system-requirements (22H2)"),
            "workload.per_node": asks(
                .critical, ["machines_maximum": .count(1024), "processors_maximum": .count(2048)], al: [137],
                "system-requirements (22H2), system-requirements-23h2", "2025-10-15"),
            // A month of 31 days.
            "backup.tested": asks(
                .warning, ["every_maximum": .duration(.seconds(31 * 86400))], al: [141],
                "disaster-recovery-vm-resiliency", "2025-10-23"),
            "workload.fits": asks(.critical, al: [137], "azure-local-baseline"),
            "workload.apart": asks(.warning, al: [136], "vm-affinity"),
            "workload.together": asks(.warning, al: [136], "vm-affinity"),
            "site.wan": asks(
                .warning, ["minimum": .bitRate(megabits(10))], al: [102], "system-requirements-disaggregated",
                "2026-04-09"),
        ].merging(storageRules(of: StorageProfile.azureLocal23H2)) { own, _ in own })

    /// One cluster in two racks or rooms, each with a copy of the data.
    public static let rackAware = RuleProfile(
        name: "rackAware", version: "1", summary: "Azure Local, rack aware, as Microsoft's pages have it",
        extends: "azureLocal23H2",
        rules: [
            "cluster.nodes": asks(
                .critical, ["minimum": .count(2), "maximum": .count(8), "even": .flag(true)], al: [1],
                "rack-aware-cluster-requirements", "2025-10"),
            "cluster.zones": asks(
                .critical, ["zones": .count(2), "per_zone_maximum": .count(4)], al: [130],
                "rack-aware-cluster-requirements", "2025-10"),
            "cluster.kind": asks(
                .critical, ["kinds": .list(["rack_aware"])], al: [130], "rack-aware-cluster-requirements", "2025-10"),
            "cluster.racks": asks(
                .critical, ["maximum": .count(2)], al: [130], "rack-aware-cluster-requirements", "2025-10"),
            // The page has each rack be a zone, and the racks in two rooms or buildings. A zone of several racks in one room,
            // which the rule allows where a user's own profile raises the number of racks, is a reading of that.
            "cluster.zone_places": asks(.critical, al: [130], "rack-aware-cluster-overview", "2025-10-15"),
            "cluster.zone_links": asks(
                .critical, al: [42, 130], "rack-aware-cluster-room-to-room-connectivity", "2025-10"),
            "cluster.zone_round_trip": asks(
                .critical, ["maximum": .duration(.milliseconds(1))], al: [42, 130], "rack-aware-cluster-requirements",
                "2025-10"),
            "cluster.zone_bandwidth": asks(
                .critical, ["share": .fraction(Fraction(1))], al: [42], "rack-aware-cluster-requirements", "2025-10"),
            "node.all_flash": asks(.critical, al: [14], "rack-aware-cluster-requirements", "2025-10"),
            // No hard disk is allowed, so none needs a cache.
            "node.cache_tier": RuleSettings(mode: .off),
            "node.adapters": asks(
                .critical, ["ports_minimum": .count(4)], al: [17], "rack-aware-cluster-reference-architecture",
                "2025-10"),
            "network.storage_dedicated": asks(
                .critical, al: [46], "rack-aware-cluster-requirements", "2025-10"),
            "network.switchless": asks(
                .critical, ["nodes_maximum": .count(0)], al: [46], "rack-aware-cluster-requirements", "2025-10"),
        ])

    /// Storage outside the nodes.
    public static let disaggregated = RuleProfile(
        name: "disaggregated", version: "1", summary: "Azure Local, disaggregated, as Microsoft's pages have it",
        extends: "azureLocal23H2",
        rules: [
            "cluster.nodes": asks(
                .critical, ["minimum": .count(1), "maximum": .count(64)], al: [1, 129],
                "system-requirements-disaggregated", "2026-04-09"),
            "node.adapters": asks(
                .critical, ["ports_minimum": .count(4)], al: [17], "system-requirements-disaggregated", "2026-04-09"),
            "cluster.kind": asks(
                .critical, ["kinds": .list(["disaggregated"])], al: [129], "system-requirements-disaggregated",
                "2026-04-09"),
            // At most 16 nodes in each of up to 4 racks, and of 5 to 8 racks an equal part of 64.
            "cluster.racks": RuleSettings(
                parameters: [
                    "maximum": .count(8), "per_rack_maximum": .count(16), "nodes_maximum": .count(64),
                ], severity: .critical, source: Reference(architecture: [129], document: odin)),
            // Storage has ports only where it is reached over Ethernet, and then neither RDMA nor a lossless class.
            "network.traffic": asks(
                .critical, ["kinds": .list(["management", "compute", "cluster"])], al: [40],
                "network-patterns-overview-disaggregated", "2026-04-14"),
            "node.rdma": RuleSettings(mode: .off),
            // A disk of the storage outside may be shared by all nodes.
            "cluster.witness_kind": RuleSettings(mode: .off),
            "node.drive_controller": RuleSettings(mode: .off),
            "node.power_loss_protection": RuleSettings(mode: .off),
            "node.cache_tier": RuleSettings(mode: .off),
            "storage.drives": RuleSettings(mode: .off),
            "storage.cache": RuleSettings(mode: .off),
            "storage.pool": RuleSettings(mode: .off),
        ])

    /// The cluster that carries Microsoft 365 Local.
    public static let microsoft365Local = RuleProfile(
        name: "microsoft365Local", version: "1", summary: "Azure Local for Microsoft 365 Local, as ODIN has it",
        extends: "azureLocal23H2",
        rules: [
            "cluster.nodes": RuleSettings(
                parameters: ["minimum": .count(9), "maximum": .count(16)], severity: .critical,
                source: Reference(architecture: [1], document: odin))
        ])

    /// The class of small nodes.
    public static let lowCapacity = RuleProfile(
        name: "lowCapacity", version: "1", summary: "Azure Local of low capacity, as Microsoft's pages have it",
        extends: "azureLocal23H2",
        rules: [
            "cluster.nodes": asks(
                .critical, ["minimum": .count(1), "maximum": .count(3)], al: [1], lowCapacityPage, "2025-05-07"),
            "cluster.kind": asks(
                .critical, ["kinds": .list(["low_capacity"])], al: [1], lowCapacityPage, "2025-05-07"),
            "node.cores": asks(.critical, ["maximum": .count(14)], al: [7], lowCapacityPage, "2025-05-07"),
            "node.memory": asks(
                .critical, ["minimum": .bytes(gigabytes(32)), "maximum": .bytes(gigabytes(128))], al: [9],
                lowCapacityPage, "2025-05-07"),
            "node.adapters": asks(
                .critical, ["ports_minimum": .count(1), "rate_minimum": .bitRate(gigabits(1))], al: [17],
                lowCapacityPage, "2025-05-07"),
            "node.rdma": RuleSettings(mode: .off),
            "node.all_flash": asks(.critical, al: [14], lowCapacityPage, "2025-05-07"),
            "node.cache_tier": asks(
                .critical, ["drives_maximum": .count(0)], al: [13], lowCapacityPage, "2025-05-07"),
            "storage.drives": asks(
                .critical,
                [
                    "per_server_minimum": .count(1), "per_server_minimum_flash": .count(1),
                    "size_minimum": .bytes(terabytes(1)),
                ], al: [15], lowCapacityPage, "2025-05-07"),
        ])

    /// Operation without a link to the cloud: the cluster that carries the local control plane.
    public static let disconnected = RuleProfile(
        name: "disconnected", version: "1",
        summary: "Azure Local, disconnected operations, as Microsoft's pages have it",
        extends: "azureLocal23H2",
        rules: [
            "cluster.nodes": asks(
                .critical, ["minimum": .count(3), "maximum": .count(16)], al: [1], disconnectedPage),
            "node.cores": asks(.critical, ["minimum": .count(24)], al: [7], disconnectedPage),
            "node.memory": asks(.critical, ["minimum": .bytes(gigabytes(64))], al: [9], disconnectedPage),
            "node.system_drives": asks(
                .critical,
                ["size_minimum": .bytes(gigabytes(960)), "large_memory_size_minimum": .bytes(gigabytes(960))],
                al: [12], disconnectedPage),
            "node.capacity": asks(.critical, ["minimum": .bytes(terabytes(2))], al: [14], disconnectedPage),
            "control.updates": asks(.critical, al: [79, 104], disconnectedPage),
            "control.sync": asks(.warning, al: [105], disconnectedPage),
            "backup.some": asks(.warning, al: [104, 116], disconnectedPage),
            "backup.cloud": asks(.critical, al: [117], disconnectedPage),
        ])

    private static let odin = "Azure/odinforazurelocal v0.23.01"
    private static let requirements = "system-requirements-23h2"
    private static let networkConsiderations = "cloud-deployment-network-considerations"
    private static let hostNetwork = "host-network-requirements"
    private static let physicalNetwork = "physical-network-requirements"
    private static let lowCapacityPage = "system-requirements-small-23h2"
    private static let disconnectedPage = "disconnected-operations-overview"
}
