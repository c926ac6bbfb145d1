#if Documents
import ClusterCore
import Topology
import Yams

/// Decodes a model from a document's nodes, and says of what is wrong where it stands and what to write instead.
///
/// Quantities are texts with a unit: a bare number would be bytes to the one and gigabytes to the other.
struct ModelDecoder: Decoder {
    let reader: NodeReader
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ reader: NodeReader, _ codingPath: [any CodingKey] = []) {
        self.reader = reader
        self.codingPath = codingPath
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try KeyedNodes<Key>(self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try ListedNodes(self) }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleNode(decoder: self) }

    /// A value of any type.
    static func value<Value: Decodable>(
        _ type: Value.Type, _ reader: NodeReader, _ codingPath: [any CodingKey]
    ) throws -> Value {
        if let value = try quantity(type, reader) { return value }
        do { return try Value(from: ModelDecoder(reader, codingPath)) } catch let problem as DocumentProblem {
            throw problem
        } catch DecodingError.dataCorrupted(let context) {
            // Asked of what failed alone: to find out whether a type is a list of words takes longer than to read it.
            if let words = type as? any (CaseIterable & RawRepresentable).Type { try refuseUnknownWord(words, reader) }
            throw reader.problem(context.debugDescription)
        } catch {
            throw reader.problem("it cannot be read: \(error)")
        }
    }

    private static func quantity<Value>(_ type: Value.Type, _ reader: NodeReader) throws -> Value? {
        func read<Quantity>(
            _ example: String, _ parse: (String) throws(UnitError) -> Quantity
        ) throws(DocumentProblem) -> Value? {
            let text = try reader.text()
            if text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }) {
                throw reader.problem("\"\(text.prefix(64))\" has no unit; write it as in \(example)")
            }
            do throws(UnitError) { return try parse(text) as? Value } catch { throw reader.problem("\(error)") }
        }
        switch type {
        case is Duration.Type: return try read("15m") { text throws(UnitError) in try Duration(parsing: text) }
        case is ByteCount.Type: return try read("512GB") { text throws(UnitError) in try ByteCount(parsing: text) }
        case is BitRate.Type: return try read("25Gbps") { text throws(UnitError) in try BitRate(parsing: text) }
        case is Watts.Type: return try read("800W") { text throws(UnitError) in try Watts(parsing: text) }
        case is Celsius.Type: return try read("25C") { text throws(UnitError) in try Celsius(parsing: text) }
        case is Fraction.Type:
            let text = try reader.text()
            do throws(UnitError) { return try Fraction(parsing: text) as? Value } catch {
                throw reader.problem("\(error)")
            }
        default: return nil
        }
    }

    private static func refuseUnknownWord(
        _ type: any (CaseIterable & RawRepresentable).Type, _ reader: NodeReader
    ) throws {
        let words = caseNames(type)
        guard !words.isEmpty else { return }
        let text = try reader.text()
        guard words.contains(text) else {
            let near = NearestName.nearest(to: text, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
            throw reader.problem("\"\(text.prefix(64))\" is not one of \(words.joined(separator: ", "))\(near)")
        }
    }

    private static func caseNames<Words: CaseIterable & RawRepresentable>(_: Words.Type) -> [String] {
        Words.allCases.compactMap { $0.rawValue as? String }
    }
}

