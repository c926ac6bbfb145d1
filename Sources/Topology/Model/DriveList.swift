public import ClusterCore
public import StorageMath

/// Drives as a person writes them, `4x3.84TB:nvme` or `8x4TB:hdd,4x2TB:ssd`; `none` where there are none. Without a kind,
/// `4x3.84TB`, it is not known what they are.
public struct DriveList: Sendable, Hashable, Codable {
    public let drives: [ListedDrives]

    /// Drives of which it is known what they are.
    public init(_ groups: [DriveGroup]) {
        drives = groups.map { ListedDrives(kind: $0.kind, count: $0.count, size: $0.size) }
    }

    /// Reads the drives.
    public init(parsing text: String) throws(StorageMathError) {
        guard text != "none" else {
            drives = []
            return
        }
        // Each part by itself, since a list fills the kind in where it is left out. Its limit is the group's.
        let parts = text.split(
            separator: ",", maxSplits: ClusterShape.driveRange.upperBound, omittingEmptySubsequences: false)
        var drives: [ListedDrives] = []
        for part in parts {
            let group = try DriveGroup(parsing: String(part))
            drives.append(
                ListedDrives(kind: part.contains(":") ? group.kind : nil, count: group.count, size: group.size))
        }
        self.drives = drives
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(StorageMathError) { try self.init(parsing: text) } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(drives.isEmpty ? "none" : drives.map(\.description).joined(separator: ","))
    }

    /// How many drives there are.
    public var count: Int { drives.reduce(0) { $0 + $1.count } }

    /// The bytes of all drives together: of at most 416 groups, each of at most 416 PB, so that the sum fits.
    public var total: ByteCount { ByteCount(bytes: drives.reduce(0) { $0 &+ $1.total.bytes }) }

    /// Whether it is known of all drives what they are.
    public var isKindKnown: Bool { drives.allSatisfy { $0.kind != nil } }

    /// The drives by groups as storage plans with them.
    /// - Parameter kind: what those are taken for of which it is not known.
    public func groups(taking kind: DriveKind) throws(StorageMathError) -> [DriveGroup] {
        var groups: [DriveGroup] = []
        for item in drives { groups.append(try DriveGroup(item.kind ?? kind, count: item.count, size: item.size)) }
        return groups
    }
}

/// Drives of one size, and of one kind where that is known.
public struct ListedDrives: Sendable, Hashable, CustomStringConvertible {
    /// What they are; `nil` where nobody wrote it.
    public let kind: DriveKind?
    /// How many there are.
    public let count: Int
    /// The size of each.
    public let size: ByteCount

    /// The bytes of all of them.
    var total: ByteCount { ByteCount(bytes: UInt64(clamping: count) * size.bytes) }

    /// As it is read back: `16x2TB:ssd`, or `16x2TB`.
    public var description: String {
        "\(count)x\(size.description.filter { $0 != " " })\(kind.map { ":\($0.rawValue)" } ?? "")"
    }
}
