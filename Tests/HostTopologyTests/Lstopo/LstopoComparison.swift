import ClusterCore

@testable import HostTopology

/// One fact of one machine on which lstopo and the observed host say different things.
struct LstopoDifference: Hashable {
    var fact: String
    var lstopo: String
    var here: String
    /// The rule of lstopo's that explains it, whatever the machine is called; `nil` where none does.
    var rule: String?
}

/// Compares what lstopo says of a captured machine with what is read here.
struct LstopoComparison {
    let lstopo: LstopoMachine
    let host: ObservedHost
    /// How lstopo was called.
    var call = LstopoCall()
    /// What the captured tree tells that no fact of a host is.
    var tree = LstopoTree()

    static let facts = [
        "processors", "nodes", "node processors", "node memory", "distances", "packages", "cores", "PCI", "networks",
        "RDMA devices", "disks",
    ]

    /// What lstopo was asked to leave out is no difference.
    private var showsAllDevices: Bool { call.showsAllDevices }

    private var hidden: NumberSet { lstopo.hidden }

    private var online: NumberSet {
        host.cpus.online.value
            ?? NumberSet(host.cpus.list.elements.lazy.filter { $0.isOnline.value == true }.map(\.number))
    }

    private var nodes: [ObservedHost.NUMANode] { host.numaNodes.elements.filter { $0.isOnline.value != false } }

    var differences: [LstopoDifference] {
        [
            processors, nodeNumbers, nodeProcessors, nodeMemory, distances, packages, cores, pci,
            devices(
                "networks", lstopo.networks,
                host.networkInterfaces.elements.filter { $0.pciAddress.value != nil }.map(\.name)),
            devices("RDMA devices", lstopo.rdma, host.rdmaDevices.elements.map(\.name)),
            devices(
                "disks", lstopo.disks, host.blockDevices.elements.filter { $0.pciAddress.value != nil }.map(\.name)),
        ].compactMap { $0 }
    }

    // MARK: Rules of lstopo's

    /// lstopo shows at least one node: where the kernel tells of none, it makes one up that has everything.
    private var hasMadeUpNode: Bool {
        nodes.isEmpty && lstopo.nodes.count == 1 && lstopo.nodes[0]?.cpus == lstopo.cpus
    }

    /// Nodes that share processors are wrong firmware for lstopo, unless it was told otherwise, and it takes none of them.
    private var hasDroppedNodes: Bool {
        guard !call.keepsOverlappingNodes else { return false }
        let sets = nodes.compactMap(\.cpus.value)
        return lstopo.nodes.count == 1 && lstopo.nodes.first?.value.cpus == lstopo.cpus
            && sets.indices.contains { index in sets[..<index].contains { !$0.isDisjoint(with: sets[index]) } }
    }

    /// The processors of a node that lstopo could show.
    private func cpus(_ node: ObservedHost.NUMANode) -> NumberSet? {
        node.cpus.value?.intersection(online).subtracting(hidden)
    }

    private func cpus(ofNodes numbers: some Collection<Int>) -> NumberSet {
        nodes.filter { numbers.contains($0.number) }.compactMap { cpus($0) }.reduce(NumberSet()) { $0.union($1) }
    }

    /// The rule by which lstopo gives a node other processors than its file does.
    private func processorRule(_ node: ObservedHost.NUMANode, _ there: LstopoMachine.Node) -> String? {
        guard let own = cpus(node) else { return nil }
        if own == there.cpus { return "lstopo shows only the processors that run" }
        let others = node.distances.elements.filter { $0.node != node.number }
        if own.isEmpty, let least = others.map(\.value).min(),
            cpus(ofNodes: others.filter { $0.value == least }.map(\.node)) == there.cpus
        {
            return "lstopo puts a node without processors beside the nearest"
        }
        if let initiators = tree.initiators[node.number], own.union(cpus(ofNodes: initiators)) == there.cpus {
            return "lstopo adds the processors that the firmware's table of initiators names"
        }
        if let function = tree.graphics[node.number],
            let near = host.pciDevices.elements.first(where: { $0.address == function })?.localCPUs.value,
            near.intersection(online).subtracting(hidden) == there.cpus
        {
            return "lstopo puts the memory of a graphics processor beside the processors near to that"
        }
        return nil
    }

