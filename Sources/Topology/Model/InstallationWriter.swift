/// Writes a model out step by step: names, power, switches, nodes, cables.
struct InstallationWriter {
    let model: ClusterModel
    let limits: ClusterModel.Limits

    /// What each name stands for, with the place where it was given: devices share one space, so that a cable's end is
    /// never in doubt.
    private var devices: [String: String] = [:]
    private var racks: Set<String> = []
    private var sites: Set<String> = []
    private var pdus: Set<String> = []
    private var installation: Installation
    /// The ports of each device that hold a cable.
    private var taken: [PortAddress: String] = [:]
    private var nextPort: [String: Int] = [:]
    /// The ports of each node by group of adapters.
    private var ports: [String: [String: Int]] = [:]
    private var switches: Set<String> = []

    init(model: ClusterModel, limits: ClusterModel.Limits) {
        self.model = model
        self.limits = limits
        installation = Installation(
            name: model.name, profile: model.profile, production: model.production, sites: model.sites ?? [],
            racks: model.racks ?? [], feeds: model.power?.feeds ?? [], ups: model.power?.ups ?? [],
            pdus: model.power?.pdus ?? [], switches: [], clusters: [], cables: [], cords: [])
    }

    mutating func write() throws(ModelProblem) -> Installation {
        try writePlaces()
        try writePower()
        try writeSwitches()
        try writeClusters()
        try writeCables()
        try writePatterns()
        try checkBackups()
        return installation
    }

    // MARK: Names

