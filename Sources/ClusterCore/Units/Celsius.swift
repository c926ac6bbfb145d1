/// A temperature in degrees Celsius, exact to a thousandth, as hwmon counts it.
///
/// In JSON it is a whole number of thousandths of a degree; a text such as `"45.5 °C"` is read too.
public struct Celsius: Sendable, Hashable, Comparable {
    /// The temperature in thousandths of a degree.
    public let millidegrees: Int64

    public init(millidegrees: Int64) { self.millidegrees = millidegrees }

    public static func < (left: Celsius, right: Celsius) -> Bool { left.millidegrees < right.millidegrees }
}

extension Celsius: CustomStringConvertible {
    /// Reads a temperature: `45 °C`, `45.5C`, `-10 °C`.
    public init(parsing text: String) throws(UnitError) {
        let (isNegative, magnitude) = try Celsius.units.read(text)
        guard let value = Int64(magnitude: magnitude, isNegative: isNegative) else {
            throw UnitError.tooLarge(text, .temperature, limit: Celsius.units.limit)
        }
        millidegrees = value
    }

    /// The exact temperature: `45.5 °C`. Reads back as the same value.
    public var description: String {
        "\(millidegrees < 0 ? "-" : "")\(UnitTable.decimalText(millidegrees.magnitude)) °C"
    }

    static let units = UnitTable(
        .temperature, smallest: "thousandths of a degree", spellings: [("°C", 1000), ("C", 1000)], signed: true,
        limit: 1 << 63, offered: "°C, C", example: "45°C")
}

extension Celsius {
    /// How much warmer this is than another temperature, in thousandths of a degree; an error where it cannot be held.
    public func millidegrees(above other: Celsius) throws(UnitError) -> Int64 {
        let (difference, overflow) = millidegrees.subtractingReportingOverflow(other.millidegrees)
        guard !overflow else { throw UnitError.tooLarge("\(self) - \(other)", .temperature, limit: 1 << 63) }
        return difference
    }
}

extension Int64 {
    /// The signed value, or `nil` where 64 bits cannot hold it.
    init?(magnitude: UInt64, isNegative: Bool) {
        if isNegative {
            guard magnitude <= 1 << 63 else { return nil }
            self = magnitude == 1 << 63 ? .min : -Int64(magnitude)
        } else {
            guard let value = Int64(exactly: magnitude) else { return nil }
            self = value
        }
    }
}
