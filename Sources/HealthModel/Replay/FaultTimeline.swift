public import ClusterCore

/// What rules made of recorded signals: every event of every alert, every notification, and the sum of it.
public struct FaultTimeline: Sendable, Hashable {
    /// The rules' name.
    public var rules: String
    /// Where the recording comes from.
    public var source: String
    /// The earliest and the latest evaluation.
    public var begin: SignalTime?
    public var end: SignalTime?
    public var evaluations = 0
    public var events: [AlertEvent] = []
    public var notifications: [AlertNotification] = []
    /// Of each rule that ever fired.
    public var firings: [RuleID: Firing] = [:]
    /// What was not taken, and what could not be said.
    public var counts = EngineCounts()
    /// Signals that a rule did not judge, since their unit does not fit; by rule.
    public var misfits: [RuleID: RuleError] = [:]
    /// How many signals each verdict held for at the end, over all rules.
    public var lastVerdicts: [SignalVerdict: Int] = [:]
    /// Rules of which the recording has no signal.
    public var unseenRules: [RuleID] = []
    /// Evaluations at which a signal's verdict was not known: nothing, or nothing fresh, was there to judge.
    public var unknownEvaluations = 0
    /// Times between two evaluations that are longer than a value of some rule stays fresh: whatever fired there is not
    /// seen.
    public var gaps = 0
    /// Samples behind the last evaluation, which no rule judged.
    public var unjudgedSamples = 0
    /// Rules whose window holds more samples than are kept, so that they can hardly say anything.
    public var unheldRules: [RuleID] = []
    /// Events beyond ``eventLimit``, which are not listed.
    public var omittedEvents = 0
    /// The evaluation before.
    var last: SignalTime?

    /// The most events, and the most notifications, that are listed.
    public static let eventLimit = 1_000_000

    /// How often and how long a rule fired.
    public struct Firing: Sendable, Hashable {
        /// How many alerts fired.
        public var count = 0
        /// For how long, all alerts together, from evaluation to evaluation up to the end of the recording; gaps, in which
        /// nobody knows, do not count.
        public var nanoseconds: Int64 = 0
        /// How many of them still fire at the end.
        public var open = 0
    }

    /// - Parameter freshness: how long a value stays fresh at least, in nanoseconds.
    mutating func add(_ step: HealthWatch.Step, _ verdicts: [SignalVerdict: Int], freshness: Int64) {
        evaluations += 1
        if verdicts.keys.contains(where: { [.undecided, .stale, .neverSeen].contains($0) }) { unknownEvaluations += 1 }
        let passed = last.map { step.time.nanoseconds(since: $0) } ?? 0
        if passed > freshness {
            gaps += 1
        } else if passed > 0 {
            for (rule, firing) in firings where firing.open > 0 {
                let (time, overflow) = passed.multipliedReportingOverflow(by: Int64(firing.open))
                firings[rule]?.nanoseconds &+= overflow ? 0 : time
            }
        }
        last = step.time
        // A clock that was set back does not turn the times of a recording around.
        begin = min(begin ?? step.time, step.time)
        end = max(end ?? step.time, step.time)
        for event in step.events {
            switch event.kind {
            case .firing:
                firings[event.alert.rule, default: Firing()].count += 1
                firings[event.alert.rule, default: Firing()].open += 1
            case .resolved:
                firings[event.alert.rule, default: Firing()].open -= 1
            default: break
            }
        }
        let room = FaultTimeline.eventLimit - events.count
        events += step.events.prefix(max(0, room))
        omittedEvents += max(0, step.events.count - max(0, room))
        notifications += step.notifications.prefix(max(0, FaultTimeline.eventLimit - notifications.count))
    }
}

extension Recording {
    /// Judges the recording by rules: the same recording and rules give the same timeline, always.
    ///
    /// Nothing is resolved at its end: what fires there is still open. Without settings of its own the engine expects of each
    /// signal a sample an interval (``EngineSettings/expectedIntervalNanoseconds``), as a recorder takes them, so a sample
    /// that is not there never makes anything look better.
    public func replay(
        _ rules: RuleSet, _ dispatch: DispatchSettings = DispatchSettings(routes: []), settings: EngineSettings? = nil,
        detectorSettings: PhiAccrualDetector.Settings = PhiAccrualDetector.Settings()
    ) throws(SignalError) -> FaultTimeline {
        var engineSettings = settings ?? pace
        engineSettings.signalLimit = max(engineSettings.signalLimit, signals.count)
        var watch = HealthWatch(rules, dispatch, settings: engineSettings, detectorSettings: detectorSettings)
        var timeline = FaultTimeline(rules: rules.name, source: header.source)
        let freshness = rules.rules.map { $0.freshness.nanosecondsClamped }.min() ?? .max
        // A signal is known from its first sample on, as it was when it was recorded.
        var indices: [SignalIndex?] = Array(repeating: nil, count: signals.count)
        for entry in entries {
            switch entry {
            case .samples(let samples):
                timeline.unjudgedSamples += samples.count
                for sample in samples {
                    let index: SignalIndex
                    if let known = indices[sample.signal] {
                        index = known
                    } else {
                        let signal = signals[sample.signal]
                        index = try watch.engine.signal(
                            signal.identity, unit: signal.unit, kind: signal.kind, source: signal.source)
                        indices[sample.signal] = index
                    }
                    watch.engine.ingest(index, sample.value.double, at: sample.time)
                }
            case .heartbeat(let component, let time):
                watch.heartbeat(of: ComponentIdentifier(rawValue: component), at: time)
            case .moment(let now):
                let step = watch.step(to: now)
                // The timeline has them; a replay delivers nothing.
                watch.outbox = NotificationOutbox()
                timeline.unjudgedSamples = 0
                timeline.add(step, watch.engine.verdicts(), freshness: freshness)
            }
        }
        timeline.counts = watch.engine.counts
        timeline.misfits = watch.engine.misfits
        timeline.lastVerdicts = watch.engine.verdicts()
        timeline.unheldRules = AlertEngine.unheldRules(of: rules, engineSettings)
        timeline.unseenRules = rules.rules.map(\.id).filter { watch.engine.verdicts(of: $0).isEmpty }
        return timeline
    }

    /// How often samples come. A recorder that is slower than it was asked to be says so by its moments, and so does one that
    /// went on at another pace.
    private var pace: EngineSettings {
        var last: SignalTime?
        var spacings: [Int64] = []
        for case .moment(let time) in entries {
            if let last, time > last { spacings.append(time.nanoseconds(since: last)) }
            last = time
        }
        spacings.sort()
        let asked = header.intervalNanoseconds
        guard !spacings.isEmpty else {
            return EngineSettings(sampleIntervalNanoseconds: asked, expectedIntervalNanoseconds: asked)
        }
        return EngineSettings(
            sampleIntervalNanoseconds: min(asked, spacings[spacings.count / 20]),
            expectedIntervalNanoseconds: max(asked, spacings[spacings.count / 2]))
    }
}
