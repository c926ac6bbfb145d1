/// An electrical power, exact to the milliwatt, never below zero.
///
/// In JSON it is a whole number of milliwatts; a text such as `"350W"` is read too.
public struct Watts: Sendable, Hashable, Comparable {
    /// The power in thousandths of a watt.
    public let milliwatts: UInt64

    public init(milliwatts: UInt64) { self.milliwatts = milliwatts }

    /// No power.
    public static let zero = Watts(milliwatts: 0)

    public static func < (left: Watts, right: Watts) -> Bool { left.milliwatts < right.milliwatts }
}

extension Watts: CustomStringConvertible {
    /// Reads a power: `350 W`, `1.2kW`, `500mW`.
    public init(parsing text: String) throws(UnitError) {
        milliwatts = try Watts.units.read(text).magnitude
    }

    /// The exact power in the largest unit in which it has at most three decimals: `1.2 kW`. Reads back as the same
    /// value.
    public var description: String {
        milliwatts == 0 ? "0 W" : UnitTable.exactText(milliwatts, scales: Watts.scales)
    }

    private static let scales: [(unit: String, worth: UInt64)] = [
        ("MW", 1_000_000_000), ("kW", 1_000_000), ("W", 1000), ("mW", 1),
    ]

    static let units = UnitTable(
        .power, smallest: "milliwatts", spellings: scales, offered: "W, mW, kW, MW", example: "350W")
}

extension Watts {
    /// The sum, or an error where it is too large to hold.
    public func adding(_ other: Watts) throws(UnitError) -> Watts {
        Watts(milliwatts: try milliwatts.checkedSum(other.milliwatts, .power) { "\(self) + \(other)" })
    }

    /// The difference, or an error where it is below zero.
    public func subtracting(_ other: Watts) throws(UnitError) -> Watts {
        Watts(milliwatts: try milliwatts.checkedDifference(other.milliwatts, .power) { "\(self) - \(other)" })
    }

    /// The product, or an error where it is too large to hold.
    public func multiplied(by factor: UInt64) throws(UnitError) -> Watts {
        Watts(milliwatts: try milliwatts.checkedScale(factor, 1, .exact, .power) { "\(self) * \(factor)" })
    }
}
