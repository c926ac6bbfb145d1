import HealthModel
import TestSupport
import Testing

@Suite struct `Prometheus text` {
    private func parse(
        _ text: String, _ limits: ExpositionLimits = ExpositionLimits(), repeats: RepeatedSeries = .refused
    ) throws(SignalError) -> Exposition {
        try Exposition(parsing: Array(text.utf8), as: .prometheusText, limits: limits, repeats: repeats)
    }

    private func only(_ text: String) throws -> ExpositionSample {
        let exposition = try parse(text)
        try #require(exposition.count == 1)
        return exposition[0]
    }

    /// Lines that Prometheus' `model/textparse/promparse_test.go` reads, with the series that it reads.
    static let accepted: [(line: String, name: String, labels: [String: String], value: Double)] = [
        (#"m{quantile="0.25",} 7.424100000000001e-05"#, "m", ["quantile": "0.25"], 7.424100000000001e-05),
        (#"m{quantile="0.8", a="b"} 8.3835e-05"#, "m", ["quantile": "0.8", "a": "b"], 8.3835e-05),
        (#"m{ quantile="0.9", a="b"} 1"#, "m", ["quantile": "0.9", "a": "b"], 1),
        (#"m { quantile= "1.0", a= "b", } 1"#, "m", ["quantile": "1.0", "a": "b"], 1),
        (#"m { quantile = "2.0" a = "b" } 1"#, "m", ["quantile": "2.0", "a": "b"], 1),
        (#"wind_speed{A="2",c="3"} 12345"#, "wind_speed", ["A": "2", "c": "3"], 12345),
        ("some:aggregate:rate5m{a_b=\"c\"}\t1", "some:aggregate:rate5m", ["a_b": "c"], 1),
        ("_metric_starting_with_underscore 1", "_metric_starting_with_underscore", [:], 1),
        (#"testmetric{label="\"bar\""} 1"#, "testmetric", ["label": "\"bar\""], 1),
        ("null_byte_metric{a=\"abc\u{0}\"} 1", "null_byte_metric", ["a": "abc\u{0}"], 1),
        (#"{"go.gc_duration_seconds",quantile="0.25",} 4"#, "go.gc_duration_seconds", ["quantile": "0.25"], 4),
        (
            #"{ "go.gc_duration_seconds", quantile = "1.0", a = "b" } 4"#, "go.gc_duration_seconds",
            ["quantile": "1.0", "a": "b"], 4
        ),
        (#"{"go.gc_duration_seconds_count"} 99"#, "go.gc_duration_seconds_count", [:], 99),
        (
            #"{"Heizölrückstoßabdämpfung 10€ metric with \"interesting\" {character\nchoices}","strange©™\n'quoted' \"name\""="6"} 10.0"#,
            "Heizölrückstoßabdämpfung 10€ metric with \"interesting\" {character\nchoices}",
            ["strange©™\n'quoted' \"name\"": "6"], 10
        ),
        ("a +Inf", "a", [:], .infinity), ("a -Inf", "a", [:], -.infinity), ("a .5", "a", [:], 0.5),
        ("a 1.", "a", [:], 1),
        ("a{}1", "a", [:], 1),
    ]

    @Test(arguments: accepted.indices)
    func `what Prometheus reads is read the same`(index: Int) throws {
        let expected = Self.accepted[index]
        let sample = try only(expected.line)
        #expect(sample.name == expected.name)
        #expect(Dictionary(uniqueKeysWithValues: sample.labels.map { ($0.name, $0.value) }) == expected.labels)
        #expect(sample.value.double == expected.value)
    }

    @Test(arguments: [
        "a", "a{b='c'} 1\n", "a{b=\n", #"{"a", "b = "c"}"#, #"{"a",b\nc="d"} 1"#, "a true\n",
        "something_weird{problem=\"",
        #"empty_label_name{=""} 0"#, "foo 1_2\n", "foo 0x1p-3\n", "foo 0x1P-3\n", "foo 0 1_2\n", #"{a="ok"} 1"#,
        "# TYPE #\n#EOF\n", "# HELP #\n#EOF\n", "a{b=\u{0}\"ssss\"} 1\n", "a{b=\"\u{0}", "a{b\u{0}=\"hiih\"}\t1",
        "a\u{0}{b=\"ddd\"} 1", "a 0 1\u{0}",
    ])
    func `what Prometheus refuses in promparse_test is refused`(text: String) {
        #expect(throws: SignalError.self) { try parse(text) }
    }

    @Test(arguments: [
        [0x61, 0x7B, 0xFF] + Array("=\"foo\"} 1\n".utf8), Array("a{b=\"".utf8) + [0xFF] + Array("\"} 1\n".utf8),
    ])
    func `what is no UTF-8 is refused, as Prometheus does`(bytes: [UInt8]) {
        #expect(throws: SignalError.self) { try Exposition(parsing: bytes, as: .prometheusText) }
    }

    @Test(arguments: [
        "a 1 2 3", "a 1 x", "a 1 99999999999999999999", "a 1 9223372036854775807", "a{a=\"1\",a=\"1\"} 1", "a nan1",
        "a -NaN", "a 1e",
        "a infinit", "a --1", "a 1\r\n", "a{a=\"\n\"} 1", "{\"a\",\"b\"} 1", "a{\"b\"} 1", "{\"\"} 1",
        "a{\"\"=\"1\"} 1", "# TYPE a meh",
        "# TYPE a counter\n# TYPE a counter", "# HELP a x\n# HELP a x", "# HELP a x\na 1\n# TYPE a gauge", "0a 1",
        "a-b 1", "é 1",
    ])
    func `it is refused`(text: String) { #expect(throws: SignalError.self) { try parse(text) } }

    @Test func `comments, blank lines and descriptions give no sample`() throws {
        let exposition = try parse(
            "#\n# Hrandom comment\n\n \t\n# HELP nohelp1\n# HELP m two\\nlines \\\\ \"q\"\n# \tTYPE m summary\n#TYPE x y\n  m_sum 1  \n"
        )
        #expect(exposition.count == 1)
        #expect(exposition.families.map(\.name) == ["nohelp1", "m"])
        #expect(exposition.families[1].help == "two\nlines \\ \"q\"")
        #expect(exposition[0].type == .summary)
        #expect(exposition[0].kind == .counter)
    }

    @Test func `whole numbers are exact to 64 bits, and above that the nearest double`() throws {
        #expect(try only("a 9007199254740993").value == .unsigned(9_007_199_254_740_993))
        #expect(try only("a 18446744073709551615").value == .unsigned(.max))
        #expect(try only("a 18446744073709551616").value == .decimal(0x1p64))
        #expect(try only("a -9223372036854775808").value == .negative(.min))
        #expect(try only("a -9223372036854775809").value == .decimal(-0x1p63))
        #expect(try only("a 00000000000000000000000000000001").value == .unsigned(1))
        #expect(try only("a NaN").value.isNaN)
    }

    @Test func `decimals are the nearest double, as the standard library reads them`() throws {
        forRandom(3000) { random in
            let digits = String(random.next() >> UInt64(random.next() % 60))
            let split = Int(random.next() % UInt64(digits.count + 1))
            let exponent = Int(random.next() % 640) - 320
            var text = digits.prefix(split) + "." + digits.dropFirst(split)
            if Bool.random(using: &random) { text += "e\(exponent)" }
            guard
                let expected = Double(
                    text.hasSuffix(".") ? String(text.dropLast()) : text.hasPrefix(".") ? "0" + text : String(text))
            else { return true }
            return try only("a \(text)").value.double == expected
        }
    }

    @Test func `a time is in milliseconds, a time before 1970 is one`() throws {
        #expect(try only("a 33  \t123123").time == SignalTime(milliseconds: 123_123))
        #expect(try only("a 1 -5").time == SignalTime(milliseconds: -5))
        #expect(try only("a 1").time == nil)
    }

    @Test func `a series that is there twice is refused, or listed, in whatever order and escapes its labels stand`()
        throws
    {
        let text = "a{x=\"1\",y=\"\\\\z\"} 1\nb 2\na{y=\"\\z\", x=\"1\", e=\"\"} 3\n"
        #expect { try parse(text) } throws: { error in
            (error as? SignalError)?.kind == .duplicate && (error as? SignalError)?.place == "line 3, column 1"
        }
        #expect(try parse(text, repeats: .listed).repeated == [2])
        #expect(try parse("a{x=\"1\"} 1\na{x=\"2\"} 1\na 1\nb{x=\"1\"} 1").repeated == [])
    }

    @Test func `an error says line and column`() {
        #expect { try parse("ok 1\nfoo{bar=baz} 1\n") } throws: {
            "\($0)" == "exposition, line 2, column 9: \"b\" stands for a value in quotes; write a value in quotes"
        }
    }

    @Test func `bytes, samples, families, labels and lines are bounded`() {
        func isTooLarge(_ text: String, _ limits: ExpositionLimits) -> Bool {
            do {
                _ = try parse(text, limits)
                return false
            } catch { return error.kind == .tooLarge }
        }
        #expect(isTooLarge("a 1\nb 1\n", ExpositionLimits(samples: 1)))
        #expect(isTooLarge("a 1\nb 1\n", ExpositionLimits(bytes: 7)))
        #expect(isTooLarge("# HELP a\n# HELP b\n", ExpositionLimits(families: 1)))
        #expect(isTooLarge("a{x=\"1\",y=\"1\"} 1\n", ExpositionLimits(labels: 1)))
        #expect(isTooLarge("a{x=\"\(String(repeating: "y", count: 100))\"} 1\n", ExpositionLimits(lineBytes: 50)))
        let labels = (0..<65).map { "l\($0)=\"1\"" }.joined(separator: ",")
        #expect(isTooLarge("a{\(labels)} 1", ExpositionLimits()))
    }

    @Test func `units and kinds follow the names and types`() throws {
        let exposition = try parse(
            """
            # TYPE disk_read_bytes_total counter
            disk_read_bytes_total 5
            # TYPE temp_celsius gauge
            temp_celsius 5
            # TYPE lat_seconds histogram
            lat_seconds_bucket{le="1"} 5
            lat_seconds_sum 5
            lat_seconds_count 5
            up 1
            """)
        let measured = try exposition.measurements(at: ReadingTime(SignalTime(seconds: 9)))
        #expect(measured.map(\.unit) == [.bytes, .celsius, .count, .seconds, .count, .unknown])
        #expect(measured.map(\.kind) == [.counter, .gauge, .counter, .counter, .counter, .gauge])
        #expect(measured.allSatisfy { $0.time.time == SignalTime(seconds: 9) })
    }

    @Test func `a text that is cut anywhere, or changed anywhere, gives an error or samples, never a crash`() {
        let text = Array(
            "# HELP a \\\\x\n# TYPE a counter\na{b=\"c\\\"d\",e=\"f\"} 1.5e3 17\n{\"q r\",s=\"t\"} NaN\n".utf8)
        for length in 0...text.count {
            for format in ExpositionFormat.allCases {
                _ = try? Exposition(parsing: Array(text.prefix(length)), as: format)
            }
        }
        forRandom(1000) { random in
            var bytes = text
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : Array("{}\"\\,= \n#1".utf8).randomElement(using: &random) ?? 0
            }
            for format in ExpositionFormat.allCases {
                guard let exposition = try? Exposition(parsing: bytes, as: format, repeats: .listed) else { continue }
                _ = try? exposition.measurements(at: ReadingTime(SignalTime(seconds: 0)))
                _ = exposition.families
            }
            return true
        }
    }
}
