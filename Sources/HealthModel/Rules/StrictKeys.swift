import ClusterCore

/// Refuses keys that a form does not have, so that a misspelt one cannot be overlooked.
enum StrictKeys {
    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    static func check<Key: CodingKey & CaseIterable>(_ decoder: any Decoder, _: Key.Type) throws {
        let known = Key.allCases.map(\.stringValue)
        let found = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
        for key in found where !known.contains(key) {
            throw RuleError(
                .badDocument, place: place(decoder.codingPath), problem: "the key \"\(key)\" is not known",
                remedy: "the keys here are \(known.joined(separator: ", "))")
        }
    }

    static func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "document" : path.map { "/\($0.intValue.map(String.init) ?? $0.stringValue)" }.joined()
    }
}

extension KeyedDecodingContainer {
    /// A duration written as text, `5m`, or the fallback where it is not there.
    func duration(_ key: Key, otherwise fallback: Duration) throws -> Duration {
        guard let text = try decodeIfPresent(String.self, forKey: key) else { return fallback }
        do {
            return try Duration(parsing: text)
        } catch let error {
            throw RuleError(
                .outOfBounds, place: StrictKeys.place(codingPath + [key]), problem: "\(error)",
                remedy: "write a duration as 30s or 5m")
        }
    }
}
