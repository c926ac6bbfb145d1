import StorageMath
import TestSupport
import Testing

@testable import StripeFiles

@Suite struct `The header of a shard` {
    /// Shard 13 of LRC(12,2,1) with Cauchy1, units of 64 KiB, a file of 1,234,567 bytes: 0x12d687.
    private let table: [UInt8] = [
        0x89, 0x53, 0x48, 0x52, 0x44, 0x0d, 0x0a, 0x1a,  // magic
        0x01, 0x00, 0x40, 0x00,  // version 1, 64 bytes
        0x02, 0x02,  // local reconstruction, Cauchy1
        0x0c, 0x00, 0x02, 0x00, 0x01, 0x00,  // k 12, l 2, r 1
        0x0d, 0x00, 0x00, 0x00,  // index 13, reserved
        0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00,  // unit 65,536, reserved
        0x87, 0xd6, 0x12, 0x00, 0x00, 0x00, 0x00, 0x00,  // length
        0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,  // set, high half
        0x00, 0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99,  // set, low half
        0x00, 0x00, 0x00, 0x00,  // reserved
    ]
    private var written: [UInt8] { table + littleEndian(UInt64(plainCRC32C(table)), 4) }

    private func header() throws -> ShardHeader {
        try ShardHeader(
            striping: Striping(
                ErasureLayout(data: 12, localParities: 2, globalParities: 1), convention: .cauchy1, unit: 65_536),
            index: 13, length: 1_234_567,
            set: SetIdentifier(high: 0x1122_3344_5566_7788, low: 0x99aa_bbcc_ddee_ff00))
    }

    @Test func `Docs ShardFormat its bytes are those of the table`() throws {
        #expect(try header().bytes == written)
        #expect(try ShardHeader(written, of: "x") == header())
        // The check value of CRC-32C that every catalogue of CRCs has.
        #expect(plainCRC32C(Array("123456789".utf8)) == 0xe306_9283)
    }

    @Test func `every single flipped bit is refused by name`() throws {
        let written = written
        for byte in written.indices {
            for bit in 0..<8 {
                var bytes = written
                bytes[byte] ^= 1 << bit
                let error = #expect(throws: StripeError.self) { try ShardHeader(bytes, of: "a.00.shard") }
                let expected: StripeError.Problem = byte < 8 ? .notAShard : .damagedHeader
                #expect(error?.problem == expected, "byte \(byte)")
                #expect(error?.description.hasPrefix("a.00.shard, byte ") == true)
            }
        }
    }

