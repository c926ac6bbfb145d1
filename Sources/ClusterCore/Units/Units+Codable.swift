/// In documents a quantity is a whole number of its smallest unit, and the key names that unit (`size_bytes`). A text
/// with a unit is read too, so that people can write `"64KiB"`. A fraction is its text.
extension ByteCount: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.quantity {
            ByteCount(bytes: $0)
        } text: { text throws(UnitError) in
            try ByteCount(parsing: text)
        }
    }

    public func encode(to encoder: any Encoder) throws { try encoder.single(bytes) }
}

extension BitRate: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.quantity {
            BitRate(bitsPerSecond: $0)
        } text: { text throws(UnitError) in
            try BitRate(parsing: text)
        }
    }

    public func encode(to encoder: any Encoder) throws { try encoder.single(bitsPerSecond) }
}

extension ByteRate: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.quantity {
            ByteRate(bytesPerSecond: $0)
        } text: { text throws(UnitError) in
            try ByteRate(parsing: text)
        }
    }

    public func encode(to encoder: any Encoder) throws { try encoder.single(bytesPerSecond) }
}

extension Watts: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.quantity {
            Watts(milliwatts: $0)
        } text: { text throws(UnitError) in
            try Watts(parsing: text)
        }
    }

    public func encode(to encoder: any Encoder) throws { try encoder.single(milliwatts) }
}

extension Celsius: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.quantity {
            Celsius(millidegrees: $0)
        } text: { text throws(UnitError) in
            try Celsius(parsing: text)
        }
    }

    public func encode(to encoder: any Encoder) throws { try encoder.single(millidegrees) }
}

extension Fraction: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.textual { text throws(UnitError) in try Fraction(parsing: text) }
    }

    public func encode(to encoder: any Encoder) throws { try encoder.single(description) }
}

extension Decoder {
    /// A whole number of the smallest unit, or a text with a unit.
    fileprivate func quantity<Number: Decodable, Value>(
        number: (Number) -> Value, text read: (String) throws(UnitError) -> Value
    ) throws -> Value {
        let container = try singleValueContainer()
        // A text is asked for first: asking for a number first would turn "not whole" into "not a text".
        guard let text = try? container.decode(String.self) else { return number(try container.decode(Number.self)) }
        do throws(UnitError) {
            return try read(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    /// A text that becomes a value.
    func textual<Value>(_ read: (String) throws(UnitError) -> Value) throws -> Value {
        let container = try singleValueContainer()
        let text = try container.decode(String.self)
        do throws(UnitError) {
            return try read(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }
}

extension Encoder {
    /// One value and nothing around it.
    func single(_ value: some Encodable) throws {
        var container = singleValueContainer()
        try container.encode(value)
    }
}
