import Foundation
import RDMAModel
import TestSupport
import Testing

/// `Docs/Schemas/rdmaprobe.report-1.schema.json` describes what is written, checked by an independent validator.
@Suite struct ReportSchemaTests {
    static let schemaPath = "Docs/Schemas/rdmaprobe.report-1.schema.json"

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
        let documents = try [SampleReports.full(), SampleReports.empty()].map(SampleReports.document)
        let keys = try SchemaCheck.keys(ofSchema: "rdmaprobe.report-1", documents: documents)
        #expect(keys.written.subtracting(keys.described) == [])
        #expect(keys.described.subtracting(keys.written) == [])
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `the validator accepts the schema and what is written`() throws {
        for report in [try SampleReports.full(), try SampleReports.empty()] {
            #expect(try Self.problems(try SampleReports.document(report)) == [])
        }
    }

    @Test(
        .enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"),
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
        #expect(try !Self.problems(broken).isEmpty)
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `the validator accepts a key that a minor version adds`() throws {
        let document = try SampleReports.document(try SampleReports.full())
        let wider = document.replacing("\"lost\":0", with: "\"lost\":0,\"new_in_minor\":{\"x\":null}")
        #expect(wider != document)
        #expect(try Self.problems(wider) == [])
    }

    private static func schema() throws -> Any {
        try JSONSerialization.jsonObject(with: Data(try repositoryText(schemaPath).utf8))
    }

    private static func problems(_ document: String) throws -> [String] {
        try SchemaCheck.problems(document, schema: "rdmaprobe.report-1")
    }
}
