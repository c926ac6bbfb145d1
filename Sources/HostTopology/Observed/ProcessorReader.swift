import ClusterCore

/// Reads the processors of a host and their caches.
struct ProcessorReader {
    let facts: FactReader
    private let folder = "sys/devices/system/cpu"

    init(facts: FactReader) { self.facts = facts }

    /// - Parameter nodes: the NUMA nodes, which say what processors they have.
    func cpus(nodes: Observed<[ObservedHost.NUMANode]>) -> ObservedHost.CPUs {
        var result = ObservedHost.CPUs(unknownFrom: .file(folder))
        // What reads it runs on one.
        result.online = facts.refine(facts.list("\(folder)/online")) { $0.isEmpty ? .reason(.malformed) : .value($0) }
        result.possible = facts.list("\(folder)/possible")
        result.present = facts.list("\(folder)/present")
        result.allowed = allowed()
        describe(&result)
        let kinds = kinds()
        let owners = owners(nodes)
        result.list = facts.names(folder).map { FactReader.numbers(in: $0, after: "cpu") }.map { numbers in
            numbers.isEmpty
                ? nil
                : numbers.map { number in
                    cpu(number, online: result.online, kinds: kinds, owner: owners[number], nodes: nodes)
                }
        }
        if result.online.value == nil, let list = result.list.value, list.allSatisfy({ $0.isOnline.value != nil }) {
            result.online = .known(
                NumberSet(list.lazy.filter { $0.isOnline.value == true }.map(\.number)), .derived("\(folder)/cpuN"))
        }
        result.offline = offline(result)
        return result
    }

    /// What is present and does not run. The file `offline` names what could be plugged in too.
    private func offline(_ cpus: ObservedHost.CPUs) -> Observed<NumberSet> {
        guard let online = cpus.online.value else {
            return .unknown(cpus.online.reason ?? .absent, cpus.online.source)
        }
        let source = FactSource.derived("\(folder)/online and the processors present")
        if let present = cpus.present.value { return .known(present.subtracting(online), source) }
        guard let list = cpus.list.value else { return .unknown(cpus.list.reason ?? .absent, cpus.list.source) }
        return .known(NumberSet(list.lazy.map(\.number)).subtracting(online), source)
    }

