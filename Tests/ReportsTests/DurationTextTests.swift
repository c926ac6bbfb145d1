import Reports
import Testing

/// Durations for people: three significant digits, halves up.
@Suite struct DurationTextTests {
    @Test(
        arguments: [
            (0, "0 ns"), (7, "7 ns"), (999, "999 ns"), (1000, "1.00 µs"), (1004, "1.00 µs"), (1005, "1.01 µs"),
            (9994, "9.99 µs"), (9995, "10.0 µs"), (12_345, "12.3 µs"), (99_949, "99.9 µs"), (99_950, "100 µs"),
            (459_000, "459 µs"), (999_499, "999 µs"), (999_500, "1.00 ms"), (4_339_211, "4.34 ms"),
            (200_000_000, "200 ms"), (999_999_999, "1.00 s"), (12_000_000_000, "12.0 s"),
            (999_499_999_999, "999 s"), (999_500_000_000, "1000 s"), (86_400_000_000_000, "86400 s"),
            (.max, "18446744074 s"),
        ] as [(UInt64, String)])
    func `three digits in the largest unit that it reaches`(nanoseconds: UInt64, text: String) {
        #expect(TextStyle.plain.duration(nanoseconds: nanoseconds) == text)
    }

    @Test(
        arguments: [
            (0, "0 ns"), (999, "999 ns"), (1000, "1 µs"), (1001, "1.001 µs"), (999_999, "999.999 µs"),
            (1_000_000, "1 ms"), (4_339_211, "4.339211 ms"), (1_500_000_000, "1.5 s"),
            (.max, "18446744073.709551615 s"),
        ] as [(UInt64, String)])
    func `the exact form keeps every digit`(nanoseconds: UInt64, text: String) {
        #expect(TextStyle.plain.exactDuration(nanoseconds: nanoseconds) == text)
    }

    @Test func `without symbols beyond ASCII a microsecond is us`() {
        #expect(TextStyle.ascii.duration(nanoseconds: 459_000) == "459 us")
        #expect(TextStyle.ascii.exactDuration(nanoseconds: 1500) == "1.5 us")
    }

    @Test func `three digits are never further from the value than half of the last one`() {
        for exponent in 3..<12 {
            for digits in stride(from: UInt64(1000), to: 10_000, by: 7) {
                let value = (0..<exponent).reduce(digits) { power, _ in power * 10 } / 1000
                let text = TextStyle.ascii.duration(nanoseconds: value)
                let parts = text.split(separator: " ")
                let worth: Double = ["ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9][String(parts[1])] ?? 0
                let shown = (Double(parts[0]) ?? 0) * worth
                #expect(abs(shown - Double(value)) <= Double(value) * 0.005)
            }
        }
    }
}
