import ClusterCore
import Testing

@Suite struct `Findings under a profile` {
    private let day: CalendarDate
    private let resolved: ResolvedProfile

    init() throws {
        day = try CalendarDate(parsing: "2026-11-24")
        let exemptions = try [("host:h1", "2026-11-24"), ("host:h2", "2026-11-23")].map { subject, expires in
            Exemption(
                rule: "rdma.latency", subject: ComponentIdentifier(rawValue: subject), owner: "storage team",
                reason: "adapter on order", expires: try CalendarDate(parsing: expires))
        }
        resolved = try RuleProfile(
            name: "p", version: "1",
            rules: ["quiet": RuleSettings(mode: .off), "trial": RuleSettings(mode: .audit)], exemptions: exemptions
        ).resolved(in: [])
    }

    private func finding(_ rule: RuleID, _ subject: ComponentIdentifier, _ severity: Severity = .critical) -> Finding {
        Finding(rule: rule, severity: severity, subject: subject)
    }

    private func apply(_ findings: Finding...) -> [Finding] {
        resolved.applied(to: findings, on: day).filter { $0.rule != ResolvedProfile.expiredExemption }
    }

    @Test func `a rule that is off loses its findings and those of the rules below it`() {
        #expect(apply(finding("quiet", "host:h3"), finding("quiet.part", "host:h3")).isEmpty)
        #expect(apply(finding("quieter", "host:h3")).map(\.severity) == [.critical])
    }

    @Test func `an audited rule is never critical and says why`() {
        let found = apply(finding("trial", "host:h3"), finding("trial", "host:h4", .information))
        #expect(found.map(\.severity) == [.warning, .information])
        #expect(found.map(\.evidence) == [[Evidence(source: "mode", value: "audit (profile p)")], []])
    }

    @Test func `an exemption holds on its last day and covers the parts of its subject`() {
        let found = apply(finding("rdma.latency.p99", "host:h1/device:rxe0"))
        #expect(found.map(\.severity) == [.information])
        #expect(
            found.first?.evidence == [
                Evidence(source: "exemption", value: "until 2026-11-24, storage team: adapter on order")
            ])
    }

    @Test func `an exemption covers no other rule and no other component`() {
        #expect(apply(finding("rdma.bandwidth", "host:h1")).map(\.severity) == [.critical])
        #expect(apply(finding("rdma.latency", "host:h10")).map(\.severity) == [.critical])
        #expect(apply(finding("rdma", "host:h1")).map(\.severity) == [.critical])
    }

    @Test func `an exemption does not hold on the day after its last`() {
        #expect(apply(finding("rdma.latency", "host:h2")).map(\.severity) == [.critical])
    }

    @Test func `an expired exemption is a finding of its own`() {
        let expired = resolved.applied(to: [], on: day)
        #expect(
            expired == [
                Finding(
                    rule: "profile.exemption_expired", severity: .information, subject: "host:h2",
                    required: .text("expires 2026-11-23"), measured: .text("2026-11-24"),
                    evidence: [
                        Evidence(source: "exemption from rdma.latency", value: "storage team: adapter on order")
                    ],
                    remedy: "renew the exemption or take it out of the profile")
            ])
    }

    @Test func `the exemptions of a parent hold too`() throws {
        let parent = RuleProfile(
            name: "parent", version: "1",
            exemptions: [Exemption(rule: "a", subject: "host:h1", owner: "o", reason: "r", expires: day)])
        let child = try RuleProfile(name: "child", version: "1", extends: "parent").resolved(in: [parent])
        #expect(child.exemption(for: "a", "host:h1", on: day) != nil)
    }
}
