extension ByteCount {
    /// The sum, or an error where it is above the largest number of bytes.
    public func adding(_ other: ByteCount) throws(UnitError) -> ByteCount {
        ByteCount(bytes: try bytes.checkedSum(other.bytes, .bytes) { "\(self) + \(other)" })
    }

    /// The difference, or an error where it is below zero.
    public func subtracting(_ other: ByteCount) throws(UnitError) -> ByteCount {
        ByteCount(bytes: try bytes.checkedDifference(other.bytes, .bytes) { "\(self) - \(other)" })
    }

    /// The product, or an error where it is above the largest number of bytes.
    public func multiplied(by factor: UInt64) throws(UnitError) -> ByteCount {
        ByteCount(bytes: try bytes.checkedScale(factor, 1, .exact, .bytes) { "\(self) * \(factor)" })
    }

    /// The product with a fraction, as in "two thirds of the pool"; an error where it is below zero, above the largest
    /// number of bytes, or not whole and `rounding` is `exact`.
    public func multiplied(by factor: Fraction, rounding: Rounding) throws(UnitError) -> ByteCount {
        let calculation = { "\(self) * \(factor)" }
        guard factor.numerator >= 0 else {
            throw UnitError(calculation(), .bytes, .negative, remedy: "multiply by zero or more")
        }
        return ByteCount(
            bytes: try bytes.checkedScale(
                factor.numerator.magnitude, factor.denominator.magnitude, rounding, .bytes, calculation))
    }

    /// The quotient; an error where the divisor is zero, or the result is not whole and `rounding` is `exact`.
    public func divided(by divisor: UInt64, rounding: Rounding) throws(UnitError) -> ByteCount {
        ByteCount(bytes: try bytes.checkedScale(1, divisor, rounding, .bytes) { "\(self) / \(divisor)" })
    }

    /// What share of `whole` this is, exactly; an error where `whole` is zero or the reduced fraction does not fit.
    public func share(of whole: ByteCount) throws(UnitError) -> Fraction {
        try Fraction(reducing: bytes, over: whole.bytes, isNegative: false) { "\(self) / \(whole)" }
    }
}
