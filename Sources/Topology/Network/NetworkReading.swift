public import ClusterCore

/// What a model says of a cluster's network, as the demand that a plan is made from, and the plan.
///
/// A plan needs an answer to every question. What the model leaves open is taken as usual and told as a finding under
/// ``openRule``, so that nobody takes an assumption for a fact; what it says and no plan can be made of is told under
/// ``planRule``.
public struct NetworkReading: Sendable, Hashable {
    /// The cluster's name.
    public let cluster: String
    /// What the network is planned for; `nil` where the model says what cannot be planned.
    public let demand: NetworkDemand?
    /// The plan; `nil` where there is none.
    public let plan: NetworkPlan?
    /// The group of adapters that carries storage, as the model calls it.
    public let storageGroup: String?
    /// What the model leaves open, and what cannot be planned.
    public let findings: [Finding]

    /// The rule under which a fact is told that the model leaves open.
    public static let openRule: RuleID = "network.open"
    /// The rule under which is told what cannot be planned.
    public static let planRule: RuleID = "network.plan"

    /// Reads the demand from a model and plans it.
    public init(of cluster: InstalledCluster, in installation: Installation) {
        var reader = DemandReader(cluster: cluster, installation: installation)
        self.cluster = cluster.name
        let demand = reader.demand()
        var plan: NetworkPlan?
        if let demand {
            do { plan = try NetworkPlan(demand) } catch let error as TopologyError {
                reader.refuse("", required: "\(error.place): \(error.bound)", measured: error.value, error.remedy)
            } catch {
                reader.refuse("", required: "a network that can be planned", measured: "\(error)", "write fewer ports")
            }
        }
        self.demand = demand
        self.plan = plan
        storageGroup = reader.storageGroup
        findings = reader.findings.ordered()
    }
}

/// Reads a cluster's model, fact by fact, and notes which of them are open.
private struct DemandReader {
    let cluster: InstalledCluster
    let installation: Installation
    private(set) var findings: [Finding] = []
    private(set) var storageGroup: String?
    private var isRefused = false

    init(cluster: InstalledCluster, installation: Installation) {
        self.cluster = cluster
        self.installation = installation
    }

    // MARK: What is told

    private mutating func tell(
        _ rule: RuleID, _ severity: Severity, _ part: String, required: String, measured: String?, _ remedy: String
    ) {
        let subject = part.isEmpty ? cluster.identifier : cluster.identifier.appending("network", part)
        let told = findings.contains { $0.rule == rule && $0.subject == subject && $0.required == .text(required) }
        guard !told else { return }
        findings.append(
            Finding(
                rule: rule, severity: severity, outcome: rule == NetworkReading.openRule ? .undetermined : .notMet,
                subject: subject, required: .text(required), measured: measured.map { .text($0) }, remedy: remedy,
                reference: Reference(architecture: [48])))
    }

    mutating func refuse(_ part: String, required: String, measured: String?, _ remedy: String) {
        tell(NetworkReading.planRule, .critical, part, required: required, measured: measured, remedy)
        isRefused = true
    }

    /// The fact, or what is usual with a finding that says so.
    private mutating func known<Value>(
        _ value: Value?, _ part: String, usual: Value, words: String, at path: String
    ) -> Value {
        if let value { return value }
        tell(
            NetworkReading.openRule, .warning, part, required: "known; the plan takes \(words)", measured: nil,
            "write \(path) in the model")
        return usual
    }

    // MARK: The facts

