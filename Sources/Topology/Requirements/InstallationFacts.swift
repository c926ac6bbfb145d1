import ClusterCore

/// What rules ask of an installation again and again, gathered once.
struct InstallationFacts {
    let installation: Installation
    let templateUses: [TemplateUse]
    let switches: [String: NetworkSwitch]
    /// The cables at each device.
    let links: [String: [Link]]
    let cords: [String: [PowerCord]]
    /// Where each UPS and PDU hangs, by name.
    let powerUnits: [String: PowerUnit]
    let upsNames: Set<String>
    private let racks: [String: Rack]
    private let useOfNode: [String: Int]

    init(_ installation: Installation) {
        self.installation = installation
        var uses: [TemplateUse] = []
        for cluster in installation.clusters {
            var order: [String] = []
            var nodes: [String: [ClusterNode]] = [:]
            for node in cluster.nodes {
                if nodes[node.template] == nil { order.append(node.template) }
                nodes[node.template, default: []].append(node)
            }
            uses += order.compactMap { name in
                guard let own = nodes[name], let first = own.first else { return nil }
                return TemplateUse(cluster: cluster, name: name, hardware: first.hardware, nodes: own)
            }
        }
        templateUses = uses
        var useOfNode: [String: Int] = [:]
        for (index, use) in uses.enumerated() { for node in use.nodes { useOfNode[node.name] = index } }
        self.useOfNode = useOfNode
        switches = Dictionary(installation.switches.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var links: [String: [Link]] = [:]
        for link in installation.cables {
            links[link.from.device, default: []].append(link)
            links[link.to.device, default: []].append(link)
        }
        self.links = links
        cords = Dictionary(grouping: installation.cords, by: \.device)
        powerUnits = Dictionary(
            (installation.ups + installation.pdus).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        upsNames = Set(installation.ups.map(\.name))
        racks = Dictionary(installation.racks.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether the ports of every node are known: without, cables may be missing here that are there.
    var knowsPorts: Bool {
        templateUses.allSatisfy { $0.hardware.adapters?.allSatisfy { $0.ports != nil } == true }
    }

    /// Whether it is written where the ports of every group of adapters lead, too.
    var knowsCables: Bool {
        templateUses.allSatisfy { use in
            use.hardware.adapters?.allSatisfy { adapter in
                guard let ports = adapter.ports else { return false }
                return ports == 0 || use.nodes.allSatisfy { !ends(of: $0.name, group: adapter.name).isEmpty }
            } == true
        }
    }

    /// Whether it is known where every node, switch, UPS and PDU hangs: without, a unit may carry more than is seen here.
    var knowsPower: Bool {
        powerUnits.values.allSatisfy { $0.source != nil }
            && installation.nodes.allSatisfy { cords[$0.name] != nil }
            && installation.switches.allSatisfy { cords[$0.name] != nil }
    }

    /// Whether it is known in which rack every node and switch is.
    var knowsRacks: Bool {
        installation.nodes.allSatisfy { $0.rack != nil } && installation.switches.allSatisfy { $0.hardware.rack != nil }
    }

    /// The units of power from a PDU to the feed, the PDU first; `nil` at the end where a source is not known.
    func chain(from pdu: String) -> [String?] {
        var chain: [String?] = [pdu]
        var name = pdu
        // No circle: the writer refused those.
        while let unit = powerUnits[name] {
            guard let source = unit.source else { return chain + [nil] }
            chain.append(source)
            name = source
        }
        return chain
    }

    /// The far ends of the cables of a group of adapters of a node, with the node's port.
    func ends(of node: String, group: String) -> [(port: PortAddress, far: PortAddress)] {
        (links[node] ?? []).compactMap { link in
            let (own, far) = link.from.device == node ? (link.from, link.to) : (link.to, link.from)
            return own.group == group ? (own, far) : nil
        }
    }

    /// What a port carries, of a switch or of a node's adapter; `nil` where that is not known.
    func rate(of port: PortAddress) -> BitRate? {
        if let item = switches[port.device] { return item.hardware.rate }
        return use(of: port.device)?.hardware.adapters?.first { $0.name == port.group }?.rate
    }

    /// Whether a switch carries a kind of traffic of any cluster, or `nil` where it is not known what a cable carries.
    func carries(_ traffic: Traffic, _ name: String) -> Bool? {
        var carries: Bool? = false
        for link in links[name] ?? [] {
            let node = link.from.device == name ? link.to : link.from
            guard let adapter = use(of: node.device)?.hardware.adapters?.first(where: { $0.name == node.group }) else {
                continue
            }
            switch adapter.carries(traffic) {
            case true?: return true
            case false?: continue
            case nil: carries = nil
            }
        }
        return carries
    }

    /// The transports of storage adapters that end at a switch.
    func storageTransports(at name: String) -> Set<RDMATransport> {
        var found: Set<RDMATransport> = []
        for link in links[name] ?? [] {
            let node = link.from.device == name ? link.to : link.from
            guard let use = use(of: node.device) else { continue }
            for adapter in use.hardware.adapters ?? []
            where adapter.name == node.group && adapter.carries(.storage) == true {
                if let rdma = adapter.rdma { found.insert(rdma) }
            }
        }
        return found
    }

    /// Whether storage of a cluster goes over RoCE on some node, or `nil` where that is not known of one.
    func usesRoCE(_ cluster: InstalledCluster) -> Bool? {
        let lists = templateUses.filter { $0.cluster.name == cluster.name }.map { $0.adapters(carrying: .storage) }
        let adapters = lists.flatMap { $0 ?? [] }
        if adapters.contains(where: { $0.rdma == .roceV2 }) { return true }
        return lists.contains(nil) || adapters.contains { $0.rdma == nil } ? nil : false
    }

    /// Whether a storage adapter ends at a switch of which it is not known how it does RDMA.
    func hasUnknownTransport(at name: String) -> Bool {
        (links[name] ?? []).contains { link in
            let node = link.from.device == name ? link.to : link.from
            return use(of: node.device)?.hardware.adapters?.contains {
                $0.name == node.group && $0.carries(.storage) == true && $0.rdma == nil
            } == true
        }
    }

    /// What a node is made of and whose it is.
    func use(of node: String) -> TemplateUse? { useOfNode[node].map { templateUses[$0] } }

    func rack(_ name: String?) -> Rack? { name.flatMap { racks[$0] } }
}

/// Nodes of one template in one cluster.
struct TemplateUse {
    let cluster: InstalledCluster
    let name: String
    let hardware: NodeTemplate
    let nodes: [ClusterNode]

    init(cluster: InstalledCluster, name: String, hardware: NodeTemplate, nodes: [ClusterNode]) {
        self.cluster = cluster
        self.name = name
        self.hardware = hardware
        self.nodes = nodes
    }

    var subject: ComponentIdentifier { cluster.identifier.appending("template", name) }

    /// Which nodes it is about, as evidence.
    var evidence: Evidence {
        let first = nodes.first?.name ?? ""
        let words = nodes.count == 1 ? first : "\(first) to \(nodes.last?.name ?? ""), \(nodes.count) in all"
        return Evidence(source: "nodes", value: words)
    }

    /// The adapters that carry a kind of traffic, or `nil` where that is not known of any.
    func adapters(carrying traffic: Traffic) -> [AdapterGroup]? {
        guard let adapters = hardware.adapters else { return nil }
        let carrying = adapters.filter { $0.carries(traffic) == true }
        return carrying.isEmpty && adapters.contains { $0.carries == nil } ? nil : carrying
    }
}
