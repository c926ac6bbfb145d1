/// Which signals a rule judges: those of one name whose labels match.
public struct SeriesSelector: Sendable, Hashable {
    public let name: SignalName
    /// All must hold.
    public let matchers: [LabelMatcher]

    /// The most matchers of a selector.
    public static let matcherLimit = 32

    /// - Parameter matchers: at most ``matcherLimit``.
    public init(_ name: SignalName, _ matchers: [LabelMatcher] = []) throws(RuleError) {
        guard matchers.count <= SeriesSelector.matcherLimit else {
            throw RuleError(
                .outOfBounds, place: "selector", problem: "\(matchers.count) matchers",
                remedy: "use at most \(SeriesSelector.matcherLimit)")
        }
        self.name = name
        self.matchers = matchers
    }

    /// Whether a signal is one of these.
    public func matches(_ identity: SignalIdentity) -> Bool {
        identity.name == name && matchers.allSatisfy { $0.matches(identity[$0.label]) }
    }
}

extension SeriesSelector: CustomStringConvertible {
    /// As in PromQL: `node_filesystem_used_ratio{mountpoint="/"}`.
    public var description: String {
        matchers.isEmpty ? name.text : "\(name.text){\(matchers.map(\.description).joined(separator: ","))}"
    }
}

extension SeriesSelector: Codable {
    private enum Key: String, CodingKey, CaseIterable { case name, matchers }

    public init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        try self.init(
            SignalName(container.decode(String.self, forKey: .name)),
            container.decodeIfPresent([LabelMatcher].self, forKey: .matchers) ?? [])
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name.text, forKey: .name)
        if !matchers.isEmpty { try container.encode(matchers, forKey: .matchers) }
    }
}

/// What a label must be. A label that is not there is the same as an empty one, as in Prometheus.
public struct LabelMatcher: Sendable, Hashable, Codable {
    public let label: String
    public let isOneOf: Bool
    public let values: [String]

    /// The most values of a matcher.
    public static let valueLimit = 256

    private init(_ label: String, isOneOf: Bool, _ values: [String]) throws(RuleError) {
        guard !label.isEmpty, label.utf8.count <= SignalIdentity.Limit.labelName, !values.isEmpty,
            values.count <= LabelMatcher.valueLimit,
            values.allSatisfy({ $0.utf8.count <= SignalIdentity.Limit.labelValue })
        else {
            throw RuleError(
                .outOfBounds, place: "selector",
                problem: "a matcher of the label \"\(label)\" with \(values.count) values",
                remedy: "name a label and 1 to \(LabelMatcher.valueLimit) values")
        }
        self.label = label
        self.isOneOf = isOneOf
        self.values = values
    }

    /// The label is one of these; the empty text stands for a label that is not there.
    public static func oneOf(_ label: String, _ values: [String]) throws(RuleError) -> LabelMatcher {
        try LabelMatcher(label, isOneOf: true, values)
    }

    /// The label is none of these.
    public static func noneOf(_ label: String, _ values: [String]) throws(RuleError) -> LabelMatcher {
        try LabelMatcher(label, isOneOf: false, values)
    }

    /// Whether a label's value, `nil` where it is not there, is what is asked for.
    public func matches(_ value: String?) -> Bool { values.contains(value ?? "") == isOneOf }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case label
        case oneOf = "one_of"
        case noneOf = "none_of"
    }

    public init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let wanted = try container.decodeIfPresent([String].self, forKey: .oneOf)
        let unwanted = try container.decodeIfPresent([String].self, forKey: .noneOf)
        guard (wanted == nil) != (unwanted == nil) else {
            throw RuleError(
                .badDocument, place: StrictKeys.place(decoder.codingPath), problem: "a matcher needs one_of or none_of",
                remedy: "write one of the two")
        }
        try self.init(
            container.decode(String.self, forKey: .label), isOneOf: wanted != nil, wanted ?? unwanted ?? [])
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(label, forKey: .label)
        try container.encode(values, forKey: isOneOf ? .oneOf : .noneOf)
    }
}

extension LabelMatcher: CustomStringConvertible {
    /// As in PromQL: `a="b"`, `a=~"b|c"`, with the values escaped.
    public var description: String {
        if values.count == 1 { return "\(label)\(isOneOf ? "=" : "!=")\"\(LabelMatcher.escaped(values[0]))\"" }
        let alternatives = values.map { LabelMatcher.literal($0) }.joined(separator: "|")
        return "\(label)\(isOneOf ? "=~" : "!~")\"\(LabelMatcher.escaped(alternatives))\""
    }

    private static func escaped(_ text: String) -> String {
        text.map { $0 == "\\" ? "\\\\" : $0 == "\"" ? "\\\"" : $0 == "\n" ? "\\n" : String($0) }.joined()
    }

    /// A regular expression of RE2 that means the text itself.
    private static func literal(_ text: String) -> String {
        text.map { "\\.+*?()|[]{}^$".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
