/// What was decided to be told and is not known to be delivered.
///
/// A receiver may be away, and a process may end between a decision and its delivery. So every notification of a
/// ``HealthWatch`` is in its outbox, which is part of the snapshot, until it is confirmed:
///
/// ```swift
/// let step = watch.step(to: now)
/// try snapshots.write(watch.snapshot())
/// for notification in watch.outbox.notifications {
///     do { try sink.send(notification) } catch { continue }
///     watch.outbox.confirm(notification)
/// }
/// try snapshots.write(watch.snapshot())
/// ```
///
/// Delivery is at least once: who was told and is told again knows the alert by its fingerprint and by when it fired or
/// ended. One alert waits once for each action group, as it was told last: one that ended meanwhile as resolved, one that
/// fires again as firing. So an outbox grows with alerts and not with time.
public struct NotificationOutbox: Sendable, Hashable {
    var entries: [Key: Entry] = [:]
    /// Alerts that were dropped since ``limit`` of them waited; they are lost.
    public internal(set) var dropped: UInt64 = 0

    /// The most alerts that wait.
    public static let limit = 100_000

    struct Key: Hashable {
        var actionGroup: String
        var fingerprint: AlertFingerprint
    }

    /// An alert that waits to be told.
    struct Entry: Sendable, Hashable, Codable {
        var actionGroup: String
        /// The labels of the group, names and values in turn.
        var group: [String]
        var time: SignalTime
        /// Since when it waits: the first time at which it was to be told.
        var since: SignalTime
        var isChange: Bool
        var isResolved: Bool
        var alert: Alert

        var key: Key { Key(actionGroup: actionGroup, fingerprint: alert.fingerprint) }
    }

    public init() {}

    public var isEmpty: Bool { entries.isEmpty }

    /// The alerts that wait.
    public var count: Int { entries.count }

    /// The alerts that wait for an action group, and since when the oldest of them; `nil` where none waits.
    public func waiting(for actionGroup: String) -> (count: Int, since: SignalTime)? {
        let found = entries.values.filter { $0.actionGroup == actionGroup }
        return found.map(\.since).min().map { (found.count, $0) }
    }

    /// All that waits, in order of action group and group, each of at most ``AlertRoute/alertLimit`` alerts.
    public var notifications: [AlertNotification] {
        let bundles = Dictionary(grouping: entries.values) { [$0.actionGroup] + $0.group }
        return bundles.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { _, members in
            let flat = members[0].group
            return AlertNotification.parts(
                time: members.map(\.time).max() ?? members[0].time, actionGroup: members[0].actionGroup,
                group: stride(from: 0, to: flat.count - 1, by: 2).map { SignalLabel(flat[$0], flat[$0 + 1]) },
                occasion: members.contains(where: \.isChange) ? .changed : .repeated,
                firing: members.filter { !$0.isResolved }.map(\.alert),
                resolved: members.filter(\.isResolved).map(\.alert))
        }
    }

    /// Takes a notification that is to be delivered.
    public mutating func add(_ notification: AlertNotification) {
        for alert in notification.firing { add(alert, isResolved: false, notification) }
        for alert in notification.resolved { add(alert, isResolved: true, notification) }
    }

    private mutating func add(_ alert: Alert, isResolved: Bool, _ notification: AlertNotification) {
        var entry = Entry(
            actionGroup: notification.actionGroup, group: LabelPairs.written(notification.group),
            time: notification.time, since: notification.time, isChange: notification.occasion == .changed,
            isResolved: isResolved, alert: alert)
        if let before = entries[entry.key] {
            entry.since = before.since
            // A change that was not told stays one when it is said again.
            entry.isChange = entry.isChange || before.isChange
        } else if entries.count >= NotificationOutbox.limit {
            dropped &+= 1
            return
        }
        entries[entry.key] = entry
    }

    /// Takes out what was delivered; what changed since the notification was made stays.
    public mutating func confirm(_ notification: AlertNotification) {
        for (alerts, isResolved) in [(notification.firing, false), (notification.resolved, true)] {
            for alert in alerts {
                let key = Key(actionGroup: notification.actionGroup, fingerprint: alert.fingerprint)
                guard let entry = entries[key], entry.isResolved == isResolved, entry.alert == alert,
                    entry.time <= notification.time
                else { continue }
                entries[key] = nil
            }
        }
    }

    /// Forgets what waits for an action group that is no more; how many alerts that were.
    @discardableResult
    public mutating func discard(for actionGroup: String) -> Int {
        let before = entries.count
        entries = entries.filter { $0.key.actionGroup != actionGroup }
        return before - entries.count
    }

    mutating func restore(_ entries: [Entry], dropped: UInt64) {
        self.entries = Dictionary(entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        self.dropped = dropped
    }
}

extension AlertNotification {
    /// The same told in as many notifications as it takes, each of at most ``AlertRoute/alertLimit`` alerts: first those
    /// that fire, the most severe first, then those that ended.
    static func parts(
        time: SignalTime, actionGroup: String, group: [SignalLabel], occasion: Occasion, firing: [Alert],
        resolved: [Alert]
    ) -> [AlertNotification] {
        let firing = firing.sorted {
            $0.severity == $1.severity ? $0.fingerprint < $1.fingerprint : $0.severity > $1.severity
        }
        let resolved = resolved.sorted { $0.fingerprint < $1.fingerprint }
        let limit = AlertRoute.alertLimit
        return stride(from: 0, to: firing.count + resolved.count, by: limit).map { start in
            let end = start + limit
            let first = firing[min(start, firing.count)..<min(end, firing.count)]
            let second = resolved[max(0, start - firing.count)..<max(0, min(end - firing.count, resolved.count))]
            return AlertNotification(
                time: time, actionGroup: actionGroup, group: group, occasion: occasion, firing: Array(first),
                resolved: Array(second), omitted: firing.count - first.count)
        }
    }
}
