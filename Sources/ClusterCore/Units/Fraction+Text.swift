extension Fraction: CustomStringConvertible {
    /// Reads a fraction: `2/3`, `0.7`, `70%`, `66.7 %`, `-1/2`.
    public init(parsing text: String) throws(UnitError) {
        let number = try WrittenNumber(text, .fraction, signed: true)
        let rest = String(String.UnicodeScalarView(number.rest))
        let scale = Exact.powerOfTen(number.decimals)
        switch rest {
        case "":
            try self.init(reducing: number.digits, over: scale, isNegative: number.isNegative) { text }
        case "%":
            let whole = try Fraction(reducing: number.digits, over: scale, isNegative: number.isNegative) { text }
            self = try whole.divided(by: Fraction(100), as: text)
        default:
            guard rest.first == "/", number.decimals == 0, !number.text.contains("."),
                number.restPosition == number.text.utf8.count + 1
            else { throw Fraction.refusal(of: number, in: text) }
            let below = try Fraction.denominator(rest.dropFirst(), in: text)
            try self.init(reducing: number.digits, over: below, isNegative: number.isNegative) { text }
        }
    }

    private static func denominator(_ digits: Substring, in text: String) throws(UnitError) -> UInt64 {
        guard !digits.isEmpty else {
            throw UnitError(text, .fraction, .unfinished, remedy: "write a denominator, as in 2/3")
        }
        for (offset, scalar) in digits.unicodeScalars.enumerated() where !scalar.isDigit {
            let position = text.unicodeScalars.count - digits.unicodeScalars.count + offset + 1
            throw UnitError(
                text, .fraction, .unexpected(scalar, position: position), remedy: "write whole numbers, as in 2/3")
        }
        guard let below = UInt64(digits) else { throw UnitError.tooLarge(text, .fraction, limit: UInt64(Int64.max)) }
        return below
    }

    private static func refusal(of number: WrittenNumber, in text: String) -> UnitError {
        let rest = String(String.UnicodeScalarView(number.rest))
        for table in UnitTable.all where table.spellings.contains(where: { $0.unit == rest }) {
            return UnitError(
                text, .fraction, .otherQuantity(unit: rest, means: table.quantity.rawValue),
                remedy: "write a fraction as 2/3, 0.7 or 70%")
        }
        return UnitError(
            text, .fraction, .unexpected(number.rest[0], position: number.restPosition),
            remedy: "write a fraction as 2/3, 0.7 or 70%")
    }

    /// The terms in lowest form, `2/3`, or the number where it is whole. Reads back as the same value.
    public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }

    /// The fraction in percent to two decimals, halves away from zero: `66.67 %`.
    public var percentText: RoundedText {
        let magnitude = numerator.magnitude.multipliedFullWidth(by: 10_000)
        let below = denominator.magnitude
        guard magnitude.high < below else {
            // Above 10^15: the whole part alone is already wider than anything a person compares.
            return RoundedText(text: "\(description) (fraction)", isExact: true)
        }
        let (quotient, left) = below.dividingFullWidth(magnitude)
        let hundredths = left != 0 && left >= below - left ? quotient.addingReportingOverflow(1).partialValue : quotient
        let sign = numerator < 0 && hundredths != 0 ? "-" : ""
        let (whole, fraction) = hundredths.quotientAndRemainder(dividingBy: 100)
        return RoundedText(text: "\(sign)\(whole)\(RoundedText.decimals(fraction)) %", isExact: left == 0)
    }

    /// The nearest floating-point number, for the `share` of a report.
    public var doubleValue: Double { Double(numerator) / Double(denominator) }

    static let units = UnitTable(.fraction, smallest: "fractions", spellings: [("%", 1)], offered: "%", example: "70%")
}
