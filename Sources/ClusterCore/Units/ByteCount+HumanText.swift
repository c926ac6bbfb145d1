extension ByteCount {
    /// The size in powers of 1000, to two decimals, halves away from zero: `2 TB`.
    public var decimalText: RoundedText { RoundedText(bytes, scales: ByteCount.decimalScales) }

    /// The size in powers of 1024, to two decimals, halves away from zero: `1.82 TiB` for 2 TB.
    public var binaryText: RoundedText { RoundedText(bytes, scales: ByteCount.binaryScales) }

    /// The size for people, decimal and binary apart, each to two decimals: `2 TB (1.82 TiB)`. Below 1000 bytes both
    /// are the same and it is told once.
    ///
    /// Does not read back: ``description`` does.
    public var humanText: String {
        bytes < 1000 ? "\(bytes) B" : "\(decimalText) (\(binaryText))"
    }

    private static let decimalScales: [(unit: String, worth: UInt64)] = [
        ("B", 1), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("PB", 1_000_000_000_000_000), ("EB", 1_000_000_000_000_000_000),
    ]

    private static let binaryScales: [(unit: String, worth: UInt64)] = [
        ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("PiB", 1 << 50),
        ("EiB", 1 << 60),
    ]
}
