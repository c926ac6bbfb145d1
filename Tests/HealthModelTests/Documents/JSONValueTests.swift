import HealthModel
import TestSupport
import Testing

@Suite struct `Strict JSON` {
    private func parse(_ text: String, _ limits: JSONValue.Limits = JSONValue.Limits()) throws(SignalError) -> JSONValue
    {
        try JSONValue(parsing: Array(text.utf8), limits: limits)
    }

    @Test func `whole numbers are exact to 64 bits`() throws {
        #expect(try parse("18446744073709551615") == .number(.unsigned(.max)))
        #expect(try parse("-9223372036854775808") == .number(.negative(.min)))
        #expect(try parse("9007199254740993") == .number(.unsigned(9_007_199_254_740_993)))
        #expect(try parse("18446744073709551616") == .number(.decimal(0x1p64)))
        #expect(try parse("1.5e3") == .number(.decimal(1500)))
    }

    @Test(arguments: [
        "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "1e999", "--1", "1.2.3", "tru", "nul",
        "'a'",
        #""\x""#, #""\ud800""#, #""\udc00""#, #""\u12g4""#, "\"a\nb\"", "[1,]", "[,1]", "{\"a\" 1}", "{\"a\":1,}",
        "{1:2}",
        "[1 2]", "", " ", "[", "{\"a\":", "1 1", "[]]", "\"abc",
    ])
    func `RFC 8259 does not allow it`(text: String) { #expect(throws: SignalError.self) { try parse(text) } }

    @Test func `escapes are those of RFC 8259`() throws {
        #expect(try parse(#""\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00""#).string == "\"\\/\u{8}\u{c}\n\r\tAé😀")
    }

    @Test func `a key that is there twice is refused, also when it is written differently`() {
        #expect { try parse(#"{"a": 1, "b": {"c": 1, "\u0063": 2}}"#) } throws: {
            ($0 as? SignalError)?.kind == .duplicate
        }
    }

    @Test func `depth, values, texts and the whole are bounded, and a bomb costs no more than its bytes`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect { try parse(deep) } throws: { ($0 as? SignalError)?.kind == .tooLarge }
        #expect { try parse("[1,2,3]", JSONValue.Limits(values: 3)) } throws: {
            ($0 as? SignalError)?.kind == .tooLarge
        }
        #expect { try parse("\"abcd\"", JSONValue.Limits(textBytes: 3)) } throws: {
            ($0 as? SignalError)?.kind == .tooLarge
        }
        #expect { try parse("[1,2]", JSONValue.Limits(bytes: 4)) } throws: { ($0 as? SignalError)?.kind == .tooLarge }
    }

    @Test func `what is no UTF-8 is refused`() {
        #expect(throws: SignalError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: SignalError.self) { try JSONValue(parsing: [0x22, 0xC0, 0x80, 0x22]) }
    }

    @Test func `an error says the byte`() {
        #expect { try JSONValue(parsing: Array(#"{"a": ?}"#.utf8), source: "report.json") } throws: {
            "\($0)" == #"report.json, byte 6: "?" stands for a value; write a value"#
        }
    }

    @Test func `every cut of a document is refused`() {
        let text = #"{"a": [1, -2.5e3, "x\u00e9", true, null], "b": {}}"#
        for length in 0..<text.utf8.count {
            #expect(throws: SignalError.self) { try JSONValue(parsing: Array(text.utf8.prefix(length))) }
        }
        #expect(throws: Never.self) { try JSONValue(parsing: Array(text.utf8)) }
    }
}