    mutating func demand() -> NetworkDemand? {
        guard let node = commonHardware() else { return nil }
        guard let adapters = node.adapters, !adapters.isEmpty, adapters.allSatisfy({ $0.carries != nil }) else {
            tell(
                NetworkReading.openRule, .critical, "adapters", required: "known: no plan can be made without",
                measured: nil, "write adapters with what each carries in the model's template")
            return nil
        }
        let isOutside = cluster.design.kind == .disaggregated
        guard let option = option(of: node, isOutside) else { return nil }
        func group(_ role: TrafficRole) -> [AdapterGroup] {
            adapters.filter { adapter in Traffic(rawValue: role.rawValue).map { adapter.carries($0) == true } ?? false }
        }
        let storage = isOutside ? [] : group(.storage)
        storageGroup = storage.count == 1 ? storage[0].name : nil
        var demand = NetworkDemand(nodes: cluster.nodes.count, option: option)
        demand.zones = zones()
        demand.managementPorts = ports(group(.management), "management")
        demand.managementRate = rate(group(.management), "management", usual: demand.managementRate)
        demand.computePorts = ports(group(.compute), "compute")
        demand.computeRate = rate(group(.compute), "compute", usual: demand.computeRate)
        if isOutside {
            readOutside(adapters, &demand)
        } else {
            demand.storagePorts = ports(storage, "storage")
            demand.storageRate = rate(storage, "storage", usual: demand.storageRate)
            demand.rdma = rdma(storage)
            demand.jumbo = jumbo(storage)
            demand.classes = classes(storage, demand.rdma)
            if demand.nodes > 1 { demand.storagePath = path(storage, demand) }
        }
        demand.torSwitches = switches(of: adapters, demand)
        readVLANs(&demand)
        return isRefused ? nil : demand
    }

    /// What all nodes are made of: an intent names the same adapters on every host.
    private mutating func commonHardware() -> NodeTemplate? {
        guard let first = cluster.nodes.first else { return nil }
        if let other = cluster.nodes.first(where: { $0.hardware.adapters != first.hardware.adapters }) {
            refuse(
                "adapters", required: "the same adapters in all nodes",
                measured: "\(first.name) and \(other.name) differ", "use adapters of one kind, called alike")
            return nil
        }
        if cluster.design.kind == .stretched {
            refuse("", required: "nodes in one place", measured: "stretched", "plan each site's network by itself")
        }
        return isRefused ? nil : first.hardware
    }

    /// What a plan leaves out where storage lies outside of the nodes: the ports of storage and of the cluster's own networks,
    /// which stand alone and are in no intent (Microsoft, network-patterns-overview-disaggregated, 2026-04-14).
    private mutating func readOutside(_ adapters: [AdapterGroup], _ demand: inout NetworkDemand) {
        demand.storagePath = .outside
        demand.rdma = nil
        let alone = adapters.filter { $0.carries(.management) != true && $0.carries(.compute) != true }
        demand.standalonePorts = alone.reduce(0) { sum, adapter in
            let ports = ports([adapter], adapter.name)
            return sum.addingReportingOverflow(max(0, ports)).partialValue
        }
        let racks = Dictionary(grouping: cluster.nodes.compactMap(\.rack)) { $0 }
        if cluster.nodes.allSatisfy({ $0.rack != nil }) { demand.hostsPerRack = racks.values.map(\.count).max() }
        let names = alone.isEmpty ? "" : ", on \(alone.map(\.name).joined(separator: " and "))"
        tell(
            NetworkReading.openRule, .warning, "storage",
            required: "a plan of its own for the paths to storage and for the cluster's networks\(names)",
            measured: nil,
            "plan the paths by the guide of the storage's maker; a deployment sets up the cluster's networks")
    }

