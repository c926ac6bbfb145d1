import ClusterCore

/// An installation as a tree of values, so that a rule can name any of them by its path.
enum ModelValue: Sendable, Hashable {
    case flag(Bool)
    case integer(Int64)
    case quantity(ParameterValue)
    case text(String)
    case list([ModelValue])
    case object([String: ModelValue])

    /// The tree of a value. What is `nil` there is not in the tree.
    init(of value: some Encodable) throws {
        let encoder = TreeEncoder()
        try encoder.write(value)
        self = encoder.node.value
    }

    /// What it is, in a sentence.
    var words: String {
        switch self {
        case .flag(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .quantity(let value): value.humanText
        case .text(let value): value
        case .list(let items): "\(items.count) items"
        case .object: "an object"
        }
    }
}

/// A node under construction.
private final class TreeNode {
    enum Kind { case empty, leaf, list, object }

    var kind = Kind.empty
    var leaf = ModelValue.flag(false)
    private(set) var items: [TreeNode] = []
    private var members: [String: TreeNode] = [:]

    var value: ModelValue {
        switch kind {
        case .empty, .list: .list(items.map(\.value))
        case .leaf: leaf
        case .object: .object(members.mapValues(\.value))
        }
    }

    func set(_ value: ModelValue) {
        kind = .leaf
        leaf = value
    }

    func append() -> TreeNode {
        kind = .list
        items.append(TreeNode())
        return items[items.count - 1]
    }

    func member(_ key: String) -> TreeNode {
        kind = .object
        let item = TreeNode()
        members[key] = item
        return item
    }
}

/// Writes any encodable value as a tree; quantities stay quantities.
private final class TreeEncoder: Encoder {
    let node: TreeNode
    let codingPath: [any CodingKey] = []
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ node: TreeNode = TreeNode()) { self.node = node }

    func write(_ value: some Encodable) throws {
        switch value {
        case let value as ByteCount: node.set(.quantity(.bytes(value)))
        case let value as BitRate: node.set(.quantity(.bitRate(value)))
        case let value as Duration: node.set(.quantity(.duration(value)))
        case let value as Watts: node.set(.quantity(.watts(value)))
        case let value as Celsius: node.set(.quantity(.celsius(value)))
        case let value as Fraction: node.set(.quantity(.fraction(value)))
        case let value as Bool: node.set(.flag(value))
        case let value as String: node.set(.text(value))
        case let value as Int: node.set(.integer(Int64(value)))
        default: try value.encode(to: self)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if node.kind == .empty { node.kind = .object }
        return KeyedEncodingContainer(KeyedTree<Key>(node: node))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if node.kind == .empty { node.kind = .list }
        return ListedTree(node: node)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SingleTree(node: node) }
}

private struct KeyedTree<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: TreeNode
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil(forKey key: Key) throws {}
    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        try TreeEncoder(node.member(key.stringValue)).write(value)
    }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { TreeEncoder(node.member(key.stringValue)).container(keyedBy: type) }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        TreeEncoder(node.member(key.stringValue)).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { TreeEncoder(node) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { TreeEncoder(node.member(key.stringValue)) }
}

private struct ListedTree: UnkeyedEncodingContainer {
    let node: TreeNode
    var codingPath: [any CodingKey] { [] }
    var count: Int { node.items.count }

    mutating func encodeNil() throws {}
    mutating func encode(_ value: some Encodable) throws { try TreeEncoder(node.append()).write(value) }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> { TreeEncoder(node.append()).container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        TreeEncoder(node.append()).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { TreeEncoder(node.append()) }
}

private struct SingleTree: SingleValueEncodingContainer {
    let node: TreeNode
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() throws {}
    mutating func encode(_ value: some Encodable) throws { try TreeEncoder(node).write(value) }
}
