/// What is known of each item of the architecture: what it is about, whose it is, and what in the code answers for it.
///
/// `Docs/Coverage.md` is made of this table, of the rules that cite an item as their source, and of the names of tests; what
/// stands here must exist.
enum CoverageTable {
    struct Item {
        let number: Int
        let about: String
        /// The module that holds it, or will.
        let module: String
        /// Types and members, `Type` or `Type.member`, in any module.
        let symbols: [String]
        /// How far it goes, where it does not go all the way.
        let note: String

        init(
            _ number: Int, _ about: String, _ module: String, _ symbols: [String] = [], note: String = ""
        ) {
            self.number = number
            self.about = about
            self.module = module
            self.symbols = symbols
            self.note = note
        }
    }

    static let sections: [(title: String, items: [Item])] = [
        ("Nodes and size classes", section1),
        ("Hardware of a node", section2),
        ("Rack, power, cooling, links outwards", section3),
        ("Kinds of traffic", section4),
        ("Network options", section5),
        ("RDMA, priorities, switches", section6),
        ("Security", section7),
        ("Control plane and data plane", section8),
        ("Cloud services", section9),
        ("Endpoints and the link to the cloud", section10),
        ("Resiliency and recovery", section11),
        ("Growth", section12),
        ("Performance, placement, operation", section13),
    ]

    private static let section1: [Item] = [
        Item(1, "cluster of 1 to 16 nodes", "Topology", ["SizeClass"]),
        Item(
            2, "a single node is allowed, and said to be without redundancy", "Topology", ["SizeClass.meaning"]),
        Item(3, "size class by node count: single, common, large, hyper-scale", "Topology", ["SizeClass"]),
        Item(4, "advice against a single node in production", "Topology"),
    ]

    private static let section2: [Item] = [
        Item(
            5, "64-bit x86 processor with virtualization", "Topology", ["Processor.Feature"]),
        Item(6, "second-level address translation", "Topology", ["Processor.Feature"]),
        Item(7, "cores: 8 advised, 16 in production", "Topology", ["Processor.allCores"]),
        Item(8, "processor families", "Topology", ["Processor"]),
        Item(9, "least memory", "Topology", ["Memory"]),
        Item(10, "advised memory, and for production", "Topology", ["Memory"]),
        Item(11, "error-correcting memory", "Topology", ["Memory"]),
        Item(12, "two mirrored system drives", "Topology", ["NodeDrives"]),
        Item(13, "cache drives: kind, number, size", "StorageMath", ["CacheSizing"]),
        Item(14, "capacity drives: kind, number, size", "StorageMath", ["DriveGroup"]),
        Item(15, "least number of drives a node", "StorageMath", ["ServerDrives"]),
        Item(16, "most drives a cluster", "Topology", ["NodeDrives"]),
        Item(17, "two network adapters of at least 10 GbE", "Topology", ["AdapterGroup"]),
        Item(18, "RDMA adapters preferred", "Topology", ["RDMATransport"]),
        Item(19, "adapter vendors", "Topology", ["AdapterGroup"]),
        Item(20, "UEFI version", "Topology", ["Firmware"]),
        Item(21, "TPM 2.0", "Topology", ["NodeTemplate.tpm"]),
        Item(22, "redundant power supplies", "Topology", ["NodeTemplate.supplies"]),
        Item(23, "management controller", "Topology", ["NodeTemplate.bmc"]),
        Item(
            24, "vendors of validated hardware, by tier", "Topology", ["NodeTemplate.vendor"]),
        Item(25, "hardware listed in the catalogue", "Topology", ["NodeTemplate.validated"]),
    ]

    private static let section3: [Item] = [
        Item(
            26, "two top-of-rack switches, each node on both", "Topology",
            ["SwitchGroup", "NetworkDemand.torSwitches"]),
        Item(
            27, "a management switch of its own", "Topology", ["SwitchGroup", "NetworkPlan.managementSwitchPorts"]),
        Item(
            28, "uninterruptible and redundant power", "Topology", ["PowerUnit"]),
        Item(
            29, "no single switch, port, feed or supply cuts a node off", "Topology", ["PowerCord"]),
        Item(
            30, "cabling that leaves the air its way", "Topology", ["Rack.cablesLeaveAirflow"]),
        Item(31, "everything fits one 42-unit rack", "Topology", ["Rack.units"]),
        Item(
            32, "rack units of nodes and switches", "Topology", ["Rack.reservedUnits"]),
        Item(
            33, "power draw of a node", "Topology", ["PowerEstimate", "PowerDraw"]),
        Item(
            34, "power draw of a four-node cluster", "Topology", ["PowerDraw"]),
        Item(
            35, "battery time longer than a shutdown takes", "Topology", ["PowerUnit.runtime"]),
        Item(36, "ambient temperature range", "Topology", ["TemperatureRange"]),
        Item(37, "one direction of air in a rack", "Topology", ["Airflow"]),
        Item(
            38, "temperature and humidity watched", "HealthModel", ["LinuxReading", "Site.Climate"],
            note: "by a model; signals of a host's own sensors"),
        Item(
            39, "links: corporate, Internet, out-of-band, WAN", "Topology", ["SiteConnections"]),
    ]

