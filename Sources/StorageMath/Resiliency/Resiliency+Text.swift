import ClusterCore

extension Resiliency: CustomStringConvertible {
    /// The name by which commands and documents call it: `three-way-mirror`, `map:20%`, `nested-map:10%`.
    public var description: String {
        switch self {
        case .simple: "simple"
        case .twoWayMirror: "two-way-mirror"
        case .threeWayMirror: "three-way-mirror"
        case .fourWayMirror: "four-way-mirror"
        case .singleParity: "single-parity"
        case .dualParity: "dual-parity"
        case .nestedTwoWayMirror: "nested-two-way-mirror"
        case .nestedMirrorAcceleratedParity(let share): "nested-map:\(share)"
        case .mirrorAcceleratedParity(let share): "map:\(share)"
        }
    }

    /// Reads a name as ``description`` writes it. The share is a percentage, a decimal or a fraction.
    public init(parsing text: String) throws(StorageMathError) {
        if let plain = Resiliency.plain.first(where: { $0.description == text }) {
            self = plain
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "map" || parts[0] == "nested-map" else {
            throw StorageMathError(
                "resiliency", "\"\(text.prefix(64))\"", bound: "the name of a resiliency type",
                remedy:
                    "write one of \(Resiliency.plain.map(\.description).joined(separator: ", ")), map:20%, nested-map:20%"
            )
        }
        let fraction: Fraction
        do throws(UnitError) {
            fraction = try Fraction(parsing: String(parts[1]))
        } catch {
            throw StorageMathError(
                "mirror share", "\"\(parts[1].prefix(64))\"", bound: "a share", remedy: "write it as in \(parts[0]):20%"
            )
        }
        let share = try MirrorShare(fraction)
        self = parts[0] == "map" ? .mirrorAcceleratedParity(share) : .nestedMirrorAcceleratedParity(share)
    }
}

extension Resiliency: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.value { text throws(StorageMathError) in try Resiliency(parsing: text) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
