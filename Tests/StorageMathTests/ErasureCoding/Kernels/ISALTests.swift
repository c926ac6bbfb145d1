import StorageMath
import TestSupport
import Testing

/// The bytes are those of ISA-L, which is asked for them here.
@Suite struct ISALTests {
    /// Cases for each kernel; in the soak they are a million together, or as many as LAB_SOAK says, from 1,000 on.
    private static let runs =
        environment("LAB_SOAK").map { soak in
            let said = Int(soak).flatMap { $0 >= 1_000 ? $0 : nil }
            return (said ?? 1_000_000) / max(1, KernelEqualityTests.kernels.count) + 1
        } ?? 40

    @Test func `ISA-L is there where the test dependencies are installed, or its absence is said`() {
        if ISAL.shared == nil {
            print("ISA-L: \(ISAL.library) cannot be loaded (Debian: libisal2), so no bytes are compared with it")
        } else {
            print(
                "ISA-L: bytes compared with \(ISAL.library), by kernels that run natively:",
                CodingKernel.available.map(\.rawValue).joined(separator: ", "))
        }
    }

    /// The parity rows that ISA-L makes for a code.
    private func coefficients(_ isal: ISAL, _ convention: CodeConvention, _ data: Int, _ parity: Int) -> [UInt8] {
        var matrix = [UInt8](repeating: 0, count: (data + parity) * data)
        let generate = convention == .cauchy1 ? isal.cauchy : isal.powers
        generate(&matrix, CInt(data + parity), CInt(data))
        return Array(matrix[(data * data)...])
    }

    @Test(.enabled(if: ISAL.shared != nil, "no libisal"), arguments: [CodeConvention.vandermondePowers, .cauchy1])
    func `matrices of up to 250+6 are ISA-L's`(convention: CodeConvention) throws {
        let isal = try #require(ISAL.shared)
        for (data, parity) in [(1, 1), (2, 2), (4, 2), (10, 4), (12, 4), (20, 12), (17, 3), (250, 6), (128, 128)] {
            let matrix = try convention.parityMatrix(data: data, parity: parity)
            #expect(matrix.elements == coefficients(isal, convention, data, parity), "\(data)+\(parity)")
        }
    }

    /// Shards in memories of their own, at any alignment, guard pages around; what ISA-L makes beside what we make.
    private struct Case {
        let data: Int
        let parity: Int
        let length: Int
        let offsets: [Int]
        /// Where what ISA-L makes lies.
        let others: [Int]

        init(_ arena: GuardedArena, most: Int, _ random: inout SeededRandom) {
            data = Int.random(in: 1...20, using: &random)
            parity = Int.random(in: 1...6, using: &random)
            let length =
                // Of so many cases few are long, or they would take hours.
                switch Int.random(in: 0..<(ISALTests.runs > 1_000 ? 200 : 4), using: &random) {
                case 0: Int.random(in: 0...most, using: &random)
                case 1: Int.random(in: 0...5_000, using: &random)
                default: Int.random(in: 0...300, using: &random)
                }
            self.length = length
            let places = (0..<data + 2 * parity).map { symbol -> Int in
                let distance = 192 + Int.random(in: 0..<64, using: &random)
                let place: GuardedArena.Place =
                    Bool.random(using: &random) ? .within(distance) : Bool.random(using: &random) ? .end : .beginning
                return arena.place(symbol, length: length, place)
            }
            offsets = Array(places[..<(data + parity)])
            others = Array(places[(data + parity)...])
        }
    }

    private func streams(_ arena: GuardedArena, _ offsets: some Sequence<Int>) -> [UnsafeMutablePointer<UInt8>?] {
        offsets.map { arena.start + $0 }
    }

