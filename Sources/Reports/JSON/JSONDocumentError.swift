/// Why a document cannot be written or read: what was asked, what was found.
public enum JSONDocumentError: Error, Sendable, Hashable {
    /// The value to write is no object at its top.
    case notAnObject
    /// The value to write has a key `schema` of its own.
    case schemaKeyTaken
    /// A number that is infinite or not a number, at this place in the value.
    case notFinite(path: String)
    /// The value's own code refused to be written.
    case notEncodable(path: String, reason: String)
    /// The bytes are no JSON.
    case notJSON(reason: String)
    /// The document is larger than the limit.
    case tooLarge(bytes: Int, limit: Int)
    /// The document does not say what it is.
    case noSchema(expected: String)
    /// The document is of another kind.
    case otherSchema(expected: String, found: String)
    /// The document is of another major version.
    case otherMajor(expected: String, found: String)
    /// A key is missing, or its value is not what the schema says.
    case badValue(path: String, reason: String)
}

extension JSONDocumentError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAnObject: "a document is an object at its top, the value is not"
        case .schemaKeyTaken: "the value has a key \"schema\" of its own"
        case .notFinite(let path): "\(path): a number that is not finite cannot be written as JSON"
        case .notEncodable(let path, let reason): "\(path): cannot be written: \(printable(reason))"
        case .notJSON(let reason): "not a JSON document: \(printable(reason))"
        case .tooLarge(let bytes, let limit): "the document has \(bytes) bytes, \(limit) are the limit"
        case .noSchema(let expected): "the document has no text under the key \"schema\"; \"\(expected)\" is expected"
        case .otherSchema(let expected, let found):
            "the document is \"\(printable(found))\"; \"\(expected)\" is expected"
        case .otherMajor(let expected, let found):
            "the document is \"\(printable(found))\", this version reads \"\(expected)\": "
                + "use the version of the tool that wrote it"
        case .badValue(let path, let reason): "\(printable(path)): \(printable(reason))"
        }
    }
}

extension JSONDocumentError {
    init(encoding error: any Error) {
        switch error {
        case EncodingError.invalidValue(let value, let context):
            let path = pointer(context.codingPath)
            let isNumber = value is Double || value is Float
            self = isNumber ? .notFinite(path: path) : .notEncodable(path: path, reason: context.debugDescription)
        default: self = .notEncodable(path: "/", reason: "\(error)")
        }
    }

    init(decoding error: any Error) {
        switch error {
        case DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty:
            self = .notJSON(reason: context.underlyingError.map { "\($0)" } ?? context.debugDescription)
        case DecodingError.dataCorrupted(let context):
            self = .badValue(path: pointer(context.codingPath), reason: context.debugDescription)
        case DecodingError.keyNotFound(let key, let context):
            self = .badValue(path: pointer(context.codingPath), reason: "the key \"\(key.stringValue)\" is missing")
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            self = .badValue(path: pointer(context.codingPath), reason: context.debugDescription)
        default: self = .badValue(path: "/", reason: "\(error)")
        }
    }
}

/// A place in a document as a JSON pointer (RFC 6901); `/` stands for the whole.
private func pointer(_ path: [any CodingKey]) -> String {
    guard !path.isEmpty else { return "/" }
    return path.map { key in
        let step = key.intValue.map(String.init) ?? key.stringValue
        return "/"
            + step.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
            .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
    }.joined()
}
