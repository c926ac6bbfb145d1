import ClusterCore
import HealthModel
import TestSupport
import Testing

/// What the specification of OpenMetrics 1.0 asks for, beyond the cases of the conformance suite that are at hand.
@Suite struct `OpenMetrics text` {
    private func parse(_ text: String) throws(SignalError) -> Exposition {
        try Exposition(parsing: Array(text.utf8), as: .openMetrics)
    }

    @Test(arguments: [
        "", "a 1\n", "a 1\n# EOF\nblah", "a 1\n# EOF\n\n", "# EOF\n# EOF\n", " a 1\n# EOF\n", "a 1 # EOF\n",
        "a 1\r\n# EOF\n",
        "\u{FEFF}a 1\n# EOF\n", "a 1\n#EOF\n", "# HELP a\n# EOF\n", "#  HELP a b\n# EOF\n", "# TYPE a untyped\n# EOF\n",
        "a{x=\"1\", y=\"2\"} 1\n# EOF\n", "a{x=\"1\"}  1\n# EOF\n", "a {x=\"1\"} 1\n# EOF\n", "a\t1\n# EOF\n",
        "a 1 NaN\n# EOF\n",
        "a_total 1\na 1\na_total 1\n# EOF\n", "a 1\nb 1\na 2\n# EOF\n", "# TYPE a counter\na 1\n# EOF\n",
        "# TYPE a counter\n# TYPE a_total counter\n# EOF\n", "# TYPE a counter\na_total -1\n# EOF\n",
        "# TYPE a gauge\na 1\na 1\n# EOF\n",
        "# TYPE a gauge\na{x=\"1\"} 1\na{x=\"2\"} 1\na{x=\"1\"} 2\n# EOF\n",
        "# TYPE a histogram\na_bucket{le=\"1\"} 1.5\na_bucket{le=\"+Inf\"} 2\n# EOF\n",
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 2\na_sum 1\n# EOF\n",
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\n# EOF\n",
        "# TYPE a histogram\na_bucket{le=\"Inf\"} 1\n# EOF\n",
        "# TYPE a summary\na{quantile=\"0.5\"} -1\n# EOF\n", "# TYPE a summary\na{quantile=\"Inf\"} 1\n# EOF\n",
        "# TYPE a stateset\na{b=\"x\"} 1\n# EOF\n", "# TYPE a stateset\na{a=\"x\"} 0.5\n# EOF\n",
        "# TYPE a info\na_info 0\n# EOF\n",
        "# TYPE a gauge\na 1 # {x=\"1\"} 1\n# EOF\n", "# TYPE a counter\na_total 1 # {x=\"1\",x=\"2\"} 1\n# EOF\n",
        "# TYPE a counter\na_total 1 # {x=\"\(String(repeating: "é", count: 128))\"} 1\n# EOF\n",
        "# UNIT a_seconds bytes\n# EOF\n", "# TYPE a_seconds info\n# UNIT a_seconds seconds\n# EOF\n",
        "a 1_000\n# EOF\n", "a 0x10\n# EOF\n",
    ])
    func `the whole is refused`(text: String) { #expect(throws: SignalError.self) { try parse(text) } }

    @Test(arguments: [
        "# EOF", "# EOF\n", "# HELP a \n# EOF\n", "a 1\n# EOF\n",
        "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n# EOF\n",
        "# TYPE a info\na_info{x=\"1\"} 1 1\na_info{x=\"2\"} 1 0\n# EOF\n", "# TYPE a gauge\na 1 1\na 2 2\n# EOF\n",
        "# TYPE a stateset\na{a=\"on\"} 1\na{a=\"off\"} 0\n# EOF\n",
        "# TYPE a summary\na_count 1\na_sum 2\na{quantile=\"0.5\"} NaN\n# EOF\n",
        "# TYPE a counter\na_total 1\na_created 1.5\n# EOF\n",
        "# TYPE a gaugehistogram\na_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 1\na_gsum -3\na_gcount 1\n# EOF\n",
        "# TYPE a counter\na_total 1 # {x=\"\(String(repeating: "é", count: 127))\"} 1 2.5\n# EOF\n",
        "# TYPE a gauge\na 1 1\na 1 1\n# EOF\n", "# TYPE a gauge\na{x=\"1\"} 1\na{x=\"2\"} 1\n# EOF\n",
        "a{x=\"\\\\\\\"\\n # \"} 1\n# EOF\n",
    ])
    func `the whole is read`(text: String) throws { _ = try parse(text) }

    @Test func `times are in seconds, exact to nanoseconds, cut behind them and held at what 64 bits can hold`() throws
    {
        func time(_ text: String) throws -> Int64? { try parse("a 1 \(text)\n# EOF").self[0].time?.nanoseconds }
        #expect(try time("1395066363.000000001") == 1_395_066_363_000_000_001)
        #expect(try time("0.9999999999") == 999_999_999)
        #expect(try time("-1.5") == -1_500_000_000)
        #expect(try time("1.5e3") == 1_500_000_000_000)
        #expect(try time("12345678901234567890.123") == .max)
        #expect(try time("-12345678901234567890.123") == .min)
    }

    @Test func `points that differ only beyond nanoseconds keep the first`() throws {
        let exposition = try parse("# TYPE a gauge\na 1 0.00000000001\na 2 0.00000000002\n# EOF\n")
        #expect(exposition.count == 1)
        #expect(exposition[0].value == .unsigned(1))
    }

    @Test func `two points of one time are both read, and an engine takes the first and tells of the other`() throws {
        let exposition = try parse("# TYPE a gauge\na 1 5\na 2 5\n# EOF\n")
        let found = try exposition.measurements(at: ReadingTime(SignalTime(seconds: 5)))
        #expect(found.map(\.value) == [.unsigned(1), .unsigned(2)])
        let rule = try rule("r.a", .greater, 0.5, unit: .unknown, signal: "a")
        var engine = AlertEngine(try RuleSet(name: "t", version: "1", rules: [rule]))
        #expect(try found.map { try engine.ingest($0) } == [.taken, .contradicted])
        #expect(engine.counts.contradicted == 1)
        // Without times nothing tells which came first.
        #expect(throws: SignalError.self) { try parse("# TYPE a gauge\na 1\na 2\n# EOF\n") }
    }

    @Test func `families carry type, unit and help`() throws {
        let exposition = try parse(
            "# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# HELP a_seconds say \\\"x\\\"\na_seconds_total 1\n# EOF\n"
        )
        #expect(exposition.families == exposition.families)
        let family = try #require(exposition.families.first)
        #expect(
            family.name == "a_seconds" && family.type == .counter && family.unit == "seconds"
                && family.help == "say \"x\"")
        #expect(exposition[0].unit == .seconds)
        #expect(exposition[0].kind == .counter)
    }
}
