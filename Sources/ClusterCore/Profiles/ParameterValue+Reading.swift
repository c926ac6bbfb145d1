extension ParameterValue {
    /// The value that a text in a document stands for: a quantity where it is one by its unit (`1ms`, `64KiB`, `10
    /// Gbps`, `70%`, `0.7`, `2/3`), else a text.
    ///
    /// No text is two quantities: the units of all quantities differ, and digits without a unit stay a text, which
    /// ``converted(to:)`` reads as what a rule wants.
    public init(reading text: String) {
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first) else {
            self = .text(text)
            return
        }
        let hasUnit = text.unicodeScalars.contains { !$0.isDigit && $0 != "-" }
        for kind in Kind.quantities where hasUnit {
            if let value = try? ParameterValue(parsing: text, as: kind) {
                // `1.0` is a fraction although it is whole, but a size needs its unit here to be told from a count.
                self = value
                return
            }
        }
        self = .text(text)
    }

    /// The value of a given kind that a text stands for.
    public init(parsing text: String, as kind: Kind) throws(UnitError) {
        switch kind {
        case .duration: self = .duration(try Duration(parsing: text))
        case .bytes: self = .bytes(try ByteCount(parsing: text))
        case .bitRate: self = .bitRate(try BitRate(parsing: text))
        case .byteRate: self = .byteRate(try ByteRate(parsing: text))
        case .fraction: self = .fraction(try Fraction(parsing: text))
        case .watts: self = .watts(try Watts(parsing: text))
        case .celsius: self = .celsius(try Celsius(parsing: text))
        case .count, .flag, .text, .list: self = .text(text)
        }
    }

    /// This value as one of another kind, where that says the same: a text that is a quantity of that kind, or a count
    /// as a fraction. `nil` where the kinds do not meet; an error where a text is not such a quantity.
    public func converted(to kind: Kind) throws(UnitError) -> ParameterValue? {
        if self.kind == kind { return self }
        switch self {
        case .text(let text) where Kind.quantities.contains(kind): return try ParameterValue(parsing: text, as: kind)
        case .count(let value) where kind == .fraction: return .fraction(Fraction(value))
        default: return nil
        }
    }
}

extension ParameterValue.Kind {
    /// The kinds that are written as a number with a unit. Fractions come before sizes: `0.7` is a share, not bytes.
    static let quantities: [ParameterValue.Kind] = [
        .duration, .bitRate, .byteRate, .watts, .celsius, .fraction, .bytes,
    ]
}
