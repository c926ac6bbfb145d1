import CGaloisField

/// How sums of multiples over GF(2^8) are calculated: the plain reference, or the instructions that make it fast. All
/// give the same bytes.
///
/// ```swift
/// let coder = ErasureCoder(code, kernel: .avx2)
/// ```
public enum CodingKernel: String, Sendable, Hashable, Codable, CaseIterable {
    /// Plain Swift, byte by byte, by the tables of ``GaloisField``: what the others are compared with.
    case reference
    /// Plain C, eight bytes a step.
    case portable
    /// 16 bytes a step on x86-64, products by looking up halves of bytes.
    case ssse3
    /// 32 bytes a step, products by looking up halves of bytes.
    case avx2
    /// 64 bytes a step, products by looking up halves of bytes.
    case avx512
    /// 32 bytes a step, one instruction a product.
    case avx2GFNI = "avx2-gfni"
    /// 64 bytes a step, one instruction a product.
    case avx512GFNI = "avx512-gfni"
    /// 16 bytes a step on 64-bit ARM, products by looking up halves of bytes.
    case neon

    /// Whether this processor has the instructions, and the operating system saves their registers. With another kernel
    /// than these, nothing is calculated: see ``ErasureCoder``.
    public var isAvailable: Bool {
        guard let native else { return true }
        return cgf_supported(native)
    }

    /// The kernels of this processor, the slowest first as a rule. Some processors with AVX-512 calculate as fast with
    /// AVX2: measure where it matters.
    public static let available: [CodingKernel] = allCases.filter(\.isAvailable)

    /// The last of those available.
    public static let detected: CodingKernel = available.last ?? .reference

    func requireAvailable() throws(StorageMathError) {
        guard isAvailable else {
            throw StorageMathError(
                "coding kernel", rawValue, bound: CodingKernel.available.map(\.rawValue).joined(separator: ", "),
                remedy: "this processor has not its instructions: use CodingKernel.detected")
        }
    }

    /// What the kernel is called in C; `nil` for the reference.
    var native: cgf_kernel? {
        switch self {
        case .reference: nil
        case .portable: CGF_PORTABLE
        case .ssse3: CGF_SSSE3
        case .avx2: CGF_AVX2
        case .avx512: CGF_AVX512
        case .avx2GFNI: CGF_AVX2_GFNI
        case .avx512GFNI: CGF_AVX512_GFNI
        case .neon: CGF_NEON
        }
    }

    /// The most sums by tables that a pass makes: as many as its registers hold.
    var rowsOfAPass: Int {
        switch self {
        case .avx512, .avx512GFNI, .neon: 6
        case .reference, .portable, .ssse3, .avx2, .avx2GFNI: 4
        }
    }
}
