#if Documents
public import HealthModel
import Yams

/// A file of rule tests in the form that `promtool test rules` reads.
///
/// Read are series, evaluation times and expected alerts. What only a PromQL engine can decide (`promql_expr_test`) is
/// listed in ``undecided`` with its place: a run that leaves it out has not met the file.
///
/// ```yaml
/// rule_files: [rules.yml]
/// evaluation_interval: 1m
/// tests:
///   - interval: 1m
///     input_series:
///       - { series: 'disk_latency_seconds{disk="1"}', values: '0.001+0x5 0.010x10' }
///     alert_rule_test:
///       - eval_time: 10m
///         alertname: DiskSlow
///         exp_alerts: [{ exp_labels: { disk: "1", severity: warning } }]
/// ```
public struct RuleTestDocument: Sendable, Hashable {
    /// The rule files that the tests name, as they are written.
    public let ruleFiles: [String]
    public let tests: [PromtoolTest]
    /// What is asked for and cannot be decided without PromQL, as `12:9 /tests/0/promql_expr_test`.
    public let undecided: [String]

    /// The most tests of a file.
    public static let testLimit = 1000
    /// The most values of all series of a file.
    public static let valueLimit = 2_000_000
    /// The most evaluations that a test may ask for.
    public static let evaluationLimit = 1_000_000
    /// The most series of a test, and the most expectations.
    static let listLimit = 10_000

    /// Reads YAML or JSON.
    /// - Throws: ``DocumentProblem`` with the place and what to write instead.
    public init(_ bytes: [UInt8]) throws(DocumentProblem) {
        let root = NodeReader(node: try YAMLText.root(of: bytes), path: "")
        let fields = try root.fields(["rule_files", "evaluation_interval", "group_eval_order", "tests"])
        let interval = try fields["evaluation_interval"]?.promtoolDuration() ?? .seconds(60)
        // As promtool does: nothing said and 0 are a minute.
        let every = interval == .zero ? .seconds(60) : interval
        var files: [String] = []
        for item in try fields["rule_files"]?.items(atMost: 100) ?? [] { files.append(try item.text()) }
        ruleFiles = files
        var (tests, undecided, values): ([PromtoolTest], [String], Int) = ([], [], 0)
        for item in try fields["tests"]?.items(atMost: RuleTestDocument.testLimit) ?? [] {
            let test = try RuleTestDocument.test(item, every, &undecided)
            values += test.series.reduce(0) { $0 + $1.values.count }
            guard values <= RuleTestDocument.valueLimit else {
                throw item.problem("more than \(RuleTestDocument.valueLimit) values in one file; split it")
            }
            tests.append(test)
        }
        self.tests = tests
        self.undecided = undecided
    }

    private static func test(
        _ reader: NodeReader, _ every: Duration, _ undecided: inout [String]
    ) throws(DocumentProblem) -> PromtoolTest {
        let fields = try reader.fields([
            "interval", "input_series", "alert_rule_test", "promql_expr_test", "external_labels", "external_url",
            "name",
        ])
        let interval = try fields["interval"]?.promtoolDuration() ?? every
        guard interval > .zero else {
            throw (fields["interval"] ?? reader).problem("the time between samples must be more than 0; write 1m")
        }
        if let labels = fields["external_labels"], (try? labels.fields([])) == nil {
            throw labels.problem("external labels are not read here; write them into the series")
        }
        var series: [PromtoolTest.Series] = []
        for item in try fields["input_series"]?.items(atMost: listLimit) ?? [] { series.append(try self.series(item)) }
        for item in try fields["promql_expr_test"]?.items(atMost: listLimit) ?? [] {
            let place = item.position.map { "\($0.line):\($0.column) " } ?? ""
            undecided.append("\(place)\(item.path): an expression of PromQL")
        }
        var expectations: [PromtoolTest.Expectation] = []
        for item in try fields["alert_rule_test"]?.items(atMost: listLimit) ?? [] {
            let expectation = try self.expectation(item)
            guard expectation.time / every <= Double(evaluationLimit) else {
                throw item.problem("more than \(evaluationLimit) evaluations are asked for; raise evaluation_interval")
            }
            expectations.append(expectation)
        }
        return PromtoolTest(
            name: try fields["name"]?.text() ?? "", interval: interval, evaluationInterval: every, series: series,
            expectations: expectations)
    }

