import ClusterCore
import TestSupport
import Testing

@Suite struct `Exact fractions` {
    @Test(
        arguments: [
            ("2/3", 2, 3), ("4/6", 2, 3), ("0.7", 7, 10), ("70%", 7, 10), ("66.7 %", 667, 1000), ("-1/2", -1, 2),
            ("1", 1, 1),
            ("0/5", 0, 1), ("-0", 0, 1), ("0.50", 1, 2), ("100%", 1, 1), ("18446744073709551614/2", Int64.max, 1),
            ("-9223372036854775808", Int64.min, 1),
        ] as [(String, Int64, Int64)])
    func `a written fraction is in lowest terms`(text: String, numerator: Int64, denominator: Int64) throws {
        let fraction = try Fraction(parsing: text)
        #expect(fraction.numerator == numerator)
        #expect(fraction.denominator == denominator)
    }

    @Test func `terms that do not fit in lowest form are refused`() {
        #expect(throws: UnitError.self) { try Fraction(parsing: "9223372036854775808") }
        #expect(throws: UnitError.self) { try Fraction(parsing: "1/9223372036854775808") }
        #expect(throws: UnitError.self) { try Fraction(Int64.min, over: -1) }
        #expect(throws: UnitError.self) { try Fraction(1, over: Int64.min) }
        #expect(throws: Never.self) { try Fraction(Int64.min, over: Int64.min) }
    }

    @Test func `every fraction reads back from its description`() {
        forRandom(10_000) { random in
            let below = random.edgy(Int64.self)
            guard let fraction = try? Fraction(random.edgy(), over: below) else { return true }
            return try Fraction(parsing: fraction.description) == fraction && fraction.denominator > 0
        }
    }

    /// The reference compares a·d with c·b in plain 64 bits, on terms small enough for it.
    @Test func `order and arithmetic agree with cross multiplication`() {
        forRandom(10_000) { random in
            func term() -> Int64 { Int64(random.next() % 2001) - 1000 }
            func below() -> Int64 { Int64(random.next() % 1000) + 1 }
            let (a, b, c, d) = (term(), below(), term(), below())
            let (one, other) = (try Fraction(a, over: b), try Fraction(c, over: d))
            let sum = try Fraction(a * d + c * b, over: b * d)
            let difference = try Fraction(a * d - c * b, over: b * d)
            let product = try Fraction(a * c, over: b * d)
            let quotientAgrees =
                c == 0
                ? (try? one.divided(by: other)) == nil
                : try one.divided(by: other) == Fraction(a * d, over: b * c)
            return try (one < other) == (a * d < c * b) && (one == other) == (a * d == c * b)
                && one.adding(other) == sum && one.subtracting(other) == difference
                && one.multiplied(by: other) == product && quotientAgrees
        }
    }

    @Test func `order holds at the limits of the terms`() throws {
        let (least, greatest) = (Fraction(.min), Fraction(.max))
        let tiny = try Fraction(1, over: .max)
        #expect(least < greatest)
        #expect(Fraction.zero < tiny)
        #expect(try Fraction(Int64.max - 1, over: .max) < .one)
        #expect(try tiny < Fraction(1, over: .max - 1))
    }

    @Test func `a sum that does not fit is refused, one that cancels is not`() throws {
        #expect(throws: UnitError.self) { try Fraction(.max).adding(.one) }
        let tiny = try Fraction(1, over: .max)
        #expect(try tiny.subtracting(tiny) == .zero)
        #expect(try tiny.multiplied(by: Fraction(.max)) == .one)
        #expect(throws: UnitError.self) { try tiny.multiplied(by: tiny) }
        #expect(throws: UnitError.self) { try Fraction(.min).subtracting(Fraction(.min)) }
    }

    @Test func `percent is told to two decimals, halves away from zero`() throws {
        #expect(try Fraction(2, over: 3).percentText.text == "66.67 %")
        #expect(try Fraction(7, over: 10).percentText == Fraction(70, over: 100).percentText)
        #expect(try Fraction(7, over: 10).percentText.isExact)
        #expect(try !Fraction(1, over: 3).percentText.isExact)
        #expect(try Fraction(-1, over: 3).percentText.text == "-33.33 %")
        #expect(try Fraction(1, over: 20000).percentText.text == "0.01 %")
        #expect(try Fraction(1, over: 20001).percentText.text == "0 %")
    }
}