    private static let section4: [Item] = [
        Item(40, "four kinds of traffic", "Topology", ["Traffic", "MeasuredRoundTrip"]),
        Item(
            41, "management: bandwidth and latency", "Topology", ["AdapterGroup.rate", "NetworkDemand.managementRate"]),
        Item(
            42, "storage: bandwidth, RDMA, latency below 1 ms, better below 0.5 ms", "RDMAModel",
            ["LatencyRequirement"],
            note: "latency judged, bandwidth of a host measured, not judged"),
        Item(
            43, "compute and live migration: bandwidth and latency", "Topology",
            ["AdapterGroup.rate", "NetworkDemand.computeRate"]),
        Item(
            44, "cluster heartbeat: latency, own interfaces", "Topology",
            ["AdapterGroup.carries", "MeasuredRoundTrip"]),
    ]

    private static let section5: [Item] = [
        Item(
            45, "all traffic on one pair of ports", "Topology",
            ["NetworkOption", "AdapterSharing", "NetworkPlan.intents"]),
        Item(
            46, "storage on ports of its own", "Topology", ["NetworkOption", "AdapterSharing", "NetworkPlan.intents"]),
        Item(
            47, "management, storage and compute each on ports of their own", "Topology",
            ["NetworkOption", "AdapterSharing", "NetworkPlan.intents"]),
        Item(
            48, "ports a node and a switch, by option", "Topology",
            [
                "NetworkOption.portsPerNode", "NetworkOption.portsPerSwitch", "AdapterSharing.portsPerNode",
                "NetworkPlan.portsPerTor",
            ]),
    ]

    private static let section6: [Item] = [
        Item(
            49, "what RDMA gives: latency, processor time, line rate", "RDMAProbe", ["Probe"],
            note: "asked of a model; latency, bandwidth and processor time measured, what is gained over TCP open"),
        Item(
            50, "iWARP: plain Ethernet", "RDMAProbe", ["RDMATransport", "RDMAProtocol.requiresDCB"],
            note: "the probe runs over it"),
        Item(
            51, "RoCE v2: needs lossless Ethernet", "RDMAProbe", ["DataCenterBridging", "RDMAProtocol.requiresDCB"],
            note: "by a model and by plan; of a host not yet"),
        Item(
            52, "InfiniBand", "RDMAProbe", ["RDMATransport", "RDMAProtocol"],
            note: "by a model and by plan; of a host not yet"),
        Item(
            53, "RoCE asks for DCB on every port, PFC and reserved bandwidth", "RDMAProbe",
            ["DataCenterBridging", "TrafficClasses"],
            note: "by a model and by plan, with the commands; of a host not yet"),
        Item(54, "test of RDMA connectivity between hosts", "RDMAProbe", ["Probe"]),
        Item(
            55, "storage switch: line rate", "Topology", ["SwitchGroup.lineRate", "SwitchRole.capabilities"]),
        Item(56, "storage switch: latency below 5 µs", "Topology", ["SwitchGroup.latency"]),
        Item(
            57, "storage switch: RDMA, DCB, jumbo frames", "Topology",
            ["SwitchGroup.mtu", "JumboPacket", "SwitchRole.capabilities"]),
        Item(
            58, "management and compute switch: layers, VLAN, LACP", "Topology",
            ["SwitchGroup.capabilities", "SwitchRole.capabilities"]),
        Item(59, "switch vendors", "Topology", ["SwitchGroup.vendor"]),
    ]

