/// Whole-number arithmetic over a 128-bit intermediate, for quantities that must not be off by one.
enum Exact {
    /// `value * factor / divisor`, or why there is no such number.
    static func scale(
        _ value: UInt64, by factor: UInt64, over divisor: UInt64, rounding: Rounding
    ) -> Result<UInt64, Failure> {
        guard divisor != 0 else { return .failure(.divisionByZero) }
        let product = value.multipliedFullWidth(by: factor)
        // The quotient fits 64 bits exactly when the upper half is below the divisor.
        guard product.high < divisor else { return .failure(.tooLarge) }
        let (quotient, remainder) = divisor.dividingFullWidth(product)
        guard remainder != 0 else { return .success(quotient) }
        switch rounding {
        case .down: return .success(quotient)
        case .exact: return .failure(.notWhole)
        case .up:
            let (next, overflow) = quotient.addingReportingOverflow(1)
            return overflow ? .failure(.tooLarge) : .success(next)
        }
    }

    enum Failure: Error { case tooLarge, notWhole, divisionByZero }

    /// The greatest common divisor; that of zero and `n` is `n`.
    static func greatestCommonDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (larger, smaller) = (left, right)
        while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
        return larger
    }

    /// Ten to the power of `exponent`, which is at most 19.
    static func powerOfTen(_ exponent: Int) -> UInt64 {
        var result: UInt64 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}
