extension Duration {
    /// Reads a duration: `100ns`, `250us`, `250µs`, `500ms`, `1.5s`, `5m`, `2h`, `90d`; `m` is minutes.
    ///
    /// The value must be a whole number of nanoseconds and at most 2^63 − 1 of them (292 years).
    public init(parsing text: String) throws(UnitError) {
        self = .nanoseconds(Int64(try Duration.units.read(text).magnitude))
    }

    /// The exact duration in the largest unit in which it is whole: `500ms`, `90s`, `2h`. Reads back as the same value
    /// if it is zero or more, a whole number of nanoseconds and not above the limit of ``init(parsing:)``.
    ///
    /// Where it is finer than a nanosecond it is told in nanoseconds with decimals.
    public var unitText: String {
        let (seconds, attoseconds) = components
        let isNegative = seconds < 0 || attoseconds < 0
        let sign = isNegative ? "-" : ""
        let (whole, fraction) = (seconds.magnitude, attoseconds.magnitude)
        guard fraction != 0 else {
            let scales: [(unit: String, worth: UInt64)] = [("d", 86400), ("h", 3600), ("m", 60), ("s", 1)]
            // Zero is a whole number of every unit; it is told in the plainest.
            let scale = whole == 0 ? scales[3] : scales.first { whole % $0.worth == 0 } ?? scales[3]
            return "\(sign)\(whole / scale.worth)\(scale.unit)"
        }
        // A second is 10^18 attoseconds; the units below it are 10^15, 10^12 and 10^9 of them.
        for (unit, perSecond, worth) in [
            ("ms", UInt64(1000), UInt64(1_000_000_000_000_000)), ("us", 1_000_000, 1_000_000_000_000),
            ("ns", 1_000_000_000, 1_000_000_000),
        ] where fraction % worth == 0 {
            // Seconds in digits before the fraction's: they may be too many for 64 bits when multiplied.
            let part = String(fraction / worth)
            guard whole != 0 else { return "\(sign)\(part)\(unit)" }
            let width = String(perSecond).utf8.count - 1
            return "\(sign)\(whole)\(String(repeating: "0", count: width - part.utf8.count))\(part)\(unit)"
        }
        let nanoseconds = String(fraction / 1_000_000_000)
        var decimals = String(fraction % 1_000_000_000 + 1_000_000_000).dropFirst()
        while decimals.last == "0" { decimals.removeLast() }
        guard whole != 0 else { return "\(sign)\(nanoseconds).\(decimals)ns" }
        return "\(sign)\(whole)\(String(repeating: "0", count: 9 - nanoseconds.utf8.count))\(nanoseconds).\(decimals)ns"
    }

    static let units = UnitTable(
        .duration, smallest: "nanoseconds",
        spellings: [
            ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ns", 1),
            ("m", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
        ],
        limit: UInt64(Int64.max), offered: "ns, us, ms, s, m, h, d", example: "1.5s")
}
