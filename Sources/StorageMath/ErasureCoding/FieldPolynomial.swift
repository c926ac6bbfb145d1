/// The polynomial by which products of GF(2^8) are reduced; bit *i* is the coefficient of *x*^*i*.
///
/// Bytes coded over one are not those coded over the other.
public enum FieldPolynomial: UInt16, Sendable, Hashable, Codable, CaseIterable {
    /// *x*^8 + *x*^4 + *x*^3 + *x*^2 + 1, over which all storage codes here are: RAID-6, ISA-L, Backblaze, zfec,
    /// Jerasure, RAID-Z. 2 generates its field (H. P. Anvin, "The mathematics of RAID-6", 2004).
    case storage = 0x11d
    /// *x*^8 + *x*^4 + *x*^3 + *x* + 1, of AES (FIPS 197, 4.2) and of the instruction GF2P8MULB. 2 does not generate
    /// its field; 3 does.
    case aes = 0x11b

    /// The product of two elements by its definition: the carry-less product, less multiples of the polynomial
    /// (FIPS 197, 4.2.1). The tables of ``GaloisField`` are built of it.
    func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var (sum, shifted, rest) = (UInt16(0), UInt16(left), right)
        while rest != 0 {
            if rest & 1 == 1 { sum ^= shifted }
            shifted <<= 1
            if shifted & 0x100 != 0 { shifted ^= rawValue }
            rest >>= 1
        }
        return UInt8(truncatingIfNeeded: sum)
    }

    /// The smallest element whose powers are all elements but zero.
    var generator: UInt8 { self == .storage ? 2 : 3 }
}
