import Foundation
import RDMAModel
import TestSupport
import Testing

/// `Docs/Schemas/rdmaprobe.report-1.schema.json` describes what is written, checked by an independent validator
/// (Python's jsonschema, Debian package python3-jsonschema). Where the variable CI is set, its absence is a failure.
@Suite struct ReportSchemaTests {
    static let schemaPath = "Docs/Schemas/rdmaprobe.report-1.schema.json"

    /// Whether the validator is there, or has to be.
    static let validates = environment("CI") != nil || (try? python("import jsonschema")) == 0

    @Test func `the schema has the name and the major version of the report`() throws {
        let schema = try #require(try Self.schema() as? [String: Any])
        let properties = try #require(schema["properties"] as? [String: Any])
        #expect((properties["schema"] as? [String: Any])?["const"] as? String == ProbeReport.schema)
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    }

    @Test func `every key of the schema has a description`() throws {
        var undescribed: [String] = []
        func visit(_ node: Any, _ path: String) {
            for item in node as? [Any] ?? [] { visit(item, path) }
            guard let object = node as? [String: Any] else { return }
            for (name, member) in object["properties"] as? [String: Any] ?? [:] {
                let member = member as? [String: Any] ?? [:]
                if member["description"] == nil, member["$ref"] == nil { undescribed.append("\(path)/\(name)") }
            }
            for (name, member) in object["$defs"] as? [String: Any] ?? [:]
            where (member as? [String: Any])?["description"] == nil {
                undescribed.append("$defs/\(name)")
            }
            for (name, member) in object { visit(member, "\(path)/\(name)") }
        }
        visit(try Self.schema(), "")
        #expect(undescribed.isEmpty)
    }

    @Test func `every key that is written is described, and every key that is described is written`() throws {
        let schema = try #require(try Self.schema() as? [String: Any])
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
        for report in [try SampleReports.full(), try SampleReports.empty()] {
            write(try JSONSerialization.jsonObject(with: Data(try SampleReports.document(report).utf8)), "")
        }
        #expect(written.subtracting(described) == [])
        #expect(described.subtracting(written) == [])
    }

    @Test(.enabled(if: validates, "python3-jsonschema is not installed"))
    func `the validator accepts the schema and what is written`() throws {
        for report in [try SampleReports.full(), try SampleReports.empty()] {
            #expect(try Self.validate(try SampleReports.document(report)) == 0)
        }
    }

    @Test(
        .enabled(if: validates, "python3-jsonschema is not installed"),
        arguments: [
            (#""p50_ns":1250000"#, #""p50_ns":"1.25 ms""#), (#""p50_ns":1250000"#, #""p50_ns":1.5"#),
            (#""p50_ns":1250000,"#, ""), (#""lost":0"#, #""lost":null"#), (#""lost":0"#, #""lost":-1"#),
            (#""outcome":"unfit""#, #""outcome":"fine""#), (#""schema":"rdmaprobe.report/1","#, ""),
            (#""schema":"rdmaprobe.report/1""#, #""schema":"rdmaprobe.report/2""#),
            (#""severity":"critical""#, #""severity":"fatal""#), (#""software_rdma":false"#, #""software_rdma":0"#),
            (#""operation":"send""#, #""operation":"Send it""#), (#""host":0.5"#, #""host":"50 %""#),
            (#""posted_by":"host""#, #""posted_by":1"#), (#""direction":"one_way","#, ""),
        ] as [(String, String)])
    func `the validator refuses what is wrong`(good: String, bad: String) throws {
        let document = try SampleReports.document(try SampleReports.full())
        let broken = document.replacing(good, with: bad, maxReplacements: 1)
        #expect(broken != document)
        #expect(try Self.validate(broken) == 1)
    }

    @Test(.enabled(if: validates, "python3-jsonschema is not installed"))
    func `the validator accepts a key that a minor version adds`() throws {
        let document = try SampleReports.document(try SampleReports.full())
        let wider = document.replacing("\"lost\":0", with: "\"lost\":0,\"new_in_minor\":{\"x\":null}")
        #expect(wider != document)
        #expect(try Self.validate(wider) == 0)
    }

    // MARK: The validator

    private static func schema() throws -> Any {
        try JSONSerialization.jsonObject(with: Data(try repositoryText(schemaPath).utf8))
    }

    /// 0 where the document is valid, 1 where it is not, anything else where the validator or the schema is broken.
    private static func validate(_ document: String) throws -> Int32 {
        let file = FileManager.default.temporaryDirectory.appending(path: "report-\(UUID().uuidString).json")
        try Data(document.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try python(
            """
            import json, sys
            from jsonschema import Draft202012Validator
            schema = json.load(open(sys.argv[1], encoding="utf-8"))
            Draft202012Validator.check_schema(schema)
            errors = list(Draft202012Validator(schema).iter_errors(json.load(open(sys.argv[2], encoding="utf-8"))))
            for error in errors: print(list(error.absolute_path), error.message[:200], file=sys.stderr)
            sys.exit(1 if errors else 0)
            """, [repositoryRoot + "/" + schemaPath, file.path], failing: 3)
    }

    /// Runs a program of Python; what it raises gives the status `failing`.
    private static func python(_ program: String, _ arguments: [String] = [], failing: Int32 = 1) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let guarded = """
            import sys
            try:
                exec(compile(sys.stdin.read(), "check", "exec"))
            except Exception as error:
                print(repr(error)[:300], file=sys.stderr)
                sys.exit(\(failing))
            """
        process.arguments = ["python3", "-c", guarded] + arguments
        let input = Pipe()
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        try process.run()
        input.fileHandleForWriting.write(Data(program.utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
