import Foundation
import StorageMath

/// Everything that a run came to.
struct Measured {
    static let meanOperations = ["encode", "repair1", "repair2", "update", "verify"]

    let started: Int
    let machine: Machine
    let kernel: CodingKernel
    let library: ISAL?
    /// Why there is no library; `nil` where there is one.
    let libraryProblem: String?
    let alternations: Int
    let blockSeconds: Double
    let isSmoke: Bool
    var copies: [(bytes: Int, rate: Double)] = []
    var cells: [Cell] = []

    var goals: [Goal] {
        // A goal for a kind of machine is one for its own kernel, against the whole library.
        let isWhole = kernel == .detected && (library.map { $0.encodeName == "ec_encode_data" } ?? true)
        return Goal.all(cells, isWhole ? machine.kind : nil)
    }

    /// The cell with the lowest ratio of those that count in the means.
    var lowest: Cell? {
        cells.filter(\.countsInMeans).min { ($0.rivalRatio ?? .infinity) < ($1.rivalRatio ?? .infinity) }
    }

    func mean(_ operation: String, _ buffers: Buffers) -> Double? {
        geometricMean(
            cells.filter { $0.countsInMeans && $0.operation == operation && $0.buffers == buffers }
                .compactMap(\.rivalRatio))
    }

    /// The same of the limit in place of ours: what a code comes to that takes no longer than moving its bytes.
    func limitMean(_ operation: String, _ buffers: Buffers) -> Double? {
        geometricMean(
            cells.filter { $0.countsInMeans && $0.operation == operation && $0.buffers == buffers }
                .compactMap { cell in cell.rival.map { cell.limit / $0 } })
    }

    /// 0 every goal met, 1 one missed, 2 one not known and none missed.
    var status: Int32 {
        let verdicts = goals.map(\.isMet)
        return verdicts.contains(false) ? 1 : verdicts.contains(nil) ? 2 : 0
    }

    var json: JSON {
        .object([
            ("schema", .string("erasure-coding.benchmark/1")),
            ("started_unix_s", .integer(started)),
            ("machine", machine.json),
            (
                "library",
                library.map {
                    .object([
                        ("path", .string($0.path)), ("version", $0.version.map(JSON.string) ?? .null),
                        ("encode_function", .string($0.encodeName)),
                    ])
                } ?? .null
            ),
            ("library_problem", libraryProblem.map(JSON.string) ?? .null),
            (
                "settings",
                .object([
                    ("kernel", .string(kernel.rawValue)), ("alternations", .integer(alternations)),
                    ("block_ns", .integer(Int(blockSeconds * 1e9))), ("smoke", .bool(isSmoke)),
                ])
            ),
            (
                "memcpy",
                .array(
                    copies.map {
                        .object([("size_bytes", .integer($0.bytes)), ("bytes_per_second", .number($0.rate))])
                    })
            ),
            ("cells", .array(cells.map(\.json))),
            (
                "geometric_mean",
                .object(
                    Buffers.allCases.map { buffers in
                        let means = Measured.meanOperations.map { ($0, JSON(mean($0, buffers))) }
                        return (buffers.rawValue, .object(means))
                    })
            ),
            ("lowest_cell", lowest?.json ?? .null),
            (
                "goals",
                .array(
                    goals.map {
                        .object([
                            ("name", .string($0.name)), ("required_ratio", .number($0.required)),
                            ("measured_ratio", JSON($0.measured)), ("meets_goal", $0.isMet.map(JSON.bool) ?? .null),
                            ("note", .string($0.note)),
                        ])
                    })
            ),
        ])
    }
}

extension Cell {
    var json: JSON {
        .object([
            ("operation", .string(operation)), ("convention", convention.map(JSON.string) ?? .null),
            ("layout", .string(layout)), ("fragment_bytes", .integer(fragmentBytes)),
            ("buffers", .string(buffers.rawValue)), ("kernel", .string(kernel.rawValue)),
            ("threads", .integer(threads)), ("ours_bytes_per_second", .number(ours)),
            ("rival", rivalName.map(JSON.string) ?? .null), ("rival_bytes_per_second", JSON(rival)),
            ("limit_bytes_per_second", .number(limit)), ("ratio_rival", JSON(rivalRatio)),
            ("ratio_limit", .number(limitRatio)),
        ])
    }
}

/// Where it ran.
struct Machine {
    let processor: String
    let processors: Int
    let system: String
    let cacheBytes: [(level: String, bytes: Int)]
    let kernels: [CodingKernel]
    let kind: MachineKind?

    static var this: Machine {
        let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        func value(_ name: String) -> String? {
            for line in information.split(separator: "\n") {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else { continue }
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
            return nil
        }
        // Which processor hides behind a virtual machine's name.
        let place = [value("cpu family").map { "family \($0)" }, value("model").map { "model \($0)" }]
            .compactMap(\.self).joined(separator: " ")
        var caches: [(String, Int)] = []
        for index in 0..<8 {
            func attribute(_ name: String) -> String? {
                (try? String(
                    contentsOfFile: "/sys/devices/system/cpu/cpu0/cache/index\(index)/\(name)", encoding: .utf8))?
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            }
            guard let level = attribute("level"), attribute("type") != "Instruction",
                let size = attribute("size").flatMap({ Int($0.prefix { $0.isNumber }) })
            else { continue }
            caches.append(("level\(level)_bytes", size << 10))
        }
        return Machine(
            processor: (value("model name") ?? "unknown processor") + (place.isEmpty ? "" : " (\(place))"),
            processors: ProcessInfo.processInfo.processorCount,
            system: ProcessInfo.processInfo.operatingSystemVersionString,
            cacheBytes: caches, kernels: CodingKernel.available, kind: .detected)
    }

    var json: JSON {
        .object([
            ("processor", .string(processor)), ("processors", .integer(processors)), ("system", .string(system)),
            ("caches", .object(cacheBytes.map { ($0.level, .integer($0.bytes)) })),
            ("kernels", .array(kernels.map { .string($0.rawValue) })),
            ("kind", kind.map { .string($0.rawValue) } ?? .null),
        ])
    }
}
