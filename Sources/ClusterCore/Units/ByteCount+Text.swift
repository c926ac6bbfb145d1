extension ByteCount: CustomStringConvertible {
    /// Reads a size: `64`, `4Ki`, `64KiB`, `2TB`, `1.5 TiB`. A number without a unit is bytes.
    ///
    /// The value must be a whole number of bytes: `1.5 TiB` is 1649267441664, `0.3 B` is refused. So is a unit with two
    /// meanings: `4K` is 4000 to some and 4096 to others.
    public init(parsing text: String) throws(UnitError) {
        bytes = try ByteCount.units.read(text).magnitude
    }

    /// The exact size in the largest unit in which it is a whole number of at most three (decimal) or four (binary)
    /// digits below the next unit, else in bytes: `4 KiB`, `2 TB`, `1500000 B`. Reads back as the same value.
    public var description: String {
        let scale = ByteCount.scales.first { scale in
            bytes % scale.worth == 0 && (1..<scale.base).contains(bytes / scale.worth)
        }
        guard let scale else { return "\(bytes) B" }
        return "\(bytes / scale.worth) \(scale.unit)"
    }

    /// From large to small; at the same prefix, base ten first.
    private static let scales: [(unit: String, worth: UInt64, base: UInt64)] = [
        ("EB", 1_000_000_000_000_000_000, 1000), ("EiB", 1 << 60, 1024),
        ("PB", 1_000_000_000_000_000, 1000), ("PiB", 1 << 50, 1024),
        ("TB", 1_000_000_000_000, 1000), ("TiB", 1 << 40, 1024),
        ("GB", 1_000_000_000, 1000), ("GiB", 1 << 30, 1024),
        ("MB", 1_000_000, 1000), ("MiB", 1 << 20, 1024),
        ("kB", 1000, 1000), ("KiB", 1 << 10, 1024),
    ]

    static let units = UnitTable(
        .bytes, smallest: "bytes",
        spellings: scales.map { ($0.unit, $0.worth) } + [
            ("B", 1), ("Ei", 1 << 60), ("Pi", 1 << 50), ("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20),
            ("Ki", 1 << 10),
        ],
        bare: 1,
        ambiguous: [
            "K": ["Ki", "kB"], "k": ["Ki", "kB"], "KB": ["KiB", "kB"], "M": ["Mi", "MB"], "G": ["Gi", "GB"],
            "T": ["Ti", "TB"], "P": ["Pi", "PB"], "E": ["Ei", "EB"],
        ],
        offered: "B, kB, MB, GB, TB, PB, EB, Ki, Mi, Gi, Ti, Pi, Ei, KiB, MiB, GiB, TiB, PiB, EiB", example: "64KiB")
}
