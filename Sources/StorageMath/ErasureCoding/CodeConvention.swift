/// Which coefficients a code has, by the name of who uses them: it decides what the parity bytes are.
///
/// "Reed-Solomon 4+2" does not: almost every two of these conventions give other bytes for the same data. All are over
/// 0x11d (a custom matrix over the field that it names), byte by byte, shards in the order of their index. Codes that
/// slice bits, as Jerasure's Cauchy packets do, are none of these, and the coefficients of Storage Spaces are not
/// published.
public enum CodeConvention: Sendable, Hashable {
    /// Row *i*, column *j* is (2^*i*)^*j*; the rows 0 and 1 are P and Q of RAID-6. ISA-L `gf_gen_rs_matrix`, Ceph's
    /// `isa` plugin with `reed_sol_van`, Linux RAID-6.
    ///
    /// Not every shape of it is maximum distance separable: up to 3 parities, up to 3 data shards, 4 data shards with
    /// up to 21 parities, 5 with up to 5, and up to 21 with 4 (ISA-L, `erasure_code.h`).
    case vandermondePowers
    /// Row *i*, column *j* is 1 / ((*k* + *i*) xor *j*). ISA-L `gf_gen_cauchy1_matrix`, klauspost `WithCauchyMatrix`.
    case cauchy1
    /// The Vandermonde matrix *r*^*c* times the inverse of its first *k* rows. Backblaze's JavaReedSolomon and what
    /// follows it: klauspost's default, Rust's reed-solomon-erasure.
    case backblaze
    /// As ``backblaze``, at the points 0, 1, 2, 4, 8, … in place of 0, 1, 2, 3, 4, …: zfec and Rizzo's fec.
    case zfec
    /// The extended Vandermonde matrix made systematic, row 0 and column 0 of the parities scaled to ones. Jerasure
    /// `reed_sol_vandermonde_coding_matrix`, Ceph's `jerasure` plugin with `reed_sol_van`, klauspost
    /// `WithJerasureMatrix` (Plank and Ding, "Note: Correction to the 1997 Tutorial on Reed-Solomon Coding", 2003).
    case jerasure
    /// P is the exclusive or; Q and R take data *j* of *k* times 2^(*k* − 1 − *j*) and 4^(*k* − 1 − *j*): RAID-6 with
    /// the shards in reverse. OpenZFS, `vdev_raidz.c`; up to 3 parities.
    case raidZ
    /// Row *i*, column *j* is (*j* + 1)^*i*. PAR1, klauspost `WithPAR1Matrix`. Known not to be maximum distance
    /// separable in general; a shape of it is taken only if the proof succeeds.
    case par1
    /// The parity rows as given, one a parity and one column a data shard.
    case custom(CodingMatrix)

    /// The conventions that have a name.
    public static let named: [CodeConvention] = [
        .vandermondePowers, .cauchy1, .backblaze, .zfec, .jerasure, .raidZ, .par1,
    ]

    /// Whether theory makes every shape that the convention has maximum distance separable. Where not, the shape at
    /// hand is proven or refused.
    public var isAlwaysSeparable: Bool {
        switch self {
        case .cauchy1, .backblaze, .zfec, .jerasure, .raidZ: true
        case .vandermondePowers, .par1, .custom: false
        }
    }
}

extension CodeConvention: CustomStringConvertible {
    /// The short name: `V-pow`, `Cauchy1`, `Backblaze`, `zfec`, `Jerasure`, `RAID-Z`, `PAR1`, `custom`.
    public var description: String {
        switch self {
        case .vandermondePowers: "V-pow"
        case .cauchy1: "Cauchy1"
        case .backblaze: "Backblaze"
        case .zfec: "zfec"
        case .jerasure: "Jerasure"
        case .raidZ: "RAID-Z"
        case .par1: "PAR1"
        case .custom: "custom"
        }
    }
}
