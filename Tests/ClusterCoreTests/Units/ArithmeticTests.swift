import ClusterCore
import TestSupport
import Testing

@Suite struct `Checked arithmetic` {
    private let most = ByteCount(bytes: .max)
    private let one = ByteCount(bytes: 1)

    @Test func `a sum above the largest size is refused and names both terms`() throws {
        #expect(try ByteCount(bytes: .max - 1).adding(one) == most)
        let error = #expect(throws: UnitError.self) { try most.adding(one) }
        #expect(error?.input == "18446744073709551615 B + 1 B")
        #expect(error?.problem == .tooLarge(limit: "18446744073709551615"))
    }

    @Test func `a difference below zero is refused, zero is not`() throws {
        #expect(try one.subtracting(one) == .zero)
        let error = #expect(throws: UnitError.self) { try ByteCount.zero.subtracting(one) }
        #expect(error?.problem == .negative)
    }

    @Test func `a product above the largest size is refused`() throws {
        #expect(try ByteCount(bytes: 1 << 32).multiplied(by: (1 << 32) - 1).bytes == UInt64.max - (1 << 32) + 1)
        #expect(throws: UnitError.self) { try ByteCount(bytes: 1 << 32).multiplied(by: 1 << 32) }
    }

    @Test func `two thirds of a size round as asked`() throws {
        let share = try Fraction(2, over: 3)
        let ten = ByteCount(bytes: 10)
        #expect(try ten.multiplied(by: share, rounding: .down).bytes == 6)
        #expect(try ten.multiplied(by: share, rounding: .up).bytes == 7)
        #expect(throws: UnitError.self) { try ten.multiplied(by: share, rounding: .exact) }
        #expect(try ByteCount(bytes: 9).multiplied(by: share, rounding: .exact).bytes == 6)
        #expect(throws: UnitError.self) { try ten.multiplied(by: Fraction(-1), rounding: .down) }
    }

    @Test func `a fraction of the largest size needs more than 64 bits on the way and is exact`() throws {
        #expect(try most.multiplied(by: Fraction(2, over: 3), rounding: .exact).bytes == UInt64.max / 3 * 2)
        #expect(throws: UnitError.self) { try most.multiplied(by: Fraction(4, over: 3), rounding: .down) }
    }

    @Test func `division by zero is refused`() throws {
        let error = #expect(throws: UnitError.self) { try one.divided(by: 0, rounding: .down) }
        #expect(error?.problem == .divisionByZero)
        #expect(throws: UnitError.self) { try one.share(of: .zero) }
        #expect(try ByteCount(bytes: 5).divided(by: 2, rounding: .up).bytes == 3)
    }

    @Test func `the share of a size in another is exact`() throws {
        #expect(try ByteCount(parsing: "256GB").share(of: ByteCount(parsing: "1TB")) == Fraction(32, over: 125))
    }

    /// Scaling there and back: a·b/c rounded down and up are equal or one apart, and enclose the exact value.
    @Test func `rounding down and up enclose the exact product`() {
        forRandom(10_000) { random in
            let size = ByteCount(bytes: random.next() >> 33)
            let (above, below) = (Int64(random.next() % 1000), Int64(random.next() % 1000) + 1)
            let factor = try Fraction(above, over: below)
            let down = try size.multiplied(by: factor, rounding: .down).bytes
            let up = try size.multiplied(by: factor, rounding: .up).bytes
            let product = size.bytes * UInt64(above)
            return down * UInt64(below) <= product && product <= up * UInt64(below) && up - down <= 1
        }
    }

    @Test func `every quantity refuses a sum that does not fit`() {
        #expect(throws: UnitError.self) { try BitRate(bitsPerSecond: .max).adding(BitRate(bitsPerSecond: 1)) }
        #expect(throws: UnitError.self) { try ByteRate(bytesPerSecond: .max).adding(ByteRate(bytesPerSecond: 1)) }
        #expect(throws: UnitError.self) { try Watts(milliwatts: .max).adding(Watts(milliwatts: 1)) }
        #expect(throws: UnitError.self) {
            try Celsius(millidegrees: .max).millidegrees(above: Celsius(millidegrees: -1))
        }
        #expect(throws: UnitError.self) { try BitRate.zero.subtracting(BitRate(bitsPerSecond: 1)) }
        #expect(throws: UnitError.self) { try Watts(milliwatts: .max).multiplied(by: 2) }
    }
}
