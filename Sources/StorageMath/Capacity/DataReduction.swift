public import ClusterCore

/// What a volume is used for.
public enum Workload: String, Sendable, Hashable, Codable, CaseIterable {
    case fileServer = "file_server"
    /// Virtual desktops.
    case vdi
    case backup
    case virtualMachines = "virtual_machines"
    case database
    /// Anything else with many operations a second.
    case highIOPS = "high_iops"

    /// Whether deduplication and compression are advised for it (AL-133).
    public var deduplication: Advice {
        switch self {
        case .fileServer, .vdi: .on
        case .database, .highIOPS: .off
        case .backup, .virtualMachines: .notSaid
        }
    }

    /// Whether it asks for operations a second more than for room, so that a mirror suits it (AL-132).
    public var needsPerformance: Bool {
        switch self {
        case .virtualMachines, .database, .highIOPS: true
        case .fileServer, .vdi, .backup: false
        }
    }

    /// What the architecture advises.
    public enum Advice: String, Sendable, Hashable, Codable {
        case on, off
        /// It says nothing of this use.
        case notSaid = "not_said"
    }
}

/// Deduplication and compression of a volume: an input that somebody measured or expects, never a guess of the model.
public struct DataReduction: Sendable, Hashable {
    /// Logical bytes for one stored byte: 2 where data takes half of its size. At least 1.
    public let ratio: Fraction
    /// Where the ratio comes from: a measurement, an estimate.
    public let source: String

    /// The reduction; an error where the ratio is below one: data does not grow by it.
    public init(ratio: Fraction, source: String) throws(StorageMathError) {
        guard ratio >= .one else {
            throw StorageMathError(
                "reduction ratio", ratio.description, bound: "1 or more",
                remedy: "write logical bytes for one stored byte, as 2 where data takes half of its size")
        }
        self.ratio = ratio
        self.source = source
    }

    /// The logical bytes that a volume holds with this reduction.
    public func logicalBytes(in size: ByteCount) throws(UnitError) -> ByteCount {
        try size.multiplied(by: ratio, rounding: .down)
    }

    /// The size of a volume that holds so many logical bytes.
    public func volumeSize(for logical: ByteCount) throws(UnitError) -> ByteCount {
        try logical.multiplied(by: Fraction.one.divided(by: ratio), rounding: .up)
    }
}
