import ClusterCore
import HealthModel

/// Feeds one signal to an engine, a sample and an evaluation a step, and tells what happened as short words.
struct EngineDriver {
    var engine: AlertEngine
    let signal: SignalIndex
    let step: Int64
    var time: Int64 = 0

    static let second: Int64 = 1_000_000_000

    init(
        _ rules: [HealthRule], unit: SignalUnit = .ratio, kind: SignalKind = .gauge, step: Int64 = 60,
        settings: EngineSettings = EngineSettings(sampleIntervalNanoseconds: 60 * EngineDriver.second)
    ) throws {
        engine = AlertEngine(try RuleSet(name: "test", version: "1", rules: rules), settings: settings)
        signal = try engine.signal(
            SignalIdentity("x", [SignalLabel("node", "n1")]), unit: unit, kind: kind, source: "test")
        self.step = step * EngineDriver.second
    }

    /// One step: a sample, or none for `nil`, and an evaluation.
    mutating func advance(_ value: Double?) -> [AlertEvent] {
        if let value { engine.ingest(signal, value, at: SignalTime(nanoseconds: time)) }
        let events = engine.evaluate(at: SignalTime(nanoseconds: time))
        time += step
        return events
    }

    /// The kinds of events of each step.
    mutating func run(_ values: [Double?]) -> [String] {
        values.map { value in advance(value).map(\.kind.rawValue).joined(separator: "+") }
    }

    func verdict(_ rule: RuleID = "test.rule") -> SignalVerdict? { engine.verdict(of: rule, on: signal) }
}

/// A rule on the signal `x`.
func rule(
    _ id: RuleID = "test.rule", _ comparator: Comparator = .greater, _ fireAt: Double, until: Double? = nil,
    unit: SignalUnit = .ratio, _ aggregation: Aggregation = .last, for pending: Int64 = 0, keep: Int64 = 0,
    freshness: Int64 = 300, noData: NoDataBehaviour = .hold, severity: Severity = .warning, labels: [SignalLabel] = [],
    availability: Bool = false, flapping: FlapThresholds? = nil, signal: String = "x"
) throws -> HealthRule {
    try HealthRule(
        id, SeriesSelector(SignalName(signal)),
        RuleCondition(
            aggregation, comparator, HealthThreshold(fireAt, unit),
            resolveAt: until.map { value throws(RuleError) in try HealthThreshold(value, unit) }),
        pendingFor: .seconds(pending), keepFiringFor: .seconds(keep), freshness: .seconds(freshness), noData: noData,
        severity: severity, labels: labels, subject: SubjectForm(["node"]), isAvailability: availability,
        flapping: flapping, summary: "Too much", remedy: "Less of it")
}
