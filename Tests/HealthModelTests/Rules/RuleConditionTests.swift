import ClusterCore
import HealthModel
import Testing

struct RuleConditionTests {
    @Test(arguments: [
        (Comparator.greater, [false, false, true]), (.atLeast, [false, true, true]), (.less, [true, false, false]),
        (.atMost, [true, true, false]), (.equal, [false, true, false]), (.different, [true, false, true]),
    ])
    func `a comparator decides below, at and above the threshold`(comparator: Comparator, expected: [Bool]) {
        #expect([69.9, 70, 70.1].map { comparator.holds($0, 70) } == expected)
        #expect(comparator.holds(.nan, 70) == (comparator == .different))
    }

    @Test func `AL-140 keep below 70 percent is broken at 70 percent exactly`() throws {
        let rules = try RuleSet(HealthProfile.architecture.resolved(in: []))
        let cpu = try #require(rules.rule("health.cpu_usage"))
        #expect(cpu.condition.comparator == .atLeast)
        #expect(cpu.condition.comparator.holds(0.7, cpu.condition.fireAt.value))
        #expect(!cpu.condition.comparator.holds(0.7.nextDown, cpu.condition.fireAt.value))
    }

    @Test(arguments: [
        ("80%", 0.8, SignalUnit.ratio), ("5ms", 0.005, .seconds), ("1GiB", 1_073_741_824, .bytes),
        ("10 Gbps", 1e10, .bitsPerSecond), ("35 °C", 35, .celsius), ("0.5", 0.5, .ratio),
    ])
    func `a threshold is read with its unit`(text: String, value: Double, unit: SignalUnit) throws {
        #expect(try HealthThreshold(ParameterValue(reading: text)) == HealthThreshold(value, unit))
    }

    @Test func `what is no figure is no threshold`() throws {
        #expect(throws: RuleError.self) { try HealthThreshold(.nan, .ratio) }
        for parameter in [ParameterValue.flag(true), .text("soon"), .list(["a"])] {
            #expect(throws: RuleError.self) { try HealthThreshold(parameter) }
        }
    }

    @Test func `a resolve threshold on the worse side or in another unit is refused`() throws {
        func kind(_ comparator: Comparator, _ fire: Double, _ end: HealthThreshold) -> RuleError.Kind? {
            do throws(RuleError) {
                _ = try RuleCondition(comparator, HealthThreshold(fire, .ratio), resolveAt: end)
                return nil
            } catch { return error.kind }
        }
        #expect(try kind(.greater, 0.8, HealthThreshold(0.9, .ratio)) == .contradiction)
        #expect(try kind(.less, 0.2, HealthThreshold(0.1, .ratio)) == .contradiction)
        #expect(try kind(.equal, 1, HealthThreshold(1, .ratio)) == .contradiction)
        #expect(try kind(.greater, 0.8, HealthThreshold(0.7, .seconds)) == .unitMismatch)
        #expect(try kind(.greater, 0.8, HealthThreshold(0.7, .ratio)) == nil)
        #expect(try kind(.less, 0.2, HealthThreshold(0.3, .ratio)) == nil)
    }

    @Test func `bits are not bytes and a share is not a count`() throws {
        let rate = try rule(unit: .bitsPerSecond)
        #expect(throws: RuleError.self) { try rate.checkUnit(of: .bytesPerSecond) }
        do throws(RuleError) {
            try rate.checkUnit(of: .bytesPerSecond)
        } catch {
            #expect(error.kind == .unitMismatch)
            #expect(error.remedy.contains("eight bits"))
        }
        #expect(throws: RuleError.self) { try rule(unit: .count).checkUnit(of: .ratio) }
        #expect(throws: RuleError.self) { try rule(unit: .count).checkUnit(of: .seconds) }
        try rule(unit: .ratio).checkUnit(of: .ratio)
    }

    @Test func `the rate of bytes is bytes a second, and a rate of a ratio is none`() throws {
        let rate = try Aggregation(.rate, over: .seconds(300))
        #expect(rate.unit(of: .bytes) == .bytesPerSecond)
        #expect(rate.unit(of: .seconds) == .ratio)
        #expect(rate.unit(of: .ratio) == nil)
        #expect(throws: RuleError.self) { try Aggregation(.rate, over: .seconds(300), minimumSamples: 1) }
        #expect(throws: RuleError.self) { try Aggregation(.average) }
        #expect(throws: RuleError.self) { try Aggregation(.last, over: .seconds(1)) }
    }

    private func rule(unit: SignalUnit) throws -> HealthRule {
        try HealthRule(
            "test.unit", SeriesSelector(SignalName("x")), RuleCondition(.greater, HealthThreshold(5, unit)),
            severity: .warning, summary: "Too much", remedy: "Less")
    }
}
