import ClusterCore
import StorageMath
import Topology

/// Changes for the figures and the kinds of clusters of other profiles than the first that asks a rule.
extension RuleMutation {
    static let profiles: [RuleMutation] = ofClusters + ofNodes + ofNetworks + ofOperation

    private static let ofClusters: [RuleMutation] = [
        RuleMutation("cluster.nodes") { $0.clusters[0].nodes[0].count = 17 }.given {
            $0.enlarge()
            $0.clusters[0].nodes[0].count = 16
        },
        RuleMutation("cluster.nodes", .lowCapacity) { $0.clusters[0].nodes[0].count = 4 }.given {
            $0.enlarge()
            $0.clusters[0].nodes[0].count = 3
            // Two links to each of three other nodes, as fast as is advised for four.
            $0.changeAdapter("storage") { ($0.ports, $0.rate) = (6, try? rate("25Gbps")) }
        },
        // 65 nodes are more than their racks may share, however many there are.
        RuleMutation("cluster.nodes", .disaggregated, implies: ["cluster.racks"]) {
            $0.clusters[0].nodes[at: 3]?.count = 17
        }.given {
            $0.enlarge()
            $0.clusters[0].nodes[0].count = 16
            for number in 2...4 { $0.addRack(number, holding: 16) }
        },
        RuleMutation("cluster.racks", .disaggregated) { $0.clusters[0].nodes[0].count = 17 }.given {
            $0.enlarge()
            $0.clusters[0].nodes[0].count = 16
        },
        RuleMutation("cluster.racks", .rackAware2) { $0.clusters[0].nodes[at: 2]?.rack = "rack3" }.given {
            guard var south = $0.clusters[0].nodes.last, var rack = $0.racks?.last else { return }
            $0.clusters[0].nodes[1].count = 1
            (south.count, south.prefix, south.unit) = (1, "other", 11)
            $0.clusters[0].nodes.append(south)
            rack.name = "rack3"
            $0.racks?.append(rack)
        },
        // A cluster of one of these kinds is none of them once it is stretched.
        RuleMutation("cluster.stretched", .rackAware2, implies: ["cluster.kind"]) { $0.clusters[0].kind = .stretched },
        RuleMutation("cluster.alike_advised", .lowCapacity) {
            $0.templates["other"]?.memory?.size = ByteCount(bytes: 96_000_000_000)
        }.given { $0.splitLastNode() },
        RuleMutation("cluster.witness") { $0.clusters[0].witness?.kind = .none }.given {
            $0.clusters[0].nodes[0].count = 2
            $0.change(count: 2)
        },
        RuleMutation("cluster.witness", .rackAware2) { $0.clusters[0].witness?.kind = .none }.given {
            for index in $0.clusters[0].nodes.indices { $0.clusters[0].nodes[index].count = 1 }
            $0.change(count: 2)
        },
        RuleMutation("cluster.witness_advised", .disaggregated) { $0.clusters[0].witness?.kind = .none }.given {
            $0.clusters[0].nodes[0].count = 4
            $0.change(count: 4)
        },
        RuleMutation("cluster.witness_advised", .lowCapacity) { $0.clusters[0].witness?.kind = .none }.given {
            $0.clusters[0].nodes[0].count = 3
            $0.changeAdapter("storage") { $0.ports = 4 }
        },
        // As many machines as nodes, each with a little more than what the others have room for.
        RuleMutation("cluster.headroom", .disaggregated) {
            $0.clusters[0].workloads?[at: 0]?.memory = try size("407GB")
        },
        RuleMutation("cluster.headroom", .sixteen) { $0.clusters[0].workloads?[at: 0]?.memory = try size("436GB") },
        RuleMutation("cluster.headroom", .disconnected) {
            $0.clusters[0].workloads?[at: 0]?.memory = try size("310GB")
        }.given { $0.change(count: 3) },
        RuleMutation("cluster.headroom", .lowCapacity) { $0.clusters[0].workloads?[at: 0]?.memory = try size("25GB") },
        RuleMutation("workload.per_node", .lowCapacity) { $0.change(count: 32 * $0.nodeCount + 1) }.given {
            $0.clusters[0].workloads?[at: 0]?.processors = 64
            $0.change(count: 32 * $0.nodeCount)
            $0.clusters[0].workloads?[at: 0]?.memory = try size("100MB")
            $0.clusters[0].workloads?[at: 0]?.affinity = HostedWorkload.Affinity.none
        },
        // Of two nodes one is what the other must be able to hold.
        RuleMutation("workload.together", .lowCapacity, implies: ["cluster.headroom"]) { $0.change(count: 13) }.given {
            $0.clusters[0].workloads?[at: 0]?.affinity = .sameNode
            $0.change(count: 12)
        },
    ]

