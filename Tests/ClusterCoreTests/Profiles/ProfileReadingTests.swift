import ClusterCore
import TestSupport
import Testing

func profile(_ json: String) throws(ProfileError) -> RuleProfile { try RuleProfile(json: Array(json.utf8)) }

@Suite struct `Profiles written by hand` {
    @Test func `the short form is read with typed figures`() throws {
        let mine = try profile(
            """
            {"name": "mine", "version": "1", "summary": "ours", "extends": "architecture",
             "rules": {"rdma.latency": {
               "parameters": {"required": "1ms", "size": "64KiB", "link": "10 Gbps", "disk": "3 GB/s", "share": "70%",
                 "half": "0.5", "third": "1/3", "power": "350W", "hot": "45 °C", "samples": 10000, "strict": true,
                 "label": "front", "names": ["a", "b"], "digits": "64", "plain": {"text": "5m"}},
               "severity": "critical", "mode": "enforce",
               "source": {"architecture": [14], "document": "Handbook", "date": "2026-11-24"}}},
             "exemptions": [{"rule": "rdma.latency", "subject": "host:h1", "owner": "storage team",
               "reason": "adapter on order", "expires": "2026-12-31"}]}
            """)
        #expect(mine.name == "mine")
        #expect(mine.extends == "architecture")
        #expect(mine.summary == "ours")
        let settings = try #require(mine.rules["rdma.latency"])
        #expect(settings.severity == .critical)
        #expect(settings.mode == .enforce)
        #expect(settings.source == Reference(architecture: [14], document: "Handbook", date: "2026-11-24"))
        #expect(
            settings.parameters == [
                "required": .duration(.milliseconds(1)), "size": .bytes(ByteCount(bytes: 65536)),
                "link": .bitRate(BitRate(bitsPerSecond: 10_000_000_000)),
                "disk": .byteRate(ByteRate(bytesPerSecond: 3_000_000_000)),
                "share": .fraction(try Fraction(7, over: 10)),
                "half": .fraction(try Fraction(1, over: 2)), "third": .fraction(try Fraction(1, over: 3)),
                "power": .watts(Watts(milliwatts: 350_000)), "hot": .celsius(Celsius(millidegrees: 45000)),
                "samples": .count(10000), "strict": .flag(true), "label": .text("front"), "names": .list(["a", "b"]),
                "digits": .text("64"), "plain": .text("5m"),
            ])
        #expect(mine.exemptions.first?.expires == CalendarDate(year: 2026, month: 12, day: 31))
        #expect(mine.exemptions.first?.subject == "host:h1")
    }

    @Test(arguments: [
        (#"{"version": "1"}"#, #"the key "name" is missing"#),
        (#"{"name": "mine"}"#, #"profile "mine": the key "version" is missing"#),
        (#"{"name": "mine", "version": 1}"#, #"profile "mine", /version: expected a text, found the number 1"#),
        (
            #"{"name": "my profile", "version": "1"}"#,
            #"/name: "my profile" is not a profile's name: 1 to 64 letters, digits, dots, _ and -"#
        ),
        (
            #"{"name": "mine", "version": "1", "extend": "a"}"#,
            #"profile "mine": the key "extend" is not known; the keys here are name, version, summary, extends, rules, exemptions"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": []}"#,
            #"profile "mine", /rules: expected an object, found a list"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": {"RDMA": {}}}"#,
            #"profile "mine", /rules/RDMA: "RDMA" is not a rule: lower-case words joined by dots"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": {"a": {"severity": "fatal"}}}"#,
            #"profile "mine", /rules/a/severity: "fatal" is none of information, warning, critical"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": {"a": {"mode": "on"}}}"#,
            #"profile "mine", /rules/a/mode: "on" is none of enforce, audit, off"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": {"a": {"parameter": {}}}}"#,
            #"profile "mine", /rules/a: the key "parameter" is not known; the keys here are parameters, severity, mode, source"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": {"a": {"parameters": {"b": 0.7}}}}"#,
            #"profile "mine", /rules/a/parameters/b: expected a text with a unit, a whole number, true, false or a list of texts (0.7 is written "0.7"), found the number 0.7"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": {"a": {"parameters": {"b/c": null}}}}"#,
            #"profile "mine", /rules/a/parameters/b~1c: expected a text with a unit, a whole number, true, false or a list of texts (0.7 is written "0.7"), found null"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": {"a": {"parameters": {"b": {"bytes": "4K"}}}}}"#,
            #"profile "mine", /rules/a/parameters/b/bytes: "4K" is not a number of bytes: the unit "K" has two meanings; write 4Ki or 4kB"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": {"a": {"parameters": {"b": ["x", 1]}}}}"#,
            #"profile "mine", /rules/a/parameters/b/1: expected a text, found the number 1"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": {"a": {"source": {"date": "2026-02-30"}}}}"#,
            #"profile "mine", /rules/a/source/date: "2026-02-30" is not a date: there is no such day; write year, month and day as 2026-11-24"#
        ),
        (
            #"{"name": "mine", "version": "1", "rules": {"a": {"source": {"architecture": [143]}}}}"#,
            #"profile "mine", /rules/a/source/architecture/0: "143" is not an item of the architecture: 1 to 142"#
        ),
        (
            #"{"name": "mine", "version": "1", "exemptions": [{"rule": "a", "subject": "h", "owner": "me", "reason": "", "expires": "2026-01-01"}]}"#,
            #"profile "mine", /exemptions/0/reason: "" is not a text that says something"#
        ),
        (
            #"{"name": "mine", "version": "1", "exemptions": [{"rule": "a", "subject": "h", "owner": "me", "reason": "x"}]}"#,
            #"profile "mine", /exemptions/0: the key "expires" is missing"#
        ),
        ("[]", "expected an object, found a list"),
        ("3", "expected an object, found the number 3"),
    ])
    func `a document with a mistake says where and what`(json: String, message: String) {
        let error = #expect(throws: ProfileError.self) { try profile(json) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        (#"{"name": "a", "version": "1", "version": "2"}"#, #"profile "a": the key "version" stands there twice"#),
        (
            #"{"name": "a", "version": "1", "rules": {"x": {}, "y": {"mode": "off"}, "x": {}}}"#,
            #"profile "a", /rules: the key "x" stands there twice"#
        ),
        (
            #"{"name": "a", "version": "1", "rules": {"x": {"parameters": {"p": 1, "q": "{\"p\": ", "p": 2}}}}"#,
            #"profile "a", /rules/x/parameters: the key "p" stands there twice"#
        ),
        (
            #"{"name": "a", "version": "1", "exemptions": [{"rule": "r", "subject": "s", "owner": "o", "reason": "r", "expires": "2026-01-01"}, {"rule": "r", "subject": "s", "owner": "o", "owner": "o", "reason": "r", "expires": "2026-01-01"}]}"#,
            #"profile "a", /exemptions/1: the key "owner" stands there twice"#
        ),
    ])
    func `a key that stands there twice is told`(json: String, message: String) {
        let error = #expect(throws: ProfileError.self) { try profile(json) }
        #expect(error?.description == message)
    }

    @Test func `the same key in two objects, in a text or as a value is no repetition`() throws {
        let text =
            #"{"name": "name", "version": "version", "summary": "\"name\": \"name\", ", "rules": {"x": {"mode": "off"}, "y": {"mode": "off", "parameters": {"l": ["x", "x"], "m": "x"}}}}"#
        #expect(try profile(text).rules.count == 2)
    }

    @Test func `a number with a point is a share even where it is whole`() {
        #expect(ParameterValue(reading: "1.0") == .fraction(.one))
        #expect(ParameterValue(reading: "1.0 kB") == .bytes(ByteCount(bytes: 1000)))
        #expect(ParameterValue(reading: "2026-11-24") == .text("2026-11-24"))
        #expect(ParameterValue(reading: "10.0.0.1") == .text("10.0.0.1"))
    }

    @Test(arguments: ["", "{", #"{"name": }"#, "\u{0}", #"{"name": "a" "version": "1"}"#])
    func `what is no JSON is told as such`(text: String) {
        let error = #expect(throws: ProfileError.self) { try profile(text) }
        guard case .notJSON = error?.problem else {
            Issue.record("another problem: \(String(describing: error))")
            return
        }
    }

    @Test func `a document of a mebibyte is read and a byte more is refused`() throws {
        let short = #"{"name": "a", "version": "1"}"#
        let padding = String(repeating: " ", count: RuleProfile.Limit.documentBytes - short.utf8.count)
        #expect(try profile(short + padding).name == "a")
        let error = #expect(throws: ProfileError.self) { try profile(short + padding + " ") }
        #expect(error?.problem == .tooMuch(of: "bytes", limit: 1_048_576))
    }

    @Test func `every limit holds and one more is refused`() throws {
        func rules(_ count: Int) -> String {
            "{" + (0..<count).map { #""r\#($0)": {}"# }.joined(separator: ",") + "}"
        }
        func document(_ member: String) -> String { #"{"name": "a", "version": "1", \#(member)}"# }
        #expect(try profile(document(#""rules": \#(rules(4096))"#)).rules.count == 4096)
        #expect(throws: ProfileError.self) { try profile(document(#""rules": \#(rules(4097))"#)) }

        func parameters(_ count: Int) -> String {
            document(
                #""rules": {"a": {"parameters": {"# + (0..<count).map { #""p\#($0)": 1"# }.joined(separator: ",")
                    + "}}}")
        }
        #expect(try profile(parameters(64)).rules["a"]?.parameters.count == 64)
        #expect(throws: ProfileError.self) { try profile(parameters(65)) }

        func summary(_ length: Int) -> String {
            document(#""summary": ""# + String(repeating: "x", count: length) + "\"")
        }
        #expect(try profile(summary(4096)).summary?.count == 4096)
        #expect(throws: ProfileError.self) { try profile(summary(4097)) }

        func name(_ length: Int) -> String {
            #"{"name": ""# + String(repeating: "n", count: length) + #"", "version": "1"}"#
        }
        #expect(try profile(name(64)).name.count == 64)
        #expect(throws: ProfileError.self) { try profile(name(65)) }
    }

    @Test func `a deep document is refused without ado`() {
        let deep = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        let error = #expect(throws: ProfileError.self) {
            try profile(#"{"name": "a", "version": "1", "rules": {"a": {"parameters": {"b": \#(deep)}}}}"#)
        }
        #expect(error?.problem == .tooMuch(of: "levels", limit: 16))
    }

    @Test func `no document crashes the reader`() {
        let good = Array(#"{"name":"a","version":"1","rules":{"x.y":{"parameters":{"p":"1ms","q":["x"]}}}}"#.utf8)
        forRandom(2000) { random in
            var bytes = good
            for _ in 0...(random.next() % 4) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            _ = try? RuleProfile(json: bytes)
            return true
        }
    }
}

@Suite struct `Profiles as documents` {
    @Test func `what is written reads back as the same profile`() throws {
        forRandom(500) { random in
            let original = randomProfile(&random)
            return try RuleProfile(json: original.json()) == original
        }
    }

    @Test func `equal profiles give equal bytes`() throws {
        forRandom(100) { random in
            let original = randomProfile(&random)
            var shuffled = original
            shuffled.rules = [:]
            for (rule, settings) in original.rules.shuffled(using: &random) { shuffled.rules[rule] = settings }
            return try original.json() == shuffled.json()
        }
    }

    @Test(arguments: ["5m", "64KiB", "70%", "0.7", "1/2", "10 Gbps", "45C", "1W", "3 GB/s"])
    func `a text that looks like a quantity stays a text`(text: String) throws {
        let original = RuleProfile(name: "a", version: "1", rules: ["r": RuleSettings(parameters: ["p": .text(text)])])
        #expect(try RuleProfile(json: original.json()) == original)
        #expect(String(decoding: try original.json(), as: UTF8.self).contains("\"text\" : \"\(text)\""))
    }

    /// Every kind of figure at its edges.
    private func randomProfile(_ random: inout SeededRandom) -> RuleProfile {
        var rules: [RuleID: RuleSettings] = [:]
        for index in 0..<Int(random.next() % 4) {
            let fraction = (try? Fraction(random.edgy(), over: random.edgy())) ?? .one
            let parameters: [String: ParameterValue] = [
                "a": .duration(.nanoseconds(random.edgy(Int64.self) & .max)),
                "b": .bytes(ByteCount(bytes: random.edgy())),
                "c": .bitRate(BitRate(bitsPerSecond: random.edgy())),
                "d": .byteRate(ByteRate(bytesPerSecond: random.edgy())),
                "e": .fraction(fraction), "f": .watts(Watts(milliwatts: random.edgy())),
                "g": .celsius(Celsius(millidegrees: random.edgy())), "h": .count(random.edgy()),
                "i": .flag(random.next() % 2 == 0), "j": .text("\(random.next() % 100)"), "k": .list(["x", "1ms"]),
                "l": .fraction(Fraction(random.edgy())),
            ]
            guard let rule = RuleID(rawValue: "rule.r\(index)") else { continue }
            rules[rule] = RuleSettings(
                parameters: parameters, severity: Severity.allCases.randomElement(using: &random),
                mode: random.next() % 2 == 0 ? .audit : nil,
                source: random.next() % 2 == 0 ? Reference(architecture: [1], date: "2026-01-31") : nil)
        }
        return RuleProfile(name: "random", version: "2", extends: random.next() % 2 == 0 ? "other" : nil, rules: rules)
    }
}