    private func nodeRule(missing: Swift.Set<Int>, extra: Swift.Set<Int>) -> String? {
        if hasMadeUpNode { return "lstopo makes one node up where the kernel tells of none" }
        if hasDroppedNodes { return "lstopo takes none of several nodes that share processors" }
        guard extra.isEmpty, !missing.isEmpty else { return nil }
        var rules: Swift.Set<String> = []
        for number in missing {
            if !call.showsDisallowed, let allowed = tree.allowedNodes, !allowed.contains(number) {
                rules.insert("lstopo hides what a control group does not allow")
            } else if tree.graphics[number] != nil {
                rules.insert("lstopo leaves out nodes that are the memory of graphics processors")
            } else if nodes.contains(where: { $0.number == number && $0.isWithoutMemory == true }) {
                rules.insert("lstopo leaves out a node without memory")
            } else {
                return nil
            }
        }
        return rules.sorted().joined(separator: "; ")
    }

    // MARK: Facts

    private var processors: LstopoDifference? {
        let here = online
        guard here != lstopo.cpus else { return nil }
        let isHidden = here.subtracting(lstopo.cpus).isSubset(of: hidden) && lstopo.cpus.isSubset(of: here)
        return LstopoDifference(
            fact: "processors", lstopo: lstopo.cpus.listText, here: here.listText,
            rule: isHidden && lstopo.group ?? "/" != "/" ? "lstopo hides what a control group does not allow" : nil)
    }

    private var shown: [ObservedHost.NUMANode] { nodes.filter { lstopo.nodes[$0.number] != nil } }

    private var nodeNumbers: LstopoDifference? {
        let (here, there) = (Swift.Set(nodes.map(\.number)), Swift.Set(lstopo.nodes.keys))
        guard here != there else { return nil }
        return LstopoDifference(
            fact: "nodes", lstopo: NumberSet(there).listText, here: here.isEmpty ? "unknown" : NumberSet(here).listText,
            rule: nodeRule(missing: here.subtracting(there), extra: there.subtracting(here)))
    }

    private func differing(
        _ fact: String, _ show: (ObservedHost.NUMANode) -> String, _ showThere: (LstopoMachine.Node) -> String,
        isSame: (ObservedHost.NUMANode, LstopoMachine.Node) -> Bool
    ) -> LstopoDifference? {
        let different = shown.filter { node in lstopo.nodes[node.number].map { !isSame(node, $0) } ?? false }
        guard !different.isEmpty else { return nil }
        return LstopoDifference(
            fact: fact,
            lstopo: different.compactMap { node in
                lstopo.nodes[node.number].map { "\(node.number): \(showThere($0))" }
            }.joined(separator: "; "),
            here: different.map { "\($0.number): \(show($0))" }.joined(separator: "; "),
            rule: nodeRule(missing: [], extra: []).flatMap { hasDroppedNodes ? $0 : nil })
    }

    private var nodeProcessors: LstopoDifference? {
        let isSame: (ObservedHost.NUMANode, LstopoMachine.Node) -> Bool = { node, there in
            node.cpus.value.map { $0.subtracting(hidden) == there.cpus } ?? false
        }
        var result = differing(
            "node processors", { $0.cpus.value.map { $0.isEmpty ? "none" : $0.listText } ?? "unknown" },
            { $0.cpus.listText }, isSame: isSame)
        guard result != nil, result?.rule == nil else { return result }
        var rules: Swift.Set<String> = []
        for node in shown {
            guard let there = lstopo.nodes[node.number], !isSame(node, there) else { continue }
            guard let rule = processorRule(node, there) else { return result }
            rules.insert(rule)
        }
        result?.rule = rules.sorted().joined(separator: "; ")
        return result
    }

