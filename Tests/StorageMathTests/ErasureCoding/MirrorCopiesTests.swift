import StorageMath
import TestSupport
import Testing

/// Copies that should be the same, and the checksum that says which is right.
@Suite struct MirrorCopiesTests {
    @Test(
        arguments: [
            (Array("123456789".utf8), 0xE306_9283), (Array(repeating: 0, count: 32), 0x8A91_36AA),
            (Array(repeating: 0xff, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E),
            (Array((0..<32).reversed()), 0x113F_DB5C), ([], 0),
        ] as [([UInt8], UInt32)])
    func `CRC-32C of RFC 3720 B_4 and of the check string`(bytes: [UInt8], checksum: UInt32) {
        #expect(CRC32C.checksum(of: bytes) == checksum)
    }

    @Test func `a checksum in parts is that of the whole, and equals long division`() {
        forRandom(60) { random in
            let bytes = randomBytes(Int.random(in: 0...40, using: &random), using: &random)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            var parts = CRC32C()
            let (head, tail) = (Array(bytes[..<cut]), Array(bytes[cut...]))
            parts.update(head.span)
            parts.update(tail.span)
            // Bit by bit, most significant first, as polynomials are divided by hand.
            var remainder: UInt32 = .max
            for byte in bytes {
                for bit in 0..<8 {
                    let top = remainder >> 31 ^ UInt32(byte >> UInt8(bit) & 1)
                    remainder = remainder << 1 ^ (top == 1 ? 0x1EDC_6F41 : 0)
                }
            }
            var reflected: UInt32 = 0
            for bit in 0..<32 where remainder >> UInt32(bit) & 1 == 0 { reflected |= 1 << UInt32(31 - bit) }
            return parts.checksum == CRC32C.checksum(of: bytes) && parts.checksum == reflected
        }
    }

    @Test(arguments: [3, 4])
    func `every damage of one copy is found and outvoted`(copies: Int) throws {
        let mirror = try MirrorCopies(count: copies)
        let right: [UInt8] = [1, 2, 3, 4, 5, 6]
        for copy in 0..<copies {
            for start in 0..<6 {
                var shards = Array(repeating: right, count: copies)
                for byte in start..<min(6, start + 2) { shards[copy][byte] ^= 0x80 }
                let range = start..<min(6, start + 2)
                #expect(try mirror.differences(between: shards) == [range])
                let repaired = try mirror.repairByMajority(&shards)
                #expect(repaired == [copy: [range]])
                #expect(shards == Array(repeating: right, count: copies))
            }
        }
    }

    @Test func `each byte has its own majority: all copies may be damaged, in different places`() throws {
        var shards: [[UInt8]] = [[9, 2, 3], [1, 9, 3], [1, 2, 9]]
        let repaired = try MirrorCopies(count: 3).repairByMajority(&shards)
        #expect(repaired == [0: [0..<1], 1: [1..<2], 2: [2..<3]])
        #expect(shards == Array(repeating: [1, 2, 3], count: 3))
    }

    @Test(
        arguments: [[[1, 2], [1, 3]], [[1, 2], [1, 2], [1, 3], [1, 3]], [[1, 2], [1, 3], [1, 4]]] as [[[UInt8]]])
    func `where no value has a majority nothing is claimed and nothing changed`(copies: [[UInt8]]) throws {
        var shards = copies
        let mirror = try MirrorCopies(count: copies.count)
        let error = #expect(throws: StorageMathError.self) { try mirror.repairByMajority(&shards) }
        #expect(error?.quantity == "values of byte 1 in the copies")
        #expect(shards == copies)
        // A checksum decides.
        let repaired = try mirror.repair(&shards, checksum: CRC32C.checksum(of: copies[1]))
        #expect(!repaired.isEmpty)
        #expect(shards == Array(repeating: copies[1], count: copies.count))
    }

    @Test func `a checksum that no copy has changes nothing, and copies that all have it stay`() throws {
        var shards: [[UInt8]] = [[1, 2], [1, 3]]
        let mirror = try MirrorCopies(count: 2)
        #expect(throws: StorageMathError.self) { try mirror.repair(&shards, checksum: 0) }
        #expect(shards == [[1, 2], [1, 3]])
        shards[1] = shards[0]
        let repaired = try mirror.repair(&shards, checksum: CRC32C.checksum(of: [1, 2]))
        #expect(repaired.isEmpty)
        #expect(try mirror.differences(between: shards).isEmpty)
        var empty: [[UInt8]] = [[], []]
        let outvoted = try mirror.repairByMajority(&empty)
        #expect(outvoted.isEmpty)
    }

    @Test func `what is no mirror is refused`() throws {
        for copies in [1, 5, 0, -1, Int.max] {
            #expect(throws: StorageMathError.self) { try MirrorCopies(count: copies) }
        }
        let mirror = try MirrorCopies(count: 3)
        var two: [[UInt8]] = [[1], [1]]
        var uneven: [[UInt8]] = [[1], [1], []]
        #expect(throws: StorageMathError.self) { try mirror.differences(between: two) }
        #expect(throws: StorageMathError.self) { try mirror.repairByMajority(&two) }
        #expect(throws: StorageMathError.self) { try mirror.repair(&uneven, checksum: 1) }
    }
}