    private func check(_ name: String, _ path: String) throws(ModelProblem) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isPlain, !name.isEmpty, name.utf8.count <= limits.nameBytes else {
            throw ModelProblem(
                path, "\"\(name.prefix(64))\" is no name: write 1 to \(limits.nameBytes) of A-Z, a-z, 0-9, -, _ and .")
        }
    }

    private mutating func claim(_ name: String, _ path: String) throws(ModelProblem) {
        try check(name, path)
        if let other = devices.updateValue(path, forKey: name) {
            throw ModelProblem(path, "\"\(name)\" is the name of another device (\(other)); call each by its own")
        }
    }

    private func require(
        _ name: String?, in known: Set<String>, _ path: String, _ what: String
    ) throws(ModelProblem) {
        guard let name, !known.contains(name) else { return }
        throw ModelProblem(
            path, "there is no \(what) \"\(name.prefix(64))\"; \(NearestName.hint(for: name, among: known))")
    }

    // MARK: Places and power

    private mutating func writePlaces() throws(ModelProblem) {
        for (index, site) in installation.sites.enumerated() {
            try check(site.name, "/sites/\(index)/name")
            guard sites.insert(site.name).inserted else {
                throw ModelProblem("/sites/\(index)/name", "another site is called \"\(site.name)\"; rename one")
            }
        }
        for (index, rack) in installation.racks.enumerated() {
            try check(rack.name, "/racks/\(index)/name")
            guard racks.insert(rack.name).inserted else {
                throw ModelProblem("/racks/\(index)/name", "another rack is called \"\(rack.name)\"; rename one")
            }
            try require(rack.site, in: sites, "/racks/\(index)/site", "site")
        }
    }

    private mutating func writePower() throws(ModelProblem) {
        for (index, feed) in installation.feeds.enumerated() { try claim(feed, "/power/feeds/\(index)") }
        let units = [("ups", installation.ups), ("pdus", installation.pdus)]
        for (key, list) in units {
            for (index, unit) in list.enumerated() { try claim(unit.name, "/power/\(key)/\(index)/name") }
        }
        pdus = Set(installation.pdus.map(\.name))
        let sources = Set(devices.keys)
        var next: [String: (source: String, path: String)] = [:]
        for (key, list) in units {
            for (index, unit) in list.enumerated() {
                let path = "/power/\(key)/\(index)/source"
                try require(unit.source, in: sources, path, "feed, UPS or PDU")
                if let source = unit.source { next[unit.name] = (source, path) }
            }
        }
        var sound: Set<String> = []
        for start in next.keys.sorted() {
            var chain = [start]
            var seen: Set<String> = [start]
            while let step = next[chain[chain.count - 1]], !sound.contains(step.source) {
                guard seen.insert(step.source).inserted else {
                    let circle = (chain.drop { $0 != step.source } + [step.source]).prefix(16)
                    throw ModelProblem(
                        step.path,
                        "they feed each other: \(circle.joined(separator: " → ")); name the feed that one hangs on")
                }
                chain.append(step.source)
            }
            sound.formUnion(chain)
        }
    }

    private mutating func writeSwitches() throws(ModelProblem) {
        for (index, group) in (model.switches ?? []).enumerated() {
            let path = "/switches/\(index)"
            try require(group.rack, in: racks, "\(path)/rack", "rack")
            try checkPosition(group.unit, group.height, path)
            guard (0...limits.ports).contains(group.ports ?? 0) else {
                throw ModelProblem("\(path)/ports", "\(group.ports ?? 0) ports: write 0 to \(limits.ports)")
            }
            for (place, pdu) in (group.supplies ?? []).enumerated() {
                try require(pdu, in: pdus, "\(path)/supplies/\(place)", "PDU")
            }
            for (place, name) in group.names.enumerated() {
                try claim(name, "\(path)/names/\(place)")
                switches.insert(name)
                installation.switches.append(
                    NetworkSwitch(
                        name: name, unit: group.unit.map { $0 + place * (group.height ?? 1) }, hardware: group))
                for (supply, pdu) in (group.supplies ?? []).enumerated() {
                    try lay(PowerCord(device: name, supply: supply + 1, pdu: pdu), "\(path)/supplies")
                }
            }
        }
    }

    private func checkPosition(_ unit: Int?, _ height: Int?, _ path: String) throws(ModelProblem) {
        if let unit, !(1...100).contains(unit) { throw ModelProblem("\(path)/unit", "unit \(unit): write 1 to 100") }
        if let height, !(0...100).contains(height) {
            throw ModelProblem("\(path)/height", "\(height) units of height: write 0 to 100")
        }
    }

    // MARK: Clusters

    private mutating func writeClusters() throws(ModelProblem) {
        for (name, template) in model.templates.sorted(by: { $0.key < $1.key }) {
            let path = "/templates/\(name)"
            try check(name, path)
            try checkPosition(nil, template.height, path)
            var groups: Set<String> = ["bmc"]
            for (index, adapter) in (template.adapters ?? []).enumerated() {
                try check(adapter.name, "\(path)/adapters/\(index)/name")
                guard !adapter.name.contains("."), groups.insert(adapter.name).inserted else {
                    throw ModelProblem(
                        "\(path)/adapters/\(index)/name",
                        "\"\(adapter.name)\" is taken or has a dot; call each group of adapters by a name of its own")
                }
            }
        }
        var names: Set<String> = []
        for (index, cluster) in model.clusters.enumerated() {
            let path = "/clusters/\(index)"
            try check(cluster.name, "\(path)/name")
            guard names.insert(cluster.name).inserted else {
                throw ModelProblem("\(path)/name", "another cluster is called \"\(cluster.name)\"; rename one")
            }
            try require(cluster.witness?.site, in: sites, "\(path)/witness/site", "site")
            for kind in (cluster.network?.vlans ?? [:]).keys.sorted() where Traffic(rawValue: kind) == nil {
                throw ModelProblem(
                    "\(path)/network/vlans",
                    "there is no kind of traffic \"\(kind.prefix(64))\"; "
                        + NearestName.hint(for: kind, among: Traffic.allCases.map(\.rawValue)))
            }
            try check(cluster.workloads ?? [], "\(path)/workloads")
            guard !cluster.nodes.isEmpty else {
                throw ModelProblem(
                    "\(path)/nodes", "a cluster has nodes: write [{template: …, count: 2, prefix: node}]")
            }
            var nodes: [ClusterNode] = []
            for (place, group) in cluster.nodes.enumerated() {
                nodes += try write(group, of: cluster.name, "\(path)/nodes/\(place)")
            }
            installation.clusters.append(InstalledCluster(name: cluster.name, nodes: nodes, design: cluster))
        }
    }

    private func check(_ workloads: [HostedWorkload], _ path: String) throws(ModelProblem) {
        var names: Set<String> = []
        for (index, workload) in workloads.enumerated() {
            try check(workload.name, "\(path)/\(index)/name")
            guard names.insert(workload.name).inserted else {
                throw ModelProblem(
                    "\(path)/\(index)/name", "other machines are called \"\(workload.name)\"; rename one group")
            }
            if let least = workload.leastMemory, let most = workload.memory, least > most {
                throw ModelProblem(
                    "\(path)/\(index)/least_memory", "\(least) are more than memory, \(most); exchange them")
            }
        }
    }

    private mutating func write(
        _ group: NodeGroup, of cluster: String, _ path: String
    ) throws(ModelProblem) -> [ClusterNode] {
        try require(group.template, in: Set(model.templates.keys), "\(path)/template", "template")
        guard let template = model.templates[group.template] else { return [] }
        try require(group.rack, in: racks, "\(path)/rack", "rack")
        try checkPosition(group.unit, nil, path)
        for (place, pdu) in (group.supplies ?? []).enumerated() {
            try require(pdu, in: pdus, "\(path)/supplies/\(place)", "PDU")
        }
        var nodes: [ClusterNode] = []
        for (place, name) in try names(of: group, path).enumerated() {
            try claim(name, path)
            ports[name] = Dictionary(
                (template.adapters ?? []).map { ($0.name, $0.ports ?? 0) }, uniquingKeysWith: { first, _ in first })
            nodes.append(
                ClusterNode(
                    name: name, cluster: cluster, template: group.template, rack: group.rack,
                    unit: group.unit.map { $0 + place * (template.height ?? 1) }, zone: group.zone, hardware: template))
            guard let pdus = group.supplies, !pdus.isEmpty else { continue }
            for supply in 0..<(template.supplies ?? 0) {
                try lay(
                    PowerCord(device: name, supply: supply + 1, pdu: pdus[supply % pdus.count]), "\(path)/supplies")
            }
        }
        return nodes
    }

    private func names(of group: NodeGroup, _ path: String) throws(ModelProblem) -> [String] {
        switch (group.names, group.count, group.prefix) {
        case (let names?, nil, nil) where !names.isEmpty: return names
        case (nil, let count?, let prefix?): return (1...count).map { "\(prefix)\($0)" }
        default:
            throw ModelProblem(path, "write either names: [a, b] or count: 2 and prefix: node")
        }
    }

    private mutating func lay(_ cord: PowerCord, _ path: String) throws(ModelProblem) {
        guard installation.cords.count < limits.connections else {
            throw ModelProblem(path, "there are more than \(limits.connections) power cords; split the model")
        }
        installation.cords.append(cord)
    }

    // MARK: Cables

    private mutating func lay(_ from: PortAddress, _ to: PortAddress, _ path: String) throws(ModelProblem) {
        guard installation.cables.count < limits.connections else {
            throw ModelProblem(path, "there are more than \(limits.connections) cables; split the model")
        }
        for end in [from, to] {
            if let other = taken.updateValue(path, forKey: end) {
                throw ModelProblem(
                    path, "port \(end.device)/\(end.port) already holds a cable (\(other)); a port takes one")
            }
        }
        installation.cables.append(Link(from: from, to: to))
    }

    /// The cables that are written one by one; the patterns go round their ports.
    private mutating func writeCables() throws(ModelProblem) {
        for (index, cable) in (model.cables ?? []).enumerated() {
            let path = "/cables/\(index)"
            let from = try address(cable.from, "\(path)/from")
            let to = try address(cable.to, "\(path)/to")
            guard from.device != to.device else {
                throw ModelProblem(path, "both ends are at \"\(from.device)\"; a cable joins two devices")
            }
            try lay(from, to, path)
        }
    }

    private func address(_ text: String, _ path: String) throws(ModelProblem) -> PortAddress {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ModelProblem(
                path,
                "\"\(text.prefix(64))\" is no port: write the device and its port, as in node1/storage.1 or tor1/48")
        }
        let port = PortAddress(device: parts[0], port: parts[1])
        if switches.contains(port.device) {
            guard let number = Int(port.port), (1...limits.ports).contains(number), port.port == "\(number)" else {
                throw ModelProblem(
                    path,
                    "a switch's port is a number from 1, as in \(port.device)/48; here is \"\(port.port.prefix(64))\"")
            }
        } else if let groups = ports[port.device] {
            let number = Int(port.port.split(separator: ".").dropFirst().first ?? "") ?? 0
            let count = groups[String(port.group)] ?? 0
            guard
                port.port == "bmc"
                    || ((1...max(count, 1)).contains(number) && count > 0
                        && port.port == "\(port.group).\(number)")
            else {
                let known = groups.keys.sorted().map { "\($0).1 to \($0).\(groups[$0] ?? 0)" } + ["bmc"]
                throw ModelProblem(
                    path,
                    "\(port.device) has no port \"\(port.port.prefix(64))\"; it has \(known.joined(separator: ", "))")
            }
        } else {
            try require(port.device, in: switches.union(ports.keys), path, "node or switch")
        }
        return port
    }

    private mutating func writePatterns() throws(ModelProblem) {
        for (index, cluster) in model.clusters.enumerated() {
            var meshed: [String: [String]] = [:]
            var nodes = installation.clusters[index].nodes[...]
            for (place, group) in cluster.nodes.enumerated() {
                let path = "/clusters/\(index)/nodes/\(place)/cabling"
                let members = nodes.prefix(group.count ?? group.names?.count ?? 0)
                nodes = nodes.dropFirst(members.count)
                for (adapter, target) in (group.cabling ?? [:]).sorted(by: { $0.key < $1.key }) {
                    let known = (model.templates[group.template]?.adapters ?? []).map(\.name) + ["bmc"]
                    try require(adapter, in: Set(known), path, "group of adapters")
                    switch target {
                    case .mesh: meshed[adapter, default: []] += members.map(\.name)
                    case .switches(let names):
                        for (position, name) in names.enumerated() {
                            try require(name, in: switches, "\(path)/\(adapter)/\(position)", "switch")
                        }
                        for member in members { try layTurns(member.name, adapter, names, "\(path)/\(adapter)") }
                    }
                }
            }
            for (adapter, members) in meshed.sorted(by: { $0.key < $1.key }) {
                try layMesh(members, adapter, "/clusters/\(index)/nodes")
            }
        }
    }

    /// Ports of a node to switches in turn: the first to the first, the second to the second, and from the start again.
    private mutating func layTurns(
        _ node: String, _ adapter: String, _ names: [String], _ path: String
    ) throws(ModelProblem) {
        guard !names.isEmpty else { return }
        let own = adapter == "bmc" ? ["bmc"] : (0..<(ports[node]?[adapter] ?? 0)).map { "\(adapter).\($0 + 1)" }
        for (index, port) in own.enumerated() {
            let from = PortAddress(device: node, port: port)
            if taken[from] != nil { continue }
            let target = names[index % names.count]
            try lay(from, freePort(of: target), path)
        }
    }

    private mutating func freePort(of target: String) -> PortAddress {
        var number = nextPort[target] ?? 1
        while taken[PortAddress(device: target, port: "\(number)")] != nil { number += 1 }
        nextPort[target] = number + 1
        return PortAddress(device: target, port: "\(number)")
    }

    /// Each node to each other one, with as many cables between two as the ports allow alike.
    private mutating func layMesh(_ nodes: [String], _ adapter: String, _ path: String) throws(ModelProblem) {
        guard nodes.count > 1 else { return }
        let least = nodes.map { ports[$0]?[adapter] ?? 0 }.min() ?? 0
        let each = max(least / (nodes.count - 1), least > 0 ? 1 : 0)
        var next = [Int](repeating: 1, count: nodes.count)
        for one in nodes.indices {
            for other in nodes.indices where other > one {
                for _ in 0..<each {
                    let (own, far) = (ports[nodes[one]]?[adapter] ?? 0, ports[nodes[other]]?[adapter] ?? 0)
                    guard next[one] <= own, next[other] <= far else { continue }
                    try lay(
                        PortAddress(device: nodes[one], port: "\(adapter).\(next[one])"),
                        PortAddress(device: nodes[other], port: "\(adapter).\(next[other])"), path)
                    next[one] += 1
                    next[other] += 1
                }
            }
        }
    }

    private func checkBackups() throws(ModelProblem) {
        let names = Set(model.clusters.map(\.name))
        for (index, cluster) in model.clusters.enumerated() {
            for (place, backup) in (cluster.backups ?? []).enumerated() {
                let path = "/clusters/\(index)/backups/\(place)/to"
                try require(backup.to, in: names, path, "cluster")
                if backup.to == cluster.name {
                    throw ModelProblem(path, "\"\(cluster.name)\" would hold its own backup; name another cluster")
                }
            }
        }
    }
}
