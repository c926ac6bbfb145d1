#if Tools
import ArgumentParser
import ClusterCore
import ClusterDocuments
import ConsoleIO
import HealthModel
import Reports

/// `clustermodel health rules test`
struct HealthTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs rule tests, written for promtool, on the rules themselves.",
        usage: "clustermodel health rules test <file> [<options>]",
        discussion: """
            The file has the form of promtool test rules; what it expects holds for the exported rules too. Exit status: 0 \
            all expected alerts fire and no others; 1 not so; 2 it asks what needs PromQL, or for rules that there are not.
            """)

    @Argument(help: "The tests; - is standard input.", completion: .file())
    var file: String

    @OptionGroup var which: HealthRulesArguments
    @OptionGroup var output: OutputArguments

    func run() throws {
        let set = try which.ruleSet()
        let bytes = try InputFile.bytes(of: file, limit: 1 << 20)
        let tests: RuleTestDocument
        do throws(DocumentProblem) { tests = try RuleTestDocument(bytes) } catch {
            throw ReportedError("\(InputFile.name(of: file)):\(error)")
        }
        var outcomes: [(String, PromtoolTest.Outcome)] = []
        for (number, test) in tests.tests.enumerated() {
            do throws(SignalError) {
                outcomes += try test.run(set).map { (test.name.isEmpty ? "\(number + 1)" : test.name, $0) }
            } catch { throw ReportedError("\(InputFile.name(of: file)), test \(number + 1): \(error)") }
        }
        let document = HealthTestDocument(set, outcomes, tests.undecided)
        try output.write(document, schema: HealthTestDocument.schema, text: document.text)
        if document.status != .requirementMet { throw Ended(status: document.status) }
    }
}

/// What tests of rules found: the document `clustermodel.health-test/1`.
struct HealthTestDocument: Encodable {
    static let schema = "clustermodel.health-test/1"

    let rules: HealthFindingsDocument.RulesName
    let expectations: Int
    let met: Int
    let failures: [Failure]
    /// What only PromQL can decide, with its place.
    let undecided: [String]

    /// An expectation that is not met.
    struct Failure: Encodable {
        let test: String
        let alert: String
        let evalTimeSeconds: Double
        @Explicit var line: Int?
        /// Whether there is a rule of that name.
        let isKnownRule: Bool
        let expected: [Alert]
        let firing: [Alert]

        enum CodingKeys: String, CodingKey {
            case test, alert, line, expected, firing
            case evalTimeSeconds = "eval_time_seconds"
            case isKnownRule = "is_known_rule"
        }
    }

    /// A firing alert.
    struct Alert: Encodable {
        let labels: [String: String]
        let annotations: [String: String]

        init(_ alert: PromtoolTest.Alert) {
            labels = alert.labels
            annotations = alert.annotations
        }

        var words: String {
            "{" + labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ") + "}"
        }
    }

    init(_ set: RuleSet, _ outcomes: [(String, PromtoolTest.Outcome)], _ undecided: [String]) {
        rules = .init(set)
        expectations = outcomes.count
        // That nothing fires of a rule that there is not, is no evidence of anything.
        let failed = outcomes.filter { !$0.1.isMet || !$0.1.isKnownRule }
        met = outcomes.count - failed.count
        failures = failed.map { test, outcome in
            let time = outcome.expectation.time.components
            return Failure(
                test: test, alert: outcome.expectation.alert,
                evalTimeSeconds: Double(time.seconds) + Double(time.attoseconds) / 1e18, line: outcome.expectation.line,
                isKnownRule: outcome.isKnownRule, expected: outcome.expectation.firing.map(Alert.init),
                firing: outcome.firing.map(Alert.init))
        }
        self.undecided = undecided
    }

    var status: ExitStatus {
        if failures.contains(where: \.isKnownRule) { return .requirementNotMet }
        return failures.isEmpty && undecided.isEmpty && expectations > 0 ? .requirementMet : .undetermined
    }

    /// The outcome for people.
    var text: TextDocument {
        var document = TextDocument()
        document.add(.heading("Tests of rules \(rules.name), version \(rules.version)"))
        document.add(.facts([.init("expectations", "\(expectations)"), .init("met", "\(met)")]))
        for failure in failures.prefix(100) {
            document.add(.heading("\(failure.alert) at \(failure.evalTimeSeconds) s, test \(failure.test)"))
            var facts: [TextDocument.Fact] = []
            if let line = failure.line { facts.append(.init("line", "\(line)")) }
            if failure.isKnownRule {
                facts.append(.init("expected", failure.expected.map(\.words).joined(separator: " ")))
                facts.append(.init("fires", failure.firing.map(\.words).joined(separator: " ")))
            } else {
                facts.append(.init("rule", "there is none of this name"))
            }
            document.add(.facts(facts))
        }
        if failures.count > 100 { document.add(.paragraph("\(failures.count - 100) more are not listed.")) }
        for place in undecided.prefix(100) { document.add(.paragraph("Not decided: \(place).", tone: .warning)) }
        let words: (String, TextStyle.Tone) =
            switch status {
            case .requirementMet: ("MET: exactly the expected alerts fire", .good)
            case .requirementNotMet: ("NOT MET: other alerts fire than expected", .bad)
            default: ("NOT KNOWN: not all that is asked for can be decided", .warning)
            }
        document.add(.heading("Outcome"))
        document.add(.paragraph(words.0, tone: words.1))
        return document
    }
}
#endif
