/// The requirements that a check measures against: rule by rule the figures, how much they matter, and where they are
/// written.
///
/// Sources disagree, so no figure is a constant in code: it is a parameter of a rule in a profile that a user can
/// replace.
///
/// ```swift
/// let mine = try RuleProfile(json: bytes)
/// let profile = try mine.resolved(in: [architecture])
/// let limit = try profile.duration("rdma.latency", "required")
/// ```
///
/// A document of a profile is written by hand:
///
/// ```json
/// {"name": "mine", "version": "1", "extends": "architecture",
///  "rules": {"rdma.latency": {
///    "parameters": {"required": "1ms"}, "severity": "critical", "mode": "enforce",
///    "source": {"document": "Storage handbook", "date": "2026-11-24"}}},
///  "exemptions": [{"rule": "rdma.latency", "subject": "host:h1", "owner": "storage team",
///    "reason": "adapter on order", "expires": "2026-12-31"}]}
/// ```
///
/// Parameters are texts with a unit (`"1ms"`, `"64KiB"`, `"70%"`), whole numbers, `true` and `false`, texts or lists of
/// texts. Where a text would be taken for a quantity, `{"text": "5m"}` says what it is; every kind has such a form. A
/// key that is not known is an error, so a misspelt one cannot be overlooked.
public struct RuleProfile: Sendable, Hashable {
    /// The name by which others extend it: 1 to 64 letters, digits, dots, `_` and `-`.
    public var name: String
    /// Its version; any text.
    public var version: String
    /// What it is for, in a sentence.
    public var summary: String?
    /// The name of the profile whose settings hold where this one is silent.
    public var extends: String?
    public var rules: [RuleID: RuleSettings]
    public var exemptions: [Exemption]

    public init(
        name: String, version: String, summary: String? = nil, extends: String? = nil,
        rules: [RuleID: RuleSettings] = [:], exemptions: [Exemption] = []
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.extends = extends
        self.rules = rules
        self.exemptions = exemptions
    }
}

extension RuleProfile {
    /// What a document of a profile may hold at most.
    public enum Limit {
        /// Bytes of a document.
        public static let documentBytes = 1 << 20
        /// Bytes of one text.
        public static let textBytes = 4096
        /// Bytes of a name.
        public static let nameBytes = 64
        public static let rules = 4096
        /// Parameters of one rule.
        public static let parameters = 64
        /// Texts of one list.
        public static let listItems = 1024
        public static let exemptions = 4096
        /// Profiles from the one that is resolved to the one that extends nothing.
        public static let chain = 16
        /// Levels of nesting in a document.
        public static let depth = 16
    }
}
