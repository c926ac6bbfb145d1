public import ClusterCore

/// Decides who is told of which alert and when: mutes, inhibition, root cause, flapping, groups. Pure, on the same virtual
/// clock as the engine.
///
/// Only the creation of a notification is ever suppressed. Each alert that was told as firing is told once as resolved,
/// whatever mutes or suppresses it by then; one that ended before it was told is never told.
public struct AlertDispatcher: Sendable {
    public private(set) var settings: DispatchSettings
    /// The mutes in force, by name.
    public private(set) var mutes: [String: AlertMute] = [:]
    var tracked: [AlertFingerprint: TrackedAlert] = [:]
    var groups: [GroupKey: GroupState] = [:]
    /// Availability alerts that are pending, by subject.
    var pendingLosses: [ComponentIdentifier: Set<AlertFingerprint>] = [:]
    let availabilityRules: Set<RuleID>
    let stubbornRules: Set<RuleID>
    /// Of the levels of one rule only the most severe is told.
    private let levels: [AlertInhibition]

    /// - Parameter rules: the rules of the engine whose events come.
    public init(_ settings: DispatchSettings, rules: RuleSet) {
        self.settings = settings
        availabilityRules = Set(rules.rules.filter(\.isAvailability).map(\.id))
        levels = AlertInhibition.levels(in: rules)
        stubbornRules = Set(rules.rules.filter { !$0.yieldsToParents }.map(\.id))
    }

    /// What a moment brought.
    public struct Outcome: Sendable, Hashable {
        /// In order of action group and group.
        public var notifications: [AlertNotification] = []
        /// Mutes that ended, in order of name.
        public var endedMutes: [EndedMute] = []
        /// Firing alerts that nobody was told of yet, since what their subject depends on is gone or suspected to be; in order
        /// of fingerprint.
        public var held: [HeldAlert] = []
    }

    /// An alert that waits for what its subject depends on.
    public struct HeldAlert: Sendable, Hashable {
        public var alert: Alert
        public var cause: ComponentIdentifier
        public var certainty: AlertHold.Certainty
    }

    /// A mute that is over.
    public struct EndedMute: Sendable, Hashable {
        public var name: String
        public var reason: AlertMute.End
    }

    /// Takes other dependencies from now on.
    public mutating func depend(on dependencies: DependencyGraph) { settings.dependencies = dependencies }

    // MARK: Mutes

    /// Begins a mute; one of the same name is replaced. An error where there are too many.
    public mutating func begin(_ mute: AlertMute) throws(RuleError) {
        guard mutes[mute.name] != nil || mutes.count < DispatchSettings.muteLimit else {
            throw RuleError(
                .outOfBounds, place: "mute \(mute.name)", problem: "there are \(mutes.count) mutes",
                remedy: "lift some; at most \(DispatchSettings.muteLimit) are kept")
        }
        mutes[mute.name] = mute
    }

    /// Lifts a mute; whether there was one.
    @discardableResult
    public mutating func lift(_ name: String) -> Bool { mutes.removeValue(forKey: name) != nil }

    /// How many alerts fire in a scope, and the severity of the worst: what a mute that begins now may bear.
    public func firing(in covers: (Alert) -> Bool) -> (count: Int, worst: Severity?) {
        let found = tracked.values.filter { $0.isFiring && covers($0.alert) }
        return (found.count, found.map(\.alert.severity).max())
    }

    private mutating func endMutes(at now: SignalTime) -> [EndedMute] {
        var ended: [EndedMute] = []
        for (name, mute) in mutes.sorted(by: { $0.key < $1.key }) {
            let (count, worst) = firing(in: mute.covers)
            if count > 0 { mutes[name]?.hasBorne = true }
            let reason: AlertMute.End? =
                if now >= mute.expires {
                    .expired
                } else if let worst, worst > mute.severityLimit {
                    .moreSevere
                } else if count > mute.countLimit {
                    .moreAlerts
                } else if count == 0, !mute.isSticky, mute.hasBorne == true {
                    .cleared
                } else { nil }
            guard let reason else { continue }
            mutes[name] = nil
            ended.append(EndedMute(name: name, reason: reason))
        }
        return ended
    }

    // MARK: Alerts

