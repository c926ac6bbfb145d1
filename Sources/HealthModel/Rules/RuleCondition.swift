import ClusterCore

/// When a rule's alert begins and when it ends.
///
/// The alert begins where `value comparator fireAt` holds. Once it is there, it stays while `value comparator resolveAt`
/// holds: with `> 85 %` and a resolve threshold of 75 %, a value that swings between the two changes nothing. Between the
/// thresholds the past decides, and where the past is not known (the signal was never seen, or a gap lies before) the
/// condition is not decided: neither firing, nor fine.
public struct RuleCondition: Sendable, Hashable {
    public let aggregation: Aggregation
    public let comparator: Comparator
    public let fireAt: HealthThreshold
    /// `nil` where one threshold decides both.
    public let resolveAt: HealthThreshold?

    /// An error where the thresholds contradict each other: units that differ, or a resolve threshold on the worse side.
    public init(
        _ aggregation: Aggregation, _ comparator: Comparator, _ fireAt: HealthThreshold,
        resolveAt: HealthThreshold? = nil
    ) throws(RuleError) {
        if aggregation.kind == .allSamples, comparator.direction == .none {
            throw RuleError(
                .contradiction, place: "aggregation", problem: "all_samples with \(comparator.rawValue)",
                remedy: "compare with <, <=, > or >=")
        }
        if let resolveAt {
            guard resolveAt.unit == fireAt.unit else {
                throw RuleError(
                    .unitMismatch, place: "resolve_at",
                    problem: "fires in \(fireAt.unit.rawValue) and resolves in \(resolveAt.unit.rawValue)",
                    remedy: "give both thresholds in one unit")
            }
            let isInOrder =
                switch comparator.direction {
                case .up: resolveAt.value <= fireAt.value
                case .down: resolveAt.value >= fireAt.value
                case .none: false
                }
            guard isInOrder else {
                throw RuleError(
                    .contradiction, place: "resolve_at",
                    problem: "fires at \(comparator.rawValue) \(fireAt) and would resolve at \(resolveAt)",
                    remedy: comparator.direction == .none
                        ? "leave the resolve threshold out" : "put the resolve threshold on the better side")
            }
        }
        self.aggregation = aggregation
        self.comparator = comparator
        self.fireAt = fireAt
        self.resolveAt = resolveAt
    }

    /// A condition on the newest sample.
    public init(
        _ comparator: Comparator, _ fireAt: HealthThreshold, resolveAt: HealthThreshold? = nil
    ) throws(RuleError) {
        try self.init(.last, comparator, fireAt, resolveAt: resolveAt)
    }

    /// Whether one threshold begins the alert and another ends it.
    public var hasHysteresis: Bool { resolveAt.map { $0.value != fireAt.value } ?? false }
}

extension RuleCondition: CustomStringConvertible {
    /// `average of 5m >= 80 %, until not >= 75 %`.
    public var description: String {
        let until = resolveAt.map { ", until not \(comparator.rawValue) \($0)" } ?? ""
        return "\(aggregation) \(comparator.rawValue) \(fireAt)\(until)"
    }
}

extension RuleCondition: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case aggregation, comparator
        case fireAt = "fire_at"
        case resolveAt = "resolve_at"
    }

    public init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        try self.init(
            container.decodeIfPresent(Aggregation.self, forKey: .aggregation) ?? .last,
            container.decode(Comparator.self, forKey: .comparator),
            container.decode(HealthThreshold.self, forKey: .fireAt),
            resolveAt: container.decodeIfPresent(HealthThreshold.self, forKey: .resolveAt))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        if aggregation != .last { try container.encode(aggregation, forKey: .aggregation) }
        try container.encode(comparator, forKey: .comparator)
        try container.encode(fireAt, forKey: .fireAt)
        try container.encodeIfPresent(resolveAt, forKey: .resolveAt)
    }
}
