/// One test of a rule test file as `promtool test rules` runs it: series in, alerts expected at some moments.
///
/// Source: Prometheus documentation, unit testing for rules; `cmd/promtool/unittest.go` of Prometheus 2.42.
public struct PromtoolTest: Sendable, Hashable {
    /// What the test is called; empty where it has no name.
    public var name: String
    /// The time between two samples of a series. The first sample is at 0.
    public var interval: Duration
    /// The time between two evaluations of all rules. The first evaluation is at 0.
    public var evaluationInterval: Duration
    public var series: [Series]
    public var expectations: [Expectation]

    public init(
        name: String = "", interval: Duration, evaluationInterval: Duration, series: [Series],
        expectations: [Expectation]
    ) {
        self.name = name
        self.interval = interval
        self.evaluationInterval = evaluationInterval
        self.series = series
        self.expectations = expectations
    }

    /// One step of a series.
    public enum Value: Sendable, Hashable {
        case sample(Double)
        /// No sample: `_`.
        case missing
        /// The series ends here: `stale`.
        case stale
    }

    /// A series and its values, one each ``PromtoolTest/interval``.
    public struct Series: Sendable, Hashable {
        /// The metric's name.
        public var name: String
        /// Labels without the name.
        public var labels: [String: String]
        public var values: [Value]

        public init(name: String, labels: [String: String], values: [Value]) {
            self.name = name
            self.labels = labels
            self.values = values
        }
    }

    /// The alerts of one rule that must be firing at a moment, and no others.
    public struct Expectation: Sendable, Hashable {
        /// The alert's name.
        public var alert: String
        /// When, from the first sample on. What counts is the last evaluation at or before it.
        public var time: Duration
        public var firing: [Alert]
        /// The line of the test file, from 1; `nil` where it is not known.
        public var line: Int?

        public init(alert: String, time: Duration, firing: [Alert], line: Int? = nil) {
            self.alert = alert
            self.time = time
            self.firing = firing
            self.line = line
        }
    }

    /// A firing alert, without the label `alertname`.
    public struct Alert: Sendable, Hashable {
        public var labels: [String: String]
        public var annotations: [String: String]

        public init(labels: [String: String], annotations: [String: String]) {
            self.labels = labels
            self.annotations = annotations
        }
    }

    /// The last moment that is asked for.
    public var end: Duration { expectations.map(\.time).max() ?? .zero }
}
