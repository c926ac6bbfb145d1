import ClusterCore
import HealthModel
import Testing

/// Nagios' score of changes (base/flapping.c; facts, 3.2).
struct FlappingTests {
    private static let never = try? FlapThresholds(begins: 1.25, ends: 0.01)

    private func score(_ changes: [Bool]) throws -> Double {
        let thresholds = try #require(FlappingTests.never)
        var record = ChangeRecord(isOn: false)
        var isOn = false
        for change in changes {
            if change { isOn.toggle() }
            _ = record.add(isOn, thresholds)
        }
        return record.score
    }

    @Test func `twenty changes in twenty checks are all`() throws {
        #expect(abs(try score(Array(repeating: true, count: 20)) - 1) < 1e-12)
    }

    @Test func `the five newest weigh 29_93 percent, the five oldest 20_07`() throws {
        let still = Array(repeating: false, count: 15)
        let changes = Array(repeating: true, count: 5)
        #expect(abs(try score(still + changes) - 0.2993) < 5e-5)
        #expect(abs(try score(changes + still) - 0.2007) < 5e-5)
    }

    @Test func `changes older than twenty checks do not count`() throws {
        #expect(try score(Array(repeating: true, count: 20) + Array(repeating: false, count: 20)) == 0)
    }

    @Test func `an alert that goes on and off flaps, and settles when it stays`() throws {
        var driver = try EngineDriver([rule("test.rule", .greater, 0.8, flapping: .nagios)])
        let swing: [Double?] = (0..<20).map { $0.isMultiple(of: 2) ? 0.9 : 0.1 }
        let words = driver.run(swing)
        #expect(words.filter { $0.contains("flapping") }.count == 1)
        let calm = driver.run(Array(repeating: 0.1, count: 25))
        #expect(calm.filter { $0.contains("settled") }.count == 1)
        #expect(calm.last == "")
    }

    @Test func `thresholds in the wrong order are refused`() {
        #expect(throws: RuleError.self) { try FlapThresholds(begins: 0.2, ends: 0.3) }
        #expect(throws: RuleError.self) { try FlapThresholds(begins: 0.2, ends: 0) }
    }
}