    private static let section7: [Item] = [
        Item(
            60, "Secure Boot", "Topology", ["Firmware.secureBoot", "SecurityControl.secureBoot"],
            note: "by a model, by a posture, and of a host that is read"),
        Item(
            61, "what the TPM is for", "Topology", ["SecurityControl.tpm2", "KeyPlace.tpm"],
            note: "that there is one, and which keys it holds; attestation open"),
        Item(
            62, "processor security features", "Topology",
            [
                "Processor.Feature", "SecurityControl.ioVirtualization", "SecurityControl.executeDisable",
                "SecurityControl.dataExecutionPrevention",
            ], note: "by a model, by a posture, and of a host that is read"),
        Item(
            63, "volume encryption", "Topology",
            ["SecurityControl.encryptedSystemVolumes", "SecurityControl.encryptedDataVolumes", "ClusterKey"],
            note: "that volumes are encrypted, with which cipher, and where their keys are"),
        Item(
            64, "what is encrypted", "Topology",
            [
                "SecurityControl.encryptedSystemVolumes", "SecurityControl.encryptedDataVolumes",
                "SecurityControl.encryptedVirtualDisks", "SecurityControl.encryptedConfiguration",
            ]),
        Item(
            65, "where keys and recovery keys are kept", "Topology",
            ["KeyPlacement", "KeyLoss", "SecurityControl.recoveryKeysBackedUp", "SecurityControl.keyRotation"]),
        Item(
            66, "SMB encryption between nodes and its cost", "StorageMath",
            ["EncryptionCost", "SecurityControl.smbEncryption"],
            note: "its cost and its cipher, and whether it is on"),
        Item(
            67, "IPsec for cluster traffic", "Topology", ["SecurityControl.ipsec"],
            note: "whether it is on; its cost open"),
        Item(
            68, "isolation: VLAN, firewall, segmentation", "Topology",
            [
                "ClusterNetwork.vlans", "StorageNetwork.vlan", "SecurityControl.vlanSegmentation",
                "SecurityControl.networkFirewall", "SecurityControl.microsegmentation",
            ], note: "VLANs by plan; of firewalls and segmentation, whether they are there"),
        Item(
            69, "baseline of the system's settings", "Topology",
            [
                "SecurityControl.securityBaseline", "SecurityControl.minimalSurface", "SecurityControl.regularUpdates",
                "PostureDrift",
            ], note: "each as a whole; single settings open"),
        Item(
            70, "protection of credentials", "Topology",
            ["SecurityControl.credentialGuard", "SecurityControl.virtualizationBasedSecurity"]),
        Item(
            71, "allow-list of applications", "Topology",
            ["SecurityControl.applicationControl", "SecurityControl.codeIntegrity"],
            note: "whether it is on or only watches; the list itself open"),
        Item(
            72, "connected: identities without stored secrets", "Topology",
            ["SecurityControl.managedIdentity", "SecurityControl.leastPrivilege", "SecurityControl.tokenRotation"],
            note: "whether they are there, and what takes their place without a cloud"),
        Item(
            73, "connected: policies", "Topology",
            ["SecurityControl.cloudPolicy", "ComplianceReport", "PostureDrift", "DisconnectionConsequence"],
            note: "whether they are on, compliance and drift; policies of the cloud themselves open"),
        Item(
            74, "connected: security recommendations", "Topology",
            ["SecurityControl.threatDetection", "DataCategory.securityEvents"],
            note: "whether it is on, and what it sends; its recommendations open"),
    ]

    private static let section8: [Item] = [
        Item(75, "the data plane is local", "Topology", ["ControlPlaneSide.dataPlane", "ControlPlaneOperation"]),
        Item(
            76, "the data plane outlives the link to the cloud", "Topology",
            ["ControlPlaneSituation.answer", "DecisionTable", "ControlPlaneClock"]),
        Item(
            77, "connected: what the cloud manages", "Topology",
            ["ControlPlaneSide.cloud", "ControlPlaneOperation", "SovereigntyReport"]),
        Item(
            78, "connected: what stays managed locally", "Topology",
            ["ControlPlaneSide.local", "ControlPlaneOperation"]),
        Item(
            79, "disconnected: all is local", "Topology",
            ["ControlPlane", "ControlPlaneMode", "ControlPlaneSituation.LocalControl"]),
        Item(
            80, "what works in which mode and link state", "Topology",
            ["DecisionTable", "ControlPlaneSituation", "ControlPlaneAnswer.Availability"]),
        Item(
            81, "where data and operation stay", "Topology", ["SovereigntyReport", "DataCategory", "ControlPlaneSide"]),
    ]

