import FoundationEssentials

/// The JSON documents of the suite: the schema's name and major version first, all other keys sorted, numbers that
/// depend on no locale, a newline at the end.
///
/// ```swift
/// let text = try JSONDocument.encode(report, schema: "rdmaprobe.report/1")
/// let again = try JSONDocument.decode(Report.self, from: Array(text.utf8), schema: "rdmaprobe.report/1")
/// ```
///
/// Whole numbers stay whole, also above 2⁵³. A number that is not finite is an error, since JSON has none: a value that
/// is not known is an optional and is written as `null`.
public enum JSONDocument {
    /// How a document is laid out; both are one value for a reader of JSON.
    public enum Layout: Sendable, Hashable, CaseIterable {
        /// Indented, for people and for diffs.
        case pretty
        /// On one line, for streams of documents.
        case compact
    }

    /// The largest document that is read unless the caller says otherwise: 64 MiB.
    public static let sizeLimit = 64 << 20

    /// Writes a value as a document.
    /// - Parameters:
    ///   - value: an object at its top.
    ///   - schema: the name and the major version, `rdmaprobe.report/1`.
    ///   - layout: indented or on one line.
    /// - Throws: ``JSONDocumentError`` where the value is no object, has a key `schema` of its own or holds a number that
    ///   is not finite.
    public static func encode(
        _ value: some Encodable, schema: String, layout: Layout = .pretty
    ) throws(JSONDocumentError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if layout == .pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        let body: Data
        do { body = try encoder.encode(value) } catch { throw JSONDocumentError(encoding: error) }
        guard body.first == UInt8(ascii: "{") else { throw .notAnObject }
        if let head = try? JSONDecoder().decode(SchemaKey.self, from: body), head.isThere { throw .schemaKeyTaken }
        let inside = String(decoding: body.dropFirst(), as: UTF8.self)
        let isEmpty = inside.utf8.first { $0 > UInt8(ascii: " ") } == UInt8(ascii: "}")
        let name = quoted(schema)
        switch (layout, isEmpty) {
        case (.compact, true): return "{\"schema\":\(name)}\n"
        case (.compact, false): return "{\"schema\":\(name),\(inside)\n"
        case (.pretty, true): return "{\n  \"schema\" : \(name)\n}\n"
        case (.pretty, false): return "{\n  \"schema\" : \(name),\(inside)\n"
        }
    }

    /// Whether a document has the key.
    private struct SchemaKey: Decodable {
        let isThere: Bool

        private enum Key: String, CodingKey { case schema }

        init(from decoder: any Decoder) throws {
            isThere = try decoder.container(keyedBy: Key.self).contains(.schema)
        }
    }

    /// A JSON string; the schema's name is ours, so only what JSON forbids needs care.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
