import ClusterCore

/// The objects of an hwloc document on their way into an observed host.
struct HwlocReader {
    private let document: HwlocDocument
    private(set) var machineCPUs: NumberSet?
    private(set) var completeCPUs: NumberSet?
    private(set) var allowedCPUs: NumberSet?
    var cpus: [ObservedHost.CPU] = []
    private var drafts: [(number: Observed<Int>, cpus: NumberSet)] = []
    private var dies: [[ObservedHost.Die]] = []
    private var cores: [[ObservedHost.Core]] = []
    private(set) var caches: [ObservedHost.Cache] = []
    private var nodeObjects: [(number: Int, cpus: NumberSet, object: XMLElement)] = []
    var pciDevices: [ObservedHost.PCIDevice] = []
    var interfaces: [ObservedHost.Interface] = []
    var rdmaDevices: [ObservedHost.RDMA] = []
    var blockDevices: [ObservedHost.BlockDevice] = []
    private(set) var modules: [ObservedHost.MemoryModule] = []
    private var packageInfos: [String: String] = [:]

    var isVersion3: Bool { document.isVersion3 }

    init(_ document: HwlocDocument) { self.document = document }

    /// What an object is within.
    struct Place {
        var package: Int?
        /// The number of the package as hwloc wrote it.
        var packageNumber: Observed<Int> = .unknown(.absent, .hwloc("Package"))
        var packageCPUs: NumberSet?
        var die: Observed<Int> = .unknown(.absent, .hwloc("Die"))
        var dieCPUs: NumberSet?
        var core: Observed<Int> = .unknown(.absent, .hwloc("Core"))
        var coreCPUs: NumberSet?
        /// The processors of the innermost part that is no device, but for the machine as a whole.
        var near: NumberSet?
        /// Bridges, the outermost first.
        var bridges: [String] = []
        var pciAddress: String?
    }

    /// Goes through an object and all within it. The reader of XML has bounded how deep that is.
    mutating func walk(_ object: XMLElement, _ place: Place) throws(HwlocXMLError) {
        var inner = place
        let type = object.attribute("type") ?? ""
        switch type {
        case "Machine":
            machineCPUs = try HwlocDocument.set(object, "cpuset")
            completeCPUs = try HwlocDocument.set(object, "complete_cpuset")
            allowedCPUs = try HwlocDocument.set(object, "allowed_cpuset")
        case "Package": try readPackage(object, &inner)
        case "Die":
            inner.die = try observed(object)
            let cpus = try cpuset(object)
            inner.dieCPUs = cpus
            if let package = inner.package { dies[package].append(.init(number: inner.die, cpus: cpus)) }
        case "Core":
            inner.core = try observed(object)
            let cpus = try cpuset(object)
            inner.coreCPUs = cpus
            if let package = inner.package { cores[package].append(.init(number: inner.core, cpus: cpus)) }
        case "PU": try readPU(object, inner)
        case "NUMANode":
            guard let number = try HwlocDocument.osIndex(object) else {
                throw HwlocDocument.error(object, "a NUMA node has no os_index; without, nobody can name it")
            }
            // It stands for what is not known.
            if HwlocDocument.infos(of: object)[HwlocDocument.unknownNode] != nil { break }
            guard nodeObjects.count < 65_536 else {
                throw HwlocDocument.error(object, "there are more than 65536 NUMA nodes")
            }
            nodeObjects.append((number, try cpuset(object), object))
        case "Bridge": try readBridge(object, &inner)
        case "PCIDev": try readFunction(object, &inner)
        case "OSDev": try readDevice(object, inner)
        case "Misc": readModule(object)
        default: if type.hasSuffix("Cache") { try readCache(object) }
        }
        if type != "Machine", let cpus = try HwlocDocument.set(object, "cpuset") {
            inner.near = cpus
        }
        for case .element(let element) in object.content where element.name == "object" {
            try walk(element, inner)
        }
    }

    // MARK: Processors

    /// The packages, after all objects were gone through.
    var packages: [ObservedHost.Package] {
        drafts.indices.map { index in
            // A package of one die has no object for it.
            let dies: Observed<[ObservedHost.Die]> =
                self.dies[index].isEmpty ? .unknown(.absent, .hwloc("Die")) : .known(self.dies[index], .hwloc("Die"))
            let cores: Observed<[ObservedHost.Core]> =
                self.cores[index].isEmpty
                ? .unknown(.absent, .hwloc("Core")) : .known(self.cores[index], .hwloc("Core"))
            return .init(number: drafts[index].number, cpus: drafts[index].cpus, dies: dies, cores: cores)
        }
    }

