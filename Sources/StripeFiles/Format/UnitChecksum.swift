import StorageMath

/// The checksum that follows each unit of a shard: CRC-32C over the unit's place and its bytes.
///
/// The place is the shard's index in four bytes and the stripe's number in eight, little endian. So a unit that was
/// written to the wrong place, or not at all, is found like one that was changed.
enum UnitChecksum {
    /// Bytes that it takes.
    static let byteCount = 4

    static func of(_ bytes: Span<UInt8>, shard: Int, stripe: Int) -> UInt32 {
        let place: [UInt8] =
            (0..<4).map { UInt8(truncatingIfNeeded: shard >> (8 * $0)) }
            + (0..<8).map { UInt8(truncatingIfNeeded: stripe >> (8 * $0)) }
        var crc = CRC32C()
        crc.update(place.span)
        crc.update(bytes)
        return crc.checksum
    }
}
