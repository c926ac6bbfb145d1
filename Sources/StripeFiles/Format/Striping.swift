public import StorageMath

/// How a file lies over shards: the code with its convention, and the stripe unit.
///
/// The file is cut into stripes of *k* units; unit *j* of a stripe lies on data shard *j*, its parities on the parity
/// shards. So the columns of a stripe are *k* + *l* + *r*, and consecutive units of the file alternate over the *k* data
/// shards: the interleave is one unit.
public struct Striping: Sendable, Hashable {
    /// How many shards of each kind there are.
    public let layout: ErasureLayout
    /// Whose coefficients the parities have; one that has a name.
    public let convention: CodeConvention
    /// Bytes of a stripe unit.
    public let unit: Int

    /// Bytes that a stripe unit may have: 16 MiB at most.
    public static let unitBounds = 1...(16 << 20)
    /// Bytes that a stripe with its parities may have: 256 MiB at most.
    public static let stripeLimit = 256 << 20

    /// A striping; an error where the convention has no name, or the unit or the whole stripe is beyond its bounds.
    /// Nothing is proven of the code here: ``code()`` does that.
    public init(
        _ layout: ErasureLayout, convention: CodeConvention = .vandermondePowers, unit: Int = 64 << 10
    ) throws(StorageMathError) {
        if case .custom = convention {
            throw StorageMathError(
                "convention of shards", "custom", bound: "one that has a name",
                remedy: "a shard names its convention, and a custom matrix has no name: use another convention")
        }
        guard Striping.unitBounds.contains(unit) else {
            throw StorageMathError(
                "bytes of a stripe unit", "\(unit)",
                bound: "\(Striping.unitBounds.lowerBound) to \(Striping.unitBounds.upperBound)",
                remedy: "64 KiB to 1 MiB suit most")
        }
        guard layout.symbols * unit <= Striping.stripeLimit else {
            throw StorageMathError(
                "bytes of a stripe of \(layout)", "\(layout.symbols * unit)", bound: "at most \(Striping.stripeLimit)",
                remedy: "use a smaller stripe unit")
        }
        self.layout = layout
        self.convention = convention
        self.unit = unit
    }

    /// The code, proven; an error where the convention has no such shape or the proof fails.
    public func code() throws(StorageMathError) -> any ErasureCode {
        if layout.localParities == 0 {
            return try ReedSolomon(data: layout.data, parity: layout.globalParities, convention: convention)
        }
        return try LocalReconstructionCode(
            data: layout.data, localParities: layout.localParities, globalParities: layout.globalParities,
            convention: convention)
    }

    /// What a shard is, in words: `data 1`, `parity 2`, `local parity 1`.
    public func role(of shard: Int) -> String { Code.erasure(layout).symbolName(shard) }
}
