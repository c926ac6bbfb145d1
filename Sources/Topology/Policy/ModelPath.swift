import ClusterCore

/// The path of values in an installation: keys with dots between them, `[*]` for each item of a list, as in
/// `clusters[*].nodes[*].hardware.memory.size`. `count` of a list is how many items it has.
public struct ModelPath: Sendable, Hashable, Codable, CustomStringConvertible {
    public let description: String
    let steps: [Step]

    enum Step: Hashable {
        case key(String)
        case each
    }

    /// The deepest path.
    static let stepLimit = 32

    /// Reads a path.
    /// - Throws: ``PolicyError`` where it is none.
    public init(parsing text: String) throws(PolicyError) {
        func refusal(_ words: String) -> PolicyError {
            PolicyError(rule: nil, problem: "\"\(text.prefix(64))\" is no path: \(words)")
        }
        guard !text.isEmpty, text.utf8.count <= 512 else { throw refusal("write keys with dots between them") }
        var steps: [Step] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            var key = part
            var lists = 0
            while key.hasSuffix("[*]") {
                key = key.dropLast(3)
                lists += 1
            }
            guard !key.isEmpty, key.allSatisfy({ $0.isLetter || $0.isNumber || "_-".contains($0) }) else {
                throw refusal(
                    "\"\(part.prefix(32))\" is no key; write keys with dots between them and [*] behind a list")
            }
            steps.append(.key(String(key)))
            steps += Array(repeating: .each, count: lists)
        }
        guard steps.count <= ModelPath.stepLimit else { throw refusal("it has more than \(ModelPath.stepLimit) steps") }
        self.steps = steps
        description = text
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(PolicyError) { try self.init(parsing: text) } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.problem)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// What stands at the path: a value, or `nil` where the model does not say it, each with where it was found.
    func values(in root: ModelValue) -> [Found] {
        var found = [Found(value: root, subject: ComponentIdentifier(rawValue: ""), key: "")]
        for step in steps {
            found = found.flatMap { $0.next(step) }
        }
        return found
    }

    /// A value and the part of the installation that it belongs to.
    struct Found {
        let value: ModelValue?
        let subject: ComponentIdentifier
        /// The key that led here, after which items of a list are named.
        let key: String

        func next(_ step: Step) -> [Found] {
            switch (step, value) {
            case (.key("count"), .list(let items)?):
                return [Found(value: .integer(Int64(items.count)), subject: subject, key: "count")]
            case (.key(let name), .object(let members)?):
                return [Found(value: members[name], subject: subject, key: name)]
            case (.each, .list(let items)?):
                return items.enumerated().map { index, item in
                    var name = "\(index + 1)"
                    if case .object(let members) = item, case .text(let text)? = members["name"] { name = text }
                    return Found(value: item, subject: subject.appending(Found.singular(key), name), key: "")
                }
            case (.each, .object(let members)?):
                return members.sorted { $0.key < $1.key }.map {
                    Found(value: $0.value, subject: subject.appending(Found.singular(key), $0.key), key: "")
                }
            default: return [Found(value: nil, subject: subject, key: "")]
            }
        }

        /// `node` of `nodes`, `switch` of `switches`.
        private static func singular(_ key: String) -> String {
            key.hasSuffix("ches") ? String(key.dropLast(2)) : key.hasSuffix("s") ? String(key.dropLast()) : key
        }
    }
}