    /// Takes what happened to alerts at a moment, and says who is to be told what.
    /// - Parameter suspected: whether a component is suspected to be gone (``PhiAccrualDetector``).
    public mutating func step(
        _ events: [AlertEvent], at now: SignalTime, suspected: (ComponentIdentifier) -> Bool = { _ in false }
    ) -> Outcome {
        for event in events { take(event) }
        var outcome = Outcome()
        outcome.endedMutes = endMutes(at: now)
        let suppressed = suppressions(at: now, suspected: suspected)
        enter(now, suppressed)
        outcome.notifications = flush(now, suppressed)
        outcome.held = held(by: suppressed)
        // An alert that ended and was never told, or whose end was told, is forgotten.
        tracked = tracked.filter { $0.value.isLive || $0.value.notifiedTo != nil }
        return outcome
    }

    private func held(by suppressed: [AlertFingerprint: AlertSuppression]) -> [HeldAlert] {
        suppressed.keys.sorted().compactMap { fingerprint in
            guard let entry = tracked[fingerprint], entry.notifiedTo == nil,
                let (cause, certainty) = suppressed[fingerprint]?.parent
            else { return nil }
            return HeldAlert(alert: entry.alert, cause: cause, certainty: certainty)
        }
    }

    /// Whether somebody was told of an alert; `nil` where it neither fires nor is still to be told to be over.
    func isTold(_ fingerprint: AlertFingerprint) -> Bool? { tracked[fingerprint].map { $0.notifiedTo != nil } }

    private mutating func take(_ event: AlertEvent) {
        let fingerprint = event.alert.fingerprint
        if availabilityRules.contains(event.alert.rule) {
            if event.kind == .pending {
                pendingLosses[event.alert.subject, default: []].insert(fingerprint)
            } else if event.kind != .stale, event.kind != .known {
                pendingLosses[event.alert.subject]?.remove(fingerprint)
                if pendingLosses[event.alert.subject]?.isEmpty == true { pendingLosses[event.alert.subject] = nil }
            }
        }
        switch event.kind {
        case .pending, .cancelled: return
        case .firing:
            var entry = tracked[fingerprint] ?? TrackedAlert(alert: event.alert, firedAt: event.time)
            if !entry.isFiring { entry.firedAt = event.time }
            entry.alert = event.alert
            entry.isFiring = true
            tracked[fingerprint] = entry
        case .resolved:
            tracked[fingerprint]?.alert = event.alert
            tracked[fingerprint]?.isFiring = false
        case .stale, .known:
            if tracked[fingerprint]?.isFiring == true { tracked[fingerprint]?.alert = event.alert }
        case .flapping:
            var entry = tracked[fingerprint] ?? TrackedAlert(alert: event.alert, firedAt: event.time)
            entry.isFlapping = true
            tracked[fingerprint] = entry
        case .settled: tracked[fingerprint]?.isFlapping = false
        }
    }

    /// The firing alerts that are not told now, each with why.
    public func suppressions(
        at now: SignalTime, suspected: (ComponentIdentifier) -> Bool = { _ in false }
    ) -> [AlertFingerprint: AlertSuppression] {
        let live = tracked.values.filter(\.isLive)
        let lost = Set(live.filter { availabilityRules.contains($0.alert.rule) }.map(\.alert.subject))
        let index = InhibitionIndex(settings.inhibitions + levels, firing: live.map(\.alert))
        let mutes = self.mutes.values.sorted { $0.name < $1.name }
        var result: [AlertFingerprint: AlertSuppression] = [:]
        for entry in live {
            let alert = entry.alert
            if let mute = mutes.first(where: { $0.covers(alert) }) {
                result[alert.fingerprint] = .muted(mute.name)
            } else if let source = index.inhibitor(of: alert), source != alert.fingerprint {
                result[alert.fingerprint] = .inhibited(source)
            } else if !stubbornRules.contains(alert.rule) {
                result[alert.fingerprint] = rootCause(of: entry, lost, suspected, now)
            }
        }
        return result
    }

    private func rootCause(
        of entry: TrackedAlert, _ lost: Set<ComponentIdentifier>, _ suspected: (ComponentIdentifier) -> Bool,
        _ now: SignalTime
    ) -> AlertSuppression? {
        let alert = entry.alert
        // That a component is gone is not explained by itself.
        let own: ComponentIdentifier? = availabilityRules.contains(alert.rule) ? alert.subject : nil
        if let cause = settings.dependencies.cause(of: alert.subject, isLost: { $0 != own && lost.contains($0) }) {
            return .parentLost(cause)
        }
        guard now.nanoseconds(since: entry.firedAt) < settings.suspicionLimitNanoseconds else { return nil }
        let cause = settings.dependencies.cause(of: alert.subject) {
            $0 != own && (lost.contains($0) || pendingLosses[$0] != nil || suspected($0))
        }
        return cause.map { .parentSuspected($0) }
    }
}
