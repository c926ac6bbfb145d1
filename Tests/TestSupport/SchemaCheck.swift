import Foundation

/// JSON documents held to a JSON Schema of `Docs/Schemas` by an independent validator: Python's jsonschema, of the Debian
/// package python3-jsonschema.
public enum SchemaCheck {
    /// Whether the validator is there, or, where the variable CI is set, has to be.
    public static let isPossible = environment("CI") != nil || (try? problems("{}", schema: nil)) != nil

    /// Why a check does not work.
    public struct Broken: Error, CustomStringConvertible {
        public let description: String
    }

    /// What is wrong with a document by a schema, `rdmaprobe.devices-1`; empty where nothing is.
    /// - Throws: ``Broken`` where the validator or the schema itself is broken.
    public static func problems(_ document: String, schema: String?) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "document-\(UUID().uuidString).json")
        try Data(document.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let program = """
            import json, sys
            from jsonschema import Draft202012Validator
            document = json.load(open(sys.argv[1], encoding="utf-8"))
            if len(sys.argv) > 2:
                schema = json.load(open(sys.argv[2], encoding="utf-8"))
                Draft202012Validator.check_schema(schema)
                for error in Draft202012Validator(schema).iter_errors(document):
                    print(list(error.absolute_path), error.message[:200])
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["python3", "-c", program, file.path]
            + (schema.map { ["\(repositoryRoot)/Docs/Schemas/\($0).schema.json"] } ?? [])
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Broken(description: "the validator of \(schema ?? "-") fails")
        }
        return text.split(separator: "\n").map(String.init)
    }

    /// The paths of the keys that a schema describes, and of those that documents hold: `/devices[]/name`.
    public static func keys(
        ofSchema name: String, documents: [String]
    ) throws -> (described: Set<String>, written: Set<String>) {
        let bytes = Data(try repositoryText("Docs/Schemas/\(name).schema.json").utf8)
        let schema = try JSONSerialization.jsonObject(with: bytes) as? [String: Any] ?? [:]
        var described: Set<String> = []
        var written: Set<String> = []
        func resolve(_ node: [String: Any]) -> [[String: Any]] {
            var nodes = [node]
            if let reference = node["$ref"] as? String, let name = reference.split(separator: "/").last,
                let target = (schema["$defs"] as? [String: Any])?[String(name)] as? [String: Any]
            {
                nodes += resolve(target)
            }
            for choice in node["anyOf"] as? [[String: Any]] ?? [] { nodes += resolve(choice) }
            return nodes
        }
        func describe(_ node: [String: Any], _ path: String) {
            for node in resolve(node) {
                if let items = node["items"] as? [String: Any] { describe(items, path + "[]") }
                for (name, member) in node["properties"] as? [String: Any] ?? [:] {
                    described.insert("\(path)/\(name)")
                    describe(member as? [String: Any] ?? [:], "\(path)/\(name)")
                }
            }
        }
        func write(_ value: Any, _ path: String) {
            for item in value as? [Any] ?? [] { write(item, path + "[]") }
            for (name, member) in value as? [String: Any] ?? [:] {
                written.insert("\(path)/\(name)")
                write(member, "\(path)/\(name)")
            }
        }
        describe(schema, "")
        for document in documents { write(try JSONSerialization.jsonObject(with: Data(document.utf8)), "") }
        return (described, written)
    }
}
