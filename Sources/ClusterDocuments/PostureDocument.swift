#if Documents
import ClusterCore
public import Topology
import Yams

/// What is known of a cluster's security, in YAML or JSON: the form `clustermodel.posture/1`.
///
/// ```yaml
/// schema: clustermodel.posture/1
/// mode: connected
/// controls:
///   secure_boot: {state: on}
///   tpm2: {state: ~}
/// ```
public struct PostureDocument: Sendable, Hashable {
    public let posture: SecurityPosture

    /// The name and the major version of the form.
    public static let schema = "clustermodel.posture/1"

    /// Reads YAML or JSON.
    /// - Throws: ``DocumentProblem`` with the place and what to write instead.
    public init(_ bytes: [UInt8]) throws(DocumentProblem) {
        let root = try YAMLText.root(of: bytes)
        posture = try NodeReader(node: root.withoutSchema(PostureDocument.schema), path: "").decoded()
    }
}
#endif