    func cpuset(_ object: XMLElement) throws(HwlocXMLError) -> NumberSet {
        try HwlocDocument.set(object, "cpuset") ?? NumberSet()
    }

    private func observed(_ object: XMLElement) throws(HwlocXMLError) -> Observed<Int> {
        let source = FactSource.hwloc("\(object.attribute("type") ?? "object") os_index")
        return try HwlocDocument.osIndex(object).map { .known($0, source) } ?? .unknown(.absent, source)
    }

    private mutating func readPackage(_ object: XMLElement, _ place: inout Place) throws(HwlocXMLError) {
        place.packageNumber = try observed(object)
        let cpus = try cpuset(object)
        place.packageCPUs = cpus
        place.package = drafts.count
        drafts.append((place.packageNumber, cpus))
        dies.append([])
        cores.append([])
        packageInfos.merge(HwlocDocument.infos(of: object)) { first, _ in first }
    }

    private mutating func readPU(_ object: XMLElement, _ place: Place) throws(HwlocXMLError) {
        guard let number = try HwlocDocument.osIndex(object) else {
            throw HwlocDocument.error(object, "a processor (PU) has no os_index; without, nobody can name it")
        }
        let source = FactSource.hwloc("PU \(number)")
        var cpu = ObservedHost.CPU(number: number, unknownFrom: source)
        cpu.isOnline = .known(true, source)
        cpu.package = place.packageNumber
        cpu.die = place.die
        cpu.core = place.core
        func set(_ set: NumberSet?, _ name: String) -> Observed<NumberSet> {
            set.map { .known($0, .hwloc("\(name) cpuset")) } ?? .unknown(.absent, .hwloc(name))
        }
        cpu.coreCPUs = set(place.coreCPUs, "Core")
        cpu.dieCPUs = set(place.dieCPUs, "Die")
        cpu.packageCPUs = set(place.packageCPUs, "Package")
        cpu.numaNode = .unknown(.notTold, .hwloc("NUMANode"))
        let kind = document.kinds.first { $0.cpus.contains(number) }?.infos ?? [:]
        cpu.kind = HwlocReader.fact(kind["CoreType"], "cpukind CoreType").map { text in
            switch text {
            case "IntelAtom": "atom"
            case "IntelCore": "core"
            default: text
            }
        }
        cpu.capacity = HwlocReader.fact(kind["LinuxCapacity"], "cpukind LinuxCapacity").map { Int($0) }
        cpu.maximumHertz = HwlocReader.fact(kind["FrequencyMaxMHz"], "cpukind FrequencyMaxMHz").map { text in
            UInt64(text).flatMap { $0 < 1_000_000 ? $0 * 1_000_000 : nil }
        }
        cpus.append(cpu)
    }

    private mutating func readCache(_ object: XMLElement) throws(HwlocXMLError) {
        guard let level = try HwlocDocument.number(object, "depth"), level >= 1, level <= 9 else { return }
        let source = FactSource.hwloc(object.attribute("type") ?? "Cache")
        func bytes(_ name: String) throws(HwlocXMLError) -> Observed<ByteCount> {
            // 0 is what hwloc does not know.
            guard let number = try HwlocDocument.number(object, name), number > 0 else {
                return .unknown(.notTold, source)
            }
            return .known(ByteCount(bytes: number), source)
        }
        let kind: Observed<ObservedHost.Cache.Kind>
        switch object.attribute("cache_type") {
        case "0": kind = .known(.unified, source)
        case "1": kind = .known(.data, source)
        case "2": kind = .known(.instruction, source)
        default: kind = .unknown(.notTold, source)
        }
        let ways: Observed<Int>
        switch object.attribute("cache_associativity").flatMap({ Int($0) }) {
        case .some(-1): ways = .known(0, source)
        case let count? where count > 0: ways = .known(count, source)
        default: ways = .unknown(.notTold, source)
        }
        caches.append(
            .init(
                level: Int(level), kind: kind, size: try bytes("cache_size"), lineSize: try bytes("cache_linesize"),
                ways: ways, cpus: try cpuset(object)))
    }

    /// What the packages or the machine say of the processors.
    func cpuInfo(_ name: String, _ document: HwlocDocument) -> Observed<String> {
        HwlocReader.fact(packageInfos[name] ?? document.infos[name], "info \(name)")
    }

    static func fact(_ text: String?, _ source: String) -> Observed<String> {
        text.map { .known($0, .hwloc(source)) } ?? .unknown(.absent, .hwloc(source))
    }

    // MARK: Memory

