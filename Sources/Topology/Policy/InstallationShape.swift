import ClusterCore

/// The shape of an installation as a tree of sample values: what a path can lead to, and of which kind that is.
///
/// It is made by decoding an installation in which everything is said once, so it holds whatever the types hold.
enum InstallationShape {
    /// The tree; a list has one item, an object whose keys are the user's own has the key `*`.
    static let tree: ModelValue = {
        do {
            return try ModelValue(of: Installation(from: SampleDecoder()))
        } catch {
            // Only a type that the sample cannot make leads here, and a test says that there is none.
            return .object([:])
        }
    }()

    /// The key of an object that takes any.
    static let anyKey = "*"
}

extension ModelPath {
    /// What is wrong with the path from a part of that shape on, with the nearest that there is; `nil` where it leads to
    /// something.
    func problem(in shape: ModelValue) -> String? {
        var value = shape
        var walked = ""
        for step in steps {
            switch (step, value) {
            case (.key("count"), .list): value = .integer(1)
            case (.key(let name), .object(let members)):
                guard let next = members[name] ?? members[InstallationShape.anyKey] else {
                    return "there is no \"\(name.prefix(64))\" \(walked.isEmpty ? "here" : "in \(walked)"); "
                        + hint(name, at: walked, among: members)
                }
                value = next
            case (.key(let name), .list(let items)):
                let inside = items.isEmpty ? walked : "\(walked)[*].\(name)"
                return "\(walked) is a list; write \(inside), or \(walked).count"
            case (.each, .list(let items)): value = items.first ?? .object([:])
            case (.each, .object(let members)) where members[InstallationShape.anyKey] != nil:
                value = members[InstallationShape.anyKey] ?? .object([:])
            case (.each, _): return "\(walked.isEmpty ? "the part" : walked) is no list; leave [*] out"
            default: return "\(walked.isEmpty ? "the part" : walked) is \(value.kind) and has nothing in it"
            }
            switch step {
            case .key(let name): walked += walked.isEmpty ? name : ".\(name)"
            case .each: walked += "[*]"
            }
        }
        return nil
    }

    /// The sample value that the path leads to.
    func sample(in shape: ModelValue) -> ModelValue? {
        var value = shape
        for step in steps {
            switch (step, value) {
            case (.key("count"), .list): value = .integer(1)
            case (.key(let name), .object(let members)):
                guard let next = members[name] ?? members[InstallationShape.anyKey] else { return nil }
                value = next
            case (.each, .list(let items)):
                guard let next = items.first else { return nil }
                value = next
            case (.each, .object(let members)):
                guard let next = members[InstallationShape.anyKey] else { return nil }
                value = next
            default: return nil
            }
        }
        return value
    }

    private func hint(_ name: String, at walked: String, among members: [String: ModelValue]) -> String {
        let prefix = walked.isEmpty ? "" : "\(walked)."
        if let near = NearestName.nearest(to: name, among: members.keys.sorted()) {
            return "did you mean \(prefix)\(near)?"
        }
        // The key may stand deeper: `memory` in `hardware.memory`.
        let deeper = members.sorted { $0.key < $1.key }.compactMap { key, value -> String? in
            guard case .object(let inner) = value, inner[name] != nil else { return nil }
            return "\(prefix)\(key).\(name)"
        }
        if let first = deeper.first { return "did you mean \(first)?" }
        return "there are \(members.keys.sorted().joined(separator: ", "))"
    }
}

extension ModelValue {
    /// What kind of value it is.
    var kind: String {
        switch self {
        case .flag: "true or false"
        case .integer: "a count"
        case .quantity: "a quantity"
        case .text: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

extension ParameterValue {
    /// How a quantity of that kind is written.
    var example: String {
        switch self {
        case .bytes: "512GB"
        case .bitRate: "25Gbps"
        case .duration: "15m"
        case .watts: "800W"
        case .celsius: "25C"
        default: "50%"
        }
    }
}

// MARK: The sample

/// Gives every type one value in which all is said.
private struct SampleDecoder: Decoder {
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(KeyedSample<Key>())
    }
    func unkeyedContainer() -> any UnkeyedDecodingContainer { ListedSample() }
    func singleValueContainer() -> any SingleValueDecodingContainer { SingleSample() }

    static func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let known: Any? =
            switch type {
            case is Duration.Type: Duration.seconds(1)
            case is ByteCount.Type: ByteCount(bytes: 1)
            case is BitRate.Type: BitRate(bitsPerSecond: 1)
            case is Watts.Type: Watts(milliwatts: 1)
            case is Celsius.Type: Celsius(millidegrees: 1)
            case is Fraction.Type: Fraction(1)
            case is DriveList.Type: DriveList([])
            case is Cabling.Type: Cabling.switches([InstallationShape.anyKey])
            default: (type as? any CaseIterable.Type).flatMap { first(of: $0) }
            }
        if let value = known as? Value { return value }
        return try Value(from: SampleDecoder())
    }

    private static func first(of type: any CaseIterable.Type) -> Any? {
        func first<Cases: CaseIterable>(_: Cases.Type) -> Any? { Cases.allCases.first }
        return first(type)
    }
}

private struct KeyedSample<Key: CodingKey>: KeyedDecodingContainerProtocol {
    var codingPath: [any CodingKey] { [] }
    /// Only an object whose keys are the user's own asks for them.
    var allKeys: [Key] { [Key(stringValue: InstallationShape.anyKey)].compactMap(\.self) }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }
    func decode(_: Bool.Type, forKey key: Key) -> Bool { true }
    func decode(_: String.Type, forKey key: Key) -> String { InstallationShape.anyKey }
    func decode(_: Int.Type, forKey key: Key) -> Int { 1 }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try SampleDecoder.value(type)
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedDecodingContainer<Nested> { SampleDecoder().container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { ListedSample() }
    func superDecoder() -> any Decoder { SampleDecoder() }
    func superDecoder(forKey key: Key) -> any Decoder { SampleDecoder() }
}

/// A list of one item.
private struct ListedSample: UnkeyedDecodingContainer {
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    var currentIndex = 0
    var isAtEnd: Bool { currentIndex > 0 }

    mutating func decodeNil() -> Bool { false }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        currentIndex += 1
        return try SampleDecoder.value(type)
    }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) -> KeyedDecodingContainer<Nested> {
        currentIndex += 1
        return SampleDecoder().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer {
        currentIndex += 1
        return ListedSample()
    }
    mutating func superDecoder() -> any Decoder { SampleDecoder() }
}

private struct SingleSample: SingleValueDecodingContainer {
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }
    func decode(_: Bool.Type) -> Bool { true }
    func decode(_: String.Type) -> String { InstallationShape.anyKey }
    func decode(_: Int.Type) -> Int { 1 }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try SampleDecoder.value(type) }
}
