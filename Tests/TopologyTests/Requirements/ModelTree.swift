import Foundation
import Topology

/// A model as the tree that a document of it is.
enum ModelTree: Equatable {
    case map([String: ModelTree])
    case list([ModelTree])
    case scalar(String)

    init(_ model: ClusterModel) throws {
        self.init(of: try JSONSerialization.jsonObject(with: JSONEncoder().encode(model)))
    }

    private init(of value: Any) {
        switch value {
        case let members as [String: Any]: self = .map(members.mapValues { ModelTree(of: $0) })
        case let items as [Any] where ModelTree.isDuration(items): self = .scalar("\(items)")
        case let items as [Any]: self = .list(items.map { ModelTree(of: $0) })
        default: self = .scalar("\(value)")
        }
    }

    /// Whether a list is a duration, written as the two halves of a number of attoseconds: no other number of a model comes
    /// near them.
    private static func isDuration(_ items: [Any]) -> Bool {
        let halves = items.compactMap { Double("\($0)") }
        return halves.count == 2 && items.count == 2 && halves.contains { $0.magnitude > 1e12 }
    }

    /// The places at which another tree is otherwise: a scalar, or one element of a list that is there in one of both alone.
    func changes(to other: ModelTree, at path: String = "") -> [String] {
        switch (self, other) {
        case _ where self == other: return []
        case (.map(let before), .map(let after)):
            return Set(before.keys).union(after.keys).sorted().flatMap { key in
                let place = "\(path)/\(key)"
                return switch (before[key], after[key]) {
                case (let old?, let new?): old.changes(to: new, at: place)
                case (let part?, nil), (nil, let part?): part.places(at: place)
                case (nil, nil): [String]()
                }
            }
        case (.list(let before), .list(let after)) where before.count == after.count:
            return zip(before, after).enumerated().flatMap { $1.0.changes(to: $1.1, at: "\(path)/\($0)") }
        case (.list(let before), .list(let after)):
            let (short, long) = before.count < after.count ? (before, after) : (after, before)
            // An element that is taken out moves those behind it up.
            let same = zip(short, long).prefix { $0 == $1 }.count
            let extra = long.count - short.count
            let isMoved = short[same...].elementsEqual(long[(same + extra)...])
            return (0..<(isMoved ? extra : long.count - same)).map { "\(path)/\(same + $0)" }
        default: return [path]
        }
    }

    /// The places of a part that is there in one of two trees alone.
    private func places(at path: String) -> [String] {
        switch self {
        case .scalar, .list([]): [path]
        case .list(let items): items.indices.map { "\(path)/\($0)" }
        case .map(let members): members.sorted { $0.key < $1.key }.flatMap { $1.places(at: "\(path)/\($0)") }
        }
    }
}
