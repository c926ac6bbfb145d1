import Foundation
import Reports
import Testing

/// The contract of documents: schema first, sorted keys, exact integers, never invalid JSON.
@Suite struct JSONDocumentTests {
    struct Sample: Codable, Equatable {
        var zeta = 1
        var alpha: String? = "a/b \"\\ \u{1}é"
        var big: UInt64 = .max
        var real = 0.1
        var list = [1, 2]
    }

    struct Empty: Codable, Equatable {}
    struct Own: Codable { var schema = "mine" }
    struct Real: Codable { var inner: [String: Double] }

    @Test(arguments: JSONDocument.Layout.allCases)
    func `the first key is schema and the others are sorted`(layout: JSONDocument.Layout) throws {
        let text = try JSONDocument.encode(Sample(), schema: "demo/1", layout: layout)
        let keys = ["schema", "alpha", "big", "list", "real", "zeta"]
        let places = try keys.map { try #require(text.range(of: "\"\($0)\"")).lowerBound }
        #expect(places == places.sorted())
        #expect(text.hasSuffix("}\n"))
        #expect(!text.hasSuffix("\n\n"))
        #expect((text.split(separator: "\n").count == 1) == (layout == .compact))
    }

    @Test(arguments: JSONDocument.Layout.allCases)
    func `an independent parser reads the same value`(layout: JSONDocument.Layout) throws {
        let text = try JSONDocument.encode(Sample(), schema: "demo/1", layout: layout)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["schema"] as? String == "demo/1")
        #expect(object["alpha"] as? String == "a/b \"\\ \u{1}é")
        #expect(object.count == 6)
    }

    @Test func `integers stay integers, above 2^53 too, and slashes are not escaped`() throws {
        let text = try JSONDocument.encode(Sample(), schema: "demo/1", layout: .compact)
        #expect(text.contains("\"big\":18446744073709551615"))
        #expect(text.contains("\"zeta\":1,") || text.contains("\"zeta\":1}"))
        #expect(text.contains("a/b"))
        #expect(text.hasPrefix("{\"schema\":\"demo/1\","))
    }

    @Test(arguments: JSONDocument.Layout.allCases)
    func `what was written reads back`(layout: JSONDocument.Layout) throws {
        let text = try JSONDocument.encode(Sample(), schema: "demo/1", layout: layout)
        #expect(try JSONDocument.decode(Sample.self, from: Array(text.utf8), schema: "demo/1") == Sample())
    }

    @Test(arguments: JSONDocument.Layout.allCases)
    func `an object without keys has its schema and nothing else`(layout: JSONDocument.Layout) throws {
        let text = try JSONDocument.encode(Empty(), schema: "demo/1", layout: layout)
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String]
        #expect(object == ["schema": "demo/1"])
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `a number that is not finite is an error that names its place, never invalid JSON`(number: Double) {
        #expect(throws: JSONDocumentError.notFinite(path: "/inner/a~1b")) {
            try JSONDocument.encode(Real(inner: ["a/b": number]), schema: "demo/1")
        }
    }

    @Test func `a value that is no object, or has a schema of its own, is refused`() {
        #expect(throws: JSONDocumentError.notAnObject) { try JSONDocument.encode([1, 2], schema: "demo/1") }
        #expect(throws: JSONDocumentError.schemaKeyTaken) { try JSONDocument.encode(Own(), schema: "demo/1") }
    }

    @Test(
        arguments: [
            (#"{"zeta": 1}"#, .noSchema(expected: "demo/1")),
            (#"{"schema": "demo/2", "zeta": 1}"#, .otherMajor(expected: "demo/1", found: "demo/2")),
            (#"{"schema": "rdmaprobe.report/1"}"#, .otherSchema(expected: "demo/1", found: "rdmaprobe.report/1")),
            (#"{"schema": ""}"#, .otherSchema(expected: "demo/1", found: "")),
        ] as [(String, JSONDocumentError)])
    func `another schema or major version is refused by name`(text: String, error: JSONDocumentError) {
        #expect(throws: error) { try JSONDocument.decode(Sample.self, from: Array(text.utf8), schema: "demo/1") }
    }

    @Test(arguments: ["", "{", "[]", "nonsense", "{\"schema\": 1}", "\u{0}", "{\"schema\": \"demo/1\"}", "null"])
    func `what is no such document is an error with words`(text: String) {
        let error = #expect(throws: JSONDocumentError.self) {
            try JSONDocument.decode(Sample.self, from: Array(text.utf8), schema: "demo/1")
        }
        #expect(error?.description.isEmpty == false)
    }

    @Test func `a key that a later minor version adds does not matter`() throws {
        let text = #"{"schema": "demo/1", "new_in_minor": {"x": null}}"#
        #expect(try JSONDocument.decode(Empty.self, from: Array(text.utf8), schema: "demo/1") == Empty())
    }

    @Test func `a document above the limit is refused unread`() throws {
        let text = try JSONDocument.encode(Sample(), schema: "demo/1")
        #expect(throws: JSONDocumentError.tooLarge(bytes: text.utf8.count, limit: text.utf8.count - 1)) {
            try JSONDocument.decode(
                Sample.self, from: Array(text.utf8), schema: "demo/1", sizeLimit: text.utf8.count - 1)
        }
    }

    @Test func `a thousand levels of nesting are an error and no crash`() {
        let text = #"{"schema": "demo/1", "zeta": "# + String(repeating: "[", count: 100_000)
        #expect(throws: JSONDocumentError.self) {
            try JSONDocument.decode(Sample.self, from: Array(text.utf8), schema: "demo/1")
        }
    }
}