    @Test(.enabled(if: ISAL.shared != nil, "no libisal"), arguments: KernelEqualityTests.kernels)
    func `encoding and updating give the bytes of ec_encode_data and ec_encode_data_update`(
        kernel: CodingKernel
    ) throws {
        let isal = try #require(ISAL.shared)
        let arena = try GuardedArena(memories: 32, room: 70_000)
        forRandom(Self.runs, seed: 40_000) { random in
            let cauchy = Bool.random(using: &random)
            let trial = Case(arena, most: 70_000, &random)
            let (data, parity, length) = (trial.data, trial.parity, trial.length)
            // Whatever ISA-L encodes, also where losses of it would not come back.
            var elements = coefficients(isal, cauchy ? .cauchy1 : .vandermondePowers, data, parity)
            let rows = (0..<parity).map { Array(elements[$0 * data..<($0 + 1) * data]) }
            let code = try MatrixCode(rows)
            let shards = (0..<data).map { _ in randomBytes(length, using: &random) }
            for (symbol, shard) in shards.enumerated() { arena.write(shard, at: trial.offsets[symbol]) }

            var tables = [UInt8](repeating: 0, count: 32 * data * parity)
            isal.tables(CInt(data), CInt(parity), &elements, &tables)
            var (sources, made) = (streams(arena, trial.offsets[..<data]), streams(arena, trial.others))
            isal.encode(CInt(length), CInt(data), CInt(parity), &tables, &sources, &made)
            let regions = try ShardRegions(offsets: trial.offsets, length: length)
            let stores = StorePolicy.allCases.randomElement(using: &random) ?? .automatic
            let coder = try ErasureCoder(code, kernel: kernel, stores: stores)
            let memory = arena.bytes
            var span = memory.mutableSpan
            try coder.encode(&span, at: regions)
            func isSame() -> Bool {
                (0..<parity).allSatisfy { row in
                    let theirs = trial.others[row]
                    return arena.holds(Array(arena.bytes[theirs..<theirs + length]), at: trial.offsets[data + row])
                        && arena.isUntouched(around: trial.offsets[data + row], in: data + row, length: length)
                }
            }
            guard isSame() else { return false }

            // A change of one shard is what ISA-L adds for that shard.
            let symbol = Int.random(in: 0..<data, using: &random)
            let new = randomBytes(length, using: &random)
            let old = shards[symbol]
            var change = zip(old, new).map { $0 ^ $1 }
            isal.update(CInt(length), CInt(data), CInt(parity), CInt(symbol), &tables, &change, &made)
            var updated = memory.mutableSpan
            try coder.update(&updated, at: regions, symbol: symbol, from: old.span, to: new.span)
            return isSame()
        }
    }

    @Test(.enabled(if: ISAL.shared != nil, "no libisal"), arguments: KernelEqualityTests.kernels)
    func `P and Q are those of pq_gen, P alone that of xor_gen`(kernel: CodingKernel) throws {
        let isal = try #require(ISAL.shared)
        let arena = try GuardedArena(memories: 26, room: 70_000)
        forRandom(Self.runs / 2, seed: 50_000) { random in
            // RAID calls take whole lines at addresses of lines.
            let (data, length) = (Int.random(in: 2...20, using: &random), 64 * Int.random(in: 1...300, using: &random))
            let offsets = (0..<data + 4).map { arena.place($0, length: length, .within(192 + 64 * ($0 % 7))) }
            for symbol in 0..<data { arena.write(randomBytes(length, using: &random), at: offsets[symbol]) }
            for (parity, generate) in [(1, isal.xor), (2, isal.pq)] {
                let theirs = Array(offsets[..<data]) + Array(offsets[(data + 2)..<(data + 2 + parity)])
                var all = theirs.map { Optional(UnsafeMutableRawPointer(arena.start + $0)) }
                guard generate(CInt(data + parity), CInt(length), &all) == 0 else { return false }
                let code = try ReedSolomon(data: data, parity: parity, convention: .vandermondePowers)
                let regions = try ShardRegions(offsets: Array(offsets[..<(data + parity)]), length: length)
                let memory = arena.bytes
                var span = memory.mutableSpan
                try ErasureCoder(code, kernel: kernel, stores: .streaming).encode(&span, at: regions)
                for row in 0..<parity {
                    let made = offsets[data + 2 + row]
                    guard arena.holds(Array(arena.bytes[made..<made + length]), at: offsets[data + row]) else {
                        return false
                    }
                }
            }
            return true
        }
    }
}
