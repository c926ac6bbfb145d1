extension Fraction {
    /// The sum; an error where the reduced terms do not fit.
    public func adding(_ other: Fraction) throws(UnitError) -> Fraction {
        let calculation = "\(self) + \(other)"
        // Over the least common denominator, so that terms grow no more than they must.
        let common = Int64(Exact.greatestCommonDivisor(denominator.magnitude, other.denominator.magnitude))
        let (left, leftOverflow) = numerator.multipliedReportingOverflow(by: other.denominator / common)
        let (right, rightOverflow) = other.numerator.multipliedReportingOverflow(by: denominator / common)
        let (sum, sumOverflow) = left.addingReportingOverflow(right)
        // The sum may share a factor with `common` only; cancelling it first keeps the denominator small.
        let shared = Exact.greatestCommonDivisor(sum.magnitude, common.magnitude)
        let (below, belowOverflow) = (denominator.magnitude / shared).multipliedReportingOverflow(
            by: (other.denominator / common).magnitude)
        guard !leftOverflow, !rightOverflow, !sumOverflow, !belowOverflow else {
            throw UnitError.tooLarge(calculation, .fraction, limit: UInt64(Int64.max))
        }
        return try Fraction(reducing: sum.magnitude / shared, over: below, isNegative: sum < 0) { calculation }
    }

    /// The difference; an error where the reduced terms do not fit.
    public func subtracting(_ other: Fraction) throws(UnitError) -> Fraction {
        guard other.numerator != .min else {
            throw UnitError.tooLarge("\(self) - \(other)", .fraction, limit: UInt64(Int64.max))
        }
        return try adding(Fraction(-other.numerator, over: other.denominator))
    }

    /// The product; an error where the reduced terms do not fit.
    public func multiplied(by other: Fraction) throws(UnitError) -> Fraction {
        try multiplied(
            other.numerator.magnitude, over: other.denominator.magnitude,
            isNegative: (numerator < 0) != (other.numerator < 0)
        ) { "\(self) * \(other)" }
    }

    /// The quotient; an error where the divisor is zero or the reduced terms do not fit.
    public func divided(by other: Fraction) throws(UnitError) -> Fraction {
        try divided(by: other, as: "\(self) / \(other)")
    }

    func divided(by other: Fraction, as calculation: String) throws(UnitError) -> Fraction {
        guard other.numerator != 0 else {
            throw UnitError(calculation, .fraction, .divisionByZero, remedy: "divide by one or more")
        }
        return try multiplied(
            other.denominator.magnitude, over: other.numerator.magnitude,
            isNegative: (numerator < 0) != (other.numerator < 0)
        ) { calculation }
    }

    /// Cancels crosswise before it multiplies: what does not fit then does not fit in lowest terms either.
    private func multiplied(
        _ above: UInt64, over below: UInt64, isNegative: Bool, _ calculation: () -> String
    ) throws(UnitError) -> Fraction {
        let first = Exact.greatestCommonDivisor(numerator.magnitude, below)
        let second = Exact.greatestCommonDivisor(above, denominator.magnitude)
        let (top, topOverflow) = (numerator.magnitude / first).multipliedReportingOverflow(by: above / second)
        let (bottom, bottomOverflow) = (denominator.magnitude / second).multipliedReportingOverflow(by: below / first)
        guard !topOverflow, !bottomOverflow else {
            throw UnitError.tooLarge(calculation(), .fraction, limit: UInt64(Int64.max))
        }
        return try Fraction(reducing: top, over: bottom, isNegative: isNegative, calculation)
    }
}