    private func allowed() -> Observed<NumberSet> {
        facts.refine(facts.text("proc/self/status")) { text in
            let title = "Cpus_allowed_list:"
            guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(title) }) else {
                return .reason(.absent)
            }
            return NumberSet(list: line.dropFirst(title.count)).map { .value($0) } ?? .reason(.malformed)
        }
    }

    /// What `/proc/cpuinfo` says of the first processor. Of 4,096 processors it is megabytes, so only bytes are looked at, and
    /// only until all is told.
    private func describe(_ cpus: inout ObservedHost.CPUs) {
        let text = facts.text("proc/cpuinfo")
        let titles = [["vendor_id", "vendor"], ["model name", "cpu"], ["flags"]]
        var values = [String?](repeating: nil, count: titles.count)
        for line in (text.value ?? "").utf8.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let title = line[..<colon].trimmedOfSpace
            for (place, names) in titles.enumerated() where values[place] == nil {
                guard names.contains(where: { title.elementsEqual($0.utf8) }) else { continue }
                values[place] = String(Substring(line[line.index(after: colon)...].trimmedOfSpace))
            }
            if !values.contains(nil) { break }
        }
        func told(_ place: Int) -> Observed<String> {
            facts.refine(text) { _ in
                values[place].map { $0.isEmpty ? .reason(.empty) : .value($0) } ?? .reason(.absent)
            }
        }
        cpus.vendor = told(0)
        cpus.model = told(1)
        cpus.flags = told(2).map { flags in
            Set(flags.split(separator: " ").map(String.init)).sorted()
        }
    }

    /// Which processors are of which kind, where the kernel tells kinds apart.
    private func kinds() -> [(name: String, path: String, cpus: NumberSet)] {
        ["core", "atom", "lowpower"].compactMap { name in
            let path = "sys/devices/cpu_\(name)/cpus"
            return facts.list(path).value.map { (name, path, $0) }
        }
    }

    /// The node of each processor; nothing where two nodes claim it, as wrong firmware does.
    private func owners(_ nodes: Observed<[ObservedHost.NUMANode]>) -> [Int: Observed<Int>] {
        var owners: [Int: Observed<Int>] = [:]
        for node in nodes.elements {
            let source = node.cpus.source
            for cpu in node.cpus.value ?? [] {
                owners[cpu] = owners[cpu] == nil ? .known(node.number, source) : .unknown(.notTold, source)
            }
        }
        // Where nodes share processors, one that does not tell its own may share any.
        let untold = nodes.elements.contains { $0.isOnline.value != false && $0.cpus.value == nil }
        guard untold, owners.values.contains(where: { $0.value == nil }) else { return owners }
        return owners.mapValues { _ in .unknown(.notTold, .derived("the processors of all nodes")) }
    }

    private func cpu(
        _ number: Int, online: Observed<NumberSet>, kinds: [(name: String, path: String, cpus: NumberSet)],
        owner: Observed<Int>?, nodes: Observed<[ObservedHost.NUMANode]>
    ) -> ObservedHost.CPU {
        let base = "\(folder)/cpu\(number)"
        var cpu = ObservedHost.CPU(number: number, unknownFrom: .file(base))
        let own = online.value == nil ? facts.flag("\(base)/online") : .unknown(.notRead, online.source)
        cpu.capacity = facts.number("\(base)/cpu_capacity")
        cpu.maximumHertz = facts.count("\(base)/cpufreq/cpuinfo_max_freq").map { kilohertz in
            let (hertz, overflow) = kilohertz.multipliedReportingOverflow(by: 1000)
            return overflow || kilohertz == 0 ? nil : hertz
        }
        let topology = "\(base)/topology"
        // A running kernel has the files of the first names; of a captured tree it is worth the while to see which there are.
        let names = facts.isLive ? nil : facts.names(topology).value
        cpu.package = facts.number("\(topology)/physical_package_id")
        cpu.die = facts.number("\(topology)/die_id")
        cpu.core = facts.number("\(topology)/core_id")
        cpu.coreCPUs = siblings(number, topology, names, ProcessorReader.coreFiles)
        cpu.packageCPUs = siblings(number, topology, names, ProcessorReader.packageFiles)
        cpu.dieCPUs = siblings(number, topology, names, ProcessorReader.dieFiles)
        cpu.isOnline = isOnline(number, online, own, topology, names)
        cpu.numaNode = owner ?? .unknown(nodes.reason ?? .notTold, nodes.source)
        if let kind = kinds.first(where: { $0.cpus.contains(number) }) {
            cpu.kind = .known(kind.name, .file(kind.path))
        } else {
            cpu.kind = .unknown(.absent, .file("sys/devices/cpu_core/cpus"))
        }
        return cpu
    }

    private func isOnline(
        _ number: Int, _ online: Observed<NumberSet>, _ own: Observed<Bool>, _ topology: String, _ names: [String]?
    ) -> Observed<Bool> {
        if let set = online.value { return .known(set.contains(number), online.source) }
        guard own.value == nil else { return own }
        // A processor that cannot be turned off has no file that tells; one that is off has no place in the topology.
        return (names ?? facts.names(topology).value)?.isEmpty == false ? .known(true, .derived(topology)) : own
    }

    /// The files of the first names came with Linux 5.3, the lists with 2.6.27, the masks were always there.
    private static let coreFiles = ["core_cpus_list", "core_cpus", "thread_siblings_list", "thread_siblings"]
    private static let packageFiles = ["package_cpus_list", "package_cpus", "core_siblings_list", "core_siblings"]
    private static let dieFiles = ["die_cpus_list", "die_cpus"]

    /// A set of processors that must hold the processor itself.
    /// - Parameter names: what is in the folder, where that is known.
    private func siblings(
        _ number: Int, _ topology: String, _ names: [String]?, _ files: [String]
    ) -> Observed<NumberSet> {
        var first: Observed<NumberSet>?
        for file in files where names?.contains(file) != false {
            let path = "\(topology)/\(file)"
            let read = file.hasSuffix("_list") ? facts.list(path) : facts.mask(path)
            let found = facts.refine(read) { $0.contains(number) ? .value($0) : .reason(.malformed) }
            if found.value != nil { return found }
            if first == nil || first?.reason == .absent { first = found }
        }
        return first ?? .unknown(.absent, .file("\(topology)/\(files[0])"))
    }

    // MARK: Caches

    /// Every cache once. A cache tells which processors share it, so it is read from one of them only.
    func caches(of cpus: ObservedHost.CPUs) -> Observed<[ObservedHost.Cache]> {
        guard let list = cpus.list.value else { return .unknown(cpus.list.reason ?? .absent, cpus.list.source) }
        var caches: [ObservedHost.Cache] = []
        /// The kinds of the caches of a level that the same processors share.
        var found: [ObservedHost.Cache.Place: [ObservedHost.Cache.Kind?]] = [:]
        /// How many of a processor's caches are known already.
        var known: [Int: Int] = [:]
        /// Processors with a cache that does not tell what it is, how many they have, and why.
        var untold: [(cpu: Int, count: Int, reason: UnknownReason, source: FactSource)] = []
        var told = false
        for cpu in list where cpu.isOnline.value != false {
            let folder = "\(folder)/cpu\(cpu.number)/cache"
            let names = facts.names(folder)
            let indices = FactReader.numbers(in: names.elements, after: "index")
            if indices.isEmpty { untold.append((cpu.number, .max, names.reason ?? .empty, names.source)) }
            told = told || !indices.isEmpty
            guard indices.count != known[cpu.number] else { continue }
            var own: [ObservedHost.Cache] = []
            for index in indices {
                switch cache("\(folder)/index\(index)", of: cpu.number) {
                case .known(let cache, _): own.append(cache)
                case .unknown(let reason, let source): untold.append((cpu.number, indices.count, reason, source))
                }
            }
            for cache in ProcessorReader.new(own, beside: found) {
                found[cache.place, default: []].append(cache.kind.value)
                caches.append(cache)
                for sharer in cache.cpus { known[sharer, default: 0] += 1 }
            }
        }
        guard told else { return .unknown(.absent, .file("\(folder)/cpuN/cache")) }
        // Another that shares it may have told of it; a list without it would be too short.
        if let lost = untold.first(where: { known[$0.cpu, default: 0] < $0.count }) {
            return .unknown(lost.reason, lost.source)
        }
        let keys = caches.map { ($0.level, $0.cpus.first ?? 0, $0.rank) }
        return .known(caches.indices.sorted { keys[$0] < keys[$1] }.map { caches[$0] }, .file("\(folder)/cpuN/cache"))
    }

    /// Those of a processor's caches that are not found yet. One whose kind is not told may be one that is, so they are counted: what
    /// this processor has more of than is found is new.
    private static func new(
        _ own: [ObservedHost.Cache], beside found: [ObservedHost.Cache.Place: [ObservedHost.Cache.Kind?]]
    ) -> [ObservedHost.Cache] {
        var left: [ObservedHost.Cache.Place: [ObservedHost.Cache.Kind?]] = [:]
        for cache in own { left[cache.place] = found[cache.place] }
        var open: [ObservedHost.Cache] = []
        for cache in own {
            if let same = left[cache.place]?.firstIndex(of: cache.kind.value) {
                left[cache.place]?.remove(at: same)
            } else {
                open.append(cache)
            }
        }
        return open.filter { cache in
            guard left[cache.place]?.popLast() != nil else { return true }
            return false
        }
    }

    /// A cache, or why nothing tells which it is.
    private func cache(_ folder: String, of number: Int) -> Observed<ObservedHost.Cache> {
        let levels = facts.refine(facts.number("\(folder)/level")) {
            (1...9).contains($0) ? .value($0) : .reason(.malformed)
        }
        guard let level = levels.value else { return .unknown(levels.reason ?? .absent, levels.source) }
        func own(_ set: Observed<NumberSet>) -> Observed<NumberSet> {
            facts.refine(set) { $0.contains(number) ? .value($0) : .reason(.malformed) }
        }
        let sharers = own(facts.list("\(folder)/shared_cpu_list")).or(own(facts.mask("\(folder)/shared_cpu_map")))
        guard let shared = sharers.value else { return .unknown(sharers.reason ?? .absent, sharers.source) }
        let cache = ObservedHost.Cache(
            level: level,
            kind: facts.text("\(folder)/type").map { ObservedHost.Cache.Kind(rawValue: $0.lowercased()) },
            size: facts.refine(facts.text("\(folder)/size")) { text in
                guard text.hasSuffix("K"), let kibibytes = UInt64(text.dropLast()), kibibytes < 1 << 40 else {
                    return .reason(.malformed)
                }
                // Some firmware does not say how large a cache is.
                return kibibytes == 0 ? .reason(.notTold) : .value(ByteCount(bytes: kibibytes * 1024))
            },
            lineSize: facts.refine(facts.count("\(folder)/coherency_line_size")) {
                $0 == 0 ? .reason(.notTold) : .value(ByteCount(bytes: $0))
            },
            ways: facts.number("\(folder)/ways_of_associativity"), cpus: shared)
        return .known(cache, .file(folder))
    }
}

extension ObservedHost.Cache {
    /// Where a cache is; one of data and one of instructions may be in the same place.
    fileprivate struct Place: Hashable {
        var level: Int
        var cpus: NumberSet
    }

    fileprivate var place: Place { Place(level: level, cpus: cpus) }

    fileprivate var rank: Int {
        switch kind.value {
        case .data: 0
        case .unified: 1
        case .instruction: 2
        case nil: 3
        }
    }
}

extension Substring.UTF8View {
    /// The text without the spaces, tabs and ends of lines around it.
    var trimmedOfSpace: Substring.UTF8View {
        let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}
