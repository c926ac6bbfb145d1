extension Duration {
    /// The whole number of nanoseconds; an error where 64 bits cannot hold it, or where it is not whole and `rounding`
    /// is `exact`.
    public func nanoseconds(rounding: Rounding = .exact) throws(UnitError) -> Int64 {
        let (seconds, attoseconds) = components
        var (rest, fraction) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        if fraction != 0 {
            switch rounding {
            case .down: fraction = 0
            case .up: rest += fraction < 0 ? -1 : 1
            case .exact:
                throw UnitError(unitText, .duration, .notExact(smallest: "nanoseconds"), remedy: "round down or up")
            }
        }
        let (product, productOverflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, sumOverflow) = product.addingReportingOverflow(rest)
        guard !productOverflow, !sumOverflow else {
            throw UnitError.tooLarge(unitText, .duration, limit: UInt64(Int64.max))
        }
        return sum
    }

    /// The whole nanoseconds, towards zero, and the nearest limit of `Int64` where they do not fit: for deadlines,
    /// where 292 years and for ever are the same.
    public var nanosecondsClamped: Int64 {
        if let exact = try? nanoseconds(rounding: .down) { return exact }
        return components.seconds < 0 ? .min : .max
    }
}