    private static let section9: [Item] = [
        Item(82, "order of registration", "Topology", ["RegistrationStep", "Registration"]),
        Item(
            83, "what registration gives", "Topology",
            [
                "ControlPlaneOperation.inventory", "ControlPlaneOperation.controlAccess",
                "ControlPlaneOperation.tagResources", "ControlPlaneOperation.trackCost", "ArcCapability",
            ], note: "when it can be had"),
        Item(
            84, "metrics and their interval", "HealthModel",
            ["DataCategory.metricsAndLogs", "Exposition", "LinuxReading", "ProbeReport.measurements"],
            note: "signals and whether and where they leave the premises; their interval open"),
        Item(
            85, "logs", "HealthModel", ["DataCategory.metricsAndLogs", "LogBatch", "LogCounter"],
            note: "events counted, and whether and where they leave the premises; queries open"),
        Item(
            86, "alerts", "HealthModel",
            [
                "HealthRule", "AlertEngine", "AlertRoute", "ActionGroup", "PrometheusRules",
                "AlertmanagerConfiguration",
                "WebhookSink", "AlertmanagerSink",
            ], note: "by thresholds, to action groups; anomalies and tickets open"),
        Item(
            87, "dashboards", "HealthModel", ["HealthDashboard", "GrafanaDashboard"],
            note: "of signals, thresholds and action groups, by cluster and over time; workbooks open"),
        Item(
            88, "built-in policies", "Topology", ["BuiltInPolicy", "PolicyCompliance"],
            note: "as a posture and a model tell them; the cloud's own definitions open"),
        Item(89, "policies of one's own", "Topology", ["Policy", "PolicyPredicate", "PolicyProblem"]),
        Item(
            90, "compliance reports", "HealthModel",
            ["ComplianceReport", "ComplianceHistory", "ComplianceScore", "ComplianceDocument"],
            note: "of security controls, day by day; text, JSON and CSV"),
        Item(
            91, "orchestrated updates", "HealthModel",
            note: "what a model says of them is held to rules; their run is open"),
        Item(92, "kinds of updates", "HealthModel"),
        Item(
            93, "backup", "Topology", ["Backup", "DataCategory.backups"],
            note: "as a model says of it; what of it leaves the premises; the backups themselves open"),
        Item(
            94, "replication and fail-over to another site", "Topology", ["Backup.Kind", "RecoveryEstimate"],
            note: "as a kind, with its recovery point and time; the replication itself open"),
        Item(
            95, "recovery topologies", "Topology", ["Backup.Kind", "RecoveryOutlook"],
            note: "what outlives what; plans of the fail-over open"),
    ]

    private static let section10: [Item] = [
        Item(
            96, "endpoints of registration", "Topology",
            ["EndpointCatalogue", "ConnectivityNeed.endpoints", "ConnectivityFeature.core"],
            note: "as lists; a live check open"),
        Item(
            97, "endpoints of monitoring", "Topology",
            ["EndpointCatalogue", "ConnectivityNeed.endpoints", "ConnectivityFeature.monitor"],
            note: "as lists; a live check open"),
        Item(
            98, "endpoints of updates", "Topology",
            ["EndpointCatalogue", "ConnectivityNeed.endpoints", "ConnectivityFeature.updates"],
            note: "as lists; a live check open"),
        Item(
            99, "endpoints of backup", "Topology",
            ["EndpointCatalogue", "ConnectivityNeed.endpoints", "ConnectivityFeature.backup"],
            note: "as lists; a live check open"),
        Item(
            100, "endpoints of other services", "Topology",
            [
                "EndpointCatalogue", "ConnectivityNeed.endpoints", "ConnectivityFeature.secrets",
                "ConnectivityFeature.events",
            ], note: "as lists; a live check open"),
        Item(
            101, "outbound 443 only, proxies", "Topology",
            ["AllowList", "ConnectivityCoverage", "InternetLink.allowsInbound"],
            note: "allow-lists of firewalls and proxies; a proxy's settings open"),
        Item(
            102, "bandwidth to the cloud", "Topology", ["SiteConnections.wan", "InternetLink.bandwidth"]),
        Item(
            103, "latency to the region", "Topology",
            ["SiteConnections.regionRoundTrip", "InternetLink.roundTrip", "ControlPlaneSituation.LinkState"]),
        Item(
            104, "disconnected: no endpoint is needed", "Topology",
            ["ControlPlane", "ControlPlaneMode.disconnected", "ConnectivityNeed.endpoints"]),
        Item(
            105, "disconnected: how updates come in", "Topology",
            [
                "ControlPlane.Sync", "ControlPlaneMode.periodicLink", "ControlPlaneMode.portableMedia",
                "ControlPlaneOperation.updateFromMedia",
            ]),
    ]

