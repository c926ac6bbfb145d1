import ClusterCore
import HealthModel
import Testing

struct RuleLintTests {
    private func found(_ rules: [HealthRule], signals: [SignalName: SignalUnit]? = nil) throws -> [String] {
        RuleLint.findings(in: try RuleSet(name: "t", version: "1", rules: rules), signals: signals).map { "\($0.rule)" }
    }

    @Test func `a critical threshold before the warning one is out of order`() throws {
        let warning = try rule("a.w", .greater, 0.9, until: 0.8)
        let critical = try rule("a.c", .greater, 0.8, until: 0.7, severity: .critical)
        #expect(try found([warning, critical]).contains("lint.levels_out_of_order"))
        let low = try rule("a.w", .less, 0.1, until: 0.2)
        let lower = try rule("a.c", .less, 0.2, until: 0.3, severity: .critical)
        #expect(try found([low, lower]).contains("lint.levels_out_of_order"))
    }

    @Test func `levels in order say nothing`() throws {
        let warning = try rule("a.w", .greater, 0.8, until: 0.7)
        let critical = try rule("a.c", .greater, 0.9, until: 0.85, severity: .critical)
        #expect(try found([warning, critical]).isEmpty)
    }

    @Test func `a level at the same threshold as the more severe one is never told alone`() throws {
        let warning = try rule("a.w", .greater, 0.9, until: 0.8)
        let critical = try rule("a.c", .greater, 0.9, until: 0.8, severity: .critical)
        #expect(try found([warning, critical]) == ["lint.unreachable_level"])
    }

    @Test func `a critical alert that outlives its warning is told`() throws {
        let warning = try rule("a.w", .greater, 0.8, until: 0.75)
        let critical = try rule("a.c", .greater, 0.9, until: 0.5, severity: .critical)
        #expect(try found([warning, critical]) == ["lint.levels_out_of_order"])
    }

    @Test func `a threshold that no value reaches, or that every value reaches, is told`() throws {
        #expect(try found([rule("a.a", .less, 0, keep: 1)]) == ["lint.never_fires"])
        #expect(try found([rule("a.a", .less, -5, unit: .bytes, keep: 1)]) == ["lint.never_fires"])
        #expect(try found([rule("a.a", .atLeast, 0, unit: .bytes, keep: 1)]) == ["lint.never_resolves"])
        #expect(try found([rule("a.a", .greater, 10, until: -1, unit: .bytes)]) == ["lint.never_resolves"])
        #expect(try found([rule("a.a", .less, -300, unit: .celsius, keep: 1)]) == ["lint.never_fires"])
        #expect(try found([rule("a.a", .atMost, 0, keep: 1)]).isEmpty)
        #expect(try found([rule("a.a", .greater, 1, keep: 1, signal: "disk_used_ratio")]) == ["lint.never_fires"])
    }

    @Test func `a percentage where a share is meant is told`() throws {
        #expect(try found([rule("a.a", .greater, 80, until: 70)]) == ["lint.percent_as_ratio"])
    }

    @Test func `seconds where milliseconds are meant are told`() throws {
        #expect(
            try found([rule("a.a", .greater, 20, until: 15, unit: .seconds, signal: "drive_latency_seconds")])
                == ["lint.seconds_as_milliseconds"])
    }

    @Test func `bits where the name says bytes are told, with what to write`() throws {
        let rules = [try rule("a.a", .greater, 1e9, until: 1e8, unit: .bitsPerSecond, signal: "net_bytes_per_second")]
        let finding = try #require(RuleLint.findings(in: RuleSet(name: "t", version: "1", rules: rules)).first)
        #expect(finding.rule == "lint.unit_mismatch")
        #expect(finding.remedy?.contains("eight bits are a byte") == true)
    }

    @Test func `the unit of a signal that is known decides`() throws {
        let rules = [try rule("a.a", .greater, 1e9, until: 1e8, unit: .bitsPerSecond)]
        #expect(try found(rules, signals: [SignalName("x"): .bytesPerSecond]) == ["lint.unit_mismatch"])
        #expect(try found(rules, signals: [SignalName("x"): .bitsPerSecond]).isEmpty)
        #expect(try found(rules, signals: [:]) == ["lint.unknown_signal"])
    }

    @Test func `an alert without hysteresis and a gap that resolves are told`() throws {
        #expect(try found([rule("a.a", .greater, 0.8)]) == ["lint.no_hysteresis"])
        #expect(try found([rule("a.a", .greater, 0.8, keep: 60)]).isEmpty)
        #expect(try found([rule("a.a", .greater, 0.8, keep: 60, noData: .resolve)]) == ["lint.gap_resolves"])
    }

    @Test func `the architecture's rules have no fault`() throws {
        let rules = try RuleSet(HealthProfile.architecture.resolved(in: []))
        #expect(RuleLint.findings(in: rules).isEmpty)
    }

    @Test(arguments: HealthProfile.builtIn)
    func `no profile that comes along contradicts itself`(profile: RuleProfile) throws {
        let rules = try RuleSet(profile.resolved(in: HealthProfile.builtIn))
        #expect(RuleLint.findings(in: rules).allSatisfy { $0.severity == .information })
    }

    @Test func `the two editions of the Health Service differ where the facts say so`() throws {
        let known = HealthProfile.builtIn
        let pages = try HealthProfile.healthService.resolved(in: known)
        let workbook = try HealthProfile.healthServiceWorkbook.resolved(in: known)
        let differences = RuleLint.differences(pages, workbook).map {
            "\($0.subject) \($0.required.map(\.description) ?? "") | \($0.measured.map(\.description) ?? "")"
        }
        #expect(
            differences.contains(
                "rule:health.capacity_usage healthService: warning_at 4/5 | healthServiceWorkbook: warning_at 9/10"))
        #expect(
            differences.contains(
                "rule:health.capacity_usage healthService: critical_at 9/10 | healthServiceWorkbook: critical_at 19/20")
        )
        #expect(
            differences.contains(
                "rule:health.drive_latency.ssd healthService: asks for it | healthServiceWorkbook: does not ask for it")
        )
        #expect(!differences.contains { $0.contains("health.memory_free") })
        #expect(RuleLint.differences(pages, pages).isEmpty)
    }
}
