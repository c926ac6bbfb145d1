public import ClusterCore
import FoundationEssentials

/// Rules that are evaluated together, in the order in which they stand.
public struct RuleSet: Sendable, Hashable {
    /// The name: 1 to 64 letters, digits, dots, `_` and `-`.
    public let name: String
    /// Any text that tells one edition from another.
    public let version: String
    public let rules: [HealthRule]

    /// The form of the document, as its key `schema` says it.
    public static let schema = "health.rules/1"

    /// The limits of a set.
    public enum Limit {
        public static let rules = 10_000
        /// Bytes of a document.
        public static let documentBytes = 16 << 20
    }

    public init(name: String, version: String, rules: [HealthRule]) throws(RuleError) {
        guard !name.isEmpty, name.utf8.count <= 64,
            name.utf8.allSatisfy({ byte in
                (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
                    || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
                    || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }), version.utf8.count <= 256
        else {
            throw RuleError(
                .outOfBounds, place: "name", problem: "\"\(name)\" is no name of rules, or the version is too long",
                remedy: "use 1 to 64 letters, digits, dots, _ and -")
        }
        guard rules.count <= Limit.rules else {
            throw RuleError(
                .outOfBounds, place: "rules", problem: "\(rules.count) rules", remedy: "use at most \(Limit.rules)")
        }
        var seen: Set<RuleID> = []
        for rule in rules where !seen.insert(rule.id).inserted {
            throw RuleError(
                .duplicate, rule: rule.id.rawValue, place: "rules", problem: "there are two rules of this name",
                remedy: "name each rule once")
        }
        self.name = name
        self.version = version
        self.rules = rules
    }

    /// The rule of a name.
    public func rule(_ id: RuleID) -> HealthRule? { rules.first { $0.id == id } }
}

extension RuleSet: Codable {
    private enum Key: String, CodingKey, CaseIterable { case schema, name, version, rules }

    public init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        let schema = try container.decode(String.self, forKey: .schema)
        guard schema == RuleSet.schema else {
            throw RuleError(
                .badDocument, place: "/schema", problem: "the document is a \"\(schema)\"",
                remedy: "give a \(RuleSet.schema)")
        }
        var list = try container.nestedUnkeyedContainer(forKey: .rules)
        var rules: [HealthRule] = []
        while !list.isAtEnd {
            guard rules.count < Limit.rules else {
                throw RuleError(
                    .outOfBounds, place: "/rules", problem: "more than \(Limit.rules) rules", remedy: "use fewer")
            }
            rules.append(try list.decode(HealthRule.self))
        }
        try self.init(
            name: container.decode(String.self, forKey: .name),
            version: container.decode(String.self, forKey: .version),
            rules: rules)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(RuleSet.schema, forKey: .schema)
        try container.encode(name, forKey: .name)
        try container.encode(version, forKey: .version)
        try container.encode(rules, forKey: .rules)
    }

    /// Reads rules from the bytes of a JSON document.
    public init(json bytes: [UInt8]) throws(RuleError) {
        guard bytes.count <= Limit.documentBytes else {
            throw RuleError(
                .outOfBounds, place: "document", problem: "\(bytes.count) bytes",
                remedy: "at most \(Limit.documentBytes) are read")
        }
        try RuleSet.checkKeys(bytes)
        do {
            self = try JSONDecoder().decode(RuleSet.self, from: Data(bytes))
        } catch let error as RuleError {
            throw error
        } catch let error as SignalError {
            throw RuleError(.badDocument, place: "document", problem: "\(error)", remedy: error.remedy)
        } catch let error as DecodingError {
            throw RuleError(reading: error)
        } catch {
            throw RuleError(
                .badDocument, place: "document", problem: "\(error)", remedy: "write a document \(RuleSet.schema)")
        }
    }

    /// Refuses what is no JSON, with its place, and a key that is there twice, of which the decoder would take one and say
    /// nothing.
    private static func checkKeys(_ bytes: [UInt8]) throws(RuleError) {
        let limits = JSONValue.Limits(bytes: bytes.count, depth: 512, values: bytes.count, textBytes: bytes.count)
        var reader = JSONReader(bytes: bytes, source: "document", limits: limits)
        do throws(SignalError) { _ = try reader.document() } catch {
            let before = bytes[..<min(reader.next, bytes.count)]
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
            throw RuleError(
                .badDocument, place: "line \(line), column \(column)", problem: error.problem, remedy: error.remedy)
        }
    }

    /// The rules as a JSON document with sorted keys, so that equal rules give equal bytes.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}

extension RuleError {
    /// The words that a key takes.
    private static let words: [String: [String]] = [
        "comparator": Comparator.allCases.map(\.rawValue), "severity": Severity.allCases.map(\.rawValue),
        "no_data": NoDataBehaviour.allCases.map(\.rawValue), "aggregation": Aggregation.Kind.allCases.map(\.rawValue),
        "kind": Aggregation.Kind.allCases.map(\.rawValue),
    ]

    /// What a reader of JSON says, with the place.
    init(reading error: DecodingError) {
        var remedy = "write the document as \(RuleSet.schema) has it"
        let (context, problem): (DecodingError.Context, String)
        switch error {
        case .keyNotFound(let key, let found):
            (context, problem) = (found, "the key \"\(key.stringValue)\" is missing")
        case .typeMismatch(_, let found), .valueNotFound(_, let found):
            (context, problem) = (found, found.debugDescription)
        case .dataCorrupted(let found) where found.debugDescription.hasPrefix("Cannot initialize "):
            // The standard library's words for a text that is none of an enumeration: the text stands at their end.
            let text = found.debugDescription.firstRange(of: " value ").map {
                String(found.debugDescription[$0.upperBound...])
            }
            (context, problem) = (found, "\"\(text ?? "")\" is no such word")
            if let words = found.codingPath.last.flatMap({ RuleError.words[$0.stringValue] }) {
                remedy = "write one of \(words.joined(separator: ", "))"
            } else if found.codingPath.last?.stringValue == "id" {
                remedy = "write a name such as own.memory"
            }
        case .dataCorrupted(let found):
            (context, problem) = (found, found.underlyingError.map { "\($0)" } ?? found.debugDescription)
        @unknown default:
            (context, problem) = (DecodingError.Context(codingPath: [], debugDescription: ""), "\(error)")
        }
        self.init(.badDocument, place: StrictKeys.place(context.codingPath), problem: problem, remedy: remedy)
    }
}
