import ConsoleIO
import Foundation
import TestSupport
import Testing

/// The document in place of a report, against its schema.
@Suite struct ErrorDocumentTests {
    @Test(arguments: ["rdmaprobe", "clustermodel"])
    func `the document of an error has the keys of its schema, schema first`(tool: String) throws {
        let text = ErrorDocument(message: "--profile x.json: \"bad\"\n").text(of: tool)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String])
        let file = try repositoryText("Docs/Schemas/\(tool).error-1.schema.json")
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(file.utf8)) as? [String: Any])
        let properties = try #require(schema["properties"] as? [String: [String: Any]])
        #expect(Set(document.keys) == Set(properties.keys))
        #expect(document["schema"] == properties["schema"]?["const"] as? String)
        #expect(text.hasPrefix("{\n  \"schema\" : \"\(tool).error/1\""))
    }
}
