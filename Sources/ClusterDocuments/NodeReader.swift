#if Documents
import ClusterCore
import StorageMath
import Yams

/// A node of a document with its place, read as what is expected there.
struct NodeReader {
    let node: Node
    let path: String

    /// Where the node stands; of a list or an object, where it begins.
    var position: DocumentProblem.Position? { node.mark.map { .init(line: $0.line, column: $0.column) } }

    /// The node as a value of a model.
    func decoded<Value: Decodable>(_: Value.Type = Value.self) throws(DocumentProblem) -> Value {
        do { return try ModelDecoder.value(Value.self, self, []) } catch let problem as DocumentProblem {
            throw problem
        } catch {
            throw DocumentProblem(nil, "", "it cannot be read: \(error)")
        }
    }

    func problem(_ words: String) -> DocumentProblem { DocumentProblem(position, path, words) }

    /// That something else stands where keys are expected.
    func noObject(with keys: [String]) -> DocumentProblem {
        problem(
            "this must be an object with \(keys.joined(separator: ", ")); write "
                + "\(keys.first.map { "{\($0): …}" } ?? "keys and their values")")
    }

    /// The fields of an object, none of which is unknown.
    func fields(_ known: [String]) throws(DocumentProblem) -> [String: NodeReader] {
        guard let mapping = node.mapping else {
            throw noObject(with: known)
        }
        var fields: [String: NodeReader] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            guard known.contains(name) else {
                throw DocumentProblem(
                    key.mark.map { .init(line: $0.line, column: $0.column) }, path,
                    "there is no \"\(name.prefix(64))\" here; there are \(known.joined(separator: ", "))")
            }
            let field = NodeReader(node: value, path: "\(path)/\(name)")
            // A key without a value is one that is not there.
            if !field.isNull { fields[name] = field }
        }
        return fields
    }

    /// The items of a list.
    func items(atMost limit: Int) throws(DocumentProblem) -> [NodeReader] {
        guard let sequence = node.sequence else {
            throw problem(
                "this must be a list; write it in brackets, [one, two], or each on a line of its own behind \"- \"")
        }
        guard sequence.count <= limit else {
            throw problem("a list of \(sequence.count) is too long: \(limit) are the limit")
        }
        return sequence.enumerated().map { NodeReader(node: $1, path: "\(path)/\($0)") }
    }

    var isNull: Bool {
        guard let scalar = node.scalar, scalar.style == .any || scalar.style == .plain else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    var isList: Bool { node.sequence != nil }
    var isObject: Bool { node.mapping != nil }

    /// A text or a number, as it is written.
    func text() throws(DocumentProblem) -> String {
        guard let scalar = node.scalar else {
            throw problem("this must be a text; write it without brackets and dashes")
        }
        return scalar.string
    }

    func whole() throws(DocumentProblem) -> Int {
        let text = try text()
        guard let value = Int(text) else {
            throw problem("\"\(text.prefix(64))\" is not a whole number; write digits alone, such as 4")
        }
        return value
    }

    func flag() throws(DocumentProblem) -> Bool {
        switch try text() {
        case "true", "yes": return true
        case "false", "no": return false
        case let text: throw problem("\"\(text.prefix(64))\" is neither true nor false; write one of both")
        }
    }

    /// One of a few words.
    func choice<Value: RawRepresentable & CaseIterable>(_: Value.Type) throws(DocumentProblem) -> Value
    where Value.RawValue == String {
        let text = try text()
        guard let value = Value(rawValue: text) else {
            throw problem(
                "\"\(text.prefix(64))\" is not one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    func bytes() throws(DocumentProblem) -> ByteCount {
        let text = try text()
        do throws(UnitError) { return try ByteCount(parsing: text) } catch { throw problem("\(error)") }
    }

    /// What a model makes of the node, its error told with the place.
    func made<Value>(_ body: () throws(StorageMathError) -> Value) throws(DocumentProblem) -> Value {
        do throws(StorageMathError) { return try body() } catch { throw problem("\(error)") }
    }
}
#endif
