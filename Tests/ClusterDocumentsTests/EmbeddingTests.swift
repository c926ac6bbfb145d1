import ClusterCore
import ClusterDocuments
import StorageMath
import TestSupport
import Testing

@Suite struct `Embedding ClusterDocuments` {
    @Test func `the example of the first page compiles and reads 128 TB`() throws {
        // snippet
        let text = """
            servers: 4
            drives: 16x2TB
            volumes:
              - {name: data, resiliency: three-way-mirror, size: 24TB}
            """
        let document = try StorageDocument(Array(text.utf8))
        let raw = document.pool.rawBytes
        // end of snippet
        #expect(raw == (try ByteCount(parsing: "128 TB")))
        #expect(document.volumes.map(\.name) == ["data"])
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "ClusterDocuments") }
}
