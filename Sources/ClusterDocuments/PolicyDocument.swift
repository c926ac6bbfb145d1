#if Documents
import ClusterCore
public import Topology

/// Rules of a user's own in YAML or JSON: the form `clustermodel.rules/1`.
public struct PolicyDocument: Sendable, Hashable {
    public let policy: Policy

    /// The name and the major version of the form.
    public static let schema = "clustermodel.rules/1"

    /// Reads YAML or JSON.
    /// - Throws: ``DocumentProblem`` with the place and what to write instead.
    public init(_ bytes: [UInt8]) throws(DocumentProblem) {
        let root = try YAMLText.root(of: bytes)
        policy = try NodeReader(node: root.withoutSchema(PolicyDocument.schema), path: "").decoded()
        if let wrong = policy.problems.first {
            throw DocumentProblem(
                root.nearest(to: wrong.path).position, wrong.path, "rule \(wrong.rule): \(wrong.problem)")
        }
    }
}
#endif
