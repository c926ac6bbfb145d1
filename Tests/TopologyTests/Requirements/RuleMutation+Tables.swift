import ClusterCore
import StorageMath
import Topology

/// The changes, a table for each kind of rule.
extension RuleMutation {
    static let cluster: [RuleMutation] = [
        RuleMutation("cluster.nodes", .sixteen) { $0.clusters[0].nodes[0].count = 17 },
        RuleMutation("cluster.nodes", .disconnected) { $0.clusters[0].nodes[0].count = 2 },
        RuleMutation("cluster.nodes", .rackAware4, implies: ["cluster.zones"]) {
            $0.clusters[0].nodes[at: 1]?.count = 3
        },
        RuleMutation("cluster.production_nodes", implies: ["workload.apart"]) { $0.clusters[0].nodes[0].count = 1 },
        RuleMutation("cluster.alike") {
            $0.templates["other"]?.model = "PowerEdge R750"
        }.given { $0.splitLastNode() },
        RuleMutation("cluster.alike", .four) {
            $0.templates["other"]?.processor?.cores = 24
        }.given { $0.splitLastNode() },
        RuleMutation("cluster.alike_advised", .four) {
            $0.templates["other"]?.memory?.size = ByteCount(bytes: 640_000_000_000)
        }.given { $0.splitLastNode() },
        RuleMutation("cluster.witness", .two) { $0.clusters[0].witness?.kind = .none },
        RuleMutation("cluster.witness_kind", .two) { $0.clusters[0].witness?.kind = .disk },
        RuleMutation("cluster.witness_kind", .eight) { $0.clusters[0].witness?.kind = .disk },
        RuleMutation("cluster.kind", .four) { $0.clusters[0].kind = .lowCapacity },
        RuleMutation("cluster.kind", .lowCapacity) { $0.clusters[0].kind = .hyperconverged },
        RuleMutation("cluster.kind", .rackAware2) { $0.clusters[0].kind = .hyperconverged },
        RuleMutation("cluster.racks", .four) {
            $0.clusters[0].nodes[at: 1]?.rack = "rack2"
        }.given { $0.moveLastNode(to: "rack2", stays: true) },
        // Higher up than the other zone's nodes, so that nothing stands in one place.
        RuleMutation("cluster.zone_places", .rackAware2) {
            $0.clusters[0].nodes[at: 1]?.rack = "rack1"
        }.given { $0.clusters[0].nodes[at: 1]?.unit = 11 },
        RuleMutation("cluster.zone_links", .rackAware2) { _ = $0.cables?.popLast() },
        RuleMutation("cluster.witness_advised", .four) { $0.clusters[0].witness?.kind = .none },
        RuleMutation("cluster.stretched", .four) { $0.clusters[0].kind = .stretched },
        RuleMutation("cluster.zones", .rackAware4) { $0.clusters[0].nodes[at: 1]?.count = 2 },
        RuleMutation("cluster.zone_round_trip", .rackAware2) {
            $0.clusters[0].network?.zoneRoundTrip = .microseconds(1001)
        },
        RuleMutation("cluster.zone_bandwidth", .rackAware2) {
            $0.clusters[0].network?.zoneBandwidth = try rate("99Gbps")
        },
        RuleMutation("cluster.drives", implies: ["storage.drives", "storage.cache"]) {
            $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "100x1.92TB:ssd") }
        },
        // Four times 349 GB are more than three times 464 GB.
        RuleMutation("cluster.headroom") { $0.clusters[0].workloads?[at: 0]?.memory = try size("349GB") },
    ]

    static let node: [RuleMutation] = [
        RuleMutation("node.virtualization") {
            $0.changeTemplate { $0.processor?.features?.removeAll { $0 == .virtualization } }
        },
        RuleMutation("node.virtualization") {
            $0.changeTemplate { $0.processor?.features?.removeAll { $0 == .x86 } }
        },
        RuleMutation("node.slat") { $0.changeTemplate { $0.processor?.features?.removeAll { $0 == .slat } } },
        RuleMutation("node.security_features") {
            $0.changeTemplate { $0.processor?.features?.removeAll { $0 == .noExecute } }
        },
        RuleMutation("node.cores") { $0.changeTemplate { $0.processor?.cores = 7 } },
        RuleMutation("node.cores", .disconnected) { $0.changeTemplate { $0.processor?.cores = 11 } },
        RuleMutation("node.cores", .lowCapacity) { $0.changeTemplate { $0.processor?.cores = 15 } },
        // 600 cores are too many, whatever their threads.
        RuleMutation("node.logical_processors", .four) { $0.changeTemplate { $0.processor?.cores = 300 } },
        RuleMutation("node.processor_family") { $0.changeTemplate { $0.processor?.family = "Intel Core" } },
        RuleMutation("node.memory", .lowCapacity) {
            $0.changeTemplate { $0.memory?.size = ByteCount(bytes: 31_999_999_999) }
        },
        RuleMutation("node.memory", implies: ["node.memory_advised"]) {
            $0.changeTemplate { $0.memory?.size = ByteCount(bytes: 127_999_999_999) }
        },
        RuleMutation("node.memory", .lowCapacity) {
            $0.changeTemplate { $0.memory?.size = ByteCount(bytes: 128_000_000_001) }
        },
        RuleMutation("node.memory_advised") {
            $0.changeTemplate { $0.memory?.size = ByteCount(bytes: 511_999_999_999) }
        },
        RuleMutation("node.memory_advised") {
            $0.changeTemplate { $0.memory?.size = ByteCount(bytes: 6_000_000_000_001) }
        },
        RuleMutation("node.gpu_memory", .four) {
            $0.changeTemplate { $0.gpuMemory = ByteCount(bytes: 192_000_000_001) }
        },
        RuleMutation("node.ecc") { $0.changeTemplate { $0.memory?.ecc = false } },
        RuleMutation("node.adapters", .rackAware2) { $0.changeAdapter("lan") { $0.ports = 1 } },
        // With storage behind Fibre Channel four ports are left, and three are too few.
        RuleMutation(
            "node.adapters", .disaggregated
        ) { $0.changeAdapter("lan") { $0.ports = 1 } }.given {
            $0.changeTemplate { $0.adapters?.removeAll { $0.name == "storage" } }
            $0.clusters[0].nodes[0].cabling?["storage"] = nil
        },
        RuleMutation("network.traffic", .disaggregated) { $0.changeAdapter("cluster") { $0.carries = [] } },
        RuleMutation("node.rdma", .four) { $0.changeAdapter("storage") { $0.rdma = RDMATransport.none } },
        RuleMutation("node.adapter_vendor") { $0.changeAdapter("storage") { $0.vendor = "Chelsio" } },
        RuleMutation("node.uefi") { $0.changeTemplate { $0.firmware?.uefi = "2.3.1b" } },
        RuleMutation("node.secure_boot") { $0.changeTemplate { $0.firmware?.secureBoot = false } },
        RuleMutation("node.tpm") { $0.changeTemplate { $0.tpm = "1.2" } },
        RuleMutation("node.tpm", .four) { $0.changeTemplate { $0.tpm = "none" } },
        RuleMutation("node.power_supplies", implies: ["power.redundancy"]) { $0.changeTemplate { $0.supplies = 1 } },
        RuleMutation("node.bmc") { $0.changeTemplate { $0.bmc = "none" } },
        RuleMutation("node.vendor") { $0.changeTemplate { $0.vendor = "Dellicious" } },
        RuleMutation("node.validated") { $0.changeTemplate { $0.validated = false } },
    ]

    static let drives: [RuleMutation] = [
        RuleMutation("node.system_drives") {
            $0.changeTemplate { $0.drives?.system = try? DriveList(parsing: "2x239GB:ssd") }
        },
        RuleMutation("node.system_drives") { $0.changeTemplate { $0.drives?.systemMirrored = false } },
        RuleMutation(
            "node.system_drives", .four
        ) {
            $0.changeTemplate { $0.drives?.system = try? DriveList(parsing: "2x399GB:ssd") }
        }.given { $0.changeTemplate { $0.memory?.size = ByteCount(bytes: 768_000_000_001) } },
        RuleMutation("node.system_drives") {
            $0.changeTemplate { $0.drives?.system = try? DriveList(parsing: "2x480GB:hdd") }
        },
        RuleMutation("node.cache_tier") { $0.changeTemplate { $0.drives?.cache = DriveList([]) } },
        RuleMutation("node.cache_tier", .four) {
            $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "6x4TB:hdd") }
        },
        RuleMutation("node.cache_tier", .one) {
            $0.changeTemplate { $0.drives?.cache = try? DriveList(parsing: "2x1.6TB:nvme") }
        },
        RuleMutation("node.drive_controller", .four) { $0.changeTemplate { $0.drives?.controller = .raid } },
        RuleMutation("node.power_loss_protection", .four) {
            $0.changeTemplate { $0.drives?.powerLossProtection = false }
        },
        RuleMutation("node.capacity", .disconnected) {
            $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "3x640GB:nvme") }
        },
        RuleMutation("storage.drives", .lowCapacity) {
            $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "2x999GB:nvme") }
        },
        RuleMutation("storage.drives", .four) {
            $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "6x499GB:nvme") }
        },
        RuleMutation("storage.cache") {
            $0.changeTemplate { $0.drives?.cache = try? DriveList(parsing: "2x1.6TB:ssd") }
        },
        RuleMutation("storage.pool", .sixteen) {
            $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "27x3.84TB:nvme") }
        },
        RuleMutation("node.all_flash", .rackAware2) {
            $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "6x3.84TB:hdd") }
        },
    ]

    static let place: [RuleMutation] = [
        RuleMutation("rack.space") { $0.racks?[at: 0]?.units = 41 },
        // Nodes in the units of the switches, and above the rack.
        RuleMutation("rack.space", .four) { $0.clusters[0].nodes[0].unit = 41 },
        RuleMutation("rack.standard_height") { $0.racks?[at: 0]?.units = 43 },
        RuleMutation("rack.space") { $0.clusters[0].nodes[0].unit = 34 },
        RuleMutation("rack.node_height") { $0.changeTemplate { $0.height = 3 } },
        RuleMutation("rack.growth") { $0.racks?[at: 0]?.reservedUnits = 1 },
        RuleMutation("rack.airflow") { $0.switches?[at: 0]?.airflow = .backToFront },
        RuleMutation("rack.cables") { $0.racks?[at: 0]?.cablesLeaveAirflow = false },
        RuleMutation("site.temperature") { $0.sites?[at: 0]?.ambient?.highest = Celsius(millidegrees: 35_001) },
        RuleMutation("site.temperature") { $0.sites?[at: 0]?.ambient?.lowest = Celsius(millidegrees: 9_999) },
        RuleMutation("site.aisles") { $0.sites?[at: 0]?.separateAisles = false },
        RuleMutation("site.monitoring") { $0.sites?[at: 0]?.monitors = [.temperature] },
        RuleMutation("site.links") { $0.sites?[at: 0]?.links?.outOfBand = false },
        RuleMutation("site.links") { $0.sites?[at: 0]?.links?.internet = false },
        RuleMutation("site.wan", .four) { $0.sites?[at: 0]?.links?.wan = try rate("9Mbps") },
        RuleMutation("site.wan_advised") { $0.sites?[at: 0]?.links?.wan = try rate("49Mbps") },
        RuleMutation("site.region_round_trip", implies: ["site.region_round_trip_advised"]) {
            $0.sites?[at: 0]?.links?.regionRoundTrip = .milliseconds(250)
        },
        RuleMutation("site.region_round_trip_advised") {
            $0.sites?[at: 0]?.links?.regionRoundTrip = .milliseconds(150)
        },
    ]

    static let power: [RuleMutation] = [
        RuleMutation("power.draw") { $0.changeTemplate { $0.draw?.typical = Watts(milliwatts: 299_999) } },
        RuleMutation("power.draw") { $0.changeTemplate { $0.draw?.most = Watts(milliwatts: 1_199_999) } },
        RuleMutation("power.draw") { $0.changeTemplate { $0.draw?.typical = Watts(milliwatts: 800_001) } },
        RuleMutation("power.capacity") { $0.power?.pdus?[at: 0]?.capacity = Watts(milliwatts: 5_449_999) },
        RuleMutation("power.capacity", .four) { $0.changeTemplate { $0.draw?.most = Watts(milliwatts: 1_087_501) } },
        RuleMutation("power.redundancy") { $0.power?.pdus?[at: 1]?.source = "ups-a" },
        // One UPS before one side is enough, and none is not.
        RuleMutation("power.ups") {
            $0.power?.pdus?[at: 0]?.source = "feed-a"
        }.given { $0.power?.pdus?[at: 1]?.source = "feed-b" },
        // 4800 W of nodes, two switches of 20 W and one of 150 W.
        RuleMutation("power.cluster") { $0.switches?[at: 0]?.draw?.most = Watts(milliwatts: 20_000) },
        RuleMutation("power.runtime") { $0.power?.ups?[at: 0]?.runtime = .seconds(599) },
        RuleMutation("power.monitoring") { $0.power?.pdus?[at: 0]?.monitored = false },
    ]

    static let network: [RuleMutation] = [
        RuleMutation(
            "network.top_of_rack", .four
        ) {
            $0.clusters[0].nodes[0].cabling?["storage"] = .switches(["tor1"])
        }.given { $0.clusters[0].nodes[0].cabling?["lan"] = .switches(["tor1"]) },
        RuleMutation("network.management_switch") { $0.clusters[0].nodes[0].cabling?["bmc"] = .switches(["tor1"]) },
        RuleMutation("network.redundancy") { $0.changeAdapter("storage") { $0.cards = 1 } },
        RuleMutation("network.redundancy") { $0.clusters[0].nodes[0].cabling?["storage"] = .switches(["tor2"]) },
        RuleMutation("network.traffic") { $0.changeAdapter("heartbeat") { $0.carries = [] } },
        RuleMutation("network.management", .four) { $0.changeAdapter("lan") { $0.rate = try? rate("999Mbps") } },
        RuleMutation("network.storage") { $0.changeAdapter("storage") { $0.rate = try? rate("10Gbps") } },
        RuleMutation("network.storage_advised", .four) {
            $0.changeAdapter("storage") { $0.rate = try? rate("10Gbps") }
        },
        RuleMutation("network.compute") { $0.changeAdapter("lan") { $0.rate = try? rate("1Gbps") } },
        RuleMutation("network.cluster") { $0.changeAdapter("heartbeat") { $0.carries = [.cluster, .management] } },
        // Four nodes may have all traffic on the same ports, and five may not.
        RuleMutation(
            "network.converged"
        ) { $0.clusters[0].nodes[0].count = 5 }.given {
            $0.changeAdapter("lan") { $0.carries = [] }
            $0.changeAdapter("storage") { $0.carries = [.management, .storage, .compute] }
        },
        RuleMutation("network.storage_dedicated", .rackAware2) {
            $0.changeAdapter("storage") { $0.carries = [.storage, .compute] }
        },
        RuleMutation("network.vlans") {
            $0.clusters[0].network?.vlans?["storage"] = [711, 10]
        },
        RuleMutation("network.vlans") { $0.clusters[0].network?.vlans?["storage"] = [711, 0] },
        RuleMutation("network.teaming", .four) { $0.clusters[0].network?.teaming = .lacp },
        RuleMutation("network.transport", .four) { $0.changeAdapter("storage") { $0.rdma = .infiniband } },
        // A second group for storage, which does iWARP, on every node.
        RuleMutation("network.one_transport", .four) {
            $0.changeAdapter("lan") { $0.carries = [.management, .compute, .storage] }
        }.given { $0.changeAdapter("lan") { $0.rdma = .iwarp } },
        RuleMutation("network.rdma_vendor", .four) { $0.changeAdapter("storage") { $0.rdma = .iwarp } },
        RuleMutation("network.live_migrations", .four) { $0.clusters[0].network?.liveMigrations = 11 },
        RuleMutation("network.team_size", .four) { $0.changeAdapter("lan") { $0.ports = 9 } },
        RuleMutation("network.dcb", .four) { $0.changeAdapter("storage") { $0.dcb?.pfcPriority = 5 } },
        RuleMutation("network.dcb", .four) { $0.changeAdapter("storage") { $0.dcb?.reservation = .ratio(49, 100) } },
        RuleMutation("network.link_rate", .four) { $0.switches?[at: 0]?.rate = try rate("10Gbps") },
        RuleMutation("network.switchless", .two) { $0.changeAdapter("storage") { $0.ports = 1 } },
    ]

    static let switches: [RuleMutation] = [
        RuleMutation("switch.ports") { $0.switches?[at: 0]?.ports = 11 },
        // Few cables, and one of them in a port that is not there.
        RuleMutation("switch.ports", .four) { $0.cables = [Cable(from: "tor1/49", to: "tor2/48")] },
        RuleMutation("switch.line_rate") { $0.switches?[at: 0]?.lineRate = false },
        RuleMutation("switch.latency") { $0.switches?[at: 0]?.latency = .microseconds(5) },
        RuleMutation("switch.lossless") { $0.switches?[at: 0]?.capabilities?.removeAll { $0 == .pfc } },
        RuleMutation("switch.mtu") { $0.switches?[at: 0]?.mtu = 8999 },
        RuleMutation("switch.dhcp_relay", .four) { $0.switches?[at: 0]?.capabilities?.removeAll { $0 == .dhcpRelay } },
        RuleMutation("switch.management") { $0.switches?[at: 1]?.capabilities?.removeAll { $0 == .lacp } },
        RuleMutation("switch.vendor") { $0.switches?[at: 0]?.vendor = "Acme" },
    ]

    static let operation: [RuleMutation] = [
        RuleMutation("control.updates", .disconnected) { $0.clusters[0].updates?.by = .cloud },
        RuleMutation("updates.rolling") { $0.clusters[0].updates?.rolling = false },
        RuleMutation("updates.rollback") { $0.clusters[0].updates?.rollback = false },
        RuleMutation("updates.regular") { $0.clusters[0].updates?.every = .seconds(32 * 86400) },
        RuleMutation("control.witness", .disconnected) { $0.clusters[0].witness?.kind = .cloud },
        RuleMutation("control.sync", .disconnected) { $0.clusters[0].controlPlane?.sync?.by = .none },
        RuleMutation("backup.some", .disconnected) { $0.clusters[0].backups = [] },
        RuleMutation("backup.some", implies: ["recovery.cluster", "recovery.site", "recovery.hybrid"]) {
            $0.clusters[0].backups = []
        }.given { $0.copyToAnotherSite() },
        RuleMutation("backup.cloud", .disconnected) { $0.clusters[0].backups?[at: 0]?.kind = .cloudBackup },
        RuleMutation("backup.tested") { $0.clusters[0].backups?[at: 0]?.testedEvery = nil },
        RuleMutation("backup.tested", .four) { $0.clusters[0].backups?[at: 0]?.testedEvery = .seconds(32 * 86400) },
        RuleMutation("backup.consistent") { $0.clusters[0].backups?[at: 0]?.consistency = .crash },
        RuleMutation("backup.scheduled") { $0.clusters[0].backups?[at: 0]?.every = .seconds(25 * 3600) },
        RuleMutation("backup.retention") { $0.clusters[0].backups?[at: 0]?.retention = .seconds(12 * 3600) },
        RuleMutation("backup.encrypted") { $0.clusters[0].backups?[at: 0]?.encrypted = [.inTransit] },
        RuleMutation("backup.redundant") { $0.clusters[0].backups?[at: 0]?.redundancy = .local },
    ]

    static let workloads: [RuleMutation] = [
        RuleMutation("workload.size", .four) { $0.clusters[0].workloads?[at: 0]?.processors = 241 },
        RuleMutation("workload.size", .four) {
            $0.clusters[0].workloads?[at: 0]?.processors = 65
        }.given { $0.clusters[0].workloads?[at: 0]?.generation = 1 },
        RuleMutation("workload.size", .four) { $0.clusters[0].workloads?[at: 0]?.disks = 257 },
        // 2048 processors on each of four nodes and no more, in machines that may stand anywhere.
        RuleMutation(
            "workload.per_node", .four
        ) { $0.change(count: 32 * $0.nodeCount + 1) }.given {
            $0.clusters[0].workloads?[at: 0]?.processors = 64
            $0.change(count: 32 * $0.nodeCount)
            $0.clusters[0].workloads?[at: 0]?.memory = try size("1GB")
            $0.clusters[0].workloads?[at: 0]?.affinity = HostedWorkload.Affinity.none
        },
        // 12 TB and a little more, on nodes that would have them.
        RuleMutation(
            "workload.size", .four
        ) { $0.clusters[0].workloads?[at: 0]?.memory = ByteCount(bytes: 12_000_000_000_001) }.given {
            $0.changeTemplate { $0.memory?.size = ByteCount(bytes: 20_000_000_000_000) }
        },
        // 512 GB less the 48 GB that the host keeps.
        RuleMutation("workload.fits", .four) {
            $0.clusters[0].workloads?[at: 0]?.memory = try size("465GB")
        }.given { $0.clusters[0].workloads?[at: 0]?.count = 2 },
        RuleMutation("workload.fits") {
            $0.clusters[0].workloads?[at: 0]?.memory = try size("465GB")
        }.given { $0.clusters[0].workloads?[at: 0]?.leastMemory = try size("1GB") },
        RuleMutation("workload.apart", .four) { $0.change(count: $0.nodeCount + 1) },
        RuleMutation("workload.apart", .four) { $0.clusters[0].workloads?[at: 0]?.affinity = .differentZones },
        RuleMutation(
            "workload.apart", .rackAware2
        ) { $0.clusters[0].workloads?[at: 0]?.count = 3 }.given {
            $0.clusters[0].workloads?[at: 0]?.affinity = .differentZones
            $0.clusters[0].workloads?[at: 0]?.count = 2
        },
        // 14 of 32 GB have 464 GB together, and 15 have not.
        RuleMutation(
            "workload.together", .sixteen
        ) { $0.clusters[0].workloads?[at: 0]?.count = 15 }.given {
            $0.clusters[0].workloads?[at: 0]?.affinity = .sameNode
            $0.clusters[0].workloads?[at: 0]?.count = 14
        },
        RuleMutation(
            "workload.together", .rackAware2
        ) { $0.clusters[0].workloads?[at: 0]?.count = 30 }.given {
            $0.clusters[0].workloads?[at: 0]?.affinity = .sameZone
            $0.clusters[0].workloads?[at: 0]?.count = 29
        },
    ]

    static let recovery: [RuleMutation] = [
        RuleMutation("recovery.hybrid") { $0.clusters[0].backups = $0.clusters[0].backups?.dropLast() },
        RuleMutation("recovery.site", implies: ["recovery.hybrid"]) {
            $0.clusters[0].backups = ($0.clusters[0].backups?.dropFirst()).map(Array.init)
        },
        RuleMutation("recovery.cluster", implies: ["backup.some", "recovery.site", "recovery.hybrid"]) {
            $0.clusters[0].backups = []
        }.given { $0.copyToAnotherSite() },
    ]
}
