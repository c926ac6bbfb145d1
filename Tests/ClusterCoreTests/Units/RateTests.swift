import ClusterCore
import TestSupport
import Testing

@Suite struct `Bit rates and byte rates` {
    @Test(
        arguments: [
            ("10 Gbps", 10_000_000_000), ("10Gbit/s", 10_000_000_000), ("25GbE", 25_000_000_000),
            ("100 Mb/s", 100_000_000), ("2.5 Gbit/s", 2_500_000_000), ("1 bps", 1), ("0 bit/s", 0),
            ("1.6Tbps", 1_600_000_000_000),
            ("64 kbps", 64000),
        ] as [(String, UInt64)])
    func `a written bit rate is exactly so many bits a second`(text: String, bits: UInt64) throws {
        #expect(try BitRate(parsing: text).bitsPerSecond == bits)
    }

    @Test(
        arguments: [
            ("3 GB/s", 3_000_000_000), ("512 MiB/s", 536_870_912), ("1 B/s", 1), ("1.25GB/s", 1_250_000_000),
            ("1 EB/s", 1_000_000_000_000_000_000), ("1 EiB/s", 1_152_921_504_606_846_976),
        ] as [(String, UInt64)])
    func `a written byte rate is exactly so many bytes a second`(text: String, bytes: UInt64) throws {
        #expect(try ByteRate(parsing: text).bytesPerSecond == bytes)
    }

    @Test func `descriptions keep at most three decimals and lose nothing`() {
        #expect(BitRate(bitsPerSecond: 10_000_000_000).description == "10 Gbit/s")
        #expect(BitRate(bitsPerSecond: 2_500_000_000).description == "2.5 Gbit/s")
        #expect(BitRate(bitsPerSecond: 1_000_001).description == "1000.001 kbit/s")
        #expect(BitRate(bitsPerSecond: 0).description == "0 bit/s")
        #expect(ByteRate(bytesPerSecond: 12_500_000_000).description == "12.5 GB/s")
        #expect(ByteRate(bytesPerSecond: 4_194_304).description == "4 MiB/s")
    }

    @Test func `every rate reads back from its description`() {
        forRandom(10_000) { random in
            let unit = [1, 1000, 100_000, 1024, 1 << 20, 1_000_000_000][Int(random.next() % 6)] as UInt64
            let number = random.edgy(UInt64.self) / unit * unit
            let (bits, bytes) = (BitRate(bitsPerSecond: number), ByteRate(bytesPerSecond: number))
            return try BitRate(parsing: bits.description) == bits && ByteRate(parsing: bytes.description) == bytes
        }
    }

    @Test func `eight bits are a byte, and the rest is rounded as asked`() throws {
        #expect(try BitRate(ByteRate(parsing: "1.25 GB/s")) == BitRate(parsing: "10 Gbps"))
        let nine = BitRate(bitsPerSecond: 9)
        #expect(try ByteRate(nine, rounding: .down).bytesPerSecond == 1)
        #expect(try ByteRate(nine, rounding: .up).bytesPerSecond == 2)
        let error = #expect(throws: UnitError.self) { try ByteRate(nine, rounding: .exact) }
        #expect(error?.problem == .notExact(smallest: "the smallest unit"))
    }

    @Test func `a byte rate whose bits do not fit is refused, one below it is not`() throws {
        let largest = ByteRate(bytesPerSecond: UInt64.max / 8)
        #expect(try BitRate(largest).bitsPerSecond == UInt64.max - 7)
        #expect(throws: UnitError.self) { try BitRate(ByteRate(bytesPerSecond: UInt64.max / 8 + 1)) }
    }
}
