/// Why a snapshot of the state of alerts is not taken back. The description is one line.
public struct SnapshotError: Error, Sendable, Hashable {
    public let kind: Kind
    /// Where in it.
    public let place: String
    /// What was found, in words.
    public let problem: String

    /// The kinds of problems.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The bytes are something else.
        case foreign
        /// A version that is not read.
        case unsupported
        /// It is of other rules.
        case otherRules
        /// It ends too early.
        case truncated
        /// The bytes are not those that were written.
        case damaged
        /// It is larger than what is read.
        case tooLarge
    }

    init(_ kind: Kind, place: String, problem: String) {
        self.kind = kind
        self.place = place
        self.problem = SignalError.printable(problem)
    }

    /// What to do about it.
    public var remedy: String {
        switch kind {
        case .foreign: "give a snapshot of the state of alerts"
        case .unsupported: "use the version that wrote it"
        case .otherRules: "begin without it, or give the rules with which it was written"
        case .truncated, .damaged: "use an older snapshot, or begin without one: alerts will wait and fire again"
        case .tooLarge: "begin without it"
        }
    }
}

extension SnapshotError: CustomStringConvertible {
    public var description: String { "snapshot, \(place): \(problem); \(remedy)" }
}