    private mutating func option(of node: NodeTemplate, _ isOutside: Bool) -> AdapterSharing? {
        let adapters = node.adapters ?? []
        func names(_ traffic: Traffic) -> [String] { adapters.filter { $0.carries(traffic) == true }.map(\.name) }
        let (management, storage, compute) = (names(.management), names(.storage), names(.compute))
        if isOutside, management.count == 1, compute.count == 1 {
            return management == compute ? .storageIsolated : .fullySeparated
        }
        let groups = isOutside ? [management, compute] : [management, compute, storage]
        if groups.count == 3, groups.allSatisfy({ $0.count == 1 }) {
            switch (management == compute, compute == storage, management == storage) {
            case (true, true, _): return .fullyConverged
            case (true, false, _): return .storageIsolated
            case (false, true, _): return .managementIsolated
            case (false, false, false): return .fullySeparated
            default: break
            }
        }
        let words = zip(["management", "compute", "storage"], groups).map { traffic, names in
            "\(traffic) on \(names.isEmpty ? "none" : names.joined(separator: " and "))"
        }
        refuse(
            "adapters", required: "each kind of traffic on one group, in one of four ways",
            measured: words.joined(separator: ", "), "share adapters as explain network.converged tells")
        return nil
    }

    private mutating func zones() -> Int {
        let named = Set(cluster.nodes.compactMap(\.zone))
        let kind = known(
            cluster.design.kind, "kind", usual: named.count == 2 ? .rackAware : .hyperconverged,
            words: named.count == 2 ? "rack_aware, since two zones are named" : "hyperconverged",
            at: "kind: hyperconverged")
        guard kind == .rackAware else { return 1 }
        if cluster.nodes.contains(where: { $0.zone == nil }) {
            return known(
                nil, "zones", usual: 2, words: "two zones of as many nodes",
                at: "zone: north or south, for each group of nodes,")
        }
        if named.count != 2 {
            refuse(
                "zones", required: "two zones", measured: named.sorted().joined(separator: ", "),
                "name one of two zones for each group of nodes")
        }
        let links = ZoneLinks(of: cluster, InstallationFacts(installation))
        if links.areEnough == false {
            // The plan says what the links must carry, so it is made all the same.
            tell(
                NetworkReading.planRule, .critical, "zones", required: links.required, measured: links.measured,
                "write the cables between the zones' switches: cables: [{from: tor1/48, to: tor3/48}]")
        }
        return 2
    }

    private mutating func ports(_ group: [AdapterGroup], _ part: String) -> Int {
        known(
            group.first?.ports, "\(part).ports", usual: 2, words: "two ports",
            at: "ports: 2 at the adapters of \(part)")
    }

    private mutating func rate(_ group: [AdapterGroup], _ part: String, usual: BitRate) -> BitRate {
        known(
            group.first?.rate, "\(part).rate", usual: usual, words: "ports of \(usual.decimalText)",
            at: "rate: \(usual.bitsPerSecond / 1_000_000_000)Gbps at the adapters of \(part)")
    }

    private mutating func rdma(_ storage: [AdapterGroup]) -> RDMAProtocol? {
        let transport = known(
            storage.first?.rdma, "storage.rdma", usual: .roceV2, words: "RoCE v2 with lossless Ethernet",
            at: "rdma: roce_v2, iwarp or none")
        switch transport {
        case .roceV2: return .roce
        case .iwarp: return .iwarp
        case .infiniband: return .infiniband
        case .none: return nil
        }
    }

