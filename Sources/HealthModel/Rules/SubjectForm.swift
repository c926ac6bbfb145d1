public import ClusterCore

/// How the component that an alert is about is named by the labels of its signal: pairs of kind and label from the whole
/// to the part. `node` by `instance` and `drive` by `device` make `node:n1/drive:sda`.
///
/// In documents a list of texts, `["node=instance", "drive=device"]`.
public struct SubjectForm: Sendable, Hashable {
    /// The kinds with the labels that name them.
    public let steps: [Step]

    /// A kind of component and the label that holds its name.
    public struct Step: Sendable, Hashable {
        public let kind: String
        public let label: String
    }

    /// The most steps.
    public static let stepLimit = 8

    /// The whole signal is the subject.
    public init() { steps = [] }

    /// Texts `kind=label`, or `name` where both are the same.
    public init(_ steps: [String]) throws(RuleError) {
        guard steps.count <= SubjectForm.stepLimit else {
            throw RuleError(
                .outOfBounds, place: "subject", problem: "\(steps.count) steps",
                remedy: "use at most \(SubjectForm.stepLimit)")
        }
        var parsed: [Step] = []
        for text in steps {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 2, let kind = parts.first, let label = parts.last,
                SignalText.isIdentifier(kind, colon: false), SignalText.isIdentifier(label, colon: false)
            else {
                throw RuleError(
                    .outOfBounds, place: "subject", problem: "\"\(text)\" is no kind and label",
                    remedy: "write them as drive=device")
            }
            parsed.append(Step(kind: kind, label: label))
        }
        self.steps = parsed
    }

    /// The component of a signal: the steps whose labels it has, or the signal itself where it has none of them.
    public func component(of identity: SignalIdentity) -> ComponentIdentifier {
        var component = ComponentIdentifier(rawValue: "")
        for step in steps {
            guard let name = identity[step.label] else { continue }
            component = component.appending(step.kind, name)
        }
        return component.rawValue.isEmpty ? ComponentIdentifier(rawValue: "\(identity)") : component
    }
}

extension SubjectForm: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode([String].self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(steps.map { $0.kind == $0.label ? $0.kind : "\($0.kind)=\($0.label)" })
    }
}
