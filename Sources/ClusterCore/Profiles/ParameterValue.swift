/// A figure of a rule, with its unit.
public enum ParameterValue: Sendable, Hashable {
    case duration(Duration)
    case bytes(ByteCount)
    case bitRate(BitRate)
    case byteRate(ByteRate)
    case fraction(Fraction)
    case watts(Watts)
    case celsius(Celsius)
    /// A whole number of things.
    case count(Int64)
    case flag(Bool)
    case text(String)
    case list([String])

    /// The kinds of figures, by their names in documents.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case duration, bytes
        case bitRate = "bit_rate"
        case byteRate = "byte_rate"
        case fraction, watts, celsius, count, flag, text, list
    }

    public var kind: Kind {
        switch self {
        case .duration: .duration
        case .bytes: .bytes
        case .bitRate: .bitRate
        case .byteRate: .byteRate
        case .fraction: .fraction
        case .watts: .watts
        case .celsius: .celsius
        case .count: .count
        case .flag: .flag
        case .text: .text
        case .list: .list
        }
    }
}

extension ParameterValue: CustomStringConvertible {
    /// The value as it is written in a document: `1ms`, `64 KiB`, `7/10`.
    public var description: String {
        switch self {
        case .duration(let value): value.unitText
        case .bytes(let value): value.description
        case .bitRate(let value): value.description
        case .byteRate(let value): value.description
        case .fraction(let value): value.description
        case .watts(let value): value.description
        case .celsius(let value): value.description
        case .count(let value): "\(value)"
        case .flag(let value): "\(value)"
        case .text(let value): value
        case .list(let values): values.joined(separator: ", ")
        }
    }
}
