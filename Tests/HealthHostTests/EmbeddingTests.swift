import HealthHost
import TestSupport
import Testing

@Suite struct `Embedding HealthHost` {
    @Test func `the example of the first page compiles`() throws {
        // snippet
        let client = HTTPClient(timeout: .seconds(5), attempts: 3)
        let address = try HTTPAddress("http://127.0.0.1:9093")
        let sink = AlertmanagerSink(name: "operators", address: address, client: client)
        let state = SnapshotFile(path: "/var/lib/health/state")
        // end of snippet
        #expect(sink.address.port == 9093)
        #expect(state.sizeLimit == 64 << 20)
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "HealthHost") }
}
