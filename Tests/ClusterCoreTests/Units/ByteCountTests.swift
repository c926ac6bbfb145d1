import ClusterCore
import TestSupport
import Testing

@Suite struct `Sizes in bytes` {
    @Test(
        arguments: [
            ("64", 64), ("0", 0), ("4Ki", 4096), ("64KiB", 65536), ("2TB", 2_000_000_000_000), ("1 B", 1),
            ("1.5 TiB", 1_649_267_441_664), ("3.84TB", 3_840_000_000_000), ("1.50 kB", 1500), ("0.5KiB", 512),
            ("007 B", 7), ("1EiB", 1_152_921_504_606_846_976), ("18446744073709551615", UInt64.max),
            ("18.446744073709551615EB", UInt64.max), ("0.0009765625 KiB", 1), ("1.000000000000000000000000 KiB", 1024),
            ("1 Ei", 1_152_921_504_606_846_976),
        ] as [(String, UInt64)])
    func `a written size is exactly so many bytes`(text: String, bytes: UInt64) throws {
        #expect(try ByteCount(parsing: text).bytes == bytes)
    }

    /// Each unit against its own definition: powers of 1000 and of 1024 (IEC 80000-13).
    @Test func `decimal prefixes are powers of 1000 and binary ones of 1024`() throws {
        for (index, prefix) in ["k", "M", "G", "T", "P", "E"].enumerated() {
            let decimal = (0...index).reduce(UInt64(1)) { product, _ in product * 1000 }
            #expect(try ByteCount(parsing: "1\(prefix)B").bytes == decimal)
            let binary = UInt64(1) << (10 * UInt64(index + 1))
            let letter = prefix.uppercased()
            #expect(try ByteCount(parsing: "1\(letter)iB").bytes == binary)
            #expect(try ByteCount(parsing: "1\(letter)i").bytes == binary)
        }
    }

    @Test func `the largest size is 16 EiB less one byte`() throws {
        #expect(throws: UnitError.self) { try ByteCount(parsing: "16EiB") }
        #expect(throws: UnitError.self) { try ByteCount(parsing: "18446744073709551616") }
        #expect(try ByteCount(parsing: "18446744073709551615 B").bytes == .max)
    }

    @Test(
        arguments: [
            ("4 KiB", 4096), ("2 TB", 2_000_000_000_000), ("1500000 B", 1_500_000), ("0 B", 0), ("999 B", 999),
            ("1 kB", 1000), ("1023 B", 1023), ("1 KiB", 1024), ("1023 KiB", 1023 * 1024), ("1 MiB", 1 << 20),
            ("128 kB", 128_000), ("1000 KiB", 1_024_000),
        ] as [(String, UInt64)])
    func `the description is the largest unit that is whole`(text: String, bytes: UInt64) {
        #expect(ByteCount(bytes: bytes).description == text)
    }

    @Test func `every size reads back from its description`() {
        forRandom(10_000) { random in
            // Multiples of units are what descriptions shorten; plain numbers almost never are one.
            let unit =
                [1, 1000, 1024, 1_000_000, 1 << 20, 1_000_000_000, 1 << 30, 1 << 40][Int(random.next() % 8)] as UInt64
            let size = ByteCount(bytes: random.edgy(UInt64.self) / unit * unit)
            return try ByteCount(parsing: size.description) == size
        }
    }

    /// The reference multiplies in long hand, digit by digit, and knows nothing of the reader.
    @Test func `a size with decimals is what long multiplication says or is refused`() {
        forRandom(10_000) { random in
            let whole = random.next() % 10_000
            let decimals = Int(random.next() % 7)
            let fraction = random.next() % UInt64((0..<decimals).reduce(1) { product, _ in product * 10 })
            let digits =
                decimals == 0
                ? "" : "." + String(repeating: "0", count: decimals - String(fraction).count) + "\(fraction)"
            let (unit, worth) = [("KiB", 1 << 10), ("GB", 1_000_000_000), ("MiB", 1 << 20), ("B", 1)][
                Int(random.next() % 4)]
            let power = (0..<decimals).reduce(UInt64(1)) { product, _ in product * 10 }
            let scaled = (whole * power + fraction) * UInt64(worth)
            let read = try? ByteCount(parsing: "\(whole)\(digits)\(unit)")
            return scaled % power == 0 ? read?.bytes == scaled / power : read == nil
        }
    }
}

@Suite struct `Sizes for people` {
    @Test(
        arguments: [
            ("2 TB (1.82 TiB)", 2_000_000_000_000), ("0 B", 0), ("999 B", 999), ("1 kB (1000 B)", 1000),
            ("1.02 kB (1 KiB)", 1024), ("3.84 TB (3.49 TiB)", 3_840_000_000_000), ("1.1 TB (1 TiB)", 1 << 40),
            ("18.45 EB (16 EiB)", UInt64.max),
        ] as [(String, UInt64)])
    func `decimal and binary stand apart, to two decimals`(text: String, bytes: UInt64) {
        #expect(ByteCount(bytes: bytes).humanText == text)
    }

    @Test func `halves round away from zero`() {
        #expect(ByteCount(bytes: 1005).decimalText.text == "1.01 kB")
        #expect(ByteCount(bytes: 1004).decimalText.text == "1 kB")
    }

    @Test func `a size that rounds up to the next unit is told in that unit`() {
        #expect(ByteCount(bytes: 999_994).decimalText.text == "999.99 kB")
        #expect(ByteCount(bytes: 999_995).decimalText.text == "1 MB")
        #expect(ByteCount(bytes: (1 << 20) - 1).binaryText.text == "1 MiB")
    }

    @Test func `rounding is known to the reader of the text`() {
        #expect(ByteCount(bytes: 1500).decimalText.isExact)
        #expect(!ByteCount(bytes: 1501).decimalText.isExact)
        #expect(ByteCount(bytes: 1536).binaryText.isExact)
        #expect(!ByteCount(bytes: 999_999).decimalText.isExact)
    }
}