    @Test func `another version is one where the header has its checksum`() throws {
        var later = table
        later[8] = 3
        let error = #expect(throws: StripeError.self) {
            try ShardHeader(later + littleEndian(UInt64(plainCRC32C(later)), 4), of: "x")
        }
        #expect(error?.problem == .otherVersion && error?.offset == 8)
        #expect(error?.found == "version 3 of the format, where 1 is read")
    }

    @Test func `what is shorter is cut off, and what begins otherwise is no shard`() throws {
        for count in 0..<64 {
            let error = #expect(throws: StripeError.self) { try ShardHeader(Array(written[..<count]), of: "x") }
            #expect(error?.problem == .truncated)
            #expect(error?.offset == count)
        }
        #expect(throws: StripeError.self) { try ShardHeader([0x50], of: "x") }
        let text = #expect(throws: StripeError.self) { try ShardHeader(Array("-----BEGIN".utf8), of: "x") }
        #expect(text?.problem == .notAShard)
        #expect(try ShardHeader(written + [1, 2, 3], of: "x") == header())
    }

    /// Offset, bytes that are put there.
    @Test(arguments: [
        (10, [0x41]), (12, [0x01]), (12, [0x03]), (13, [0x00]), (13, [0x08]), (14, [0x00, 0x00]), (14, [0x00, 0x01]),
        (14, [0x0d, 0x00]), (16, [0x05, 0x00]), (16, [0x00, 0x00]), (18, [0xff, 0x00]), (20, [0x0f, 0x00]),
        (20, [0xff, 0xff]), (22, [0x01]), (24, [0x00, 0x00, 0x00, 0x00]), (24, [0x01, 0x00, 0x00, 0x01]),
        (24, [0xff, 0xff, 0xff, 0xff]), (28, [0x01]), (31, [0x80]), (39, [0xff]), (39, [0x01, 0x00]), (56, [0x01]),
        (59, [0x01]),
    ])
    func `a header that says what cannot be is refused though its checksum is right`(
        offset: Int, bytes: [UInt8]
    ) throws {
        var changed = table
        changed.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        if bytes == [0x01, 0x00], offset == 39 { changed[32] = 1 }
        let error = #expect(throws: StripeError.self) {
            try ShardHeader(changed + littleEndian(UInt64(plainCRC32C(changed)), 4), of: "x")
        }
        #expect(error?.problem == .impossibleHeader)
    }

    @Test func `conventions keep their numbers, and a custom one has none`() throws {
        let expected: [(CodeConvention, UInt8)] = [
            (.vandermondePowers, 1), (.cauchy1, 2), (.backblaze, 3), (.zfec, 4), (.jerasure, 5), (.raidZ, 6),
            (.par1, 7),
        ]
        #expect(expected.map(\.0) == CodeConvention.named)
        for (convention, number) in expected {
            let header = try ShardHeader(
                striping: .rs(4, 2, convention), index: 0, length: 0, set: SetIdentifier(high: 0, low: 0))
            #expect(header.bytes[13] == number)
            #expect(header.bytes[12] == 1)
            #expect(try ShardHeader(header.bytes, of: "x") == header)
        }
        let custom = try CodingMatrix([[1, 1], [1, 2]])
        #expect(throws: StorageMathError.self) { try Striping.rs(2, 2, .custom(custom)) }
    }

    @Test func `any header that is read is written back as it was, and random bytes never trap`() {
        forRandom(2000) { random in
            var bytes = written
            for _ in 0..<random.next() % 4 {
                bytes[Int(random.next() % 60)] = UInt8(truncatingIfNeeded: random.next())
            }
            bytes.replaceSubrange(60..., with: littleEndian(UInt64(plainCRC32C(Array(bytes[..<60]))), 4))
            guard let header = try? ShardHeader(bytes, of: "x") else { return true }
            return header.bytes == bytes && header.geometry.shardBytes >= 64
        }
    }

    @Test func `limits of unit, stripe, index and length`() throws {
        let layout = try ErasureLayout(data: 4, globalParities: 2)
        for unit in [0, -1, (16 << 20) + 1, .max, .min] {
            #expect(throws: StorageMathError.self) { try Striping(layout, unit: unit) }
        }
        let wide = try ErasureLayout(data: 200, globalParities: 56)
        #expect(throws: StorageMathError.self) { try Striping(wide, convention: .cauchy1, unit: (1 << 20) + 1) }
        _ = try Striping(wide, convention: .cauchy1, unit: 1 << 20)
        let set = SetIdentifier(high: 1, low: 2)
        for index in [-1, 6, .max] {
            #expect(throws: StorageMathError.self) {
                try ShardHeader(striping: Striping(layout), index: index, length: 0, set: set)
            }
        }
        for length in [-1, (1 << 56) + 1, .max] {
            #expect(throws: StorageMathError.self) {
                try ShardHeader(striping: Striping(layout), index: 0, length: length, set: set)
            }
        }
    }
}

@Suite struct `The name of a shard` {
    @Test(arguments: [
        ("disk.img.03.shard", "disk.img", 3), ("a.00.shard", "a", 0), ("a.255.shard", "a", 255),
        ("..00.shard", ".", 0), ("a.b.100.shard", "a.b", 100),
    ])
    func `is the file's, the index and an ending`(text: String, base: String, index: Int) {
        #expect(ShardName(text) == ShardName(base: base, index: index))
        #expect(ShardName(base: base, index: index).text == text)
    }

    @Test(arguments: [
        "", ".shard", "a.shard", "a.3.shard", "a.256.shard", "a.1000.shard", "a.+3.shard", ".03.shard",
        "a.03.shard.stripe-partial", "a.٣٣.shard",
    ])
    func `anything else is none`(text: String) { #expect(ShardName(text) == nil) }
}
