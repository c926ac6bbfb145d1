import ClusterCore

/// What must hold for a part: a comparison of what stands at a path, or several with `all`, `any` or `none` before them.
///
/// What the model does not say is neither true nor false: `all` is false where one of its parts is false, `any` true where
/// one is true, and otherwise nobody can tell.
public struct PolicyPredicate: Sendable, Hashable, Codable {
    /// Where the values stand, from the part on. All of them are compared.
    public var path: ModelPath?
    /// A figure with its unit, or a count.
    public var atLeast: String?
    public var atMost: String?
    public var equals: String?
    public var oneOf: [String]?
    public var beginsWith: String?
    /// Whether the model says it at all.
    public var exists: Bool?
    /// Of a list: whether it has this item.
    public var contains: String?
    public var all: [PolicyPredicate]?
    public var any: [PolicyPredicate]?
    public var none: [PolicyPredicate]?

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case path
        case atLeast = "at_least"
        case atMost = "at_most"
        case equals
        case oneOf = "one_of"
        case beginsWith = "begins_with"
        case exists, contains, all, any, none
    }
}

extension PolicyPredicate {
    /// Whether it holds, or `nil` where the model does not say.
    func holds(for value: ModelValue, depth: Int = 0, _ budget: inout PolicyBudget) throws(PolicyError) -> Bool? {
        guard depth < Policy.Limit.depth else {
            throw PolicyError(rule: nil, problem: "it nests deeper than \(Policy.Limit.depth) levels; write it flatter")
        }
        var parts: [Bool?] = []
        if let all { parts.append(PolicyPredicate.and(try all.each(value, depth, &budget))) }
        if let any { parts.append(PolicyPredicate.or(try any.each(value, depth, &budget))) }
        if let none { parts.append(PolicyPredicate.or(try none.each(value, depth, &budget)).map { !$0 }) }
        if let path {
            let values = path.values(in: value).map(\.value)
            try budget.spend(values.count + path.steps.count)
            parts.append(try compare(values, path))
        }
        guard !parts.isEmpty else {
            throw PolicyError(rule: nil, problem: PolicyPredicate.asksNothing)
        }
        return PolicyPredicate.and(parts)
    }

    static let asksNothing = "it asks nothing: write path with a comparison, or all, any or none"

    private static func and(_ parts: [Bool?]) -> Bool? {
        parts.contains(false) ? false : parts.contains(nil) ? nil : true
    }

    private static func or(_ parts: [Bool?]) -> Bool? {
        parts.contains(true) ? true : parts.contains(nil) ? nil : false
    }

    /// Whether a value at a path compares as the predicate says.
    func compare(with value: ModelValue, at path: ModelPath?) throws(PolicyError) -> Bool? {
        guard let path else { return nil }
        return try compare([value], path)
    }

    private func compare(_ values: [ModelValue?], _ path: ModelPath) throws(PolicyError) -> Bool? {
        if let exists { return values.allSatisfy { ($0 != nil) == exists } && !(values.isEmpty && exists) }
        let asks = [atLeast, atMost, equals, beginsWith, contains].contains { $0 != nil } || oneOf != nil
        guard asks else {
            throw PolicyError(
                rule: nil,
                problem:
                    "\(path) is compared with nothing: write at_least, at_most, equals, one_of, begins_with, contains "
                    + "or exists")
        }
        var parts: [Bool?] = []
        for value in values {
            guard let value else {
                parts.append(nil)
                continue
            }
            if let atLeast { parts.append(try order(value, atLeast, path) >= 0) }
            if let atMost { parts.append(try order(value, atMost, path) <= 0) }
            if let equals { parts.append(try isEqual(value, equals, path)) }
            if let oneOf {
                var isOne = false
                for word in oneOf where try isEqual(value, word, path) { isOne = true }
                parts.append(isOne)
            }
            if let beginsWith {
                guard case .text(let text) = value else { throw mismatch(value, beginsWith, path) }
                parts.append(text.hasPrefix(beginsWith))
            }
            if let contains {
                guard case .list(let items) = value else { throw mismatch(value, contains, path) }
                var isThere = false
                for item in items where try isEqual(item, contains, path) { isThere = true }
                parts.append(isThere)
            }
        }
        return PolicyPredicate.and(parts)
    }

