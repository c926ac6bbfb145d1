import HealthModel
import TestSupport
import Testing

/// The captured host of node_exporter's own end-to-end test, of any release, held to what node_exporter says of it.
@Suite struct `Node exporter conformance` {
    /// The metrics of `e2e-output.txt` that are read here; the others are listed in the same table as left out.
    static func covered() throws -> Set<String> {
        let page = try repositoryText("Docs/HealthSignals.md")
        guard let start = page.firstRange(of: "## Metrics that are read"),
            let end = page.firstRange(of: "## Metrics that are left out")
        else { return [] }
        return Set(
            page[start.upperBound..<end.lowerBound].split(separator: "\n").filter { $0.hasPrefix("- `") }
                .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) })
    }

    static func leftOut() throws -> [String] {
        let page = try repositoryText("Docs/HealthSignals.md")
        guard let start = page.firstRange(of: "## Metrics that are left out") else { return [] }
        return page[start.upperBound...].split(separator: "\n").filter { $0.hasPrefix("- `") }
            .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    }

    @Test(.enabled(if: NodeExporterFixture.folder != nil, "CONFORMANCE_DATA has no fixture of node_exporter"))
    func `AL-84 every covered metric of node_exporter's own test has the value of e2e-output.txt`() throws {
        let fixture = try NodeExporterFixture(try #require(NodeExporterFixture.folder))
        let reading = LinuxReading(fixture.files, at: ReadingTime(SignalTime(seconds: 0)))
        let covered = try Self.covered()
        var own: [SignalIdentity: SignalValue] = [:]
        for measurement in reading.measurements {
            #expect(
                own.updateValue(measurement.value, forKey: measurement.identity) == nil, "\(measurement.identity) twice"
            )
        }
        let oracle = try Exposition(parsing: fixture.expected, as: .prometheusText, source: "e2e-output.txt")
        // Labels of these are texts that releases word differently.
        let worded: Set<String> =
            fixture.isListed ? [] : ["node_hwmon_sensor_label", "node_network_info"]
        var compared = 0
        var seen: Set<String> = []
        for position in 0..<oracle.count where covered.contains(oracle[position].name) {
            let sample = oracle[position]
            let identity = try sample.identity()
            // The lo of that test is the running kernel's, which no fixture holds.
            if identity["device"] == "lo" { continue }
            // An array of level 0 has no such file; node_exporter makes a 0 of it, here it stays unknown.
            if identity.description == #"node_md_degraded{device="md0"}"# { continue }
            seen.insert(sample.name)
            if worded.contains(sample.name) { continue }
            guard let value = own[identity] else {
                Issue.record("\(identity) is missing")
                continue
            }
            let (left, right) = (value.double, sample.value.double)
            #expect(abs(left - right) <= 1e-12 * max(abs(left), abs(right)), "\(identity): \(left), expected \(right)")
            compared += 1
        }
        print("node_exporter: \(compared) samples of \(seen.count) metrics compared")
        let unseen = covered.subtracting(seen)
        if fixture.isListed {
            #expect(unseen == [], "covered metrics that the fixture has no sample of")
        } else {
            print("node_exporter: no sample of \(unseen.sorted())")
        }
        // Nothing beyond what node_exporter gives under one of its names.
        let names = Set(try (0..<oracle.count).map { try oracle[$0].identity() })
        // That test leaves these devices out (`--collector.netclass.ignored-devices=(dmz|int)`).
        let ignored: Set<String?> = ["dmz", "int"]
        let extra = own.keys.filter {
            // A release that does not have a metric at all says nothing against it.
            (fixture.isListed ? covered : seen.subtracting(worded)).contains($0.name.text) && !names.contains($0)
                && !ignored.contains($0["device"])
                && $0["chip"] != "bogus"
        }
        #expect(extra.sorted().map(\.description) == [])
    }

    @Test(.enabled(if: NodeExporterFixture.folder != nil, "CONFORMANCE_DATA has no fixture of node_exporter"))
    func `every metric of e2e-output.txt is listed as covered or as left out`() throws {
        let fixture = try NodeExporterFixture(try #require(NodeExporterFixture.folder))
        let oracle = try Exposition(parsing: fixture.expected, as: .prometheusText)
        let listed = try Self.covered()
        let left = try Self.leftOut()
        let missing = Set((0..<oracle.count).map { oracle[$0].name }).filter { name in
            !listed.contains(name) && !left.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : name == $0 }
        }
        // Another release of node_exporter may have metrics that the page does not know.
        if fixture.isListed {
            #expect(missing.sorted() == [])
        } else {
            print("node_exporter: unlisted \(missing.sorted())")
        }
    }
}
