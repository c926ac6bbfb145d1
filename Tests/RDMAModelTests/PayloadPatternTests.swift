import RDMAModel
import TestSupport
import Testing

/// Corruption of every kind is put in, and found.
@Suite struct PayloadPatternTests {
    private static let sizes = [1, 7, 8, 9, 64, 100, 4096, 65_537]

    private func pattern(_ number: UInt64 = 40) -> PayloadPattern { PayloadPattern(seed: 11, number: number) }

    @Test(arguments: sizes) func `what was sent has no difference`(size: Int) {
        let bytes = pattern().bytes(size)
        #expect(bytes.count == size)
        #expect(pattern().difference(in: bytes) == nil)
        #expect(bytes.indices.allSatisfy { bytes[$0] == pattern().byte(at: $0) })
    }

    /// Steele, Lea and Flood's generator as everybody has it: its first outputs from seed 0 are in many test suites.
    @Test func `the mixing is that of SplitMix64`() {
        // The message 0 of the seed 0 mixes to the first output, 0xe220a8397b1dcdaf; its words go on from there.
        let first: UInt64 = 0xe220_a839_7b1d_cdaf
        func output(_ state: UInt64) -> UInt64 {
            var mixed = state &+ 0x9e37_79b9_7f4a_7c15
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
        #expect(output(0) == first)
        let bytes = PayloadPattern(seed: 0, number: 0).bytes(16)
        let words = [0, 8].map { start in (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
        }
        #expect(words == [output(first), output(first &+ 0x9e37_79b9_7f4a_7c15)])
    }

    @Test(arguments: sizes) func `a single bit that flipped is found at its place`(size: Int) {
        forRandom(50) { random in
            var bytes = pattern().bytes(size)
            let place = Int(random.next() % UInt64(size))
            bytes[place] ^= 1 << UInt8(random.next() % 8)
            let found = pattern().difference(in: bytes)
            return found?.offset == place && found?.differing == 1
        }
    }

    @Test func `data of an earlier message is stale, wholly or in part`() {
        for back in 1...16 as ClosedRange<UInt64> {
            #expect(pattern().difference(in: pattern(40 - back).bytes(4096))?.kind == .stale(number: 40 - back))
        }
        let mixed = pattern().bytes(1024) + pattern(39).bytes(4096)[1024..<2048] + pattern().bytes(4096)[2048...]
        let found = pattern().difference(in: Array(mixed))
        #expect(found?.kind == .stale(number: 39) && found?.offset == 1024)
    }

    @Test(arguments: [1, 3, 8, 64, 1024]) func `data that is shifted says where it belongs`(by: Int) {
        let sent = pattern().bytes(4096 + by)
        let later = pattern().difference(in: Array(sent[by...]))
        #expect(later?.kind == .elsewhere(offset: by) && later?.offset == 0)
        let earlier = pattern().difference(in: Array(repeating: 0, count: by) + sent[..<(4096 - by)])
        #expect(earlier != nil)
    }

    @Test func `two blocks that changed places are found, of whatever size`() {
        for block in [8, 64, 512] {
            var bytes = pattern().bytes(4096)
            let (one, other) = (Array(bytes[0..<block]), Array(bytes[2048..<2048 + block]))
            bytes.replaceSubrange(0..<block, with: other)
            bytes.replaceSubrange(2048..<2048 + block, with: one)
            let found = pattern().difference(in: bytes)
            #expect(found?.offset == 0)
            if block >= 16 { #expect(found?.kind == .elsewhere(offset: 2048)) }
        }
    }

    @Test(arguments: [0, 1, 8, 100, 4088]) func `a message that ends early is short`(arrived: Int) {
        let bytes = pattern().bytes(arrived) + Array(repeating: PayloadPattern.guardValue, count: 4096 - arrived)
        let found = pattern().difference(in: bytes)
        // The pattern may have the guard's value at the very place where the rest is missing.
        #expect(found?.kind == .short && (found?.offset ?? 0) - arrived < 3)
    }

    @Test func `bytes that were written behind the message are misplaced`() {
        var behind = Array(repeating: PayloadPattern.guardValue, count: 256)
        #expect(pattern().difference(in: pattern().bytes(64), guardBytes: behind) == nil)
        behind[17] = 0
        let found = pattern().difference(in: pattern().bytes(64), guardBytes: behind)
        #expect(found?.kind == .beyond && found?.offset == 64 + 17 && found?.differing == 1)
    }

    @Test func `data of another run, zeros, and what memory held before are changed`() {
        for bytes in [
            PayloadPattern(seed: 12, number: 40).bytes(4096), Array(repeating: 0, count: 4096),
            Array(repeating: 0x5a, count: 4096),
        ] { #expect(pattern().difference(in: bytes)?.kind == .changed) }
    }

    @Test func `random corruption of any kind is never taken for what was sent`() {
        forRandom(2000) { random in
            let size = 8 + Int(random.next() % 600)
            let sent = pattern().bytes(size)
            var bytes = sent
            switch random.next() % 5 {
            case 0: bytes[Int(random.next() % UInt64(size))] = random.edgy()
            case 1:
                let place = Int(random.next() % UInt64(size))
                bytes = Array(bytes[place...] + bytes[..<place])
            case 2: bytes.reverse()
            case 3: bytes.swapAt(Int(random.next() % UInt64(size)), Int(random.next() % UInt64(size)))
            default: bytes = Array(bytes.dropFirst()) + [random.edgy()]
            }
            return (pattern().difference(in: bytes) == nil) == (bytes == sent)
        }
    }
}
