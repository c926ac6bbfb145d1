import ClusterCore
public import HealthModel

/// Signals of some nodes under 1,000 rules: a hundred metrics, each with ten rules that every sample of it meets.
public struct RuleWorkload {
    public private(set) var engine: AlertEngine
    private let signals: [SignalIndex]
    private var values: [Double]
    private var time: Int64 = 0
    private var state: UInt64 = 1
    private let interval: Int64

    public static let metrics = 100
    /// Samples that a window holds.
    public static let samplesOfWindow: Int64 = 20

    /// How rules are written.
    public enum Form {
        /// Two thresholds, and alerts that end by evidence only.
        case evidence
        /// One threshold, and alerts that end with their signals: what PromQL says in one comparison.
        case prometheus
    }

    /// - Parameters:
    ///   - windows: whether five of the ten rules of a metric look at twenty samples, or all at the newest one.
    ///   - interval: seconds between two samples.
    public init(series: Int, windows: Bool, form: Form = .evidence, interval: Int = 15) throws {
        self.interval = Int64(interval) * 1_000_000_000
        engine = AlertEngine(
            try RuleWorkload.rules(windows: windows, form: form, interval: interval),
            settings: EngineSettings(sampleIntervalNanoseconds: self.interval))
        var signals: [SignalIndex] = []
        for number in 0..<series {
            let identity = try SignalIdentity(
                "metric_\(number % RuleWorkload.metrics)",
                [
                    SignalLabel("cluster", "c1"), SignalLabel("device", "nvme\(number / RuleWorkload.metrics % 24)n1"),
                    SignalLabel("node", "node-\(number / RuleWorkload.metrics / 24)"),
                ])
            signals.append(try engine.signal(identity, unit: .count, kind: .gauge, source: "benchmark"))
        }
        self.signals = signals
        values = Array(repeating: 40, count: series)
    }

    public static func rules(windows: Bool, form: Form, interval: Int) throws -> RuleSet {
        var rules: [HealthRule] = []
        for metric in 0..<metrics {
            for number in 0..<10 { rules.append(try rule(metric, number, windows, form, Int64(interval))) }
        }
        return try RuleSet(name: "benchmark", version: "1", rules: rules)
    }

    private static func rule(
        _ metric: Int, _ number: Int, _ windows: Bool, _ form: Form, _ interval: Int64
    ) throws -> HealthRule {
        let kinds: [Aggregation.Kind] = [.average, .maximum, .minimum, .rate, .allSamples]
        let window = windows && number >= 5
        let aggregation =
            window ? try Aggregation(kinds[number - 5], over: .seconds(interval * samplesOfWindow)) : .last
        let unit: SignalUnit = window && kinds[number - 5] == .rate ? .countPerSecond : .count
        let threshold = 90 + Double(number)
        return try HealthRule(
            RuleID(rawValue: "bench.m\(metric).r\(number)") ?? "bench", SeriesSelector(SignalName("metric_\(metric)")),
            RuleCondition(
                aggregation, .greater, HealthThreshold(threshold, unit),
                resolveAt: form == .evidence ? HealthThreshold(threshold - 10, unit) : nil),
            pendingFor: .seconds(interval * 4), noData: form == .evidence ? .hold : .resolve, severity: .warning,
            subject: SubjectForm(["node"]), yieldsToParents: form == .evidence, summary: "High", remedy: "Look")
    }

    /// One interval: a sample of every signal, and one evaluation of all rules. One signal in a thousand is bad.
    public mutating func round() -> Int {
        for index in values.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            values[index] = index.isMultiple(of: 1000) ? 95 : 20 + Double(state >> 58)
        }
        return feed()
    }

    /// The same without making the values anew.
    public mutating func feed() -> Int {
        time += interval
        let now = SignalTime(nanoseconds: time)
        for (signal, value) in zip(signals, values) { engine.ingest(signal, value, at: now) }
        return engine.evaluate(at: now).count
    }

    public var bytesPerSeries: Double { Double(engine.memoryBytes) / Double(max(1, signals.count)) }
}