    private static let ofNodes: [RuleMutation] = [
        RuleMutation("node.memory", .four) {
            $0.changeTemplate { $0.memory?.size = ByteCount(bytes: 31_999_999_999) }
        }.given {
            $0.clusters[0].hostMemory = try size("1GB")
            $0.clusters[0].workloads?[at: 0]?.memory = try size("1GB")
        },
        // 300 cores are more than the class has, too.
        RuleMutation("node.logical_processors", .lowCapacity, implies: ["node.cores"]) {
            $0.changeTemplate { $0.processor?.cores = 300 }
        },
        RuleMutation("node.system_drives", .four) {
            $0.changeTemplate { $0.drives?.system = try? DriveList(parsing: "2x199GB:ssd") }
        },
        RuleMutation("node.adapters", .four) { $0.changeAdapter("storage") { $0.ports = 1 } }.given {
            for name in ["lan", "heartbeat"] { $0.changeAdapter(name) { $0.rate = try? rate("1Gbps") } }
        },
        // All traffic on one pair, of which one port alone is a single point of failure.
        RuleMutation("node.adapters", implies: ["network.redundancy"]) {
            $0.changeAdapter("storage") { $0.ports = 1 }
        }.given {
            $0.dropAdapter("lan")
            $0.changeAdapter("storage") { $0.carries = [.management, .storage, .compute] }
            $0.changeAdapter("heartbeat") { $0.rate = try? rate("1Gbps") }
        },
        // What is below 1 Gbit/s carries neither management nor storage.
        RuleMutation("node.adapters", .lowCapacity, implies: ["network.management", "network.storage"]) {
            $0.changeAdapter("lan") { $0.rate = try? rate("999Mbps") }
        }.given {
            $0.dropAdapter("storage")
            $0.changeAdapter("lan") { $0.carries = Traffic.allCases }
        },
        RuleMutation("node.rdma", .disconnected) { $0.changeAdapter("storage") { $0.rdma = RDMATransport.none } }.given
        {
            $0.clusters[0].nodes[0].count = 4
        },
        RuleMutation("node.adapter_vendor", .lowCapacity) {
            $0.changeAdapter("storage") { $0.vendor = "Chelsio" }
        }.given { $0.useRoCE() },
        RuleMutation("storage.drives") {
            $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "2x8TB:ssd") }
        }.given { $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "4x4TB:ssd") } },
        RuleMutation("storage.cache", .four) {
            $0.changeTemplate { $0.drives?.cache = try? DriveList(parsing: "1x3.2TB:nvme") }
        }.given {
            $0.changeTemplate {
                $0.drives?.cache = try? DriveList(parsing: "2x1.6TB:nvme")
                $0.drives?.capacity = try? DriveList(parsing: "6x3.84TB:ssd")
            }
        },
        // The class has no cache at all.
        RuleMutation("storage.cache", .lowCapacity, implies: ["node.cache_tier"]) {
            $0.changeTemplate { $0.drives?.cache = try? DriveList(parsing: "1x1.6TB:nvme") }
        },
        // 402 TB of a server.
        RuleMutation("storage.pool", .four) {
            $0.changeTemplate { $0.drives?.capacity = try? DriveList(parsing: "6x67TB:nvme") }
        },
        RuleMutation("power.capacity", .four) { $0.power?.pdus?[at: 0]?.capacity = Watts(milliwatts: 1_000_000) },
    ]

    private static let ofNetworks: [RuleMutation] = [
        RuleMutation("network.storage", .four, implies: ["network.storage_advised"]) {
            $0.changeAdapter("storage") { $0.rate = try? rate("1Gbps") }
        }.given { $0.changeAdapter("lan") { $0.ports = 4 } },
        RuleMutation("network.storage", .lowCapacity) { $0.changeAdapter("storage") { $0.rate = try? rate("1Gbps") } },
        RuleMutation("network.storage_advised", .disconnected) {
            $0.changeAdapter("storage") { $0.rate = try? rate("10Gbps") }
        }.given { $0.clusters[0].nodes[0].count = 4 },
        RuleMutation("network.traffic", .four) {
            $0.changeAdapter("lan") { $0.carries?.removeAll { $0 == .compute } }
        },
        RuleMutation("network.management") {
            $0.changeAdapter("management") { $0.rate = try? rate("999Mbps") }
        }.given {
            $0.addAdapter("management", like: "lan") { ($0.carries, $0.rate) = ([.management], try? rate("1Gbps")) }
            $0.changeAdapter("lan") { $0.carries?.removeAll { $0 == .management } }
        },
        RuleMutation("network.team_size", .four) { $0.changeAdapter("lan") { $0.ports = 9 } }.given { $0.enlarge() },
        RuleMutation("network.dcb") { $0.changeAdapter("storage") { $0.dcb?.pfcPriority = nil } },
        RuleMutation("network.dcb", .lowCapacity) {
            $0.changeAdapter("storage") { $0.dcb?.pfcPriority = 5 }
        }.given { $0.useRoCE() },
        RuleMutation("network.rdma_vendor", .lowCapacity) {
            $0.changeAdapter("storage") { $0.rdma = .iwarp }
        }.given { $0.useRoCE() },
        RuleMutation("network.one_transport", .lowCapacity) {
            $0.changeAdapter("lan") { $0.carries = [.management, .compute, .storage] }
        }.given {
            $0.useRoCE()
            $0.changeAdapter("lan") { $0.rdma = .iwarp }
        },
        // A second group that carries storage alone, with its cables between the rooms.
        RuleMutation("network.one_transport", .rackAware2) {
            $0.changeAdapter("further") { $0.rdma = .iwarp }
        }.given {
            $0.addAdapter("further", like: "storage") { $0.vendor = "Intel" }
            $0.clusters[0].network?.zoneBandwidth = try rate("200Gbps")
            for port in 45...46 {
                $0.cables?.append(Cable(from: "tor1/\(port)", to: "tor3/\(port)"))
                $0.cables?.append(Cable(from: "tor2/\(port)", to: "tor4/\(port)"))
            }
        },
        RuleMutation("network.link_rate") { $0.changeAdapter("lan") { $0.rate = try? rate("100Gbps") } },
        RuleMutation("network.top_of_rack") { $0.switches?[at: 0]?.role = .management },
        RuleMutation("network.top_of_rack", .disconnected) { $0.switches?[at: 0]?.role = .management }.given {
            $0.clusters[0].nodes[0].count = 4
        },
        RuleMutation("network.switchless", .disaggregated) { $0.changeAdapter("storage") { $0.ports = 1 } }.given {
            $0.clusters[0].nodes[0].count = 2
            $0.change(count: 2)
            $0.clusters[0].nodes[0].cabling?["storage"] = .mesh
        },
        RuleMutation("network.switchless", .disconnected) { $0.changeAdapter("storage") { $0.ports = 3 } }.given {
            $0.changeAdapter("storage") { $0.ports = 4 }
            $0.clusters[0].nodes[0].cabling?["storage"] = .mesh
        },
        // More nodes than may do without switches, whatever their ports.
        RuleMutation("network.switchless", .sixteen) { $0.clusters[0].nodes[0].cabling?["storage"] = .mesh }.given {
            $0.changeAdapter("storage") { $0.ports = 30 }
            $0.enlarge()
        },
        RuleMutation("network.switchless", .rackAware2, implies: ["cluster.zone_links"]) {
            $0.clusters[0].nodes[0].cabling?["storage"] = .mesh
        },
        RuleMutation("switch.management", .four) { $0.switches?[at: 1]?.capabilities?.removeAll { $0 == .lldp } },
        RuleMutation("switch.lossless", .lowCapacity) {
            $0.switches?[at: 0]?.capabilities?.removeAll { $0 == .pfc }
        }.given {
            $0.useRoCE()
            $0.clusters[0].nodes[0].cabling?["storage"] = .switches(["tor1", "tor2"])
        },
    ]

    private static let ofOperation: [RuleMutation] = [
        RuleMutation("site.wan", implies: ["site.wan_advised"]) { $0.sites?[at: 0]?.links?.wan = try rate("999kbps") },
        RuleMutation("site.wan", .disconnected) { $0.sites?[at: 0]?.links?.wan = try rate("9Mbps") }.given {
            $0.clusters[0].controlPlane?.mode = .connected
            $0.sites?[at: 0]?.links?.wan = try rate("100Mbps")
        },
        RuleMutation("control.witness", .four) { $0.clusters[0].witness?.kind = .cloud }.given {
            $0.clusters[0].controlPlane?.mode = .disconnected
            $0.clusters[0].witness?.kind = .fileShare
        },
        RuleMutation("control.witness") { $0.clusters[0].witness?.kind = .cloud }.given { $0.disconnect() },
        RuleMutation("control.updates") { $0.clusters[0].updates?.by = .cloud }.given { $0.disconnect() },
        RuleMutation("control.sync") { $0.clusters[0].controlPlane?.sync?.by = .none }.given { $0.disconnect() },
        RuleMutation("backup.cloud") { $0.clusters[0].backups?[at: 0]?.kind = .cloudBackup }.given { $0.disconnect() },
    ]
}

