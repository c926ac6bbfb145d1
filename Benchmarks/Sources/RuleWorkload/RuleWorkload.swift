import ClusterCore
import HealthModel

/// Signals of 1,000 nodes under 1,000 rules: a hundred metrics, each with ten rules that every sample of it meets.
struct Workload {
    private(set) var engine: AlertEngine
    private let signals: [SignalIndex]
    private var values: [Double]
    private var time: Int64 = 0
    private var state: UInt64 = 1

    static let metrics = 100
    static let interval: Int64 = 15_000_000_000

    /// - Parameter windows: whether five of the ten rules of a metric look at five minutes, or all at the newest sample.
    init(series: Int, windows: Bool) throws {
        var rules: [HealthRule] = []
        for metric in 0..<Workload.metrics {
            for rule in 0..<10 { rules.append(try Workload.rule(metric, rule, windows)) }
        }
        engine = AlertEngine(
            try RuleSet(name: "benchmark", version: "1", rules: rules),
            settings: EngineSettings(sampleIntervalNanoseconds: Workload.interval))
        var signals: [SignalIndex] = []
        for number in 0..<series {
            let identity = try SignalIdentity(
                "metric_\(number % Workload.metrics)",
                [
                    SignalLabel("cluster", "c1"), SignalLabel("device", "nvme\(number / Workload.metrics % 24)n1"),
                    SignalLabel("node", "node-\(number / Workload.metrics / 24)"),
                ])
            signals.append(try engine.signal(identity, unit: .count, kind: .gauge, source: "benchmark"))
        }
        self.signals = signals
        values = Array(repeating: 40, count: series)
    }

    private static func rule(_ metric: Int, _ number: Int, _ windows: Bool) throws -> HealthRule {
        let kinds: [Aggregation.Kind] = [.average, .maximum, .minimum, .rate, .allSamples]
        let window = windows && number >= 5
        let aggregation = window ? try Aggregation(kinds[number - 5], over: .seconds(300)) : .last
        let unit: SignalUnit = window && kinds[number - 5] == .rate ? .countPerSecond : .count
        let threshold = 90 + Double(number)
        return try HealthRule(
            RuleID(rawValue: "bench.m\(metric).r\(number)") ?? "bench", SeriesSelector(SignalName("metric_\(metric)")),
            RuleCondition(
                aggregation, .greater, HealthThreshold(threshold, unit),
                resolveAt: HealthThreshold(threshold - 10, unit)),
            pendingFor: .seconds(60), severity: .warning, subject: SubjectForm(["node"]), summary: "High",
            remedy: "Look")
    }

    /// One interval: a sample of every signal, and one evaluation of all rules. One signal in a thousand is bad.
    mutating func round() -> Int {
        for index in values.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            values[index] = index.isMultiple(of: 1000) ? 95 : 20 + Double(state >> 58)
        }
        return feed()
    }

    /// The same without making the values anew.
    mutating func feed() -> Int {
        time += Workload.interval
        let now = SignalTime(nanoseconds: time)
        for (signal, value) in zip(signals, values) { engine.ingest(signal, value, at: now) }
        return engine.evaluate(at: now).count
    }

    var bytesPerSeries: Double { Double(engine.memoryBytes) / Double(max(1, signals.count)) }
}
