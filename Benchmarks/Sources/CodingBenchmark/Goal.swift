import StorageMath

/// Kinds of machines for which there are goals.
enum MachineKind: String, CaseIterable {
    case avx2 = "AVX2 only"
    case avx512GFNI = "AVX-512 + GFNI"

    /// This machine's; `nil` where it is of neither kind.
    static var detected: MachineKind? {
        let kernels = Set(CodingKernel.available)
        if kernels.contains(.avx512GFNI) { return .avx512GFNI }
        return kernels.contains(.avx2) && kernels.isDisjoint(with: [.avx512, .avx2GFNI]) ? .avx2 : nil
    }

    /// Geometric means that are to be reached, on slab and on staggered buffers.
    var means: [(operation: String, slab: Double, staggered: Double)] {
        switch self {
        case .avx2: [("encode", 2.4, 2.2), ("repair1", 2.4, 2.1), ("repair2", 1.8, 1.65)]
        case .avx512GFNI: [("encode", 1.6, 1.5), ("repair1", 2.0, 1.8), ("repair2", 1.5, 1.4)]
        }
    }
    var lowestEncode: Double { self == .avx2 ? 1.3 : 1.0 }
    var cauchyEncode: Double { self == .avx2 ? 1.2 : 1.1 }
}

/// A figure beside what it should be. Where nothing was measured for it, it is neither met nor missed.
struct Goal {
    let name: String
    let required: Double
    let measured: Double?
    /// Which cell decided, or why there is none.
    var note = ""

    var isMet: Bool? { measured.map { $0 >= required } }

    /// The goals of the project, of which those of the means hold on the kind of machine alone.
    static func all(_ cells: [Cell], _ kind: MachineKind?) -> [Goal] {
        kinds(cells, kind) + raid(cells) + limits(cells) + mirrors(cells) + calls(cells) + threads(cells)
    }

    private static func kinds(_ cells: [Cell], _ kind: MachineKind?) -> [Goal] {
        guard let kind else { return [] }
        var goals: [Goal] = []
        for (operation, slab, staggered) in kind.means {
            for (buffers, required) in [(Buffers.slab, slab), (.staggered, staggered)] {
                let found = cells.filter { $0.countsInMeans && $0.operation == operation && $0.buffers == buffers }
                goals.append(
                    Goal(
                        name: "\(operation), geometric mean, \(buffers)", required: required,
                        measured: geometricMean(found.compactMap(\.rivalRatio)), note: kind.rawValue))
            }
        }
        let encodes = cells.filter { $0.countsInMeans && $0.operation == "encode" }
        goals.append(lowest("encode, lowest cell", kind.lowestEncode, encodes, \.rivalRatio))
        for buffers in Buffers.allCases {
            let cauchy = cells.filter { $0.convention == CodeConvention.cauchy1.description && $0.buffers == buffers }
            goals.append(
                Goal(
                    name: "Cauchy1 encode, geometric mean, \(buffers)", required: kind.cauchyEncode,
                    measured: geometricMean(cauchy.compactMap(\.rivalRatio)), note: kind.rawValue))
        }
        return goals
    }

    private static func raid(_ cells: [Cell]) -> [Goal] {
        ["pq_gen", "xor_gen"].map { (call: String) in
            lowest("against \(call), lowest cell", 0.95, cells.filter { $0.rivalName == call }, \.rivalRatio)
        }
    }

    private static func limits(_ cells: [Cell]) -> [Goal] {
        ["encode", "repair1", "repair2", "update", "verify"].map { operation in
            let found = cells.filter {
                $0.countsAgainstLimit && $0.operation == operation && $0.fragmentBytes >= 65_536
                    && $0.shape?.isLight == true
            }
            return lowest("of the limit, \(operation), lowest cell", 0.9, found) { $0.limitRatio }
        }
    }

    private static func mirrors(_ cells: [Cell]) -> [Goal] {
        let mirrors = cells.filter { $0.operation == "mirror" }
        return [
            lowest("mirror, 16 MiB", 2.0, mirrors.filter { $0.fragmentBytes == 16 << 20 }, \.rivalRatio),
            lowest("mirror, lowest size", 1.2, mirrors, \.rivalRatio),
        ]
    }

    /// A call costs at most 1.1 of the raw kernel: its rate is at least 1/1.1.
    private static func calls(_ cells: [Cell]) -> [Goal] {
        ["call", "call-separate"].map { operation in
            lowest(
                "\(operation), 1 / 1.1 of the raw kernel", 1 / 1.1, cells.filter { $0.operation == operation },
                \.rivalRatio)
        }
    }

    private static func threads(_ cells: [Cell]) -> [Goal] {
        let pairs = cells.filter { $0.threads == 2 }
        let scaling = pairs.filter { ($0.limitScaling ?? 0) >= 1.8 }
        var goal = lowest("2 threads, where the limit scales by 1.8", 1.8, scaling, \.rivalRatio)
        if !pairs.isEmpty, scaling.count < pairs.count {
            goal.note +=
                "\(goal.note.isEmpty ? "" : "; ")limit scales less in \(pairs.count - scaling.count) of \(pairs.count)"
        }
        return [goal]
    }

    private static func lowest(
        _ name: String, _ required: Double, _ cells: [Cell], _ figure: (Cell) -> Double?
    ) -> Goal {
        let found = cells.compactMap { cell in figure(cell).map { (cell, $0) } }.min { $0.1 < $1.1 }
        return Goal(name: name, required: required, measured: found?.1, note: found?.0.place ?? "")
    }
}

extension Cell {
    /// Where it is, in a few words.
    var place: String { "\(layout) \(sizeName(fragmentBytes)) \(buffers)" }

    /// The cells that are held to the limit: one thread, V-pow, one of each.
    fileprivate var countsAgainstLimit: Bool {
        threads == 1 && convention == CodeConvention.vandermondePowers.description
            && rivalName.map { $0.contains("ec_encode_data") } ?? true
    }
}
