import ClusterCore
import Testing
import Topology

@Suite struct `The link to the cloud` {
    private func severities(_ link: InternetLink, _ profile: RuleProfile = ConnectivityProfile.architecture) throws
        -> [String: Severity]
    {
        let findings = try link.findings(by: profile.resolved(in: ConnectivityProfile.builtIn))
        return Dictionary(findings.map { ($0.rule.rawValue, $0.severity) }, uniquingKeysWith: max)
    }

    @Test(
        arguments: [
            (999_999, .critical), (1_000_000, .warning), (49_999_999, .warning), (50_000_000, .information),
            (999_999_999, .information), (1_000_000_000, nil),
        ] as [(UInt64, Severity?)])
    func `AL-102 a link below 1, 50 and 1000 Mbit a second`(rate: UInt64, severity: Severity?) throws {
        let link = InternetLink(
            bandwidth: BitRate(bitsPerSecond: rate), roundTrip: .milliseconds(1), allowsInbound: false)
        #expect(try severities(link)["connectivity.bandwidth"] == severity)
    }

    @Test(arguments: [(149, nil), (150, .warning), (249, .warning), (250, .critical)] as [(Int, Severity?)])
    func `AL-103 a round trip of 150 and 250 ms`(milliseconds: Int, severity: Severity?) throws {
        let link = InternetLink(roundTrip: .milliseconds(milliseconds))
        #expect(try severities(link)["connectivity.round_trip"] == severity)
    }

    @Test func `AL-101 what is let in from the Internet is told`() throws {
        #expect(try severities(InternetLink(allowsInbound: true))["connectivity.inbound"] == .warning)
        #expect(try severities(InternetLink(allowsInbound: false))["connectivity.inbound"] == nil)
    }

    /// Microsoft, system-requirements-disaggregated (10 Mbit/s) and firewall-requirements (inspection, private link).
    @Test func `Microsoft asks for 10 Mbit a second, no inspection and no private link alone`() throws {
        let bad = try severities(
            InternetLink(bandwidth: BitRate(bitsPerSecond: 9_999_999), inspectsHTTPS: true, isPrivateOnly: true),
            ConnectivityProfile.azureLocal23H2)
        #expect(
            bad == [
                "connectivity.bandwidth": .critical, "connectivity.inspection": .critical,
                "connectivity.private_only": .critical,
            ])
        let good = try severities(
            InternetLink(bandwidth: BitRate(bitsPerSecond: 10_000_000), inspectsHTTPS: false, isPrivateOnly: false),
            ConnectivityProfile.azureLocal23H2)
        #expect(good == [:])
    }

    @Test func `what is not known is told and never counts as good`() throws {
        let findings = try InternetLink().findings(by: ConnectivityProfile.architecture.resolved(in: []))
        #expect(findings.count == 3)
        #expect(findings.allSatisfy { $0.measured == nil && $0.outcome == .undetermined })
    }
}
