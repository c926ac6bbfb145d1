public import ClusterCore

/// A figure with which values are compared, in the unit of the signal.
///
/// In documents a text with its unit (`"80%"`, `"5ms"`, `"1GiB"`, `"10 Gbps"`), a whole number of things, a share as `0.8`,
/// or `{"value": 85, "unit": "celsius"}`, which says any.
public struct HealthThreshold: Sendable, Hashable {
    public let value: Double
    /// The unit in which a signal must come to be compared.
    public let unit: SignalUnit

    /// - Parameter value: any number but NaN, with which nothing can be compared.
    public init(_ value: Double, _ unit: SignalUnit) throws(RuleError) {
        guard !value.isNaN else {
            throw RuleError(.badThreshold, place: "threshold", problem: "NaN is no figure", remedy: "write a number")
        }
        self.value = value
        self.unit = unit
    }

    /// The figure of a profile; flags, texts and lists are none.
    public init(_ parameter: ParameterValue) throws(RuleError) {
        switch parameter {
        case .duration(let duration):
            let (seconds, attoseconds) = duration.components
            try self.init(Double(seconds) + Double(attoseconds) / 1e18, .seconds)
        case .bytes(let count): try self.init(Double(count.bytes), .bytes)
        case .bitRate(let rate): try self.init(Double(rate.bitsPerSecond), .bitsPerSecond)
        case .byteRate(let rate): try self.init(Double(rate.bytesPerSecond), .bytesPerSecond)
        case .fraction(let fraction): try self.init(fraction.doubleValue, .ratio)
        case .watts(let watts): try self.init(Double(watts.milliwatts) / 1000, .watts)
        case .celsius(let celsius): try self.init(Double(celsius.millidegrees) / 1000, .celsius)
        case .count(let count): try self.init(Double(count), .count)
        case .flag, .text, .list:
            throw RuleError(
                .badThreshold, place: "threshold", problem: "\"\(parameter.description)\" is no figure",
                remedy: "write a number with its unit, as in 80%, 5ms or 1GiB")
        }
    }
}

extension HealthThreshold: CustomStringConvertible {
    /// The figure for people: `80 %`, `0.005 s`.
    public var description: String {
        switch unit {
        case .ratio: "\(HealthThreshold.number(value * 100)) %"
        case .seconds: "\(HealthThreshold.number(value)) s"
        case .celsius: "\(HealthThreshold.number(value)) °C"
        case .bytes: "\(HealthThreshold.number(value)) B"
        case .bytesPerSecond: "\(HealthThreshold.number(value)) B/s"
        case .bitsPerSecond: "\(HealthThreshold.number(value)) bit/s"
        case .countPerSecond: "\(HealthThreshold.number(value)) /s"
        case .count, .state, .unknown: HealthThreshold.number(value)
        default: "\(HealthThreshold.number(value)) \(unit.rawValue)"
        }
    }

    /// A number without a fraction it does not have.
    static func number(_ value: Double) -> String {
        // A product such as 0.07 * 100 misses the whole number by a few units in the last place.
        let rounded = (value * 1e9).rounded() / 1e9
        let shown = rounded.isFinite ? rounded : value
        if let whole = Int64(exactly: shown) { return "\(whole)" }
        return "\(shown)"
    }
}

extension HealthThreshold: Codable {
    private enum Key: String, CodingKey, CaseIterable { case value, unit }

    public init(from decoder: any Decoder) throws {
        if let count = try? decoder.singleValueContainer().decode(Int64.self) {
            try self.init(Double(count), .count)
        } else if let share = try? decoder.singleValueContainer().decode(Double.self) {
            // As the text "0.8" is one.
            try self.init(share, .ratio)
        } else if let text = try? decoder.singleValueContainer().decode(String.self) {
            try self.init(ParameterValue(reading: text))
        } else {
            try StrictKeys.check(decoder, Key.self)
            let container = try decoder.container(keyedBy: Key.self)
            try self.init(
                container.decode(Double.self, forKey: .value), container.decode(SignalUnit.self, forKey: .unit))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(value, forKey: .value)
        try container.encode(unit, forKey: .unit)
    }
}
