import ClusterCore
import Testing

/// What is refused, and in which words. The whole message is the contract: people act on it.
@Suite struct `Refused quantities` {
    private static let bytes =
        "write one of B, kB, MB, GB, TB, PB, EB, Ki, Mi, Gi, Ti, Pi, Ei, KiB, MiB, GiB, TiB, PiB, EiB"
    private static let bits = "write one of bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s, bps, kbps, Mbps, Gbps, Tbps, GbE"

    @Test(arguments: [
        ("", "it is empty; write a number"),
        ("0.3 B", "it is not a whole number of bytes; write a value that is"),
        ("1.0001 kB", "it is not a whole number of bytes; write a value that is"),
        ("4K", "the unit \"K\" has two meanings; write 4Ki or 4kB"),
        ("4k", "the unit \"k\" has two meanings; write 4Ki or 4kB"),
        ("64KB", "the unit \"KB\" has two meanings; write 64KiB or 64kB"),
        ("1.5 G", "the unit \"G\" has two meanings; write 1.5Gi or 1.5GB"),
        ("-1", "it is below zero; write a value of zero or more"),
        ("\u{2212}1", "it is below zero; write a value of zero or more"),
        ("1e3", "exponents are not read; write the digits out"),
        ("1e400 B", "exponents are not read; write the digits out"),
        ("1E+3", "exponents are not read; write the digits out"),
        (
            "1,5 TiB",
            "a comma or a space between digits is not read; write 1000 for a thousand and 1.5 for one and a half"
        ),
        (
            "1 000",
            "a comma or a space between digits is not read; write 1000 for a thousand and 1.5 for one and a half"
        ),
        (
            "1'000",
            "a comma or a space between digits is not read; write 1000 for a thousand and 1.5 for one and a half"
        ),
        (
            "1_000",
            "a comma or a space between digits is not read; write 1000 for a thousand and 1.5 for one and a half"
        ),
        (
            "1\u{A0}000",
            "a comma or a space between digits is not read; write 1000 for a thousand and 1.5 for one and a half"
        ),
        ("10 Gbps", "the unit \"Gbps\" is that of a bit rate; \(bytes)"),
        ("10 GB/s", "the unit \"GB/s\" is that of a byte rate; \(bytes)"),
        ("10 Gb", "the unit \"Gb\" is that of a number of bits; \(bytes)"),
        ("5m", "the unit \"m\" is that of a duration; \(bytes)"),
        ("64mb", "the unit \"mb\" is that of a number of bits; \(bytes)"),
        ("64kib", "the unit \"kib\" is that of a number of bits; \(bytes)"),
        ("64KIB", "the unit \"KIB\" is not known; write 64KiB"),
        ("64 parsecs", "the unit \"parsecs\" is not known; \(bytes)"),
        ("٣ TB", "unexpected U+0663 at position 1; start with a digit from 0 to 9"),
        ("１TB", "unexpected U+FF11 at position 1; start with a digit from 0 to 9"),
        ("+1", "unexpected \"+\" at position 1; start with a digit from 0 to 9"),
        (" 1", "unexpected \" \" at position 1; start with a digit from 0 to 9"),
        ("TB", "unexpected \"T\" at position 1; start with a digit from 0 to 9"),
        (".5 KiB", "unexpected \".\" at position 1; start with a digit from 0 to 9"),
        ("1.", "it ends too early; write a digit after the point"),
        ("1.KiB", "unexpected \"K\" at position 3; write a digit after the point"),
        ("1 ", "unexpected \" \" at position 2; write nothing after the value"),
        ("1  TB", "unexpected \" \" at position 3; write a number and one unit, as in 64KiB"),
        ("1TB ", "unexpected \" \" at position 4; write a number and one unit, as in 64KiB"),
        ("1TB\n", "unexpected U+000A at position 4; write a number and one unit, as in 64KiB"),
        ("1.2.3", "unexpected \".\" at position 4; write a number and one unit, as in 64KiB"),
        ("0x10", "unexpected \"1\" at position 3; write a number and one unit, as in 64KiB"),
        ("nan", "unexpected \"n\" at position 1; start with a digit from 0 to 9"),
        ("16EiB", "it is above the limit of 18446744073709551615 bytes; write a smaller value"),
        (
            "0.123456789012345678901 EB",
            "it has more digits than can be read exactly; write fewer decimals or a smaller unit"
        ),
        ("18446744073709551616 B", "it is above the limit of 18446744073709551615; write a smaller number"),
    ])
    func `a size that is none says why and what to write`(text: String, reason: String) {
        let error = #expect(throws: UnitError.self) { try ByteCount(parsing: text) }
        guard let message = error?.description else { return }
        #expect(message.hasSuffix("is not a number of bytes: \(reason)"))
    }

