extension Fraction {
    /// A ratio of two small numbers, such as those of a code or of a percentage; it always exists.
    /// - Precondition: the denominator is above zero.
    public static func ratio(_ numerator: Int32, _ denominator: Int32) -> Fraction {
        precondition(denominator > 0, "a ratio has a denominator above zero: \(numerator)/\(denominator)")
        let common = Int64(
            Exact.greatestCommonDivisor(UInt64(numerator.magnitude), UInt64(denominator.magnitude)))
        return Fraction(lowest: Int64(numerator) / common, Int64(denominator) / common)
    }

    /// What is left of the whole: 1/3 for 2/3. `nil` where this is no share: below zero or above one.
    public var complement: Fraction? {
        guard numerator >= 0, numerator <= denominator else { return nil }
        // Lowest terms stay lowest terms, as any common factor would divide the numerator too.
        return Fraction(lowest: denominator - numerator, denominator)
    }
}
