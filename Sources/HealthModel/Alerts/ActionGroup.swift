/// Takes notifications: a webhook, an Alertmanager, a file. What it does with one is its own; the engine has no part in it.
public protocol ActionGroup: Sendable {
    /// The name by which routes call it.
    var name: String { get }

    /// Delivers one notification, or throws where that failed for good; trying again is the group's own affair.
    func deliver(_ notification: AlertNotification) async throws
}

/// What an action group is told at once: the alerts of a group that fire, and those that ended.
public struct AlertNotification: Sendable, Hashable {
    public var time: SignalTime
    /// The action group that it is for.
    public var actionGroup: String
    /// The labels that the alerts of the group share.
    public var group: [SignalLabel]
    public var occasion: Occasion
    /// The firing alerts, the most severe first.
    public var firing: [Alert]
    /// Alerts that were notified as firing and are over; each is told once.
    public var resolved: [Alert]
    /// Firing alerts of the group that other notifications of the same time list, since one lists at most
    /// ``AlertRoute/alertLimit`` alerts.
    public var omitted: Int

    /// Why it is sent.
    public enum Occasion: String, Sendable, Hashable, Codable, CaseIterable {
        /// The alerts of the group changed.
        case changed
        /// Nothing changed for so long that it is said again.
        case repeated
    }
}

/// Where alerts go, and in what bundles; times as Alertmanager has them.
public struct AlertRoute: Sendable, Hashable, Codable {
    /// Alerts that match all of these; with none, every alert.
    public var matchers: [LabelMatcher]
    /// The name of the action group.
    public var actionGroup: String
    /// Alerts that agree in these labels are told together.
    public var groupBy: [String]
    /// How long a new group waits for more alerts.
    public var groupWaitNanoseconds: Int64
    /// How long after a notification the next one about the same group may come.
    public var groupIntervalNanoseconds: Int64
    /// After how long a group that fires and does not change is told again, at the next interval.
    public var repeatIntervalNanoseconds: Int64

    /// The most alerts that one notification lists; a group of more is told in several.
    public static let alertLimit = 1000

    /// - Parameters: the times are Alertmanager's: 30 s, 5 min, 4 h.
    public init(
        matchers: [LabelMatcher] = [], actionGroup: String, groupBy: [String] = [HealthRule.nameLabel],
        groupWaitNanoseconds: Int64 = 30_000_000_000, groupIntervalNanoseconds: Int64 = 300_000_000_000,
        repeatIntervalNanoseconds: Int64 = 14_400_000_000_000
    ) {
        self.matchers = matchers
        self.actionGroup = actionGroup
        self.groupBy = groupBy
        self.groupWaitNanoseconds = max(0, groupWaitNanoseconds)
        self.groupIntervalNanoseconds = max(1, groupIntervalNanoseconds)
        self.repeatIntervalNanoseconds = max(1, repeatIntervalNanoseconds)
    }

    func takes(_ alert: Alert) -> Bool { matchers.allSatisfy { $0.matches(alert[label: $0.label]) } }
}