extension ClusterModel {
    /// Gives racks, power and switches room for many nodes.
    fileprivate mutating func enlarge() {
        changeTemplate { $0.height = 1 }
        givePower("1MW")
        for index in (switches ?? []).indices { switches?[index].ports = 1024 }
    }

    /// A rack of its own for further nodes like the first.
    fileprivate mutating func addRack(_ number: Int, holding count: Int) {
        guard var group = clusters[0].nodes.first, var rack = racks?.first else { return }
        rack.name = "rack\(number)"
        racks?.append(rack)
        (group.count, group.prefix, group.rack) = (count, "rack\(number)node", rack.name)
        clusters[0].nodes.append(group)
    }

    /// Has the adapters of storage do RoCE.
    fileprivate mutating func useRoCE() {
        changeAdapter("storage") {
            ($0.rdma, $0.vendor) = (.roceV2, "NVIDIA")
            $0.dcb = DataCenterBridging(pfcPriority: 3, reservation: .ratio(1, 2))
        }
    }

    fileprivate mutating func dropAdapter(_ name: String) {
        changeTemplate { $0.adapters?.removeAll { $0.name == name } }
        for index in clusters[0].nodes.indices { clusters[0].nodes[index].cabling?[name] = nil }
    }

    /// A group of adapters like another one, cabled as that one is.
    fileprivate mutating func addAdapter(_ name: String, like other: String, _ body: (inout AdapterGroup) -> Void) {
        changeTemplate { template in
            guard var adapter = template.adapters?.first(where: { $0.name == other }) else { return }
            adapter.name = name
            body(&adapter)
            template.adapters?.append(adapter)
        }
        for index in clusters[0].nodes.indices {
            let switches = clusters[0].nodes[index].cabling?[other]
            clusters[0].nodes[index].cabling?[name] = switches
        }
    }

    /// A cluster like the first at another site, to which the first is copied, beside a backup on its own premises.
    mutating func copyToAnotherSite() {
        guard var site = sites?.first, var rack = racks?.first else { return }
        givePower("1MW")
        site.name = "far"
        (rack.name, rack.site) = ("far", "far")
        sites?.append(site)
        racks?.append(rack)
        var other = clusters[0]
        other.name = "c2"
        (other.nodes[0].prefix, other.nodes[0].rack) = ("far", "far")
        clusters.append(other)
        var copy = Backup(kind: .secondaryCluster, to: "c2")
        copy.testedEvery = .seconds(30 * 86400)
        clusters[0].backups = [copy]
    }

    /// Governs the first cluster without a cloud, with all that such a cluster needs.
    fileprivate mutating func disconnect() {
        var local = clusters[0].backups?.first
        local?.kind = .localSoftware
        copyToAnotherSite()
        if let local { clusters[0].backups?.insert(local, at: 0) }
        clusters[0].controlPlane = ControlPlane(
            mode: .disconnected, sync: ControlPlane.Sync(by: .portableMedia, every: .seconds(30 * 86400)))
        clusters[0].updates?.by = .manual
        clusters[0].witness = Witness(kind: .fileShare, site: "main")
    }
}
