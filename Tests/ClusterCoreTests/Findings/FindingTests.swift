import ClusterCore
import FoundationEssentials
import TestSupport
import Testing

@Suite struct `Findings` {
    private func finding(_ severity: Severity, _ rule: RuleID, _ subject: ComponentIdentifier, _ remedy: String? = nil)
        -> Finding
    {
        Finding(rule: rule, severity: severity, subject: subject, remedy: remedy)
    }

    @Test func `critical comes first, then the rule, then the subject, numbers by value`() {
        let expected = [
            finding(.critical, "b", "port:2"), finding(.critical, "b", "port:10"), finding(.critical, "c", "port:1"),
            finding(.warning, "a", "port:1"), finding(.information, "a", "port:1"),
        ]
        forRandom(200) { random in expected.shuffled(using: &random).ordered() == expected }
    }

    @Test func `findings that are level keep their order`() {
        let many = (0..<100).map { finding(.warning, "a", "h", "\($0)") }
        #expect(many.ordered() == many)
    }

    @Test func `the greatest severity of no findings is not known`() {
        #expect([Finding]().greatestSeverity == nil)
        #expect([finding(.information, "a", "h"), finding(.warning, "a", "h")].greatestSeverity == .warning)
    }

    /// A strict total order: exactly one of <, ==, > holds, and < is transitive.
    @Test func `identifiers are in one order only`() {
        let parts = [
            "", "port:2", "port:10", "port:02", "a", "a1", "a1b", "a10", "a01b", "é", "/sys/1", "0", "00", "9",
            "99999999999999999999999",
        ]
        for one in parts.map(ComponentIdentifier.init(rawValue:)) {
            for other in parts.map(ComponentIdentifier.init(rawValue:)) {
                let relations = [one < other, one == other, other < one].filter(\.self).count
                #expect(relations == 1, "\(one) and \(other)")
                for third in parts.map(ComponentIdentifier.init(rawValue:)) where one < other && other < third {
                    #expect(one < third, "\(one), \(other), \(third)")
                }
            }
        }
    }

    @Test func `a part belongs to its whole, a longer name does not`() {
        #expect(ComponentIdentifier("host:h1/port:1").isOrIsPart(of: "host:h1"))
        #expect(ComponentIdentifier("host:h1").isOrIsPart(of: "host:h1"))
        #expect(!ComponentIdentifier("host:h10").isOrIsPart(of: "host:h1"))
        #expect(!ComponentIdentifier("host:h1").isOrIsPart(of: "host:h1/port:1"))
        #expect(ComponentIdentifier("").appending("host", "h1").appending("port", "1") == "host:h1/port:1")
    }

    @Test(arguments: ["", "A", "a..b", ".a", "a.", "1a", "a b", "ä", String(repeating: "a", count: 129)])
    func `what is no name of a rule is refused`(text: String) { #expect(RuleID(rawValue: text) == nil) }

    @Test func `a rule's name has at most 128 bytes`() {
        #expect(RuleID(rawValue: String(repeating: "a", count: 128)) != nil)
        #expect(RuleID("rdma.latency.p99_9").parent == "rdma.latency")
        #expect(RuleID("rdma").parent == nil)
    }
}

@Suite struct `Findings as documents` {
    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func `what is not known is null, not left out`() throws {
        let finding = Finding(rule: "a", severity: .warning, subject: "h", evidence: [Evidence(source: "/sys/x")])
        #expect(
            try json(finding)
                == #"{"evidence":[{"source":"/sys/x","value":null}],"measured":null,"reference":null,"remedy":null,"required":null,"rule":"a","severity":"warning","subject":"h"}"#
        )
    }

    @Test func `a number has its unit and a text is a text`() throws {
        let finding = Finding(
            rule: "a", severity: .critical, subject: "h", required: .integer(1_000_000, unit: "ns"),
            measured: .text("N/A"),
            reference: Reference(architecture: [14], document: "D", date: "2026-11-24"))
        let text = try json(finding)
        #expect(text.contains(#""required":{"unit":"ns","value":1000000}"#))
        #expect(text.contains(#""measured":"N/A""#))
        #expect(text.contains(#""reference":{"architecture":[14],"date":"2026-11-24","document":"D"}"#))
    }

    @Test func `a missing key reads as not known`() throws {
        let text = #"{"rule":"a","severity":"warning","subject":"h","evidence":[]}"#
        let finding = try JSONDecoder().decode(Finding.self, from: Data(text.utf8))
        #expect(finding == Finding(rule: "a", severity: .warning, subject: "h"))
    }

    @Test func `every finding survives a document`() {
        let measures: [Measure?] = [
            nil, .integer(.max, unit: "ns"), .integer(.min, unit: ""), .decimal(0.1, unit: "W"), .text(""), .text("12"),
        ]
        for required in measures {
            for measured in measures {
                let finding = Finding(
                    rule: "a.b", severity: .information, subject: "h/p:1", required: required, measured: measured,
                    evidence: [Evidence(source: "s", value: nil), Evidence(source: "t", value: "v")], remedy: nil,
                    reference: Reference(architecture: [1, 142]))
                #expect(throws: Never.self) {
                    let back = try JSONDecoder().decode(Finding.self, from: Data(json(finding).utf8))
                    #expect(back == finding)
                }
            }
        }
    }

    @Test func `a name of a rule that is not well formed is refused in a document`() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([RuleID].self, from: Data(#"["Not A Rule"]"#.utf8))
        }
    }

    @Test func `a decimal keeps being a decimal`() throws {
        // 3.0 as JSON is 3: whole numbers and decimals of the same value are one measure to a reader.
        let text = try json([Measure.decimal(2.5, unit: "W")])
        #expect(text == #"[{"unit":"W","value":2.5}]"#)
        #expect(try JSONDecoder().decode([Measure].self, from: Data(text.utf8)) == [.decimal(2.5, unit: "W")])
    }
}
