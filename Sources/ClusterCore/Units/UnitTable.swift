/// The spellings of one quantity's units, and how they are read and refused.
struct UnitTable: Sendable {
    let quantity: UnitError.Quantity
    /// What every value is a whole number of, in words.
    let smallest: String
    /// The spellings and what one of each is worth in the smallest unit; the preferred spelling of a worth is first.
    let spellings: [(unit: String, worth: UInt64)]
    /// The worth of a number without a unit, or `nil` where the unit must be written.
    let bare: UInt64?
    /// Whether values below zero exist.
    let signed: Bool
    /// Units with two meanings, and what to write instead of them.
    let ambiguous: [String: [String]]
    /// The largest magnitude.
    let limit: UInt64
    /// Units to offer where one is missing or unknown.
    let offered: String
    /// A value as people write it.
    let example: String

    init(
        _ quantity: UnitError.Quantity, smallest: String, spellings: [(unit: String, worth: UInt64)],
        bare: UInt64? = nil, signed: Bool = false, ambiguous: [String: [String]] = [:], limit: UInt64 = .max,
        offered: String, example: String
    ) {
        self.quantity = quantity
        self.smallest = smallest
        self.spellings = spellings
        self.bare = bare
        self.signed = signed
        self.ambiguous = ambiguous
        self.limit = limit
        self.offered = offered
        self.example = example
    }

    /// Reads a number and its unit, exactly.
    func read(_ input: String) throws(UnitError) -> (isNegative: Bool, magnitude: UInt64) {
        let number = try WrittenNumber(input, quantity, signed: signed)
        let worth = try self.worth(of: number, in: input)
        switch number.scaled(by: worth) {
        case .success(let magnitude) where magnitude <= limit: return (number.isNegative, magnitude)
        case .failure(.notWhole), .failure(.divisionByZero):
            throw UnitError(input, quantity, .notExact(smallest: smallest), remedy: "write a value that is")
        case .success, .failure(.tooLarge):
            throw UnitError(
                input, quantity, .tooLarge(limit: "\(limit) \(smallest)"), remedy: "write a smaller value")
        }
    }

    private func worth(of number: WrittenNumber, in input: String) throws(UnitError) -> UInt64 {
        for (offset, scalar) in number.rest.enumerated() where !scalar.mayStandInUnit {
            throw UnitError(
                input, quantity, .unexpected(scalar, position: number.restPosition + offset),
                remedy: "write a number and one unit, as in \(example)")
        }
        let unit = String(String.UnicodeScalarView(number.rest))
        guard !unit.isEmpty else {
            if let bare { return bare }
            throw UnitError(input, quantity, .missingUnit, remedy: "write one of \(offered)")
        }
        if let known = spellings.first(where: { $0.unit == unit }) { return known.worth }
        throw refusal(of: unit, number: number.text, in: input)
    }

    /// Why a unit is not one of this quantity's, with the best advice that can be given.
    private func refusal(of unit: String, number: String, in input: String) -> UnitError {
        if let meanings = ambiguous[unit] {
            let choices = meanings.map { number + $0 }.joined(separator: " or ")
            return UnitError(input, quantity, .ambiguousUnit(unit), remedy: "write \(choices)")
        }
        for other in UnitTable.all where other.quantity != quantity {
            if other.spellings.contains(where: { $0.unit == unit }) {
                return UnitError(
                    input, quantity, .otherQuantity(unit: unit, means: other.quantity.rawValue),
                    remedy: "write one of \(offered)")
            }
        }
        if quantity == .bytes, unit.hasSuffix("b") || unit.hasSuffix("bit") {
            return UnitError(
                input, quantity, .otherQuantity(unit: unit, means: "a number of bits"),
                remedy: "write one of \(offered)")
        }
        if let near = spellings.first(where: { $0.unit.lowercased() == unit.lowercased() }) {
            return UnitError(input, quantity, .unknownUnit(unit), remedy: "write \(number)\(near.unit)")
        }
        return UnitError(input, quantity, .unknownUnit(unit), remedy: "write one of \(offered)")
    }

    /// Every table, so that the unit of another quantity is recognised.
    static var all: [UnitTable] {
        [ByteCount.units, BitRate.units, ByteRate.units, Duration.units, Watts.units, Celsius.units, Fraction.units]
    }

    /// The value in the largest unit in which it has at most three decimals, exactly; `scales` run from large to small
    /// and end with a worth of 1.
    static func exactText(_ magnitude: UInt64, scales: [(unit: String, worth: UInt64)]) -> String {
        for (unit, worth) in scales where worth <= magnitude {
            if case .success(let thousandths) = Exact.scale(magnitude, by: 1000, over: worth, rounding: .exact) {
                return "\(decimalText(thousandths)) \(unit)"
            }
        }
        return "\(magnitude) \(scales[scales.count - 1].unit)"
    }

    /// A number of thousandths with a point, without trailing zeros: 1500 is `1.5`.
    static func decimalText(_ thousandths: UInt64) -> String {
        let (whole, fraction) = thousandths.quotientAndRemainder(dividingBy: 1000)
        guard fraction != 0 else { return "\(whole)" }
        var digits = String(fraction + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}

extension Unicode.Scalar {
    fileprivate var mayStandInUnit: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "/", "%", "°", "µ", "μ": true
        default: false
        }
    }
}
