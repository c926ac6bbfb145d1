public import ClusterCore
import StorageMath

extension TopologyProfile {
    /// What the architecture asks.
    public static let architecture = RuleProfile(
        name: "architecture", version: "1", summary: "The architecture of a hyper-converged cluster as it is written",
        rules: [
            // Nodes and the cluster as a whole.
            "cluster.nodes": asks(.critical, ["minimum": .count(1), "maximum": .count(16)], al: [1, 128, 129]),
            "cluster.production_nodes": asks(.warning, ["minimum": .count(2)], al: [2, 4]),
            "cluster.alike": asks(
                .warning, ["parts": .list(["model", "processor", "memory", "drives", "adapters"])], al: [128]),
            "cluster.witness": asks(
                .critical, ["nodes_minimum": .count(2), "nodes_maximum": .count(2)], al: [106], "quorum"),
            // The architecture says how near the sites are, the page of the one release that had it how many nodes they have.
            "cluster.stretched": RuleSettings(
                parameters: [
                    "supported": .flag(true), "round_trip_maximum": .duration(.milliseconds(5)),
                    "nodes_minimum": .count(4), "nodes_maximum": .count(16), "equal_sites": .flag(true),
                ], severity: .critical,
                source: Reference(architecture: [130], document: "Microsoft, system-requirements (22H2)")),
            "cluster.drives": asks(.warning, ["maximum": .count(400)], al: [16]),
            "cluster.headroom": asks(.warning, ["nodes_lost": .count(1)], al: [108, 110]),
            // Hardware of a node.
            "node.virtualization": asks(.critical, ["features": .list(["x86_64", "virtualization"])], al: [5]),
            "node.slat": asks(.critical, ["features": .list(["slat"])], al: [6]),
            "node.security_features": asks(
                .warning, ["features": .list(["io_virtualization", "no_execute"])], al: [62]),
            "node.cores": asks(.information, ["minimum": .count(8), "production_minimum": .count(16)], al: [7]),
            "node.processor_family": asks(
                .information, ["families": .list(["Intel Xeon Scalable", "AMD EPYC"])], al: [8]),
            "node.memory": asks(.critical, ["minimum": .bytes(gigabytes(128))], al: [9]),
            "node.memory_advised": asks(
                .information,
                [
                    "minimum": .bytes(gigabytes(384)), "production_minimum": .bytes(gigabytes(512)),
                    "maximum": .bytes(terabytes(6)),
                ], al: [10]),
            "node.ecc": asks(.critical, al: [11]),
            "node.system_drives": asks(
                .critical,
                [
                    "count_minimum": .count(2), "size_minimum": .bytes(gigabytes(240)), "mirrored": .flag(true),
                    // An NVMe drive is an SSD, too.
                    "kinds": .list(["ssd", "nvme"]),
                ], al: [12]),
            "node.cache_tier": asks(.warning, ["kinds": .list(["hdd", "ssd", "nvme"])], al: [13]),
            "node.adapters": asks(
                .critical, ["ports_minimum": .count(2), "rate_minimum": .bitRate(gigabits(10))], al: [17]),
            "node.rdma": asks(.warning, ["nodes_minimum": .count(2)], al: [18, 42, 49]),
            "node.adapter_vendor": asks(
                .information, ["vendors": .list(["Mellanox", "NVIDIA", "Intel", "Broadcom"])], al: [19]),
            "node.uefi": asks(.critical, ["minimum": .text("2.3.1c")], al: [20]),
            "node.secure_boot": asks(.critical, al: [60]),
            "node.tpm": asks(.critical, ["version": .text("2.0")], al: [21]),
            "node.power_supplies": asks(.warning, ["minimum": .count(2)], al: [22]),
            "node.bmc": asks(.warning, al: [23]),
            "node.vendor": asks(
                .information,
                [
                    "tier_1": .list(["Dell", "HPE", "Hewlett Packard Enterprise", "Lenovo", "Fujitsu"]),
                    "tier_2": .list(["Supermicro", "DataON", "QCT", "Quanta", "Wortmann"]),
                ], al: [24]),
            "node.validated": asks(.warning, al: [25]),
            // Racks, sites, power.
            "rack.space": asks(.critical, al: [31]),
            "rack.standard_height": asks(.warning, ["units_maximum": .count(42)], al: [31]),
            "rack.node_height": asks(.information, ["minimum": .count(1), "maximum": .count(2)], al: [32]),
            "rack.growth": asks(.information, ["units_minimum": .count(2)], al: [32]),
            "rack.airflow": asks(.warning, al: [37]),
            "rack.cables": asks(.information, al: [30]),
            "site.temperature": asks(
                .warning,
                [
                    "lowest": .celsius(Celsius(millidegrees: 10_000)),
                    "highest": .celsius(Celsius(millidegrees: 35_000)),
                ],
                al: [36]),
            "site.aisles": asks(.information, al: [37]),
            "site.monitoring": asks(.warning, ["climate": .list(["temperature", "humidity"])], al: [38]),
            "site.links": asks(.warning, al: [39]),
            "site.wan": asks(.warning, ["minimum": .bitRate(megabits(1))], al: [102]),
            "site.wan_advised": asks(.information, ["minimum": .bitRate(megabits(50))], al: [102]),
            "site.region_round_trip": asks(.warning, ["maximum": .duration(.milliseconds(250))], al: [103]),
            "site.region_round_trip_advised": asks(.information, ["maximum": .duration(.milliseconds(150))], al: [103]),
            "power.draw": asks(
                .information,
                [
                    "typical_minimum": .watts(watts(300)), "typical_maximum": .watts(watts(800)),
                    "most_minimum": .watts(watts(1200)),
                ], al: [33]),
            "power.cluster": asks(
                .information,
                ["nodes": .count(4), "minimum": .watts(watts(5000)), "maximum": .watts(watts(10_000))], al: [34]),
            "power.capacity": asks(.critical, al: [28, 34]),
            "power.redundancy": asks(.warning, al: [22, 28, 29]),
            "power.ups": asks(.warning, al: [28, 35]),
            "power.runtime": asks(.warning, al: [35]),
            "power.monitoring": asks(.information, al: [35]),
            // Cables, traffic, RDMA, switches.
            "network.top_of_rack": asks(.critical, ["switches_minimum": .count(2)], al: [26]),
            "network.management_switch": asks(.warning, al: [27]),
            "network.redundancy": asks(.critical, ["cards": .flag(true)], al: [29]),
            "switch.ports": asks(.critical, al: [48]),
            "network.link_rate": asks(.critical, al: [55]),
            "network.traffic": asks(
                .critical, ["kinds": .list(["management", "storage", "compute", "cluster"])], al: [40]),
            "network.management": asks(.warning, ["rate_minimum": .bitRate(gigabits(1))], al: [41]),
            "network.storage": asks(
                .warning, ["rate_minimum": .bitRate(gigabits(25)), "nodes_minimum": .count(2)], al: [42]),
            "network.compute": asks(.warning, ["rate_minimum": .bitRate(gigabits(10))], al: [43]),
            "network.cluster": asks(.information, al: [44]),
            "network.converged": asks(.warning, ["nodes_maximum": .count(4)], al: [3, 45, 46, 47]),
            "network.vlans": asks(.warning, al: [68, 135]),
            "network.transport": asks(
                .critical, ["transports": .list(["iwarp", "roce_v2", "infiniband"])], al: [18, 50, 51, 52]),
            "network.dcb": asks(.critical, al: [51, 53]),
            "switch.line_rate": asks(.warning, ["rate_minimum": .bitRate(gigabits(25))], al: [55]),
            "switch.latency": asks(.warning, ["maximum": .duration(.microseconds(5))], al: [56]),
            "switch.lossless": asks(.critical, al: [53, 57]),
            "switch.mtu": asks(.warning, ["minimum": .count(9000)], al: [57]),
            "switch.management": asks(
                .warning, ["capabilities": .list(["layer_2", "layer_3", "vlan", "lacp"])], al: [58]),
            "switch.vendor": asks(
                .information,
                ["vendors": .list(["Cisco", "Arista", "Dell", "NVIDIA", "Mellanox"])], al: [59]),
            // Operation.
            "control.updates": asks(.critical, al: [79, 104]),
            "control.witness": asks(.critical, al: [104]),
            "control.sync": asks(.warning, al: [105]),
            "updates.rolling": asks(.warning, al: [91, 142]),
            "updates.rollback": asks(.warning, al: [91, 142]),
            // A month of 31 days.
            "updates.regular": asks(.information, ["every_maximum": .duration(.seconds(31 * 86400))], al: [141]),
            "backup.some": asks(.warning, al: [93, 94, 95]),
            "backup.consistent": asks(.information, al: [93]), "backup.scheduled": asks(.warning, al: [93]),
            "backup.retention": asks(.information, al: [93]), "backup.encrypted": asks(.warning, al: [93]),
            "backup.redundant": asks(.information, al: [93]),
            "backup.cloud": asks(.critical, al: [104, 117]),
            "backup.tested": asks(.information, al: [141]),
            "recovery.hybrid": asks(.information, al: [118]),
            "recovery.cluster": asks(.warning, al: [120]),
            "recovery.site": asks(.warning, al: [121]),
            // Virtual machines.
            "workload.fits": asks(.warning, al: [137]),
            "workload.apart": asks(.warning, al: [136]),
            "workload.together": asks(.warning, al: [136]),
        ].merging(storageRules(of: StorageProfile.architecture)) { own, _ in own })
}