    private static let section11: [Item] = [
        Item(106, "two nodes: one may fail", "StorageMath", ["ClusterVote", "CapacityLoss"]),
        Item(107, "three nodes: one may fail", "StorageMath", ["ClusterVote", "CapacityLoss"]),
        Item(108, "four nodes: one may fail", "StorageMath", ["ClusterVote", "CapacityLoss"]),
        Item(109, "more nodes: two may fail with three copies", "StorageMath", ["VolumeSurvival"]),
        Item(
            110, "share of capacity lost with k of n nodes; the rest must hold the load", "StorageMath",
            ["CapacityLoss"], note: "of servers, and of virtual machines' memory"),
        Item(
            111, "virtual machines restart, storage heals, the cluster forms anew", "Topology", ["RecoveryWay"],
            note: "whether they restart, and when; the live cluster open"),
        Item(112, "two-way mirror", "StorageMath", ["Resiliency"]),
        Item(113, "three-way mirror", "StorageMath", ["Resiliency"]),
        Item(114, "parity", "StorageMath", ["Resiliency", "LocalReconstructionCode", "ErasureCoder"]),
        Item(
            115, "repair in the background", "StorageMath", ["RebuildPlan"],
            note: "times and limits; of a live cluster open"),
        Item(
            116, "local backup", "Topology", ["Backup.Kind", "RecoveryOutlook"],
            note: "as a kind, and what it outlives; plans open"),
        Item(
            117, "cloud backup", "Topology",
            ["Backup.Kind", "ControlPlaneOperation.backUpToCloud", "ControlPlaneOperation.recoverInCloud"]),
        Item(
            118, "both, with recovery point and time", "Topology", ["RecoveryOutlook", "RecoveryEstimate"]),
        Item(119, "a node fails", "Topology", ["RecoveryScenario.nodeFailure", "RecoveryWay"]),
        Item(
            120, "a cluster fails", "Topology", ["RecoveryScenario.clusterFailure", "RecoveryWay"]),
        Item(
            121, "a site fails", "Topology", ["RecoveryScenario.siteDisaster", "RecoveryWay"]),
    ]

    private static let section12: [Item] = [
        Item(122, "more processors in a node", "Topology", ["ScaleUp"]),
        Item(123, "more memory in a node", "Topology", ["ScaleUp"]),
        Item(
            124, "more drives in a node", "StorageMath", ["Growth", "ScaleUp"],
            note: "capacity, what moves, what is interrupted"),
        Item(125, "faster adapters in a node", "Topology", ["ScaleUp.adapterRates"]),
        Item(126, "adding a node, step by step", "Topology", ["ScaleOutStep"]),
        Item(127, "what a further node adds", "Topology", ["ClusterGrowth"]),
        Item(
            128, "limits of growth; nodes alike", "Topology", ["ClusterGrowth"]),
        Item(129, "beyond 16 nodes: several clusters", "Topology", ["ClusterModel.clusters"]),
        Item(
            130, "one cluster over two sites", "Topology", ["Cluster.Kind"],
            note: "that it is one, and its round trip"),
    ]

    private static let section13: [Item] = [
        Item(131, "cache as a share of capacity", "StorageMath", ["CacheSizing"]),
        Item(132, "which resiliency for which workload", "StorageMath", ["Workload"]),
        Item(133, "deduplication: where it helps and where not", "StorageMath", ["DataReduction"]),
        Item(
            134, "RDMA, MTU and priorities verified on the host, counters watched", "HostTopology",
            ["PlacementRule", "StoragePort"],
            note: "RDMA and MTU of a host, counters by rdmaprobe; priorities are not told by Linux without DCB netlink"),
        Item(
            135, "priorities, VLANs and use of the network", "HealthModel",
            ["ClusterNetwork.vlans", "StorageNetwork.vlan", "TrafficClasses"],
            note: "VLANs and priorities by plan; use open"),
        Item(
            136, "virtual machines spread, affinity rules", "Topology", ["HostedWorkload.Affinity"],
            note: "whether they can stand as they are meant to; where each stands open"),
        Item(
            137, "right size, no contention", "Topology", ["HostedWorkload"],
            note: "by a model; contention on a live cluster open"),
        Item(138, "fault detection, predicted failures, baselines", "HealthModel"),
        Item(
            139, "tools", "HealthModel", ["LogBatch", "LogEvent"],
            note: "events that Event Viewer shows, as XML; the other tools open"),
        Item(
            140, "key figures and their limits", "HealthModel", ["HealthProfile", "ProcessorTime"]),
        Item(
            141, "routine work and its intervals", "HealthModel", ["Backup.testedEvery"],
            note: "trials of backups alone"),
        Item(
            142, "updates node by node, validated, with a way back", "HealthModel",
            note: "what a model says of them is held to rules; their run is open"),
    ]
}
