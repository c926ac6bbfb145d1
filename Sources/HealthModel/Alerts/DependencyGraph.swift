public import ClusterCore

/// What depends on what, for the root cause of alerts: a component cannot be well while all that it depends on is gone.
///
/// A component that is named as part of another (`node:n1/drive:sda`) depends on the whole unless said otherwise.
public struct DependencyGraph: Sendable, Hashable {
    private let parents: [ComponentIdentifier: [ComponentIdentifier]]

    /// The most components of a graph, and the most steps from a part to the last whole.
    public enum Limit {
        public static let components = 1_000_000
        public static let depth = 64
    }

    /// No dependencies but those that names tell.
    public init() { parents = [:] }

    /// An error where components depend on each other in a circle, where there are too many, or where a way is too long.
    /// - Parameter parents: what each component depends on; where it has several, any one of them suffices.
    public init(_ parents: [ComponentIdentifier: [ComponentIdentifier]]) throws(RuleError) {
        guard parents.count <= Limit.components else {
            throw RuleError(
                .outOfBounds, place: "dependencies", problem: "\(parents.count) components",
                remedy: "use at most \(Limit.components)")
        }
        self.parents = parents
        var heights: [ComponentIdentifier: Int] = [:]
        for start in parents.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            var open: Set<ComponentIdentifier> = []
            _ = try DependencyGraph.height(start, self, &open, &heights)
        }
    }

    private static func height(
        _ component: ComponentIdentifier, _ graph: DependencyGraph, _ open: inout Set<ComponentIdentifier>,
        _ heights: inout [ComponentIdentifier: Int]
    ) throws(RuleError) -> Int {
        if let known = heights[component] { return known }
        guard open.count < Limit.depth, open.insert(component).inserted else {
            throw RuleError(
                .contradiction, place: "dependencies",
                problem: "\"\(component)\" depends on itself, or on more than \(Limit.depth) others in a row",
                remedy: "take one dependency out of the circle")
        }
        var height = 0
        for parent in graph.parents(of: component) {
            height = max(height, try DependencyGraph.height(parent, graph, &open, &heights) + 1)
        }
        open.remove(component)
        heights[component] = height
        return height
    }

    /// What a component depends on directly.
    public func parents(of component: ComponentIdentifier) -> [ComponentIdentifier] {
        if let explicit = parents[component] { return explicit }
        guard let slash = component.rawValue.lastIndex(of: "/"), slash > component.rawValue.startIndex,
            component.rawValue[..<slash].contains(":")
        else { return [] }
        return [ComponentIdentifier(rawValue: String(component.rawValue[..<slash]))]
    }

    /// The component whose loss explains that this one is not well: itself or one above it that is lost, where every way
    /// upwards ends at a lost one. `nil` where it has a way that is not lost.
    public func cause(
        of component: ComponentIdentifier, isLost: (ComponentIdentifier) -> Bool
    ) -> ComponentIdentifier? {
        var steps = 0
        return cause(of: component, isLost, 0, &steps)
    }

    private func cause(
        of component: ComponentIdentifier, _ isLost: (ComponentIdentifier) -> Bool, _ depth: Int, _ steps: inout Int
    ) -> ComponentIdentifier? {
        steps += 1
        // A component of many ways is told as not explained rather than searched for ever.
        guard depth <= Limit.depth, steps <= 4096 else { return nil }
        let above = parents(of: component)
        var found: ComponentIdentifier?
        for parent in above {
            guard let cause = cause(of: parent, isLost, depth + 1, &steps) else {
                found = nil
                break
            }
            found = found ?? cause
        }
        return found ?? (isLost(component) ? component : nil)
    }
}

extension DependencyGraph: Codable {
    public init(from decoder: any Decoder) throws {
        let named = try decoder.singleValueContainer().decode([String: [String]].self)
        try self.init(
            Dictionary(
                named.map {
                    (ComponentIdentifier(rawValue: $0.key), $0.value.map { ComponentIdentifier(rawValue: $0) })
                },
                uniquingKeysWith: { first, _ in first }))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(
            Dictionary(
                parents.map { ($0.key.rawValue, $0.value.map(\.rawValue)) }, uniquingKeysWith: { first, _ in first }))
    }
}
