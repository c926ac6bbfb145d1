/// The identity of an alert: a number of its labels, the same on every machine and in every run.
///
/// 64-bit FNV-1a over the labels sorted by name, each name and each value followed by a byte 0xFF: the fingerprint of
/// Prometheus' and Alertmanager's `model.LabelSet`, so an alert has the same one here and there.
public struct AlertFingerprint: Sendable, Hashable, Comparable {
    /// The number.
    public let value: UInt64

    public init(_ labels: [SignalLabel]) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for label in labels.sorted() {
            label.name.utf8.forEach(add)
            add(0xFF)
            label.value.utf8.forEach(add)
            add(0xFF)
        }
        value = hash
    }

    init(value: UInt64) { self.value = value }

    public static func < (left: AlertFingerprint, right: AlertFingerprint) -> Bool { left.value < right.value }
}

extension AlertFingerprint: CustomStringConvertible {
    /// Sixteen hexadecimal digits, as Alertmanager writes it.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension AlertFingerprint: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is no fingerprint")
        }
        self.value = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