    /// A model may count a frame with its header, as adapters do, or without, as hosts do.
    private mutating func jumbo(_ storage: [AdapterGroup]) -> JumboPacket {
        let mtu = known(
            storage.first?.mtu, "storage.mtu", usual: JumboPacket.large.rawValue, words: "frames of 9014 bytes",
            at: "mtu: 9014 at the adapters of storage")
        if let found = JumboPacket.allCases.first(where: { $0.rawValue == mtu || $0.mtu == mtu }) { return found }
        refuse(
            "storage.mtu",
            required: "frames of \(JumboPacket.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")) bytes",
            measured: "\(mtu)", "write one of these sizes")
        return .large
    }

    private mutating func classes(_ storage: [AdapterGroup], _ rdma: RDMAProtocol?) -> TrafficClassChoice {
        // What a model leaves out here the plan decides: these are settings, and no facts.
        var choice = TrafficClassChoice()
        guard rdma != nil, let bridging = storage.first?.dcb else { return choice }
        choice.storagePriority = bridging.pfcPriority ?? choice.storagePriority
        guard let share = bridging.reservation else { return choice }
        let percent = try? share.multiplied(by: Fraction(100))
        guard let percent, percent.denominator == 1, (1...98).contains(percent.numerator) else {
            refuse(
                "storage.dcb", required: "whole percent of the bandwidth for storage, 1 to 98",
                measured: "\(share.percentText)", "write reservation: 50%")
            return choice
        }
        choice.storagePercent = Int(percent.numerator)
        return choice
    }

    /// The far ends of the cables of some groups of adapters.
    private func ends(of groups: [AdapterGroup]) -> [PortAddress] {
        let nodes = Set(cluster.nodes.map(\.name))
        let names = Set(groups.map(\.name))
        return installation.cables.flatMap { cable -> [PortAddress] in
            [(cable.from, cable.to), (cable.to, cable.from)].compactMap { near, far in
                nodes.contains(near.device) && names.contains(String(near.group)) ? far : nil
            }
        }
    }

    private mutating func path(_ storage: [AdapterGroup], _ demand: NetworkDemand) -> NetworkDemand.StoragePath {
        let switches = Set(installation.switches.map(\.name))
        let far = ends(of: storage)
        let direct = far.count { !switches.contains($0.device) }
        guard !far.isEmpty else {
            return known(
                nil, "storage.cabling", usual: .switched, words: "storage over switches",
                at: "cabling: {storage: [tor1, tor2]} or {storage: mesh}")
        }
        guard direct > 0 else { return .switched }
        // Both ends of a cable between nodes are counted.
        let pairs = demand.nodes * (demand.nodes - 1)
        let links = direct / pairs
        guard direct == far.count, direct == links * pairs, links > 0 else {
            refuse(
                "storage.cabling", required: "storage over switches, or as many cables between any two nodes",
                measured: "\(direct / 2) cables between \(demand.nodes) nodes, \(far.count - direct) to switches",
                "write cabling: {storage: mesh} with \(demand.nodes - 1) or \(2 * (demand.nodes - 1)) ports")
            return .switched
        }
        return .switchless(linksPerPair: links)
    }

    /// Top-of-rack switches of a zone.
    private mutating func switches(of adapters: [AdapterGroup], _ demand: NetworkDemand) -> Int {
        let tors = Set(installation.switches.filter { $0.hardware.role == .topOfRack }.map(\.name))
        let all = Set(ends(of: adapters).map(\.device)).intersection(tors).count
        // Each rack of a cluster that spans several has switches of its own.
        let racks = demand.hostsPerRack == nil ? 1 : Set(cluster.nodes.compactMap(\.rack)).count
        guard all.isMultiple(of: racks) else {
            refuse(
                "switches", required: "as many switches in each rack", measured: "\(all) in \(racks) racks",
                "give each rack as many switches")
            return 2
        }
        let reached = all / racks
        guard reached > 0 else {
            return known(
                nil, "switches", usual: 2, words: "two switches at the top of a rack",
                at: "cabling and switches with role: top_of_rack")
        }
        guard reached.isMultiple(of: demand.zones) else {
            refuse(
                "switches", required: "as many switches in each zone", measured: "\(reached) in \(demand.zones) zones",
                "give each zone as many switches")
            return 2
        }
        return reached / demand.zones
    }

    private mutating func readVLANs(_ demand: inout NetworkDemand) {
        let vlans = cluster.design.network?.vlans ?? [:]
        let management = known(
            vlans[Traffic.management.rawValue], "vlans", usual: [], words: "an untagged network of management",
            at: "network: {vlans: {management: [0]}} where it is not tagged")
        demand.managementVLAN = management.first.flatMap { $0 == 0 ? nil : $0 }
        if demand.storagePath == .outside { return }
        // Those of storage are settings; without them the plan takes Network ATC's.
        demand.storageVLANs = vlans[Traffic.storage.rawValue]
    }
}
