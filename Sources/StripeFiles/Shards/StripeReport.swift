/// What is left of a set of shards, and what it is good for.
public struct StripeReport: Sendable, Hashable {
    /// The shards, in order, those that are missing too.
    public let shards: [ShardReport]
    /// Stripes that cannot be had back.
    public let lostStripes: UnitRanges
    /// Whether all of them may still be in shards that cannot be opened, so that nobody knows whether the file is lost.
    public let isUndetermined: Bool
    /// What the first of them lacks that is lost for certain, or else the first, as the error of a repair; `nil` where
    /// there is none.
    public let firstLoss: StripeError?
    /// Stripes all of whose checksums are right, though parities are not those of the data.
    public let disagreeingStripes: UnitRanges
    /// The shards whose parities those are, in order.
    public let disagreeingShards: [Int]
    /// What is known of the units that are wrong in those stripes.
    let wrongUnits: WrongUnits
    /// Whether the content, as far as it had to be rebuilt or put right, is what was striped; `nil` where some of it
    /// cannot be had.
    public let isContentRight: Bool?
    /// Files that were named and are no usable shards of the set.
    public let rejected: [StripeError]
    /// What a run that was killed left beside the shards; the next repair takes it away.
    public let leftovers: [String]

    /// Whether the file can be had back, as things are.
    public var isRecoverable: Bool { lostStripes.isEmpty && isContentRight == true }

    /// Whether nothing is amiss.
    public var isWhole: Bool {
        isRecoverable && disagreeingStripes.isEmpty && rejected.isEmpty && shards.allSatisfy { $0.state == .whole }
    }
}

/// What is left of one shard.
public struct ShardReport: Sendable, Hashable {
    /// How it is.
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// All of its units have their checksums.
        case whole
        /// No usable file was found.
        case missing
        /// The file is shorter than its header says.
        case truncated
        /// The file is longer than its header says.
        case tooLong = "too_long"
        /// Some units do not have their checksum.
        case damaged
        /// All units have their checksum, and some are not what was striped: the other shards give the unit that the
        /// set's identifier confirms.
        case wrong
        /// The system cannot read some units, or not open the file.
        case unreadable
    }

    /// Which one, from 0.
    public let index: Int
    /// Where it lies; `nil` where it is missing.
    public let path: String?
    /// How it is; what the file's length says comes first.
    public let state: State
    /// The units that are lost or wrong, by their stripes; all of them where it is missing.
    public let lost: UnitRanges
    /// Where in the file the first lost unit begins.
    public let firstLostByte: Int?
    /// Bytes that the file has, where it can be opened, and should have.
    public let bytes: Int?
    public let expectedBytes: Int
}
