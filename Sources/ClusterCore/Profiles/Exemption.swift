/// A rule that does not count for a part of the cluster, for a stated reason, until a stated day.
public struct Exemption: Sendable, Hashable {
    /// The rule, and every rule below it: `rdma.latency` covers `rdma.latency.p99_9`.
    public var rule: RuleID
    /// The component, and every part of it: `host:h1` covers `host:h1/device:rxe0`.
    public var subject: ComponentIdentifier
    /// Who answers for it.
    public var owner: String
    /// Why it is acceptable.
    public var reason: String
    /// The last day on which it holds.
    public var expires: CalendarDate

    public init(rule: RuleID, subject: ComponentIdentifier, owner: String, reason: String, expires: CalendarDate) {
        self.rule = rule
        self.subject = subject
        self.owner = owner
        self.reason = reason
        self.expires = expires
    }

    /// Whether it speaks of this rule and this component, on whatever day.
    public func covers(_ rule: RuleID, _ subject: ComponentIdentifier) -> Bool {
        rule.isOrIsBelow(self.rule) && subject.isOrIsPart(of: self.subject)
    }

    /// Whether it still holds: the day of expiry is the last one.
    public func holds(on day: CalendarDate) -> Bool { day <= expires }
}
