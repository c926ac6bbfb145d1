public import ClusterCore

/// What a PCI Express link carries.
public enum PCILink {
    /// Bits a second in one direction, after the code of the line and before the heads of packets: 2.5 and 5 GT/s send 8 bits in
    /// 10, 8 to 32 GT/s send 128 in 130, and 64 GT/s and more send 242 bytes in flits of 256 (PCI Express Base Specification 6.0,
    /// chapter 4).
    /// - Parameters:
    ///   - megatransfers: megatransfers a second on each lane.
    ///   - lanes: the width of the link.
    /// - Returns: `nil` where either is not known, zero, or beyond what a link is.
    public static func rate(megatransfers: UInt64?, lanes: UInt64?) -> BitRate? {
        guard let megatransfers, let lanes, megatransfers > 0, lanes > 0, megatransfers <= 1_000_000, lanes <= 64 else {
            return nil
        }
        let raw = megatransfers * 1_000_000 * lanes
        switch megatransfers {
        case ..<8000: return BitRate(bitsPerSecond: raw / 10 * 8)
        case ..<64_000: return BitRate(bitsPerSecond: raw / 130 * 128)
        default: return BitRate(bitsPerSecond: raw / 256 * 242)
        }
    }
}
