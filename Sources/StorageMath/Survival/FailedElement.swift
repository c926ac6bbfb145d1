/// Something that fails as a whole.
public enum FailedElement: Sendable, Hashable {
    /// One capacity drive.
    case drive(DrivePosition)
    /// A server with all its drives; servers count from 1.
    case server(Int)
    /// A rack with all its servers; racks count from 1.
    case rack(Int)
    /// The witness of the cluster quorum.
    case witness

    /// What kind of thing it is.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case drive, server, rack, witness
    }

    /// What kind of thing it is.
    public var kind: Kind {
        switch self {
        case .drive: .drive
        case .server: .server
        case .rack: .rack
        case .witness: .witness
        }
    }
}

extension FailedElement: Comparable {
    /// By kind, then by number.
    public static func < (left: FailedElement, right: FailedElement) -> Bool { left.order < right.order }

    private var order: (Int, Int, Int) {
        switch self {
        case .drive(let position): (0, position.server, position.drive)
        case .server(let number): (1, number, 0)
        case .rack(let number): (2, number, 0)
        case .witness: (3, 0, 0)
        }
    }
}

extension FailedElement: CustomStringConvertible {
    /// In words: `drive 2 of server 3`, `server 3`, `rack 1`, `the witness`.
    public var description: String {
        switch self {
        case .drive(let position): position.description
        case .server(let number): "server \(number)"
        case .rack(let number): "rack \(number)"
        case .witness: "the witness"
        }
    }

    /// The name by which commands and documents call it: `drive:3.2` (drive 2 of server 3), `server:3`, `rack:1`,
    /// `witness`.
    public var name: String {
        switch self {
        case .drive(let position): "drive:\(position.server).\(position.drive)"
        case .server(let number): "server:\(number)"
        case .rack(let number): "rack:\(number)"
        case .witness: "witness"
        }
    }

    /// Reads a name as ``name`` writes it; whether there is such a thing in a cluster, ``ClusterFailures`` says.
    public init(parsing text: String) throws(StorageMathError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.count == 2 ? parts[1].split(separator: ".", omittingEmptySubsequences: false) : []
        let values = numbers.compactMap { Int($0) }
        switch (parts.first, values.count) {
        case ("witness", 0) where parts.count == 1: self = .witness
        case ("drive", 2) where numbers.count == 2: self = .drive(DrivePosition(server: values[0], drive: values[1]))
        case ("server", 1) where numbers.count == 1: self = .server(values[0])
        case ("rack", 1) where numbers.count == 1: self = .rack(values[0])
        default:
            throw StorageMathError(
                "failure", "\"\(text.prefix(64))\"", bound: "the name of something that can fail",
                remedy: "write drive:3.2 (drive 2 of server 3), server:3, rack:1 or witness")
        }
    }
}

extension FailedElement: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.value { text throws(StorageMathError) in try FailedElement(parsing: text) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
