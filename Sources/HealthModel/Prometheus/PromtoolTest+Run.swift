import ClusterCore

extension PromtoolTest {
    /// An expectation beside what the engine did.
    public struct Outcome: Sendable, Hashable {
        public var expectation: Expectation
        /// The alerts of that name that fired.
        public var firing: [Alert]
        /// Whether there is a rule of that name.
        public var isKnownRule: Bool

        /// Whether exactly the expected alerts fired.
        public var isMet: Bool {
            Outcome.counted(expectation.firing) == Outcome.counted(firing)
        }

        private static func counted(_ alerts: [Alert]) -> [Alert: Int] {
            var counts: [Alert: Int] = [:]
            for alert in alerts { counts[alert, default: 0] += 1 }
            return counts
        }
    }

    /// The engine as Prometheus 2.42 evaluates the exported rules: a window holds its first moment too, counters are
    /// extrapolated to zero first, and NaN and gaps are what they are there.
    private var settings: EngineSettings {
        EngineSettings(
            sampleIntervalNanoseconds: interval.nanosecondsClamped, historyLimit: 1_000_000, windowsIncludeStart: true,
            extrapolatesToZeroFirst: true, judgesAsExported: true)
    }

    /// Runs rules over the series and says what fired at each expectation, in their order.
    ///
    /// Throws a ``SignalError`` where a series is no signal. Complexity: evaluations times series.
    public func run(_ rules: RuleSet) throws(SignalError) -> [Outcome] {
        var outcomes: [Outcome] = []
        var waiting = expectations.enumerated().sorted { $0.element.time < $1.element.time }[...]
        var found: [Int: Outcome] = [:]
        try evaluate(rules) { time, engine in
            while let (index, expectation) = waiting.first, expectation.time < time + evaluationInterval {
                waiting = waiting.dropFirst()
                found[index] = Outcome(
                    expectation: expectation, firing: PromtoolTest.firing(expectation.alert, in: engine),
                    isKnownRule: rules.rules.contains { $0.id.rawValue == expectation.alert })
            }
        }
        for index in expectations.indices { if let outcome = found[index] { outcomes.append(outcome) } }
        return outcomes
    }

    /// Runs rules over the series and hands over the live alerts, pending or firing, of every evaluation.
    ///
    /// Throws a ``SignalError`` where a series is no signal.
    public func run(
        _ rules: RuleSet, _ body: (_ time: Duration, _ alerts: [HealthModel.Alert]) -> Void
    ) throws(SignalError) {
        try evaluate(rules) { body($0, $1.liveAlerts) }
    }

    /// Evaluates rules at every moment from 0 to the last expectation.
    private func evaluate(_ rules: RuleSet, _ body: (Duration, AlertEngine) -> Void) throws(SignalError) {
        var engine = AlertEngine(rules, settings: settings)
        // A series is there from its first sample on: what Prometheus never saw it does not miss.
        var signals: [(identity: SignalIdentity, index: SignalIndex?, values: [Value])] = []
        for one in series {
            let identity = try SignalIdentity(one.name, one.labels.map { SignalLabel($0.key, $0.value) })
            signals.append((identity, nil, one.values))
        }
        let (step, every) = (interval.nanosecondsClamped, evaluationInterval.nanosecondsClamped)
        guard step > 0, every > 0 else { return }
        var next = 0
        var time: Int64 = 0
        let last = end.nanosecondsClamped
        let longest = signals.map(\.values.count).max() ?? 0
        while time <= last {
            while next < longest, Int64(next) * step <= time {
                let moment = SignalTime(nanoseconds: Int64(next) * step)
                for number in signals.indices where next < signals[number].values.count {
                    switch signals[number].values[next] {
                    case .sample(let value):
                        let index = try engine.signal(signals[number].identity, unit: .unknown, kind: .gauge)
                        signals[number].index = index
                        engine.ingest(index, value, at: moment)
                    case .stale:
                        if let index = signals[number].index { engine.ingest(index, StaleMarker.value, at: moment) }
                    case .missing: break
                    }
                }
                next += 1
            }
            _ = engine.evaluate(at: SignalTime(nanoseconds: time))
            body(.nanoseconds(time), engine)
            let (sum, overflow) = time.addingReportingOverflow(every)
            if overflow { return }
            time = sum
        }
    }

    /// The firing alerts of a name, as promtool compares them.
    private static func firing(_ name: String, in engine: AlertEngine) -> [Alert] {
        engine.liveAlerts.filter { $0.state == .firing && $0.rule.rawValue == name }.map { alert in
            var labels: [String: String] = [:]
            for label in alert.labels where label.name != HealthRule.nameLabel { labels[label.name] = label.value }
            let rule = engine.rules.rule(alert.rule)
            return Alert(labels: labels, annotations: rule.map(PrometheusRules.annotations) ?? [:])
        }
    }
}
