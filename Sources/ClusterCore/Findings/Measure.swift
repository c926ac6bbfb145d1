/// A value as a finding shows it: a number with its unit, or a text.
///
/// In documents a number is `{"value": 1000000, "unit": "ns"}` and a text is a string.
public enum Measure: Sendable, Hashable {
    /// A whole number with its unit; the empty unit is a plain count.
    case integer(Int64, unit: String)
    /// A number with its unit.
    case decimal(Double, unit: String)
    /// Words, where no number says it.
    case text(String)
}

extension Measure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .integer(let value, let unit): unit.isEmpty ? "\(value)" : "\(value) \(unit)"
        case .decimal(let value, let unit): unit.isEmpty ? "\(value)" : "\(value) \(unit)"
        case .text(let words): words
        }
    }
}

extension Measure: Codable {
    private enum Key: String, CodingKey { case value, unit }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .integer(let value, let unit):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(value, forKey: .value)
            try container.encode(unit, forKey: .unit)
        case .decimal(let value, let unit):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(value, forKey: .value)
            try container.encode(unit, forKey: .unit)
        case .text(let words):
            var container = encoder.singleValueContainer()
            try container.encode(words)
        }
    }

    public init(from decoder: any Decoder) throws {
        if let words = try? decoder.singleValueContainer().decode(String.self) {
            self = .text(words)
            return
        }
        let container = try decoder.container(keyedBy: Key.self)
        let unit = try container.decodeIfPresent(String.self, forKey: .unit) ?? ""
        if let whole = try? container.decode(Int64.self, forKey: .value) {
            self = .integer(whole, unit: unit)
        } else {
            self = .decimal(try container.decode(Double.self, forKey: .value), unit: unit)
        }
    }
}
