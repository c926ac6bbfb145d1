#if Documents
public import ClusterCore
import FoundationEssentials
import Topology
import Yams

/// A rule profile in YAML or JSON, held to the rules and figures that checks know.
///
/// ```yaml
/// name: contoso
/// version: "1"
/// extends: azureLocal23H2
/// rules: {node.memory: {parameters: {minimum: 256GB}}}
/// ```
public struct ProfileDocument: Sendable, Hashable {
    public let profile: RuleProfile

    /// Reads YAML or JSON.
    /// - Parameter vocabulary: what checks know; a rule or a figure beside it would ask nothing, in silence.
    /// - Throws: ``DocumentProblem`` with the place and what to write instead.
    public init(_ bytes: [UInt8], knowing vocabulary: RuleVocabulary) throws(DocumentProblem) {
        let root = try YAMLText.root(of: bytes)
        // The reader of profiles asks for the types of values, which JSON tells.
        let json = try NodeReader(node: root, path: "").json()
        do throws(ProfileError) {
            let profile = try RuleProfile(json: Array(json.utf8))
            try profile.check(against: vocabulary)
            self.profile = profile
        } catch {
            throw DocumentProblem(
                root.nearest(to: error.path + error.problem.keyStep).position, error.path,
                "\(error.problem)" + error.problem.hint(vocabulary))
        }
    }
}

extension ProfileError.Problem {
    /// The step to a key that is wrong by itself, beside the path to what it stands in.
    fileprivate var keyStep: String {
        switch self {
        case .unknownKey(let key, _), .repeatedKey(let key): "/\(key)"
        case .missingParameter(let name, _, _): "/parameters/\(name)"
        default: ""
        }
    }

    /// What was meant, where a name is misspelt.
    fileprivate func hint(_ vocabulary: RuleVocabulary) -> String {
        let near: String? =
            switch self {
            case .unknownKey(let key, let known): NearestName.nearest(to: key, among: known)
            case .unknownWord(let word, let choices): NearestName.nearest(to: word, among: choices)
            case .missingParameter(let name, _, let known): NearestName.nearest(to: name, among: known)
            case .missingRule(let rule):
                NearestName.nearest(to: rule.rawValue, among: vocabulary.rules.keys.map(\.rawValue).sorted())
            default: nil
            }
        if let near { return "; did you mean \(near)?" }
        if case .missingRule = self { return "; clustermodel explain lists them" }
        return ""
    }
}

extension NodeReader {
    /// The node as JSON: what stands without quotes is a number, true, false or null where it looks like one.
    fileprivate func json() throws(DocumentProblem) -> String {
        if let mapping = node.mapping {
            var members: [String] = []
            for (key, value) in mapping {
                guard let name = key.scalar?.string else { throw problem("a key must be a text") }
                members.append(
                    "\(quoted(name)):\(try NodeReader(node: value, path: "\(path)/\(name.prefix(64))").json())")
            }
            return "{\(members.joined(separator: ","))}"
        }
        if node.sequence != nil {
            var parts: [String] = []
            for item in try items(atMost: RuleProfile.Limit.exemptions) { parts.append(try item.json()) }
            return "[\(parts.joined(separator: ","))]"
        }
        let text = try text()
        if isNull { return "null" }
        guard let scalar = node.scalar, scalar.style == .any || scalar.style == .plain else { return quoted(text) }
        if text == "true" || text == "false" { return text }
        let isNumber = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
        return isNumber && (try? JSONDecoder().decode(Double.self, from: Data(text.utf8))) != nil ? text : quoted(text)
    }

    private func quoted(_ text: String) -> String {
        (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
#endif
