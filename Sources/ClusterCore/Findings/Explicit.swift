/// An optional that is written as `null` when it is not known, instead of being left out.
///
/// Documents of the suite say `null` for a value that is not known, so that a reader can tell "not known" from
/// "this version has no such key". A missing key reads as `nil`.
@propertyWrapper
public struct Explicit<Value> {
    public var wrappedValue: Value?

    public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }
}

extension Explicit: Sendable where Value: Sendable {}
extension Explicit: Equatable where Value: Equatable {}
extension Explicit: Hashable where Value: Hashable {}

extension Explicit: Encodable where Value: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}

extension Explicit: Decodable where Value: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
    }
}

extension KeyedDecodingContainer {
    /// Reads a missing key as a value that is not known.
    public func decode<Value: Decodable>(_: Explicit<Value>.Type, forKey key: Key) throws -> Explicit<Value> {
        try decodeIfPresent(Explicit<Value>.self, forKey: key) ?? Explicit(wrappedValue: nil)
    }
}
