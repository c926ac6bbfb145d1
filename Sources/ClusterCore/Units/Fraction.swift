/// An exact fraction, always in lowest terms with a denominator above zero: `2/3`, and 70 % is `7/10`.
///
/// For shares, efficiencies and thresholds, which must compare exactly: 0.7 as floating point is not seven tenths.
/// In JSON it is its text, `"2/3"`.
public struct Fraction: Sendable, Hashable {
    public let numerator: Int64
    /// Above zero.
    public let denominator: Int64

    /// The fraction in lowest terms; an error where the denominator is zero or the reduced terms do not fit.
    public init(_ numerator: Int64, over denominator: Int64) throws(UnitError) {
        try self.init(
            reducing: numerator.magnitude, over: denominator.magnitude,
            isNegative: (numerator < 0) != (denominator < 0)
        ) { "\(numerator)/\(denominator)" }
    }

    /// A whole number.
    public init(_ whole: Int64) {
        numerator = whole
        denominator = 1
    }

    public static let zero = Fraction(0)
    public static let one = Fraction(1)

    /// Terms that are in lowest form already.
    init(lowest numerator: Int64, _ denominator: Int64) {
        self.numerator = numerator
        self.denominator = denominator
    }

    init(
        reducing numerator: UInt64, over denominator: UInt64, isNegative: Bool, _ calculation: () -> String
    ) throws(UnitError) {
        guard denominator != 0 else {
            throw UnitError(calculation(), .fraction, .divisionByZero, remedy: "divide by one or more")
        }
        let common = Exact.greatestCommonDivisor(numerator, denominator)
        guard let reduced = Int64(magnitude: numerator / common, isNegative: isNegative),
            let below = Int64(exactly: denominator / common)
        else { throw UnitError.tooLarge(calculation(), .fraction, limit: UInt64(Int64.max)) }
        self.numerator = reduced
        self.denominator = below
    }
}

extension Fraction: Comparable {
    public static func < (left: Fraction, right: Fraction) -> Bool {
        let (one, other) = (
            left.numerator.multipliedFullWidth(by: right.denominator),
            right.numerator.multipliedFullWidth(by: left.denominator)
        )
        return (one.high, one.low) < (other.high, other.low)
    }
}
