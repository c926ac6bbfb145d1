import ClusterCore

/// Reads the memory of a host.
struct MemoryReader {
    let facts: FactReader
    private let controllers = "sys/devices/system/edac/mc"

    init(facts: FactReader) { self.facts = facts }

    func memory() -> ObservedHost.Memory {
        var memory = ObservedHost.Memory(unknownFrom: .file("proc/meminfo"))
        memory.total = MemoryReader.kibibytes(of: "MemTotal", in: facts.text("proc/meminfo"), facts)
        memory.hugePages = hugePages("sys/kernel/mm/hugepages")
        memory.modules = modules()
        return memory
    }

    /// The size in a line such as `MemTotal: 2097152 kB` or `Node 0 MemTotal: 2097152 kB`.
    static func kibibytes(of title: String, in text: Observed<String>, _ facts: FactReader) -> Observed<ByteCount> {
        facts.refine(text) { text in
            for line in text.split(separator: "\n") {
                let words = line.split { $0 == " " || $0 == "\t" }
                guard let place = words.firstIndex(of: "\(title):") else { continue }
                guard words.count == place + 3, words[place + 2] == "kB", let size = UInt64(words[place + 1]),
                    size < 1 << 53
                else { return .reason(.malformed) }
                return .value(ByteCount(bytes: size * 1024))
            }
            return .reason(.malformed)
        }
    }

    /// The pools of a folder with entries such as `hugepages-2048kB`.
    func hugePages(_ folder: String) -> Observed<[ObservedHost.HugePages]> {
        facts.names(folder).map { names in
            names.compactMap { name -> ObservedHost.HugePages? in
                guard name.hasPrefix("hugepages-"), name.hasSuffix("kB"),
                    let size = UInt64(name.dropFirst(10).dropLast(2)), size > 0, size < 1 << 40
                else { return nil }
                return ObservedHost.HugePages(
                    size: ByteCount(bytes: size * 1024), count: facts.count("\(folder)/\(name)/nr_hugepages"))
            }.sorted { $0.size < $1.size }
        }
    }

    /// The modules that the drivers of memory controllers tell of; old drivers tell of rows of chips only.
    private func modules() -> Observed<[ObservedHost.MemoryModule]> {
        let names = facts.names(controllers)
        var untold: Observed<[String]>?
        let all: Observed<[ObservedHost.MemoryModule]> = facts.refine(names) { names in
            var modules: [ObservedHost.MemoryModule] = []
            var found = false
            for controller in FactReader.numbers(in: names, after: "mc") {
                found = true
                let base = "\(controllers)/mc\(controller)"
                let listing = facts.names(base)
                if listing.value == nil, untold == nil { untold = listing }
                let children = listing.elements
                var own: [ObservedHost.MemoryModule] = []
                for prefix in ["dimm", "rank"] {
                    own += FactReader.numbers(in: children, after: prefix).map {
                        module("mc\(controller)/\(prefix)\($0)", ("dimm_edac_mode", "dimm_mem_type", "size", "dimm_"))
                    }
                }
                if own.isEmpty {
                    own = FactReader.numbers(in: children, after: "csrow").map {
                        module("mc\(controller)/csrow\($0)", ("edac_mode", "mem_type", "size_mb", ""))
                    }
                }
                modules += own
            }
            return found ? .value(modules) : .reason(.absent)
        }
        // A controller that cannot be read may have any number of them.
        if let untold { return .unknown(untold.reason ?? .unreadable, untold.source) }
        return all
    }

    private func module(
        _ name: String, _ files: (mode: String, kind: String, size: String, prefix: String)
    ) -> ObservedHost.MemoryModule {
        let base = "\(controllers)/\(name)"
        return ObservedHost.MemoryModule(
            name: name, label: facts.text("\(base)/dimm_label").or(facts.text("\(base)/ch0_dimm_label")),
            size: facts.refine(facts.count("\(base)/\(files.size)")) { mebibytes in
                guard mebibytes < 1 << 40 else { return .reason(.malformed) }
                return .value(ByteCount(bytes: mebibytes << 20))
            },
            kind: told(facts.text("\(base)/\(files.kind)")), errorMode: told(facts.text("\(base)/\(files.mode)")),
            correctedErrors: facts.count("\(base)/\(files.prefix)ce_count"),
            uncorrectedErrors: facts.count("\(base)/\(files.prefix)ue_count"))
    }

    private func told(_ fact: Observed<String>) -> Observed<String> {
        facts.refine(fact) { $0 == "Unknown" ? .reason(.notTold) : .value($0) }
    }
}
