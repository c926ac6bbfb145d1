/// When something that changes between firing and not counts as flapping: above one weighted share of changes, and until
/// it falls below another.
public struct FlapThresholds: Sendable, Hashable {
    /// Flapping begins above this share, 0 to 1.25.
    public let begins: Double
    /// Flapping ends below this share, at most ``begins``.
    public let ends: Double

    /// An error unless 0 < ends ≤ begins ≤ 1.25.
    public init(begins: Double, ends: Double) throws(RuleError) {
        guard ends > 0, ends <= begins, begins <= 1.25 else {
            throw RuleError(
                .contradiction, place: "flapping", problem: "begins above \(begins) and ends below \(ends)",
                remedy: "write shares with 0 < ends <= begins <= 1.25")
        }
        self.begins = begins
        self.ends = ends
    }

    private init(unchecked begins: Double, _ ends: Double) {
        self.begins = begins
        self.ends = ends
    }

    /// 30 % and 20 %, Nagios' own for hosts and services taken together.
    public static let nagios = FlapThresholds(unchecked: 0.3, 0.2)
}

extension FlapThresholds: Codable {
    private enum Key: String, CodingKey, CaseIterable { case begins, ends }

    public init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        try self.init(
            begins: container.decode(Double.self, forKey: .begins), ends: container.decode(Double.self, forKey: .ends))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(begins, forKey: .begins)
        try container.encode(ends, forKey: .ends)
    }
}