    private func mismatch(_ value: ModelValue, _ word: String, _ path: ModelPath) -> PolicyError {
        PolicyError(
            rule: nil, problem: "\(path) is \(value.kind), which cannot be compared with \"\(word.prefix(64))\"")
    }

    /// Below zero where the value is less than the word, zero where they are equal.
    private func order(_ value: ModelValue, _ word: String, _ path: ModelPath) throws(PolicyError) -> Int {
        switch value {
        case .integer(let number):
            guard let other = Int64(word) else { throw mismatch(value, word, path) }
            return number < other ? -1 : number == other ? 0 : 1
        case .quantity(let quantity):
            // A bare number would be bytes to the one and gigabytes to the other.
            if word.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }), quantity.kind != .fraction {
                throw PolicyError(
                    rule: nil,
                    problem: "\(path): \"\(word.prefix(64))\" has no unit; write it as in \(quantity.example)")
            }
            let other: ParameterValue
            do throws(UnitError) { other = try ParameterValue(parsing: word, as: quantity.kind) } catch {
                throw PolicyError(rule: nil, problem: "\(path): \(error)")
            }
            switch (quantity, other) {
            case (.bytes(let one), .bytes(let two)): return one < two ? -1 : one == two ? 0 : 1
            case (.bitRate(let one), .bitRate(let two)): return one < two ? -1 : one == two ? 0 : 1
            case (.duration(let one), .duration(let two)): return one < two ? -1 : one == two ? 0 : 1
            case (.watts(let one), .watts(let two)): return one < two ? -1 : one == two ? 0 : 1
            case (.celsius(let one), .celsius(let two)): return one < two ? -1 : one == two ? 0 : 1
            case (.fraction(let one), .fraction(let two)): return one < two ? -1 : one == two ? 0 : 1
            default: throw mismatch(value, word, path)
            }
        default: throw mismatch(value, word, path)
        }
    }

    private func isEqual(_ value: ModelValue, _ word: String, _ path: ModelPath) throws(PolicyError) -> Bool {
        switch value {
        case .text(let text): return text == word
        case .flag(let flag):
            guard let other = Bool(word) else { throw mismatch(value, word, path) }
            return flag == other
        default: return try order(value, word, path) == 0
        }
    }

    /// What stands at the paths, for a finding.
    func measured(in value: ModelValue) -> String {
        var parts: [String] = []
        if let path {
            let words = path.values(in: value).map { $0.value?.words ?? "not known" }
            parts.append("\(path): \(words.prefix(8).joined(separator: ", "))")
        }
        for predicate in ((all ?? []) + (any ?? []) + (none ?? [])).prefix(8) {
            parts.append(predicate.measured(in: value))
        }
        return parts.joined(separator: "; ")
    }
}

extension [PolicyPredicate] {
    fileprivate func each(
        _ value: ModelValue, _ depth: Int, _ budget: inout PolicyBudget
    ) throws(PolicyError) -> [Bool?] {
        var parts: [Bool?] = []
        for predicate in self { parts.append(try predicate.holds(for: value, depth: depth + 1, &budget)) }
        return parts
    }
}

/// How many values rules may still look at.
struct PolicyBudget {
    private let values: Int
    private var left: Int

    init(values: Int) {
        self.values = values
        left = values
    }

    mutating func spend(_ values: Int) throws(PolicyError) {
        left -= values
        guard left >= 0 else {
            throw PolicyError(
                rule: nil,
                problem: "it looks at more values of the model than are left of \(values); "
                    + "write fewer rules, or narrower ones")
        }
    }
}
