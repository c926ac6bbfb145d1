import ClusterCore
import TestSupport
import Testing

@Suite struct `Embedding ClusterCore` {
    @Test func `the example of the first page compiles and finds a pool without its reserve`() throws {
        // snippet
        let json = #"{"name": "mine", "version": "1", "rules": {"pool.reserve": {"parameters": {"minimum": "2TB"}}}}"#
        let profile = try RuleProfile(json: Array(json.utf8)).resolved(in: [])
        let required = try profile.bytes("pool.reserve", "minimum")
        let free = try ByteCount(parsing: "1.5 TiB")
        let finding = Finding(
            rule: "pool.reserve", severity: free < required ? .critical : .information, subject: "pool:main",
            required: .text(required.humanText), measured: .text(free.humanText))
        let today = try CalendarDate(parsing: "2026-11-24")
        let report = profile.applied(to: [finding], on: today)
        // end of snippet
        #expect(report.map(\.severity) == [.critical])
        #expect(report.first?.required == .text("2 TB (1.82 TiB)"))
        #expect(report.first?.measured == .text("1.65 TB (1.5 TiB)"))
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "ClusterCore") }
}
