import CGaloisField

/// The checksum CRC-32C (Castagnoli), as iSCSI, NVMe and ext4 have it.
///
/// Polynomial 0x1EDC6F41, bits reflected, initial value and final exclusive or of all ones (RFC 3720, 12.1 and B.4).
/// Finds every damage of up to 32 bits in a row; it keeps out accidents, not an attacker.
public struct CRC32C: Sendable, Hashable {
    private var state: UInt32 = .max
    private let isReference: Bool

    /// The checksum of nothing yet.
    ///
    /// - Parameter kernel: the reference goes byte by byte in plain Swift; the others take the processor's instruction
    ///   for this checksum, where it has one.
    public init(kernel: CodingKernel = .detected) {
        isReference = kernel == .reference
    }

    /// Takes in the bytes that follow.
    public mutating func update(_ bytes: Span<UInt8>) {
        guard isReference else {
            state = unsafe bytes.withUnsafeBufferPointer { bytes in
                guard let start = bytes.baseAddress else { return state }
                return unsafe cgf_crc32c(false, state, start, bytes.count)
            }
            return
        }
        for index in bytes.indices {
            state = CRC32C.table[Int(UInt8(truncatingIfNeeded: state) ^ bytes[index])] ^ state >> 8
        }
    }

    /// The checksum of all bytes so far.
    public var checksum: UInt32 { ~state }

    /// The checksum of some bytes.
    public static func checksum(of bytes: [UInt8]) -> UInt32 {
        var crc = CRC32C()
        crc.update(bytes.span)
        return crc.checksum
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        var remainder = UInt32(byte)
        // 0x82F63B78 is the polynomial with its bits reflected.
        for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0x82F6_3B78 : remainder >> 1 }
        return remainder
    }
}
