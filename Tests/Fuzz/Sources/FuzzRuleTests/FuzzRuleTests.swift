import ClusterCore
import ClusterDocuments
import Fuzzing
import HealthModel

/// Tests of rules in promtool's form, the notation of series among them: read, and run where they are small.
///
/// Must hold: an error says something; a test that is read gives as many outcomes as it has expectations.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let tests: RuleTestDocument
    do { tests = try RuleTestDocument(Input(start, count).rest) } catch {
        require(!"\(error)".isEmpty, "an error without words")
        return 0
    }
    guard let rules = try? RuleSet(HealthProfile.architecture.resolved(in: HealthProfile.builtIn)) else { return 0 }
    for test in tests.tests where test.expectations.count < 100 {
        let evaluations = test.expectations.map { $0.time / .seconds(1) }.max() ?? 0
        guard evaluations < 10_000 else { continue }
        guard let outcomes = try? test.run(rules) else { continue }
        require(outcomes.count == test.expectations.count, "\(outcomes.count) of \(test.expectations.count) outcomes")
    }
    return 0
}
