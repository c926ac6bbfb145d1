public import ClusterCore

/// Rules, alerts and who is told, on one virtual clock: signals and signs of life in, events and notifications out.
///
/// ```swift
/// var watch = HealthWatch(rules, DispatchSettings(routes: [AlertRoute(actionGroup: "operators")]))
/// try watch.engine.ingest(measurement)
/// _ = watch.step(to: now)
/// for notification in watch.outbox.notifications {
///     try await operators.deliver(notification)
///     watch.outbox.confirm(notification)
/// }
/// ```
///
/// The same inputs at the same times give the same steps, on every machine; ``snapshot()`` holds all that is needed to go
/// on as if nothing had been.
public struct HealthWatch: Sendable {
    /// Evaluates; samples go here.
    public var engine: AlertEngine
    /// Decides who is told; mutes go here.
    public var dispatcher: AlertDispatcher
    /// What is to be told and is not confirmed as delivered: the notifications of all steps go here.
    public var outbox = NotificationOutbox()
    /// What is watched by its signs of life, by component.
    public internal(set) var detectors: [ComponentIdentifier: PhiAccrualDetector] = [:]
    /// How detectors of new components learn.
    public let detectorSettings: PhiAccrualDetector.Settings

    /// The most components that are watched by signs of life.
    public static let detectorLimit = 10_000

    public init(
        _ rules: RuleSet, _ dispatch: DispatchSettings, settings: EngineSettings = EngineSettings(),
        detectorSettings: PhiAccrualDetector.Settings = PhiAccrualDetector.Settings()
    ) {
        engine = AlertEngine(rules, settings: settings)
        dispatcher = AlertDispatcher(dispatch, rules: rules)
        self.detectorSettings = detectorSettings
    }

    /// What one moment brought.
    public struct Step: Sendable, Hashable {
        public var time: SignalTime
        public var events: [AlertEvent]
        public var notifications: [AlertNotification]
        public var endedMutes: [AlertDispatcher.EndedMute]
    }

    /// Takes a sign of life of a component; whether there is room to watch it.
    @discardableResult
    public mutating func heartbeat(of component: ComponentIdentifier, at time: SignalTime) -> Bool {
        guard detectors[component] != nil || detectors.count < HealthWatch.detectorLimit else { return false }
        detectors[component, default: PhiAccrualDetector(detectorSettings)].heartbeat(at: time)
        return true
    }

    /// Whether a component that gave signs of life is suspected to be gone.
    public func isSuspected(_ component: ComponentIdentifier, at now: SignalTime) -> Bool {
        detectors[component]?.isAvailable(at: now) == false
    }

    /// Evaluates all rules at a moment and decides who is told.
    public mutating func step(to now: SignalTime) -> Step {
        let events = engine.evaluate(at: now)
        let detectors = self.detectors
        let outcome = dispatcher.step(events, at: now) { detectors[$0]?.isAvailable(at: now) == false }
        return told(outcome, events, now)
    }

    /// Takes a signal out of service: its alerts end, and that is told.
    public mutating func retire(_ signal: SignalIndex, at now: SignalTime) -> Step {
        let events = engine.retire(signal, at: now)
        let outcome = dispatcher.step(events, at: now)
        return told(outcome, events, now)
    }

    mutating func told(_ outcome: AlertDispatcher.Outcome, _ events: [AlertEvent], _ now: SignalTime) -> Step {
        for notification in outcome.notifications { outbox.add(notification) }
        return Step(time: now, events: events, notifications: outcome.notifications, endedMutes: outcome.endedMutes)
    }
}
