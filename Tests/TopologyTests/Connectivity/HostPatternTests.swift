import TestSupport
import Testing
import Topology

@Suite struct `Host patterns` {
    private func covers(_ pattern: String, _ other: String, _ reach: WildcardReach = .anyDepth) throws -> Bool {
        try HostPattern(parsing: pattern).covers(HostPattern(parsing: other), reach: reach)
    }

    @Test(
        arguments: [
            ("mcr.microsoft.com", "mcr.microsoft.com", true), ("mcr.microsoft.com", "a.mcr.microsoft.com", false),
            // A star stands for a label, never for none.
            ("*.x.y", "a.x.y", true), ("*.x.y", "x.y", false), ("*.x.y", "a.b.x.y", true), ("*.x.y", "ax.y", false),
            ("*.x.y", "*.x.y", true), ("*.x.y", "*.b.x.y", true), ("*.b.x.y", "*.x.y", false),
            ("*.x.y", "a*.x.y", true),
            ("*.x.y", "a*.b.x.y", true), ("a.x.y", "*.x.y", false),
            // A star within a label stands for any letters of that label, or none.
            ("azgn*.servicebus.windows.net", "azgn1.servicebus.windows.net", true),
            ("azgn*.servicebus.windows.net", "azgn.servicebus.windows.net", true),
            ("azgn*.servicebus.windows.net", "azg.servicebus.windows.net", false),
            ("azgn*.servicebus.windows.net", "azgn1.a.servicebus.windows.net", false),
            ("azgn*.servicebus.windows.net", "*.servicebus.windows.net", false),
            ("az*.servicebus.windows.net", "azgn*.servicebus.windows.net", true),
            ("azgn*.servicebus.windows.net", "az*.servicebus.windows.net", false),
            ("ab*ba.x", "aba.x", false), ("ab*ba.x", "abba.x", true), ("ab*ba.x", "ab*aba.x", true),
            ("*-shared.x.y", "eastus-shared.x.y", true), ("*-shared.x.y", "-shared.x.y", nil),
            ("*", "a.b.c", true), ("*", "*.b", true), ("*", "a", true),
            // Case and a dot at the end do not count.
            ("*.X.Y", "a.x.y.", true), ("MCR.Microsoft.com.", "mcr.microsoft.COM", true),
        ] as [(String, String, Bool?)])
    func `a pattern covers another as its documentation says`(pattern: String, other: String, expected: Bool?) throws {
        guard let expected else {
            #expect(throws: TopologyError.self) { try covers(pattern, other) }
            return
        }
        #expect(try covers(pattern, other) == expected)
    }

    @Test(arguments: [
        ("*.x.y", "a.x.y", true), ("*.x.y", "a.b.x.y", false), ("*.x.y", "*.x.y", true), ("*.x.y", "*.b.x.y", false),
        ("*.x.y", "a*.x.y", true), ("*", "a.b.c", true), ("azgn*.x.y", "azgn1.x.y", true),
    ])
    func `RFC 6125 6-4-3 a star that reaches one label covers one label`(
        pattern: String, other: String, expected: Bool
    ) throws {
        #expect(try covers(pattern, other, .oneLabel) == expected)
    }

    @Test(arguments: [
        ("", "empty labels"), (".", "empty labels"), ("a..b", "empty labels"), (".a", "empty labels"),
        ("a.*.b", "star"), ("a.b.*", "star"), ("**.a", "star"), ("a*b*c.d", "star"),
        ("b\u{FC}cher.example", "ASCII form, xn--"), ("\u{202E}a.b", "ASCII form"), ("a b.c", "letters"),
        ("a.b:443", "without port"), ("a/b", "without port"), ("-a.b", "hyphen"), ("a-.b", "hyphen"),
        ("10.0.0.1", "address"), (String(repeating: "a", count: 64) + ".b", "63 bytes"),
        (String(repeating: "a.", count: 130) + "b", "253 bytes"),
        (String(repeating: "x", count: 1_000_000), "253 bytes"),
    ])
    func `what is no name is refused in one short line of ASCII`(text: String, words: String) throws {
        let error = try #require(throws: TopologyError.self) { try HostPattern(parsing: text) }
        #expect(error.description.contains(words), "\(error)")
        #expect(error.description.utf8.count < 300)
        #expect(error.description.utf8.allSatisfy { (32...126).contains($0) })
    }

    @Test func `the longest name of RFC 1035 is read and one byte more is not`() throws {
        let name = (0..<3).map { _ in String(repeating: "a", count: 63) }.joined(separator: ".") + "."
        #expect(try HostPattern(parsing: name + String(repeating: "b", count: 61)).description.utf8.count == 253)
        #expect(throws: TopologyError.self) { try HostPattern(parsing: name + String(repeating: "b", count: 62)) }
    }

    /// Covering means that every name of the one is a name of the other: tried on random names over few letters.
    @Test func `what a pattern covers has no name that the pattern has not`() {
        let labels = ["a", "b", "ab", "ba", "aba"]
        func name(_ random: inout SeededRandom, star: Bool) -> String {
            let count = Int(random.next() % 3) + 1
            var parts = (0..<count).map { _ in labels[Int(random.next() % 5)] }
            if star {
                switch random.next() % 3 {
                case 0: parts[0] = "*"
                case 1: parts[0] = ["a*", "*a", "a*a", "b*"][Int(random.next() % 4)]
                default: break
                }
            }
            return (parts + ["z"]).joined(separator: ".")
        }
        forRandom(4000) { random in
            let one = try HostPattern(parsing: name(&random, star: true))
            let other = try HostPattern(parsing: name(&random, star: true))
            let single = try HostPattern(parsing: name(&random, star: false))
            let reach: WildcardReach = random.next() % 2 == 0 ? .anyDepth : .oneLabel
            guard one.covers(other, reach: reach), other.covers(single, reach: reach) else { return true }
            return one.covers(single, reach: reach)
        }
    }

    /// The other way round: where a pattern does not cover another, one of the names that the other stands for escapes it.
    @Test func `what a pattern does not cover has a name that the pattern has not`() throws {
        let heads = ["a", "ab", "*", "a*", "*a", "a*a", "b*", "ab*"]
        let tails = ["z", "a.z", "b.a.z"]
        let patterns = try heads.flatMap { head in try tails.map { try HostPattern(parsing: "\(head).\($0)") } }
        for reach in WildcardReach.allCases {
            for one in patterns {
                for other in patterns where !one.covers(other, reach: reach) {
                    let deep = reach == .anyDepth && other.description.hasPrefix("*.") ? ["q9.q9", "q9.a", "a.q9"] : []
                    let names = try (["", "a", "b", "q9", "q9a", "aq9"] + deep).compactMap { letters -> HostPattern? in
                        let text = other.description.replacing("*", with: letters)
                        return text.hasPrefix(".") ? nil : try HostPattern(parsing: text)
                    }
                    #expect(names.contains { !one.covers($0, reach: reach) }, "\(one) \(other) \(reach)")
                }
            }
        }
    }

    @Test func `a pattern is written as it is read`() throws {
        for text in ["*", "*.a.b", "a.b", "azgn*.c.d", "*x.y"] {
            #expect(try HostPattern(parsing: text).description == text)
        }
    }
}
