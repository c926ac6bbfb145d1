import ClusterCore

/// What a dispatcher decides by.
public struct DispatchSettings: Sendable, Hashable, Codable {
    /// The first that takes an alert has it; an alert that none takes is told to nobody.
    public var routes: [AlertRoute]
    public var inhibitions: [AlertInhibition]
    public var dependencies: DependencyGraph
    /// How long an alert waits at most while what its subject depends on is suspected.
    public var suspicionLimitNanoseconds: Int64

    /// The most mutes at once.
    public static let muteLimit = 1000

    /// - Parameter suspicionLimitNanoseconds: 2 minutes.
    public init(
        routes: [AlertRoute], inhibitions: [AlertInhibition] = [], dependencies: DependencyGraph = DependencyGraph(),
        suspicionLimitNanoseconds: Int64 = 120_000_000_000
    ) {
        self.routes = routes
        self.inhibitions = inhibitions
        self.dependencies = dependencies
        self.suspicionLimitNanoseconds = max(0, suspicionLimitNanoseconds)
    }
}

/// An alert that fires, flaps, or ended and is still to be told.
struct TrackedAlert: Sendable, Hashable, Codable {
    var alert: Alert
    var firedAt: SignalTime
    var isFiring = false
    var isFlapping = false
    /// The group that was told that it fires.
    var notifiedTo: GroupKey?

    init(alert: Alert, firedAt: SignalTime) {
        self.alert = alert
        self.firedAt = firedAt
    }

    /// An alert that flaps counts as firing until it settles.
    var isLive: Bool { isFiring || isFlapping }
}

/// The alerts that are told together.
struct GroupKey: Sendable, Hashable, Codable, Comparable {
    var route: Int
    var values: [String]

    static func < (left: GroupKey, right: GroupKey) -> Bool {
        left.route == right.route ? left.values.lexicographicallyPrecedes(right.values) : left.route < right.route
    }
}

/// When a group is told next, and what it was told.
struct GroupState: Sendable, Hashable, Codable {
    var nextFlush: SignalTime
    var lastSent: SignalTime?
}

extension AlertDispatcher {
    private func key(of alert: Alert) -> GroupKey? {
        guard let route = settings.routes.firstIndex(where: { $0.takes(alert) }) else { return nil }
        return GroupKey(route: route, values: settings.routes[route].groupBy.map { alert[label: $0] ?? "" })
    }

    /// New alerts open their groups.
    mutating func enter(_ now: SignalTime, _ suppressed: [AlertFingerprint: AlertSuppression]) {
        for (fingerprint, entry) in tracked where entry.isLive && entry.notifiedTo == nil {
            guard suppressed[fingerprint] == nil, let key = key(of: entry.alert), groups[key] == nil else { continue }
            groups[key] = GroupState(
                nextFlush: now.advanced(byNanoseconds: settings.routes[key.route].groupWaitNanoseconds))
        }
    }

    /// Tells the groups whose time has come.
    mutating func flush(
        _ now: SignalTime, _ suppressed: [AlertFingerprint: AlertSuppression]
    ) -> [AlertNotification] {
        let due = groups.filter {
            $0.value.nextFlush <= now || $0.value.nextFlush.nanoseconds(since: now) > longest($0.key)
        }
        guard !due.isEmpty else { return [] }
        var members: [GroupKey: [AlertFingerprint]] = [:]
        for (fingerprint, entry) in tracked {
            guard let key = entry.notifiedTo ?? key(of: entry.alert), due[key] != nil else { continue }
            members[key, default: []].append(fingerprint)
        }
        return due.keys.sorted().flatMap { tell($0, members[$0] ?? [], now, suppressed) }
    }

    /// The longest that a group can have to wait; one that would wait longer lived through a clock that was set back.
    private func longest(_ key: GroupKey) -> Int64 {
        max(settings.routes[key.route].groupWaitNanoseconds, settings.routes[key.route].groupIntervalNanoseconds)
    }

    private mutating func tell(
        _ key: GroupKey, _ members: [AlertFingerprint], _ now: SignalTime,
        _ suppressed: [AlertFingerprint: AlertSuppression]
    ) -> [AlertNotification] {
        let route = settings.routes[key.route]
        let entries = members.sorted().compactMap { tracked[$0] }
        let firing = entries.filter { $0.isLive && suppressed[$0.alert.fingerprint] == nil }
        let resolved = entries.filter { !$0.isLive && $0.notifiedTo != nil }
        let isNew = firing.contains { $0.notifiedTo == nil }
        let sent = groups[key]?.lastSent
        let isRepeat =
            !firing.isEmpty
            && sent.map { now.nanoseconds(since: $0) >= route.repeatIntervalNanoseconds || now < $0 } ?? false
        groups[key]?.nextFlush = now.advanced(byNanoseconds: route.groupIntervalNanoseconds)
        for entry in resolved { tracked[entry.alert.fingerprint] = nil }
        guard isNew || !resolved.isEmpty || isRepeat else {
            // A group without alerts is forgotten; what was told and is muted now keeps it.
            if !entries.contains(where: { $0.isLive }) { groups[key] = nil }
            return []
        }
        groups[key]?.lastSent = now
        for entry in firing { tracked[entry.alert.fingerprint]?.notifiedTo = key }
        return AlertNotification.parts(
            time: now, actionGroup: route.actionGroup,
            group: zip(route.groupBy, key.values).filter { !$0.1.isEmpty }.map { SignalLabel($0.0, $0.1) },
            occasion: isNew || !resolved.isEmpty ? .changed : .repeated, firing: firing.map(\.alert),
            resolved: resolved.map(\.alert))
    }
}
