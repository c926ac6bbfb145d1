import ClusterDocuments
import Foundation
import HealthModel
import TestSupport
import Testing

@Suite struct `Rule test files` {
    private func values(_ text: String) throws -> [PromtoolTest.Value] {
        let document = try RuleTestDocument(Array(file(text).utf8))
        return try #require(document.tests.first?.series.first).values
    }

    private func file(_ values: String) -> String {
        "rule_files: []\ntests:\n- input_series:\n  - series: m\n    values: '\(values)'\n"
    }

    @Test func `the examples of Prometheus' documentation give its values`() throws {
        // docs/configuration/unit_testing_rules.md: "1 2 3 4", "-2 0 2 4 …" and so on, spelt out there.
        let cases: [(String, [Double?])] = [
            ("-2+4x3", [-2, 2, 6, 10]), (" 1-2x4", [1, -1, -3, -5, -7]), ("1x4", [1, 1, 1, 1, 1]),
            ("1 _x3 4", [1, nil, nil, nil, 4]), ("", []), ("_ .5 5. 1e2", [nil, 0.5, 5, 100]),
        ]
        for (text, expected) in cases {
            let read = try values(text).map { value -> Double? in
                if case .sample(let number) = value { return number }
                return nil
            }
            #expect(read == expected, "\(text)")
        }
        #expect(try values("1 stale _") == [.sample(1), .stale, .missing])
    }

    @Test func `external labels that are none are taken, and any other is refused with its place`() throws {
        let series = "  - series: m\n    values: '1'\n"
        func read(_ labels: String) throws -> RuleTestDocument {
            try RuleTestDocument(Array("tests:\n- external_labels: \(labels)\n  input_series:\n\(series)".utf8))
        }
        #expect(try read("{}").tests.first?.series.count == 1)
        for labels in ["{cluster: c1}", "[a]", "c1"] {
            do throws(DocumentProblem) {
                _ = try RuleTestDocument(
                    Array("tests:\n- external_labels: \(labels)\n  input_series:\n\(series)".utf8))
                Issue.record("\(labels) was taken")
            } catch { #expect("\(error)".hasPrefix("2:") && "\(error)".contains("external labels"), "\(error)") }
        }
    }

    @Test(.enabled(if: Promtool.isThere, Promtool.absence))
    func `promtool and we take the same notations and refuse the same`() throws {
        let parts = [
            "1", "2.5", "_", "_x3", "x2", "+1", "-2", "stale", "1+2x3", "3-1x2", "inf", "NaN", "1e3", "1e", ".5", "5.",
            " ", ",",
            "4x", "STALE", "Inf+1x2", "infx2", "nanx1", "staleness", "0", "--1",
        ]
        var random = SeededRandom(seed: 7)
        let tree = try TemporaryTree()
        var (texts, taken) = ([String](), [Bool]())
        for number in 0..<60 {
            let text = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                parts[Int.random(in: 0..<parts.count, using: &random)] + (Bool.random(using: &random) ? " " : "")
            }.joined()
            texts.append(text)
            try tree.write(file(text), to: "\(number).yml")
            taken.append((try? RuleTestDocument(Array(file(text).utf8))) != nil)
        }
        // One run for all: promtool goes on behind a file that it refuses.
        let result = try Promtool.run("promtool", ["test", "rules"] + texts.indices.map { tree.absolute("\($0).yml") })
        let answers = result.text.components(separatedBy: "Unit Testing:").dropFirst()
        try #require(answers.count == texts.count)
        for (index, answer) in answers.enumerated() {
            #expect(answer.contains("SUCCESS") == taken[index], "\"\(texts[index])\": \(answer)")
        }
        #expect(taken.contains(true) && taken.contains(false))
    }

    @Test func `what is wrong is told with its line and column`() {
        let cases: [(String, String)] = [
            (
                file("1 2 y 3"),
                "5:18 /tests/0/input_series/0/values: \"y\" stands where a number, _, _xn or stale should come"
            ),
            (file("1+2"), "5:17 /tests/0/input_series/0/values: it ends where x and how many steps follow should come"),
            (
                file("0x100000"),
                "5:14 /tests/0/input_series/0/values: a series of more than 100000 values is too long; split the test"
            ),
            (
                file("{{schema:1}}"),
                "5:14 /tests/0/input_series/0/values: native histograms are not read here; give the series of a classic histogram"
            ),
            (
                "tests:\n- input_series:\n  - series: 'm{a=\"1\",a=\"2\"}'\n",
                "3:22 /tests/0/input_series/0/series: the label \"a\" is written twice; write it once"
            ),
            (
                "tests:\n- alert_rule_test:\n  - eval_time: 1x\n    alertname: A\n",
                "3:16 /tests/0/alert_rule_test/0/eval_time: \"1x\" is no time; write it as in 1h30m or 500ms"
            ),
            (
                "tests:\n- alert_rule_test:\n  - eval_time: 1m\n",
                "3:5 /tests/0/alert_rule_test/0: \"alertname\" is missing here"
            ),
            (
                "tests:\n- interval: 0s\n",
                "2:13 /tests/0/interval: the time between samples must be more than 0; write 1m"
            ),
            (
                "tests:\n- interval: 1m\n  name: a\n  interval: 2m\n",
                "2:3 /: a key is written twice: interval; write it once"
            ),
            (
                "testz: []\n",
                "1:1 /: there is no \"testz\" here; there are rule_files, evaluation_interval, group_eval_order, tests"
            ),
        ]
        for (text, words) in cases {
            do {
                _ = try RuleTestDocument(Array(text.utf8))
                Issue.record("taken: \(text)")
            } catch { #expect("\(error)" == words) }
        }
    }

    @Test func `an expression of PromQL is listed as undecided with its place`() throws {
        let text = "tests:\n- promql_expr_test:\n  - expr: up\n    eval_time: 1m\n"
        #expect(
            try RuleTestDocument(Array(text.utf8)).undecided == [
                "3:5 /tests/0/promql_expr_test/0: an expression of PromQL"
            ])
    }

    @Test func `random bytes are refused or read, and nothing else happens`() {
        forRandom(300, seed: 3) { random in
            let alphabet = Array("1_x+-stale{}\"'`\\ =,~.eEinfNaN\u{e9}\n\t".utf8)
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            for field in ["values", "series"] {
                let scalar = String(decoding: bytes, as: UTF8.self).replacing("\\", with: "\\\\").replacing(
                    "\"", with: "\\\""
                )
                .replacing("\n", with: "\\n").replacing("\t", with: "\\t")
                let text =
                    "tests:\n- input_series:\n  - {\(field == "values" ? "series: m, " : "")\(field): \"\(scalar)\"}\n"
                _ = try? RuleTestDocument(Array(text.utf8))
            }
            return true
        }
    }
}
