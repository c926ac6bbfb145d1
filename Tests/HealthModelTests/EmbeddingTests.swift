import HealthModel
import TestSupport
import Testing

@Suite struct `Embedding HealthModel` {
    @Test func `the example of the first page compiles and a silent signal turns stale`() throws {
        // snippet
        var catalogue = SignalCatalogue(limit: 100_000)
        let identity = try SignalIdentity("node_thermal_zone_temp", [SignalLabel("zone", "0")])
        let index = try catalogue.index(of: identity, unit: .celsius, kind: .gauge, source: "/sys/class/thermal")
        var series = SignalSeries(capacity: 60)
        series.append(SignalSample(SignalTime(seconds: 1000), .decimal(41.5)))
        let fresh = series.state(at: SignalTime(seconds: 1010))
        let stale = series.state(at: SignalTime(seconds: 2000))
        // end of snippet
        #expect(catalogue.identity(of: index) == identity)
        #expect(fresh == .known(.decimal(41.5), ageNanoseconds: 10_000_000_000))
        #expect(stale == .stale(last: .decimal(41.5), since: SignalTime(seconds: 1000)))
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "HealthModel") }
}
