public import StorageMath

/// Drives as a person writes them, `4x3.84TB:nvme` or `8x4TB:hdd,4x2TB:ssd`; `none` where there are none.
public struct DriveList: Sendable, Hashable, Codable {
    public let groups: [DriveGroup]

    public init(_ groups: [DriveGroup]) { self.groups = groups }

    /// Reads the drives; without a kind they are solid-state.
    public init(parsing text: String) throws(StorageMathError) {
        groups = text == "none" ? [] : try DriveGroup.list(parsing: text)
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
        try container.encode(groups.isEmpty ? "none" : groups.map(\.description).joined(separator: ","))
    }

    /// How many drives there are.
    public var count: Int { groups.reduce(0) { $0 + $1.count } }
}
