import ClusterCore
import StorageMath
import Topology

/// A change of one place of a model that breaks one rule.
struct RuleMutation: Sendable, CustomStringConvertible {
    let rule: RuleID
    let example: ExampleModel
    /// Another profile than the example's own.
    let profile: String?
    /// Rules that no model can break the first one without.
    let implied: Set<RuleID>
    /// What is otherwise than in the example before the change: still a model that meets everything.
    private(set) var given: @Sendable (inout ClusterModel) throws -> Void = { _ in }
    let change: @Sendable (inout ClusterModel) throws -> Void

    init(
        _ rule: RuleID, _ example: ExampleModel = .architecture, _ profile: String? = nil, implies: Set<RuleID> = [],
        _ change: @escaping @Sendable (inout ClusterModel) throws -> Void
    ) {
        self.rule = rule
        self.example = example
        self.profile = profile
        self.implied = implies
        self.change = change
    }

    /// The same of a model that is otherwise than the example before the change.
    func given(_ body: @escaping @Sendable (inout ClusterModel) throws -> Void) -> RuleMutation {
        var other = self
        other.given = body
        return other
    }

    var description: String { "\(rule) of \(example.rawValue)" }

    /// The model before the change, made of its own example or of another one.
    func before(_ other: ExampleModel? = nil) throws -> ClusterModel {
        var model = try (other ?? example).read()
        try given(&model)
        return model
    }

    /// The model after it. What the change looks for and another example does not have stays as it is.
    func model(_ other: ExampleModel? = nil) throws -> ClusterModel {
        var model = try before(other)
        try change(&model)
        return model
    }

    /// One table for each kind of rule: the rule as the first profile asks it that has it.
    static let tables: [RuleMutation] =
        cluster + node + drives + place + power + network + switches + operation
        + workloads + recovery

    /// Those, and the ones for other figures and other kinds of clusters.
    static let all = tables + profiles
}

extension Array {
    /// The element at an index, or `nil` where there is none; setting one that is not there does nothing.
    subscript(at index: Int) -> Element? {
        get { indices.contains(index) ? self[index] : nil }
        set {
            if let newValue, indices.contains(index) { self[index] = newValue }
        }
    }
}
