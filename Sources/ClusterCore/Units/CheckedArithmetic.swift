/// Arithmetic on magnitudes that throws instead of trapping; the calculation is told in the error.
extension UInt64 {
    func checkedSum(
        _ other: UInt64, _ quantity: UnitError.Quantity, _ calculation: () -> String
    ) throws(UnitError) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        guard !overflow else { throw UnitError.tooLarge(calculation(), quantity) }
        return sum
    }

    func checkedDifference(
        _ other: UInt64, _ quantity: UnitError.Quantity, _ calculation: () -> String
    ) throws(UnitError) -> UInt64 {
        guard self >= other else {
            throw UnitError(calculation(), quantity, .negative, remedy: "subtract no more than there is")
        }
        return self - other
    }

    func checkedScale(
        _ factor: UInt64, _ divisor: UInt64, _ rounding: Rounding, _ quantity: UnitError.Quantity,
        _ calculation: () -> String
    ) throws(UnitError) -> UInt64 {
        switch Exact.scale(self, by: factor, over: divisor, rounding: rounding) {
        case .success(let value): return value
        case .failure(.tooLarge): throw UnitError.tooLarge(calculation(), quantity)
        case .failure(.divisionByZero):
            throw UnitError(calculation(), quantity, .divisionByZero, remedy: "divide by one or more")
        case .failure(.notWhole):
            throw UnitError(
                calculation(), quantity, .notExact(smallest: "the smallest unit"), remedy: "round down or up")
        }
    }
}

extension UnitError {
    /// A result that no value of the quantity can hold.
    static func tooLarge(_ calculation: String, _ quantity: Quantity, limit: UInt64 = .max) -> UnitError {
        UnitError(calculation, quantity, .tooLarge(limit: "\(limit)"), remedy: "use smaller values")
    }
}
