import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Intel's library of the same arithmetic, loaded at run time and never linked: Debian's `libisal2`, or the one that
/// `ISAL_LIBRARY` names.
struct ISAL: Sendable {
    typealias Matrix = @convention(c) (UnsafeMutablePointer<UInt8>, CInt, CInt) -> Void
    typealias Tables =
        @convention(c) (
            CInt, CInt, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>
        ) -> Void
    typealias Streams = UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>
    typealias Encode = @convention(c) (CInt, CInt, CInt, UnsafeMutablePointer<UInt8>, Streams, Streams) -> Void
    typealias Update =
        @convention(c) (
            CInt, CInt, CInt, CInt, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>, Streams
        ) -> Void
    typealias Generate = @convention(c) (CInt, CInt, UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> CInt

    /// `gf_gen_rs_matrix` and `gf_gen_cauchy1_matrix`: *k* + *m* rows of *k*.
    let powers: Matrix
    let cauchy: Matrix
    /// `ec_init_tables`, `ec_encode_data`, `ec_encode_data_update`.
    let tables: Tables
    let encode: Encode
    let update: Update
    /// `pq_gen`, `xor_gen`: the sources, then what is made.
    let pq: Generate
    let xor: Generate

    static let library = environment("ISAL_LIBRARY") ?? "libisal.so.2"
    /// `nil` where the library cannot be loaded.
    static let shared = ISAL(library)

    private init?(_ file: String) {
        guard let library = dlopen(file, RTLD_NOW | RTLD_LOCAL) else { return nil }
        func function<Function>(_ name: String, _: Function.Type) -> Function? {
            dlsym(library, name).map { unsafeBitCast($0, to: Function.self) }
        }
        guard let powers = function("gf_gen_rs_matrix", Matrix.self),
            let cauchy = function("gf_gen_cauchy1_matrix", Matrix.self),
            let tables = function("ec_init_tables", Tables.self), let encode = function("ec_encode_data", Encode.self),
            let update = function("ec_encode_data_update", Update.self), let pq = function("pq_gen", Generate.self),
            let xor = function("xor_gen", Generate.self)
        else { return nil }
        self.powers = powers
        self.cauchy = cauchy
        self.tables = tables
        self.encode = encode
        self.update = update
        self.pq = pq
        self.xor = xor
    }
}
