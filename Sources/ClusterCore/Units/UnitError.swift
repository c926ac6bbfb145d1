/// Why a text is not the quantity that was asked for, or why a calculation has no result.
///
/// Says what was given, what is wrong with it, and what to write instead. The description is one line of printable
/// text, whatever the input held.
public struct UnitError: Error, Sendable, Hashable {
    /// What was given, or the calculation as it was asked for (`16 EiB + 1 B`); long input is cut.
    public let input: String
    /// What it should have been.
    public let quantity: Quantity
    /// What is wrong.
    public let problem: Problem
    /// What to do instead.
    public let remedy: String

    init(_ input: String, _ quantity: Quantity, _ problem: Problem, remedy: String) {
        self.input = input.utf8.count > UnitError.inputLimit ? String(input.prefix(16)) + "…" : input
        self.quantity = quantity
        self.problem = problem
        self.remedy = remedy
    }

    /// The longest text that is read as a quantity, in bytes of UTF-8.
    public static let inputLimit = 64
}

extension UnitError {
    /// A kind of value that has a unit.
    public enum Quantity: String, Sendable, Hashable, CaseIterable {
        case bytes = "a number of bytes"
        case bitRate = "a bit rate"
        case byteRate = "a byte rate"
        case duration = "a duration"
        case fraction = "a fraction"
        case power = "a power"
        case temperature = "a temperature"
        case date = "a date"
    }

    /// What can be wrong with a quantity.
    public enum Problem: Sendable, Hashable {
        /// There is nothing to read.
        case empty
        /// The text has more bytes than ``UnitError/inputLimit``.
        case tooLong
        /// A character that cannot stand there; the position counts from 1.
        case unexpected(Unicode.Scalar, position: Int)
        /// The text ends where something must follow.
        case unfinished
        /// The value is below zero and the quantity never is.
        case negative
        /// A power of ten, as in `1e3`.
        case exponent
        /// Separators of thousands or a decimal comma.
        case grouping
        /// More digits than can be read exactly.
        case tooManyDigits
        /// A number without its unit.
        case missingUnit
        /// A unit with two meanings.
        case ambiguousUnit(String)
        /// A unit that nobody here knows.
        case unknownUnit(String)
        /// The unit of another quantity.
        case otherQuantity(unit: String, means: String)
        /// The value is not a whole number of the smallest unit.
        case notExact(smallest: String)
        /// The value is above the largest that can be held.
        case tooLarge(limit: String)
        /// A division by zero, or by a value that rounds to it.
        case divisionByZero
        /// A day that no calendar has.
        case noSuchDay
    }
}

extension UnitError: CustomStringConvertible {
    public var description: String {
        "\"\(printable(input))\" is not \(quantity.rawValue): \(problem); \(remedy)"
    }
}

extension UnitError.Problem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "it is empty"
        case .tooLong: "it is longer than \(UnitError.inputLimit) bytes"
        case .unexpected(let scalar, let position): "unexpected \(named(scalar)) at position \(position)"
        case .unfinished: "it ends too early"
        case .negative: "it is below zero"
        case .exponent: "exponents are not read"
        case .grouping: "a comma or a space between digits is not read"
        case .tooManyDigits: "it has more digits than can be read exactly"
        case .missingUnit: "the unit is missing"
        case .ambiguousUnit(let unit): "the unit \"\(printable(unit))\" has two meanings"
        case .unknownUnit(let unit): "the unit \"\(printable(unit))\" is not known"
        case .otherQuantity(let unit, let means): "the unit \"\(printable(unit))\" is that of \(means)"
        case .notExact(let smallest): "it is not a whole number of \(smallest)"
        case .tooLarge(let limit): "it is above the limit of \(limit)"
        case .divisionByZero: "it divides by zero"
        case .noSuchDay: "there is no such day"
        }
    }
}

/// The text with everything but printable ASCII and the letters of our units written as `\u{…}`, so that an error
/// message cannot move the cursor or reverse the line that shows it.
func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": result += "\\" + String(scalar)
        case " "..."~", "°", "µ", "μ", "…": result.unicodeScalars.append(scalar)
        default: result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
    }
    return result
}

private func named(_ scalar: Unicode.Scalar) -> String {
    if (" "..."~").contains(scalar) { return "\"\(scalar)\"" }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