    /// The NUMA nodes, after all objects were gone through; and for each processor its node.
    func nodes(_ document: HwlocDocument) -> [ObservedHost.NUMANode] {
        let users = Dictionary(grouping: nodeObjects, by: \.cpus).mapValues(\.count)
        return nodeObjects.sorted { $0.number < $1.number }.map { number, cpus, object in
            let source = FactSource.hwloc("NUMANode \(number)")
            var node = ObservedHost.NUMANode(number: number, unknownFrom: source)
            node.isOnline = .known(true, source)
            // A node without processors has those of what it is attached to.
            node.cpus = users[cpus] == 1 ? .known(cpus, source) : .unknown(.notTold, source)
            let bytes = object.attribute("local_memory").flatMap { UInt64($0) }
            node.memory = bytes.map { .known(ByteCount(bytes: $0), source) } ?? .unknown(.notTold, source)
            node.hugePages = hugePages(object, source)
            node.distances =
                document.distances[number].map { row in
                    .known(row.sorted { $0.key < $1.key }.map { .init(node: $0.key, value: $0.value) }, source)
                } ?? .unknown(.absent, .hwloc("distances2"))
            return node
        }
    }

    /// The pools of pages but for the plain ones, which are the smallest.
    private func hugePages(_ object: XMLElement, _ source: FactSource) -> Observed<[ObservedHost.HugePages]> {
        let types = object.elements(named: "page_type").compactMap { type -> (size: UInt64, count: UInt64)? in
            guard let size = type.attribute("size").flatMap({ UInt64($0) }),
                let count = type.attribute("count").flatMap({ UInt64($0) })
            else { return nil }
            return (size, count)
        }.sorted { $0.size < $1.size }
        guard !types.isEmpty else { return .unknown(.absent, source) }
        return .known(
            types.dropFirst().map { .init(size: ByteCount(bytes: $0.size), count: .known($0.count, source)) }, source)
    }

    private mutating func readModule(_ object: XMLElement) {
        guard object.attribute("subtype") == "MemoryModule" else { return }
        let infos = HwlocDocument.infos(of: object)
        let unsaid = FactSource.hwloc("Misc MemoryModule")
        modules.append(
            .init(
                name: "module\(modules.count)", label: HwlocReader.fact(infos["DeviceLocation"], "info DeviceLocation"),
                size: HwlocReader.fact(infos["Size"], "info Size").map { HwlocReader.bytes($0) },
                kind: HwlocReader.fact(infos["Type"], "info Type"), errorMode: .unknown(.notTold, unsaid),
                correctedErrors: .unknown(.notTold, unsaid), uncorrectedErrors: .unknown(.notTold, unsaid)))
    }

    /// `4194304KiB` of version 3, and `4194304` of version 2, which is KiB too.
    static func bytes(_ text: String) -> ByteCount? {
        let digits = text.hasSuffix("KiB") ? text.dropLast(3) : text[...]
        guard let number = UInt64(digits) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : ByteCount(bytes: bytes)
    }

    /// Gives processors and devices their nodes, where nodes tell them apart.
    mutating func finish() {
        var nodeOf: [Int: Int] = [:]
        var shared: Set<Int> = []
        var cpusOf: [Int: NumberSet] = [:]
        for node in nodeObjects {
            cpusOf[node.number] = node.cpus
            for cpu in node.cpus where nodeOf.updateValue(node.number, forKey: cpu) != nil { shared.insert(cpu) }
        }
        for index in cpus.indices {
            let number = cpus[index].number
            guard let node = nodeOf[number], !shared.contains(number) else { continue }
            cpus[index].numaNode = .known(node, .hwloc("NUMANode \(node) cpuset"))
        }
        var places: [String: Observed<Int>] = [:]
        for index in pciDevices.indices {
            // What is near to a part of a node is near to the node; what is near to several nodes is near to none.
            guard let near = pciDevices[index].localCPUs.value, let first = near.first, !shared.contains(first),
                let node = nodeOf[first], let own = cpusOf[node], near.isSubset(of: own)
            else { continue }
            pciDevices[index].numaNode = .known(node, .hwloc("NUMANode \(node) cpuset"))
            places[pciDevices[index].address] = pciDevices[index].numaNode
        }
        func place(_ address: Observed<String>) -> Observed<Int>? { address.value.flatMap { places[$0] } }
        for index in interfaces.indices {
            if let node = place(interfaces[index].pciAddress) { interfaces[index].numaNode = node }
        }
        for index in rdmaDevices.indices {
            if let node = place(rdmaDevices[index].pciAddress) { rdmaDevices[index].numaNode = node }
        }
        for index in blockDevices.indices {
            if let node = place(blockDevices[index].pciAddress) { blockDevices[index].numaNode = node }
        }
    }
}
