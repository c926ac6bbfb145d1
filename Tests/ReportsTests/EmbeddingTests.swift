import ClusterCore
import Reports
import TestSupport
import Testing

@Suite struct `Embedding Reports` {
    @Test func `the example of the first page compiles and gives text and JSON`() throws {
        // snippet
        let finding = Finding(
            rule: "rdma.latency", severity: .warning, subject: "host:h1", required: .integer(500_000, unit: "ns"),
            measured: .integer(531_250, unit: "ns"), remedy: "Compare with an idle network.")
        var table = TextTable(columns: [.init("operation"), .init("p99", .right)])
        table.add(["write", .init(TextStyle.plain.duration(nanoseconds: 531_250))])
        let document = TextDocument([.heading("Latency"), .table(table), .findings([finding])])
        let text = document.text(width: 80, style: .plain)
        let json = try JSONDocument.encode(["findings": [finding]], schema: "example.findings/1")
        // end of snippet
        #expect(text.contains("write      531 µs"))
        #expect(text.contains("measured  531.25 µs"))
        #expect(json.hasPrefix("{\n  \"schema\" : \"example.findings/1\",\n  \"findings\" : ["))
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "Reports") }
}