/// The members of an object.
private struct KeyedNodes<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ModelDecoder
    let members: [String: NodeReader]
    /// In the document's order.
    let allKeys: [Key]
    var codingPath: [any CodingKey] { decoder.codingPath }

    init(_ decoder: ModelDecoder) throws {
        self.decoder = decoder
        let reader = decoder.reader
        let known = (Key.self as? any CaseIterable.Type).map { names(of: $0) }
        guard let mapping = reader.node.mapping else {
            guard let known else {
                throw reader.problem("this must be an object with names and what they stand for; write {name: …}")
            }
            throw reader.noObject(with: known)
        }
        var members: [String: NodeReader] = [:]
        var keys: [Key] = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            guard known?.contains(name) ?? true, let coded = Key(stringValue: name) else {
                throw DocumentProblem(
                    key.mark.map { .init(line: $0.line, column: $0.column) }, reader.path,
                    "there is no \"\(name.prefix(64))\" here; \(KeyedNodes.hint(for: name, among: known ?? []))")
            }
            let member = NodeReader(node: value, path: "\(reader.path)/\(name.prefix(64))")
            if member.isNull { continue }
            members[name] = member
            keys.append(coded)
        }
        self.members = members
        allKeys = keys
    }

    /// The nearest key, and all of them where they are few enough to read.
    private static func hint(for name: String, among known: [String]) -> String {
        let all = "there are \(known.joined(separator: ", "))"
        guard let near = NearestName.nearest(to: name, among: known) else { return all }
        return "did you mean \"\(near)\"?" + (known.count > 24 ? "" : " Otherwise \(all)")
    }

    private func member(_ key: Key) throws -> NodeReader {
        guard let member = members[key.stringValue] else {
            throw decoder.reader.problem("\"\(key.stringValue)\" is missing here")
        }
        return member
    }

    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool { members[key.stringValue] == nil }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try ModelDecoder.value(type, member(key), codingPath + [key])
    }

    func decode(_: Bool.Type, forKey key: Key) throws -> Bool { try member(key).flag() }
    func decode(_: String.Type, forKey key: Key) throws -> String { try member(key).text() }
    func decode(_: Int.Type, forKey key: Key) throws -> Int { try member(key).whole() }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try ModelDecoder(member(key), codingPath + [key]).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try ModelDecoder(member(key), codingPath + [key]).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { ModelDecoder(try member(key), codingPath + [key]) }
}

private func names(of keys: any CaseIterable.Type) -> [String] {
    func all<Keys: CaseIterable>(_: Keys.Type) -> [String] {
        Keys.allCases.compactMap { ($0 as? any CodingKey)?.stringValue }
    }
    return all(keys)
}

/// The items of a list.
private struct ListedNodes: UnkeyedDecodingContainer {
    /// Far more than a document within the limit of its size holds of anything.
    static let limit = 100_000

    let decoder: ModelDecoder
    let items: [NodeReader]
    var currentIndex = 0
    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    init(_ decoder: ModelDecoder) throws {
        self.decoder = decoder
        items = try decoder.reader.items(atMost: ListedNodes.limit)
    }

    private mutating func next() throws -> NodeReader {
        guard !isAtEnd else { throw decoder.reader.problem("the list ends too early") }
        defer { currentIndex += 1 }
        return items[currentIndex]
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, items[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try ModelDecoder.value(type, next(), codingPath)
    }

    mutating func decode(_: String.Type) throws -> String { try next().text() }
    mutating func decode(_: Int.Type) throws -> Int { try next().whole() }
    mutating func decode(_: Bool.Type) throws -> Bool { try next().flag() }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try ModelDecoder(next(), codingPath).container(keyedBy: type) }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try ModelDecoder(next(), codingPath).unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { ModelDecoder(try next(), codingPath) }
}

/// A node by itself.
private struct SingleNode: SingleValueDecodingContainer {
    let decoder: ModelDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }
    private var reader: NodeReader { decoder.reader }

    init(decoder: ModelDecoder) { self.decoder = decoder }

    func decodeNil() -> Bool { reader.isNull }
    func decode(_: Bool.Type) throws -> Bool { try reader.flag() }
    func decode(_: String.Type) throws -> String { try reader.text() }
    func decode(_: Int.Type) throws -> Int { try reader.whole() }
    func decode(_: Int64.Type) throws -> Int64 { Int64(try reader.whole()) }
    func decode(_: Double.Type) throws -> Double {
        let text = try reader.text()
        guard let value = Double(text), value.isFinite else {
            throw reader.problem("\"\(text.prefix(64))\" is not a number")
        }
        return value
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try ModelDecoder.value(type, reader, codingPath)
    }

    func decode(_: Float.Type) throws -> Float { Float(try decode(Double.self)) }
    func decode(_ type: Int8.Type) throws -> Int8 { try small(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try small(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try small(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try small(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try small(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try small(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try small(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try small(type) }

    private func small<Whole: FixedWidthInteger>(_: Whole.Type) throws -> Whole {
        guard let value = Whole(exactly: try reader.whole()) else {
            throw reader.problem("this is not \(Whole.min) to \(Whole.max)")
        }
        return value
    }
}
#endif
