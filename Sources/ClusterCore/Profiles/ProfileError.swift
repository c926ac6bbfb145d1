/// Why a profile cannot be used: which profile, where in it, what is wrong and what to do.
public struct ProfileError: Error, Sendable, Hashable {
    /// The profile's name, or `nil` where it could not be read.
    public var profile: String?
    /// Where in the document, as a JSON pointer (RFC 6901): `/rules/rdma.latency/parameters/required`; empty for all of
    /// it.
    public var path: String
    /// What is wrong.
    public var problem: Problem

    public init(profile: String? = nil, path: String = "", problem: Problem) {
        self.profile = profile
        self.path = path
        self.problem = problem
    }

    /// What can be wrong with a profile.
    public enum Problem: Sendable, Hashable {
        /// The bytes are no JSON, with what the reader of JSON says.
        case notJSON(String)
        /// More than a limit allows.
        case tooMuch(of: String, limit: Int)
        /// A key that must be there.
        case missingKey(String)
        /// A key that no profile has.
        case unknownKey(String, known: [String])
        /// A key that an object has twice.
        case repeatedKey(String)
        /// A value of another type.
        case wrongType(expected: String, found: String)
        /// A word that is none of the choices.
        case unknownWord(String, choices: [String])
        /// A name that is not well formed.
        case badName(String, expected: String)
        /// A text that is not the quantity or the date that it should be.
        case badUnit(UnitError)
        /// The profile that is extended is not among the known ones.
        case unknownParent(chain: [String], known: [String])
        /// Profiles that extend each other.
        case cycle(chain: [String])
        /// A parent's name that several known profiles have.
        case ambiguousParent(chain: [String])
        /// More parents than are followed.
        case chainTooLong(chain: [String], limit: Int)
        /// A rule that the resolved profile does not have.
        case missingRule(RuleID)
        /// A parameter that the rule does not have.
        case missingParameter(String, of: RuleID, known: [String])
        /// A parameter of another kind.
        case wrongKind(expected: ParameterValue.Kind, found: ParameterValue, because: UnitError?)
    }
}

extension ProfileError: CustomStringConvertible {
    public var description: String {
        let place = [profile.map { "profile \"\(printable($0))\"" }, path.isEmpty ? nil : printable(path)]
            .compactMap { $0 }.joined(separator: ", ")
        return place.isEmpty ? "\(problem)" : "\(place): \(problem)"
    }
}

extension ProfileError.Problem: CustomStringConvertible {
    public var description: String {
        func quoted(_ word: String) -> String { "\"\(printable(word))\"" }
        func list(_ words: [String]) -> String { words.isEmpty ? "none" : words.map(printable).joined(separator: ", ") }
        func arrows(_ chain: [String]) -> String { chain.map(printable).joined(separator: " → ") }
        switch self {
        case .notJSON(let reason): return "not JSON: \(printable(reason))"
        case .tooMuch(let what, let limit): return "too much: at most \(limit) \(what)"
        case .missingKey(let key): return "the key \(quoted(key)) is missing"
        case .unknownKey(let key, let known):
            return "the key \(quoted(key)) is not known; the keys here are \(list(known))"
        case .repeatedKey(let key): return "the key \(quoted(key)) stands there twice"
        case .wrongType(let expected, let found): return "expected \(expected), found \(found)"
        case .unknownWord(let word, let choices): return "\(quoted(word)) is none of \(list(choices))"
        case .badName(let name, let expected): return "\(quoted(name)) is not \(expected)"
        case .badUnit(let error): return error.description
        case .unknownParent(let chain, let known):
            return "\(quoted(chain.last ?? "")) is not known (\(arrows(chain))); known are \(list(known))"
        case .cycle(let chain): return "profiles extend each other: \(arrows(chain))"
        case .ambiguousParent(let chain):
            return "several known profiles are named \(quoted(chain.last ?? "")) (\(arrows(chain)))"
        case .chainTooLong(let chain, let limit):
            return "more than \(limit) profiles extend each other: \(arrows(chain))"
        case .missingRule(let rule): return "there is no rule \(rule)"
        case .missingParameter(let parameter, let rule, let known):
            return "the rule \(rule) has no parameter \(quoted(parameter)); it has \(list(known))"
        case .wrongKind(let expected, let found, let because):
            if let because { return because.description }
            let escape = expected == .text ? "; a text that looks like a quantity is written {\"text\": …}" : ""
            return "expected \(expected.words), found \(found.kind.words) (\(printable(found.description)))\(escape)"
        }
    }
}

extension ParameterValue.Kind {
    /// The kind in a sentence.
    var words: String {
        switch self {
        case .duration: "a duration"
        case .bytes: "a size"
        case .bitRate: "a bit rate"
        case .byteRate: "a byte rate"
        case .fraction: "a fraction"
        case .watts: "a power"
        case .celsius: "a temperature"
        case .count: "a count"
        case .flag: "true or false"
        case .text: "a text"
        case .list: "a list of texts"
        }
    }
}