    @Test(arguments: [
        ("10", "the unit is missing; \(bits)"),
        ("10G", "the unit \"G\" has two meanings; write 10Gbit/s or 10GB/s"),
        ("10 GB/s", "the unit \"GB/s\" is that of a byte rate; \(bits)"),
        ("10GB", "the unit \"GB\" is that of a number of bytes; \(bits)"),
        ("10gbps", "the unit \"gbps\" is not known; write 10Gbps"),
        ("0.5 bit/s", "it is not a whole number of bit/s; write a value that is"),
    ])
    func `a bit rate that is none says why and what to write`(text: String, reason: String) {
        let error = #expect(throws: UnitError.self) { try BitRate(parsing: text) }
        #expect(error?.description == "\"\(text)\" is not a bit rate: \(reason)")
    }

    @Test(arguments: [
        (
            "3 Gbit/s",
            "the unit \"Gbit/s\" is that of a bit rate; write one of B/s, kB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, TiB/s"
        ),
        ("3 KB/s", "the unit \"KB/s\" has two meanings; write 3kB/s or 3KiB/s"),
        ("3", "the unit is missing; write one of B/s, kB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, TiB/s"),
    ])
    func `a byte rate that is none says why and what to write`(text: String, reason: String) {
        let error = #expect(throws: UnitError.self) { try ByteRate(parsing: text) }
        #expect(error?.description == "\"\(text)\" is not a byte rate: \(reason)")
    }

    @Test(arguments: [
        ("10", "the unit is missing; write one of ns, us, ms, s, m, h, d"),
        ("10M", "the unit \"M\" is not known; write 10m"),
        ("10 sec", "the unit \"sec\" is not known; write one of ns, us, ms, s, m, h, d"),
        ("0.5ns", "it is not a whole number of nanoseconds; write a value that is"),
        ("-1s", "it is below zero; write a value of zero or more"),
        ("1h30m", "unexpected \"3\" at position 3; write a number and one unit, as in 1.5s"),
        ("9223372036854775808ns", "it is above the limit of 9223372036854775807 nanoseconds; write a smaller value"),
    ])
    func `a duration that is none says why and what to write`(text: String, reason: String) {
        let error = #expect(throws: UnitError.self) { try Duration(parsing: text) }
        #expect(error?.description == "\"\(text)\" is not a duration: \(reason)")
    }

    @Test(arguments: [
        ("1/0", "it divides by zero; divide by one or more"),
        ("2/", "it ends too early; write a denominator, as in 2/3"),
        ("2/x", "unexpected \"x\" at position 3; write whole numbers, as in 2/3"),
        ("2/-3", "unexpected \"-\" at position 3; write whole numbers, as in 2/3"),
        ("1.5/2", "unexpected \"/\" at position 4; write a fraction as 2/3, 0.7 or 70%"),
        ("1 /2", "unexpected \"/\" at position 3; write a fraction as 2/3, 0.7 or 70%"),
        ("10 Gbps", "the unit \"Gbps\" is that of a bit rate; write a fraction as 2/3, 0.7 or 70%"),
    ])
    func `a fraction that is none says why and what to write`(text: String, reason: String) {
        let error = #expect(throws: UnitError.self) { try Fraction(parsing: text) }
        #expect(error?.description == "\"\(text)\" is not a fraction: \(reason)")
    }

    @Test func `input of 64 bytes is read and of 65 is refused`() throws {
        let zeros = String(repeating: "0", count: 63)
        #expect(try ByteCount(parsing: zeros + "7").bytes == 7)
        let error = #expect(throws: UnitError.self) { try ByteCount(parsing: zeros + "07") }
        #expect(error?.problem == .tooLong)
        // The message does not repeat a long input in full.
        #expect((error?.input.utf8.count ?? 0) < 32)
    }

    @Test func `a message never holds a character that moves the cursor`() {
        for text in ["1\u{1B}[2J", "1\u{202E}TB", "\u{7}", "1\r\nB"] {
            let error = #expect(throws: UnitError.self) { try ByteCount(parsing: text) }
            #expect(error?.description.utf8.allSatisfy { (32...126).contains($0) } == true)
        }
    }
}
