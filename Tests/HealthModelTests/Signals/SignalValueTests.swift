import HealthModel
import TestSupport
import Testing

@Suite struct `Signal values` {
    @Test func `whole numbers and doubles are ordered exactly`() {
        #expect(SignalValue.unsigned(9_007_199_254_740_993).order(.decimal(0x1p53)) == .greater)
        #expect(SignalValue.decimal(0x1p53).order(.unsigned(9_007_199_254_740_993)) == .less)
        #expect(SignalValue.unsigned(.max).order(.decimal(0x1p64)) == .less)
        #expect(SignalValue.negative(.min).order(.decimal(-0x1p63)) == .equal)
        #expect(SignalValue.unsigned(1).order(.decimal(1.5)) == .less)
        #expect(SignalValue.negative(-1).order(.decimal(-1.5)) == .greater)
        #expect(SignalValue.negative(-1).order(.unsigned(0)) == .less)
        #expect(SignalValue.unsigned(0).order(.decimal(.nan)) == .unordered)
        #expect(SignalValue.unsigned(0).order(.decimal(-.infinity)) == .greater)
    }

    @Test func `order agrees with exact arithmetic of 128 bits wherever the double is whole`() {
        forRandom(5000) { random in
            let whole: UInt64 = random.edgy()
            let double = Bool.random(using: &random) ? Double(whole) : Double(random.edgy(Int64.self))
            guard let exact = Int128(exactly: double) else { return true }
            let expected: NumericOrder = Int128(whole) < exact ? .less : Int128(whole) > exact ? .greater : .equal
            return SignalValue.unsigned(whole).order(.decimal(double)) == expected
        }
    }

    @Test func `a value is written so that it reads back`() {
        #expect(SignalValue(Int8.min).description == "-128")
        #expect(SignalValue.decimal(.infinity).description == "+Inf")
        #expect(SignalValue.decimal(0.1).description == "0.1")
        #expect(SignalValue(UInt64.max).description == "18446744073709551615")
    }

    @Test func `an identity sorts its labels, leaves empty ones out and refuses one name twice`() throws {
        let identity = try SignalIdentity(
            "m", [SignalLabel("b", "1"), SignalLabel("a", "x\"y\\z\n"), SignalLabel("c", "")])
        #expect(identity.description == #"m{a="x\"y\\z\n",b="1"}"#)
        #expect(identity["b"] == "1")
        #expect(identity["c"] == nil)
        #expect(throws: SignalError.self) { try SignalIdentity("m", [SignalLabel("a", "1"), SignalLabel("a", "2")]) }
        #expect(throws: SignalError.self) { try SignalIdentity("", []) }
        #expect(throws: SignalError.self) { try SignalIdentity("m\n", []) }
        #expect(throws: SignalError.self) { try SignalIdentity("m", (0..<65).map { SignalLabel("l\($0)", "1") }) }
        #expect(try SignalIdentity("a b", [SignalLabel("c d", "1")]).description == #"{"a b","c d"="1"}"#)
    }

    @Test func `what an error repeats of its input is printable ASCII and short`() {
        let error = SignalError(
            .malformed, input: "a\u{1B}[31m\u{202E}b", problem: String(repeating: "x", count: 500), remedy: "r")
        #expect(error.description.utf8.count < 400)
        #expect(error.description.unicodeScalars.allSatisfy { (" "..."~").contains($0) })
        #expect(error.input == #"a\u{1B}[31m\u{202E}b"#)
    }
}