    private var nodeMemory: LstopoDifference? {
        differing(
            "node memory", { $0.memory.value.map { "\($0.bytes)" } ?? "unknown" },
            { $0.memory.map { "\($0.amount * $0.unit)" } ?? "unknown" },
            isSame: { node, there in
                switch (node.memory.value, there.memory) {
                case (let here?, let there?): there.isRounded(here.bytes)
                // lstopo says nothing of a node without memory.
                case (let here?, nil): here.bytes == 0
                case (nil, let there): there == nil
                }
            })
    }

    private var distances: LstopoDifference? {
        // lstopo shows no matrix for one node.
        guard lstopo.nodes.count > 1 || !lstopo.distances.isEmpty else { return nil }
        func row(_ values: [Int: Int]) -> String {
            values.filter { lstopo.nodes[$0.key] != nil }.sorted { $0.key < $1.key }.map { "\($0.value)" }.joined(
                separator: " ")
        }
        let here = shown.map { node in
            row(
                Dictionary(
                    node.distances.elements.map { ($0.node, $0.value) }, uniquingKeysWith: { first, _ in first }))
        }
        let there = shown.map { row(lstopo.distances[$0.number] ?? [:]) }
        guard here != there else { return nil }
        return LstopoDifference(
            fact: "distances", lstopo: there.joined(separator: "; "), here: here.joined(separator: "; "),
            rule: hasDroppedNodes ? "lstopo takes none of several nodes that share processors" : nil)
    }

    private var packages: LstopoDifference? {
        let here = Swift.Set(
            host.packages.elements.map {
                LstopoMachine.Set(number: $0.number.value, cpus: $0.cpus.subtracting(hidden))
            }.filter { !$0.cpus.isEmpty })
        // A package that is left without processors is kept for its memory.
        let there = Swift.Set(lstopo.packages.filter { !$0.cpus.isEmpty })
        return difference("packages", here, there, of: host.packages.reason == nil)
    }

    private var cores: LstopoDifference? {
        // Some machines tell of cores and not of packages.
        let packages = host.packages.elements
        let loose = host.cpus.list.elements.filter { cpu in
            cpu.isOnline.value != false && !packages.contains { $0.cpus.contains(cpu.number) }
        }
        let sets =
            packages.flatMap(\.cores.elements).map {
                LstopoMachine.Set(number: $0.number.value, cpus: $0.cpus.subtracting(hidden))
            }
            + loose.compactMap { cpu in
                cpu.coreCPUs.value.map {
                    LstopoMachine.Set(number: cpu.core.value, cpus: $0.intersection(online).subtracting(hidden))
                }
            }
        return difference(
            "cores", Swift.Set(sets.filter { !$0.cpus.isEmpty }), Swift.Set(lstopo.cores.filter { !$0.cpus.isEmpty }),
            of: !sets.isEmpty)
    }

    private func difference(
        _ fact: String, _ here: Swift.Set<LstopoMachine.Set>, _ there: Swift.Set<LstopoMachine.Set>, of isKnown: Bool
    ) -> LstopoDifference? {
        guard here != there else { return nil }
        let (onlyHere, onlyThere) = (here.subtracting(there), there.subtracting(here))
        func text(_ sets: Swift.Set<LstopoMachine.Set>, _ isKnown: Bool) -> String {
            if sets.isEmpty { return isKnown ? "-" : "unknown" }
            let shown = sets.sorted { ($0.cpus.first ?? 0, $0.number ?? -1) < ($1.cpus.first ?? 0, $1.number ?? -1) }
            let words = shown.prefix(4).map { "\($0.number.map(String.init) ?? "?"): \($0.cpus.listText)" }
            return words.joined(separator: "; ") + (shown.count > 4 ? "; … \(shown.count) in all" : "")
        }
        var rule: String?
        if onlyThere.isEmpty, call.isMerged, onlyHere.allSatisfy({ hasTwin($0.cpus, fact) }) {
            rule = "lstopo was told to leave out what adds no structure"
        } else if onlyThere.isEmpty, onlyHere.allSatisfy({ isCrossed($0.cpus) }) {
            rule = "lstopo leaves out what shares only some of its processors with something else"
        } else if tree.hasProcessorAnswers, Swift.Set(onlyHere.map(\.cpus)) == Swift.Set(onlyThere.map(\.cpus)) {
            rule = "lstopo takes numbers from the processors' own answers (CPUID)"
        }
        return LstopoDifference(
            fact: fact, lstopo: text(onlyThere, true), here: text(onlyHere, isKnown), rule: rule)
    }

