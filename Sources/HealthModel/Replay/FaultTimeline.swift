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
    /// Alerts that were not told at once, since what their subject depends on was gone or suspected to be.
    public var holds: [AlertHold] = []
    /// When components were suspected to be gone, by their signs of life.
    public var suspicions: [Suspicion] = []
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

    /// Counts what a moment of one host brought.
    /// - Parameter freshness: how long a value stays fresh at least, in nanoseconds.
    mutating func count(
        _ events: [AlertEvent], at time: SignalTime, _ verdicts: [SignalVerdict: Int], freshness: Int64
    ) {
        countEvaluation(verdicts)
        let passed = last.map { time.nanoseconds(since: $0) } ?? 0
        if passed > freshness {
            gaps += 1
        } else if passed > 0 {
            for (rule, firing) in firings where firing.open > 0 {
                let (time, overflow) = passed.multipliedReportingOverflow(by: Int64(firing.open))
                firings[rule]?.nanoseconds &+= overflow ? 0 : time
            }
        }
        last = time
        // A clock that was set back does not turn the times of a recording around.
        begin = min(begin ?? time, time)
        end = max(end ?? time, time)
        countFirings(events)
    }

    /// Counts what it brought that a host was silent at a moment of another one.
    mutating func countSilence(_ events: [AlertEvent], _ verdicts: [SignalVerdict: Int]) {
        countEvaluation(verdicts)
        countFirings(events)
    }

    private mutating func countEvaluation(_ verdicts: [SignalVerdict: Int]) {
        evaluations += 1
        if verdicts.keys.contains(where: { [.undecided, .stale, .neverSeen].contains($0) }) { unknownEvaluations += 1 }
    }

    private mutating func countFirings(_ events: [AlertEvent]) {
        for event in events {
            switch event.kind {
            case .firing:
                firings[event.alert.rule, default: Firing()].count += 1
                firings[event.alert.rule, default: Firing()].open += 1
            case .resolved:
                firings[event.alert.rule, default: Firing()].open -= 1
            default: break
            }
        }
    }

    /// Lists events and notifications, as far as there is room.
    mutating func list(_ events: [AlertEvent], _ notifications: [AlertNotification]) {
        let room = FaultTimeline.eventLimit - self.events.count
        self.events += events.prefix(max(0, room))
        omittedEvents += max(0, events.count - max(0, room))
        self.notifications += notifications.prefix(max(0, FaultTimeline.eventLimit - self.notifications.count))
    }

    /// Adds what was counted of a host.
    mutating func add(_ host: FaultTimeline, isFirst: Bool) {
        begin = [begin, host.begin].compactMap(\.self).min()
        end = [end, host.end].compactMap(\.self).max()
        evaluations += host.evaluations
        unknownEvaluations += host.unknownEvaluations
        gaps += host.gaps
        unjudgedSamples += host.unjudgedSamples
        counts = counts + host.counts
        for (rule, firing) in host.firings {
            firings[rule, default: Firing()].count += firing.count
            firings[rule, default: Firing()].nanoseconds &+= firing.nanoseconds
            firings[rule, default: Firing()].open += firing.open
        }
        misfits.merge(host.misfits) { first, _ in first }
        lastVerdicts.merge(host.lastVerdicts, uniquingKeysWith: +)
        unheldRules += host.unheldRules.filter { !unheldRules.contains($0) }
        let unseen = Set(host.unseenRules)
        unseenRules = isFirst ? host.unseenRules : unseenRules.filter(unseen.contains)
    }
}