    private static func series(_ reader: NodeReader) throws(DocumentProblem) -> PromtoolTest.Series {
        let fields = try reader.fields(["series", "values"])
        guard let series = fields["series"] else {
            throw reader.problem("\"series\" is missing here; write series: 'up{job=\"a\"}'")
        }
        let (name, labels) = try series.notation { text throws(SeriesNotation.Failure) in
            try SeriesNotation.series(text)
        }
        guard let values = fields["values"] else { return .init(name: name, labels: labels, values: []) }
        return .init(
            name: name, labels: labels,
            values: try values.notation { text throws(SeriesNotation.Failure) in try SeriesNotation.values(text) })
    }

    private static func expectation(_ reader: NodeReader) throws(DocumentProblem) -> PromtoolTest.Expectation {
        let fields = try reader.fields(["eval_time", "alertname", "exp_alerts"])
        guard let name = fields["alertname"] else { throw reader.problem("\"alertname\" is missing here") }
        var firing: [PromtoolTest.Alert] = []
        for item in try fields["exp_alerts"]?.items(atMost: listLimit) ?? [] {
            let parts = try item.fields(["exp_labels", "exp_annotations"])
            firing.append(
                .init(
                    labels: try parts["exp_labels"]?.texts() ?? [:],
                    annotations: try parts["exp_annotations"]?.texts() ?? [:]))
        }
        return .init(
            alert: try name.text(), time: try fields["eval_time"]?.promtoolDuration() ?? .zero, firing: firing,
            line: reader.position?.line)
    }
}

extension NodeReader {
    /// A time as Prometheus writes it: `1h30m`, `500ms`, `0`; the units y, w, d, h, m, s, ms in this order, each once.
    ///
    /// Source: prometheus/common `model.ParseDuration`.
    fileprivate func promtoolDuration() throws(DocumentProblem) -> Duration {
        let text = try text()
        if text == "0" { return .zero }
        let units: [(String, Int64)] = [
            ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
            ("ms", 1),
        ]
        let wrong = problem("\"\(text.prefix(64))\" is no time; write it as in 1h30m or 500ms")
        var (rest, total, unit) = (text[...], Int64(0), 0)
        guard !rest.isEmpty else { throw wrong }
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            let word = rest.dropFirst(digits.count).prefix { $0.isLetter }
            guard let count = Int64(digits), let index = units[unit...].firstIndex(where: { $0.0 == word }) else {
                throw wrong
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: units[index].1)
            let (sum, more) = total.addingReportingOverflow(product)
            // What a time in nanoseconds of 64 bits holds is Prometheus' limit too.
            guard !overflow, !more, sum <= Int64.max / 1_000_000 else {
                throw problem("\"\(text.prefix(64))\" is longer than 292 years")
            }
            total = sum
            unit = index + 1
            rest = rest.dropFirst(digits.count + word.count)
        }
        return .milliseconds(total)
    }

    /// The texts of an object.
    fileprivate func texts() throws(DocumentProblem) -> [String: String] {
        guard let mapping = node.mapping else { throw problem("this must be an object of names and texts") }
        guard mapping.count <= SeriesNotation.labelLimit else {
            throw problem("more than \(SeriesNotation.labelLimit) names are too many")
        }
        var texts: [String: String] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            let field = NodeReader(node: value, path: "\(path)/\(name.prefix(64))")
            texts[name] = field.isNull ? "" : try field.text()
        }
        return texts
    }

    /// What a notation within one text says; an error stands at its own column where the text is written on one line.
    fileprivate func notation<Value>(
        _ body: (String) throws(SeriesNotation.Failure) -> Value
    ) throws(DocumentProblem) -> Value {
        let text = try text()
        do { return try body(text) } catch {
            let start = position
            let isOneLine = !text.utf8.contains(UInt8(ascii: "\n")) && !text.contains("\\")
            let quote = node.scalar.map { $0.style == .singleQuoted || $0.style == .doubleQuoted ? 1 : 0 } ?? 0
            guard let start, isOneLine, node.scalar?.style != .literal, node.scalar?.style != .folded else {
                throw problem("\(error.words), at character \(error.offset + 1) of the text")
            }
            throw DocumentProblem(
                .init(line: start.line, column: start.column + quote + error.offset), path, error.words)
        }
    }
}
#endif
