/// A document as a tree of plain values, so that whoever reads it can say exactly where something is wrong.
///
/// Works under every decoder that tells its values' types (JSON, YAML).
indirect enum DocumentNode: Decodable {
    case null
    case flag(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([DocumentNode])
    case object([String: DocumentNode])

    init(from decoder: any Decoder) throws {
        guard decoder.codingPath.count <= RuleProfile.Limit.depth else {
            throw ProfileError(
                path: DocumentPath(decoder.codingPath).pointer,
                problem: .tooMuch(of: "levels", limit: RuleProfile.Limit.depth))
        }
        if let container = try? decoder.container(keyedBy: AnyKey.self) {
            var members: [String: DocumentNode] = [:]
            for key in container.allKeys {
                members[key.stringValue] = try container.decode(DocumentNode.self, forKey: key)
            }
            self = .object(members)
        } else if var container = try? decoder.unkeyedContainer() {
            var items: [DocumentNode] = []
            while !container.isAtEnd { items.append(try container.decode(DocumentNode.self)) }
            self = .list(items)
        } else {
            self = try DocumentNode(scalarIn: decoder.singleValueContainer())
        }
    }

    private init(scalarIn container: any SingleValueDecodingContainer) throws {
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    /// What it is, in an error's words.
    var words: String {
        switch self {
        case .null: "null"
        case .flag(let value): "\(value)"
        case .integer(let value): "the number \(value)"
        case .number(let value): "the number \(value)"
        case .text(let text): "the text \"\(printable(String(text.prefix(32))))\""
        case .list: "a list"
        case .object: "an object"
        }
    }
}

/// A key that is known only when it is read.
struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(String(intValue)) }
}

/// A place in a document.
struct DocumentPath {
    private var steps: [String]

    init(_ codingPath: [any CodingKey] = []) {
        steps = codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    }

    func appending(_ step: String) -> DocumentPath {
        var longer = self
        longer.steps.append(step)
        return longer
    }

    /// As a JSON pointer, RFC 6901.
    var pointer: String {
        steps.map { step in
            "/"
                + step.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
                .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
        }.joined()
    }
}
