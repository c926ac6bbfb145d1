extension BitRate {
    /// The rate for people, in powers of 1000 and to two decimals, halves away from zero: `9.41 Gbit/s`.
    ///
    /// Does not read back where it was rounded: ``description`` does.
    public var decimalText: RoundedText { RoundedText(bitsPerSecond, scales: BitRate.decimalScales) }

    private static let decimalScales: [(unit: String, worth: UInt64)] = [
        ("bit/s", 1), ("kbit/s", 1000), ("Mbit/s", 1_000_000), ("Gbit/s", 1_000_000_000),
        ("Tbit/s", 1_000_000_000_000),
    ]
}
