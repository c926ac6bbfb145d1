public import ClusterCore

/// How the bytes of a volume are laid out: one code, or a mirror in front of parity.
public struct Layout: Sendable, Hashable {
    /// The parts of the volume, the mirror first. Their shares add up to one.
    public let parts: [Part]
    /// Failures that the volume survives at once whichever they are: of fault domains or, where it is nested, two
    /// drives or one server and one drive of the other.
    public let failuresTolerated: Int
    /// What was taken for granted because no source says it; empty where nothing was.
    public let assumptions: [String]

    /// A part of a volume with one code.
    public struct Part: Sendable, Hashable {
        /// The share of the volume's size.
        public let share: Fraction
        /// How this part is stored.
        public let code: Code
    }

    init(parts: [Part], failuresTolerated: Int, assumptions: [String] = []) {
        self.parts = parts
        self.failuresTolerated = failuresTolerated
        self.assumptions = assumptions
    }

    init(_ code: Code, failuresTolerated: Int, assumptions: [String] = []) {
        self.init(
            parts: [Part(share: .one, code: code)], failuresTolerated: failuresTolerated, assumptions: assumptions)
    }
}

/// How a slab of data is spread.
public enum Code: Sendable, Hashable {
    /// Whole copies, each in another fault domain.
    case copies(Int)
    /// Data and parity symbols, each in another fault domain.
    case erasure(ErasureLayout)
    /// Two copies in each of two servers.
    case nestedCopies
    /// In each of two servers, `columns` symbols of which one is parity, on as many drives; both servers hold the same.
    case nestedParity(columns: Int)
}

/// The symbols of an erasure code: `k` of data, `l` local parities and `r` global ones.
///
/// Without local parities it is a Reed-Solomon code, any `k` symbols of which give the data back. With them it is a
/// local reconstruction code LRC(k, l, r): each local parity is the XOR of `k`/`l` data symbols.
public struct ErasureLayout: Sendable, Hashable {
    /// Symbols of data, `k`.
    public let data: Int
    /// Local parities, `l`: one a group of `k`/`l` data symbols; 0 in a Reed-Solomon code.
    public let localParities: Int
    /// Global parities, `r`.
    public let globalParities: Int

    /// A code; an error where there is no data, no parity, more than 256 symbols or the groups are not equal.
    public init(data: Int, localParities: Int = 0, globalParities: Int) throws(StorageMathError) {
        try StorageMathError.require(data, in: 1...255, "data symbols", remedy: "a code over 256 elements has 1 to 255")
        try StorageMathError.require(
            localParities, in: 0...data, "local parities", remedy: "use at most one for each data symbol")
        try StorageMathError.require(
            globalParities, in: 0...(256 - data), "global parities", remedy: "a code has at most 256 symbols")
        try StorageMathError.require(
            data + localParities + globalParities, in: (data + 1)...256, "symbols",
            remedy: "a code has parity, and at most 256 symbols")
        guard localParities == 0 || data % localParities == 0 else {
            throw StorageMathError(
                "local parities", "\(localParities)", bound: "a divisor of \(data)", remedy: "groups are of equal size")
        }
        self.init(unchecked: data, localParities, globalParities)
    }

    init(unchecked data: Int, _ localParities: Int, _ globalParities: Int) {
        self.data = data
        self.localParities = localParities
        self.globalParities = globalParities
    }

    /// All symbols, `k + l + r`.
    public var symbols: Int { data + localParities + globalParities }

    /// Data symbols of a local group; `nil` in a Reed-Solomon code.
    public var groupSize: Int? { localParities == 0 ? nil : data / localParities }
}

extension ErasureLayout: CustomStringConvertible {
    /// As the tables call it: `RS 4+2`, `LRC(8,2,1)`.
    public var description: String {
        localParities == 0 ? "RS \(data)+\(globalParities)" : "LRC(\(data),\(localParities),\(globalParities))"
    }
}

extension Code: CustomStringConvertible {
    /// In a few words: `3 copies`, `RS 4+2`, `2 x 2 copies`, `2 x RS 3+1`.
    public var description: String {
        switch self {
        case .copies(1): "1 copy"
        case .copies(let count): "\(count) copies"
        case .erasure(let layout): layout.description
        case .nestedCopies: "2 x 2 copies"
        case .nestedParity(let columns): "2 x RS \(columns - 1)+1"
        }
    }
}
