import FoundationEssentials
import HostTopology

/// The facts of an observed host by their places in its document, so that two hosts can be compared fact by fact.
struct FlatHost {
    struct Fact: Hashable {
        /// The value as JSON; `nil` where it is unknown.
        var value: String?
        var source: String
        /// Whether it is a list of things with facts of their own.
        var isList = false
    }

    var facts: [String: Fact] = [:]

    init(_ host: ObservedHost) {
        guard let data = try? JSONEncoder().encode(host),
            let tree = try? JSONDecoder().decode(Tree.self, from: data)
        else { return }
        add(tree, at: "")
    }

    private indirect enum Tree: Decodable {
        case object([String: Tree])
        case list([Tree])
        case leaf(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .leaf("null")
            } else if let object = try? container.decode([String: Tree].self) {
                self = .object(object)
            } else if let list = try? container.decode([Tree].self) {
                self = .list(list)
            } else if let flag = try? container.decode(Bool.self) {
                self = .leaf("\(flag)")
            } else if let number = try? container.decode(Double.self) {
                self = .leaf("\(number)")
            } else {
                self = .leaf(try container.decode(String.self))
            }
        }

        /// What names an element of a list.
        var name: String? {
            guard case .object(let object) = self else { return nil }
            for key in ["id", "number", "name", "address", "node", "size_bytes"] {
                if case .leaf(let name)? = object[key] { return name }
            }
            return nil
        }

        var text: String {
            switch self {
            case .leaf(let text): text
            case .list(let list): "[" + list.map(\.text).joined(separator: ",") + "]"
            case .object(let object):
                "{" + object.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.text)" }.joined(separator: ",")
                    + "}"
            }
        }

        var hasFacts: Bool {
            switch self {
            case .leaf: false
            case .list(let list): list.contains(where: \.hasFacts)
            case .object(let object): object["source"] != nil || object.values.contains(where: \.hasFacts)
            }
        }
    }

    private mutating func add(_ tree: Tree, at place: String) {
        switch tree {
        case .leaf: return
        case .list(let list):
            for (index, element) in list.enumerated() { add(element, at: "\(place)/\(element.name ?? "\(index)")") }
        case .object(let object):
            if case .leaf(let source)? = object["source"] {
                if let value = object["value"] {
                    // Of a list of things with facts of their own the names count.
                    if case .list(let list) = value, value.hasFacts {
                        facts[place] = Fact(
                            value: list.enumerated().map { $1.name ?? "\($0)" }.joined(separator: ","), source: source,
                            isList: true)
                        add(value, at: place)
                    } else {
                        facts[place] = Fact(value: value.text, source: source)
                    }
                } else {
                    facts[place] = Fact(value: nil, source: source)
                }
            } else {
                for (key, value) in object { add(value, at: "\(place)/\(key)") }
            }
        }
    }
}
