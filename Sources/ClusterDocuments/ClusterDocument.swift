#if Documents
public import ClusterCore
public import Topology
import Yams

/// Clusters as a person writes them down, in YAML or JSON: the form `clustermodel.cluster/1`.
///
/// ```yaml
/// schema: clustermodel.cluster/1
/// name: branch
/// templates:
///   small: {memory: {size: 128GB, ecc: true}}
/// clusters:
///   - name: c1
///     nodes: [{template: small, count: 2, prefix: node}]
/// ```
///
/// What is left out is not known. A key that is not known is an error, as is a name that stands for nothing, each with its
/// line and with the nearest that there is.
public struct ClusterDocument: Sendable, Hashable {
    /// What was written.
    public let model: ClusterModel
    /// What it stands for, written out.
    public let installation: Installation
    /// Where the name of a profile stands in the text; `nil` where there is none.
    public let profilePosition: DocumentProblem.Position?
    private let parts: PartPositions

    /// The name and the major version of the form.
    public static let schema = "clustermodel.cluster/1"

    /// Reads YAML or JSON.
    /// - Throws: ``DocumentProblem`` with the place and what to write instead.
    public init(_ bytes: [UInt8], limits: ClusterModel.Limits = ClusterModel.Limits()) throws(DocumentProblem) {
        let root = try YAMLText.root(of: bytes)
        model = try NodeReader(node: root.withoutSchema(ClusterDocument.schema), path: "").decoded()
        do throws(ModelProblem) { installation = try model.installation(limits: limits) } catch {
            throw DocumentProblem(root.nearest(to: error.path).position, error.path, error.problem)
        }
        profilePosition = model.profile.flatMap { _ in root.nearest(to: "/profile").position }
        parts = PartPositions(root)
    }

    /// Where a part of the model stands in the text, or the part that it belongs to; `nil` where neither does.
    public func position(of subject: ComponentIdentifier) -> DocumentProblem.Position? {
        parts.position(of: subject, in: model)
    }
}

extension ClusterDocument {
    /// Equal in what they say, wherever it stands in the text.
    public static func == (left: ClusterDocument, right: ClusterDocument) -> Bool {
        left.model == right.model && left.installation == right.installation
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(model) }
}

extension Node {
    /// The document without its first key, which says what it is.
    func withoutSchema(_ expected: String) throws(DocumentProblem) -> Node {
        let reader = NodeReader(node: self, path: "")
        guard let mapping else { throw reader.problem("this must be an object; begin with schema: \(expected)") }
        guard let written = mapping["schema"] else {
            throw reader.problem("\"schema\" is missing; begin with schema: \(expected)")
        }
        let word = NodeReader(node: written, path: "/schema")
        let name = try word.text()
        guard name == expected else {
            throw word.problem("\"\(name.prefix(64))\" is not read here; write \(expected)")
        }
        let rest = mapping.filter { $0.key.scalar?.string != "schema" }
        return .mapping(Mapping(rest, mapping.tag, mapping.style, mapping.mark))
    }

    /// Where it stands; of a list or an object, where it begins.
    var position: DocumentProblem.Position? { mark.map { .init(line: $0.line, column: $0.column) } }

    /// The node at a path such as `/clusters/0/nodes/1`, or the last one on the way there that exists.
    func nearest(to path: String) -> Node {
        var node = self
        for step in path.split(separator: "/") {
            if let list = node.sequence, let index = Int(step), list.indices.contains(index) {
                node = list[index]
            } else if let next = node.mapping?[String(step)] {
                node = next
            } else {
                break
            }
        }
        return node
    }
}
#endif
