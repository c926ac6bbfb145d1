extension ObservedHost {
    /// Goes through every fact of the host in the order of its document, known or not.
    ///
    /// It goes by the document that the host is written as, so that no fact which is written can be passed over. Takes a step for
    /// each fact.
    /// - Parameter body: given the fact's place in the document, such as `numa_nodes[].memory_bytes` (the same for each element of a
    ///   list), why it is not known (`nil` where it is), and who told it or was asked.
    public func forEachFact(_ body: @escaping (String, UnknownReason?, FactSource) -> Void) {
        // Nothing that a host consists of refuses to be written.
        try? encode(to: FactWalk(place: "", visit: body))
    }
}

/// A fact of whatever kind of value.
private protocol AnyFact: Encodable {
    var reason: UnknownReason? { get }
    var source: FactSource { get }
    func walk(_ walk: FactWalk) throws
}

extension Observed: AnyFact {
    fileprivate func walk(_ walk: FactWalk) throws {
        if case .known(let value, _) = self { try value.encode(to: walk) }
    }
}

/// An encoder that writes nothing, and tells of every fact that it is given.
private struct FactWalk: Encoder {
    let place: String
    let visit: (String, UnknownReason?, FactSource) -> Void

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(Members(walk: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { Elements(walk: self) }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(walk: self) }

    fileprivate func go<Value: Encodable>(into value: Value, at place: String) throws {
        let inner = FactWalk(place: place, visit: visit)
        if let fact = value as? any AnyFact {
            visit(place, fact.reason, fact.source)
            try fact.walk(inner)
        } else {
            try value.encode(to: inner)
        }
    }

    fileprivate func member(_ key: any CodingKey) -> String {
        place.isEmpty ? key.stringValue : "\(place).\(key.stringValue)"
    }

    private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let walk: FactWalk
        var codingPath: [any CodingKey] { [] }

        mutating func encodeNil(forKey key: Key) throws {}
        mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
            try walk.go(into: value, at: walk.member(key))
        }
        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            FactWalk(place: walk.member(key), visit: walk.visit).container(keyedBy: type)
        }
        mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            FactWalk(place: walk.member(key), visit: walk.visit).unkeyedContainer()
        }
        mutating func superEncoder() -> any Encoder { walk }
        mutating func superEncoder(forKey key: Key) -> any Encoder { walk }
    }

    private struct Elements: UnkeyedEncodingContainer {
        let walk: FactWalk
        var codingPath: [any CodingKey] { [] }
        var count = 0

        init(walk: FactWalk) { self.walk = FactWalk(place: walk.place + "[]", visit: walk.visit) }

        mutating func encodeNil() throws { count += 1 }
        mutating func encode<Value: Encodable>(_ value: Value) throws {
            count += 1
            try walk.go(into: value, at: walk.place)
        }
        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) -> KeyedEncodingContainer<Nested> {
            count += 1
            return walk.container(keyedBy: type)
        }
        mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
            count += 1
            return walk.unkeyedContainer()
        }
        mutating func superEncoder() -> any Encoder { walk }
    }

    private struct Single: SingleValueEncodingContainer {
        let walk: FactWalk
        var codingPath: [any CodingKey] { [] }

        mutating func encodeNil() throws {}
        mutating func encode(_ value: Bool) throws {}
        mutating func encode(_ value: String) throws {}
        mutating func encode(_ value: Double) throws {}
        mutating func encode(_ value: Float) throws {}
        mutating func encode(_ value: Int) throws {}
        mutating func encode(_ value: Int8) throws {}
        mutating func encode(_ value: Int16) throws {}
        mutating func encode(_ value: Int32) throws {}
        mutating func encode(_ value: Int64) throws {}
        mutating func encode(_ value: UInt) throws {}
        mutating func encode(_ value: UInt8) throws {}
        mutating func encode(_ value: UInt16) throws {}
        mutating func encode(_ value: UInt32) throws {}
        mutating func encode(_ value: UInt64) throws {}
        mutating func encode<Value: Encodable>(_ value: Value) throws { try walk.go(into: value, at: walk.place) }
    }
}
