import StorageMath
import TestSupport
import Testing

/// What kernels do beside coding: copies and checksums.
@Suite struct KernelMirrorTests {
    @Test(arguments: CodingKernel.available)
    func `copies are the source, whatever the length and the places`(kernel: CodingKernel) throws {
        let arena = try GuardedArena(memories: 6, room: 70_000)
        forRandom(60, seed: 60_000) { random in
            let length = Self.someLength(using: &random)
            let copies = Int.random(in: 2...4, using: &random)
            let residue = Int.random(in: 0..<64, using: &random)
            let areAlike = Bool.random(using: &random)
            func somePlace() -> GuardedArena.Place {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: return .beginning
                case 1: return .end
                default: return .within(192 + Int.random(in: 0..<64, using: &random))
                }
            }
            let offsets = (0..<copies).map {
                arena.place($0, length: length, areAlike ? .within(256 + residue) : somePlace())
            }
            let source = randomBytes(length, using: &random)
            let place = arena.place(5, length: length, somePlace())
            arena.write(source, at: place)
            for offset in offsets { arena.write([UInt8](repeating: 0xEE, count: length), at: offset) }
            let mirror = try MirrorCopies(count: copies)
            let regions = try ShardRegions(offsets: offsets, length: length)
            let memory = arena.bytes
            var span = memory.mutableSpan
            let from = UnsafeBufferPointer(rebasing: arena.bytes[place..<place + length])
            try mirror.write(
                from.span, to: &span, at: regions, kernel: kernel,
                stores: StorePolicy.allCases.randomElement(using: &random) ?? .automatic)
            let isRight = offsets.enumerated().allSatisfy { copy, offset in
                arena.holds(source, at: offset) && arena.isUntouched(around: offset, in: copy, length: length)
            }
            guard isRight, arena.holds(source, at: place), try mirror.agree(in: memory.span, at: regions) else {
                return false
            }
            guard length > 0 else { return true }
            // One byte of one copy is enough.
            let byte = [0, length / 2, length - 1].randomElement(using: &random) ?? 0
            memory[offsets[Int.random(in: 0..<copies, using: &random)] + byte] ^= 0x10
            return try !mirror.agree(in: memory.span, at: regions)
        }
    }

    @Test func `checksums by the instruction are those of the plain reference, in one part or two`() throws {
        let arena = try GuardedArena(memories: 1, room: 70_000)
        forRandom(100, seed: 70_000) { random in
            let length = Self.someLength(using: &random)
            let place: GuardedArena.Place =
                Bool.random(using: &random) ? .end : .within(192 + Int.random(in: 0..<64, using: &random))
            let offset = arena.place(0, length: length, place)
            arena.write(randomBytes(length, using: &random), at: offset)
            let cut = Int.random(in: 0...length, using: &random)
            func checksum(_ kernel: CodingKernel, _ parts: [Range<Int>]) -> UInt32 {
                var checksum = CRC32C(kernel: kernel)
                for part in parts {
                    let bytes = arena.bytes[offset + part.lowerBound..<offset + part.upperBound]
                    checksum.update(UnsafeBufferPointer(rebasing: bytes).span)
                }
                return checksum.checksum
            }
            let expected = checksum(.reference, [0..<length])
            return checksum(.portable, [0..<length]) == expected
                && checksum(.portable, [0..<cut, cut..<length]) == expected
        }
    }

    private static func someLength(using random: inout SeededRandom) -> Int {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: Int.random(in: 65_535...65_537, using: &random)
        case 1: Int.random(in: 4_095...4_097, using: &random)
        case 2: 3 * 1_360 * Int.random(in: 1...4, using: &random) + Int.random(in: -1...1, using: &random)
        default: Int.random(in: 0...1_000, using: &random)
        }
    }
}