    /// Whether something else has the same processors: a core with one processor adds nothing to it.
    private func hasTwin(_ set: NumberSet, _ fact: String) -> Bool {
        set.count == 1 || (fact == "cores" && host.packages.elements.contains { $0.cpus.subtracting(hidden) == set })
            || host.caches.elements.contains { $0.cpus.subtracting(hidden) == set }
    }

    /// Whether something shares a part of a set's processors and has others: both have no place in one tree.
    private func isCrossed(_ set: NumberSet) -> Bool {
        let others =
            host.packages.elements.map(\.cpus) + host.caches.elements.map(\.cpus) + nodes.compactMap(\.cpus.value)
            + host.cpus.list.elements.compactMap(\.coreCPUs.value) + tree.masks
        return others.contains { other in
            !other.isDisjoint(with: set) && !other.isSubset(of: set) && !set.isSubset(of: other)
        }
    }

    private var pci: LstopoDifference? {
        let here = Dictionary(
            host.pciDevices.elements.map { device in
                (
                    device.address,
                    LstopoMachine.PCI(
                        classCode: String((device.classCode.value ?? "").prefix(4)),
                        ids: "\(device.vendorID.value ?? "?"):\(device.deviceID.value ?? "?")")
                )
            }, uniquingKeysWith: { first, _ in first })
        let onlyThere = lstopo.pci.filter { here[$0.key] != $0.value }
        let onlyHere = here.filter { lstopo.pci[$0.key] != $0.value && (showsAllDevices || lstopo.pci[$0.key] != nil) }
        guard !onlyThere.isEmpty || !onlyHere.isEmpty else { return nil }
        func text(_ devices: [String: LstopoMachine.PCI]) -> String {
            if devices.isEmpty { return "-" }
            let shown = devices.sorted { $0.key < $1.key }
            let words = shown.prefix(3).map { "\($0.key) \($0.value.classCode) \($0.value.ids)" }
            return words.joined(separator: "; ") + (shown.count > 3 ? "; … \(shown.count) in all" : "")
        }
        let isZero = onlyThere.allSatisfy { address, device in
            here[address].map { $0.isTold(ofZero: device) } ?? false
        }
        return LstopoDifference(
            fact: "PCI", lstopo: text(onlyThere), here: text(onlyHere),
            rule: isZero && onlyHere.count == onlyThere.count
                ? "lstopo writes zeros for what is not told"
                : onlyThere.isEmpty && onlyHere.keys.allSatisfy(isBridgeOfNothing)
                    ? "lstopo leaves out a bridge with nothing behind it" : nil)
    }

    private func isBridgeOfNothing(_ address: String) -> Bool {
        host.pciDevices.elements.contains { $0.address == address && $0.isBridge == true }
            && !host.pciDevices.elements.contains { $0.ancestors.value?.contains(address) == true }
    }

    private func devices(_ fact: String, _ there: Swift.Set<String>, _ names: [String]) -> LstopoDifference? {
        let here = Swift.Set(names)
        let onlyHere = showsAllDevices ? here.subtracting(there) : []
        let onlyThere = there.subtracting(here)
        guard !onlyHere.isEmpty || !onlyThere.isEmpty else { return nil }
        func text(_ names: Swift.Set<String>) -> String { names.isEmpty ? "-" : names.sorted().joined(separator: " ") }
        let isDangling = onlyThere.isEmpty && onlyHere.isSubset(of: tree.dangling)
        return LstopoDifference(
            fact: fact, lstopo: text(onlyThere), here: text(onlyHere),
            rule: isDangling ? "lstopo leaves out a device whose link leads nowhere" : nil)
    }
}
