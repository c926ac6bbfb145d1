/// A number as it was read: a whole number exactly, anything else as a double.
///
/// Two values are equal (`==`) where they are written alike: 1 is not 1.0, and NaN is NaN. Compare numbers by
/// ``order(_:)``, which is exact between whole numbers and doubles.
public enum SignalValue: Sendable {
    /// A whole number of zero or more.
    case unsigned(UInt64)
    /// A whole number below zero.
    case negative(Int64)
    /// Any other number, the infinities and NaN.
    case decimal(Double)

    /// A whole number.
    public init(_ value: some BinaryInteger) {
        if value < 0 {
            self = Int64(exactly: value).map(SignalValue.negative) ?? .decimal(Double(value))
        } else {
            self = UInt64(exactly: value).map(SignalValue.unsigned) ?? .decimal(Double(value))
        }
    }

    /// The nearest double.
    public var double: Double {
        switch self {
        case .unsigned(let value): Double(value)
        case .negative(let value): Double(value)
        case .decimal(let value): value
        }
    }

    /// The whole number, or `nil` where it is none or needs more than 64 bits.
    public var unsigned: UInt64? {
        switch self {
        case .unsigned(let value): value
        case .negative: nil
        case .decimal(let value): UInt64(exactly: value)
        }
    }

    /// Whether this is no number at all: evidence of nothing.
    public var isNaN: Bool {
        if case .decimal(let value) = self { return value.isNaN }
        return false
    }
}

/// How two numbers stand to each other.
public enum NumericOrder: Sendable, Hashable {
    case less
    case equal
    case greater
    /// One of them is NaN.
    case unordered
}

extension SignalValue {
    /// How this number stands to another, exactly: 2⁵³ + 1 is greater than the double 2⁵³.
    public func order(_ other: SignalValue) -> NumericOrder {
        switch (self, other) {
        case (.unsigned(let left), .unsigned(let right)): SignalValue.order(left, right)
        case (.decimal(let left), .decimal(let right)):
            left < right ? .less : left > right ? .greater : left == right ? .equal : .unordered
        case (.decimal(let left), _): other.order(toDouble: left).reversed
        case (_, .decimal(let right)): order(toDouble: right)
        case (.negative(let left), .negative(let right)): SignalValue.order(left, right)
        case (.negative, .unsigned): .less
        case (.unsigned, .negative): .greater
        }
    }

    /// A whole number against a double.
    private func order(toDouble right: Double) -> NumericOrder {
        if right.isNaN { return .unordered }
        // Outside 64 bits the double decides; -2⁶³ and 2⁶⁴ are doubles.
        if right >= 0x1p64 { return .less }
        if right < -0x1p63 { return .greater }
        let floor = right.rounded(.down)
        let whole = SignalValue(exactlyWhole: floor)
        let order = self.order(whole)
        return order == .equal && right > floor ? .less : order
    }

    private init(exactlyWhole value: Double) {
        if let unsigned = UInt64(exactly: value) {
            self = .unsigned(unsigned)
        } else {
            self = .negative(Int64(exactly: value) ?? .min)
        }
    }

    private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> NumericOrder {
        left < right ? .less : left > right ? .greater : .equal
    }
}

extension NumericOrder {
    fileprivate var reversed: NumericOrder {
        switch self {
        case .less: .greater
        case .greater: .less
        case .equal, .unordered: self
        }
    }
}

extension SignalValue: Hashable {
    public static func == (left: SignalValue, right: SignalValue) -> Bool {
        switch (left, right) {
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.negative(let left), .negative(let right)): left == right
        case (.decimal(let left), .decimal(let right)): left == right || (left.isNaN && right.isNaN)
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .unsigned(let value): hasher.combine(value)
        case .negative(let value): hasher.combine(value)
        case .decimal(let value): value.isNaN ? hasher.combine(Double.nan.bitPattern) : hasher.combine(value)
        }
    }
}

extension SignalValue: CustomStringConvertible {
    /// The shortest text that reads back as the same value: `+Inf`, `-Inf` and `NaN` as exposition text writes them.
    public var description: String {
        switch self {
        case .unsigned(let value): return "\(value)"
        case .negative(let value): return "\(value)"
        case .decimal(let value):
            if value.isNaN { return "NaN" }
            if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
            return "\(value)"
        }
    }
}
