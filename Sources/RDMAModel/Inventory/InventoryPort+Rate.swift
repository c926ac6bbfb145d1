extension InventoryPort {
    /// The speed in what an RDMA device says of it, in bits a second: `100 Gb/sec (4X EDR)`, `2.5 Gb/sec (1X SDR)`.
    /// - Returns: `nil` where it is no such text, or 0.
    public static func bitsPerSecond(inRate text: String) -> UInt64? {
        let words = text.split(separator: " ")
        guard words.count >= 2, words[1] == "Gb/sec" else { return nil }
        let parts = words[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ $0.isEmpty ? 0 : UInt64($0) }), whole < 1_000_000 else { return nil }
        var tenths: UInt64 = 0
        if parts.count == 2 {
            guard parts[1].utf8.count == 1, let digit = UInt64(parts[1]) else { return nil }
            tenths = digit
        }
        let rate = whole * 1_000_000_000 + tenths * 100_000_000
        return rate == 0 ? nil : rate
    }

    /// The speed of a port in bits a second.
    ///
    /// Ethernet has it from its network interface: RDMA devices know only InfiniBand's speeds, and the kernel writes one
    /// that it does not know as the slowest, SDR.
    public static func rate(text: String?, linkLayer: String?, netdevBitsPerSecond: UInt64?) -> UInt64? {
        let own = text.flatMap(bitsPerSecond)
        guard linkLayer != "InfiniBand" else { return own }
        return netdevBitsPerSecond ?? (text?.contains("SDR") == true ? nil : own)
    }
}
