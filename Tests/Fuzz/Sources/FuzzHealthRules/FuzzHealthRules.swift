import Fuzzing
import HealthModel

/// Rules as a user writes them: read, linted, exported and used.
///
/// Must hold: rules that were read, written and read again are the same; an error says something.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let rules: RuleSet
    do throws(RuleError) { rules = try RuleSet(json: Input(start, count).rest) } catch {
        require(!"\(error)".isEmpty, "an error without words")
        return 0
    }
    require((try? RuleSet(json: (try? rules.json()) ?? [])) == rules, "rules are not what was written")
    guard rules.rules.count < 100 else { return 0 }
    _ = RuleLint.findings(in: rules)
    _ = PrometheusRules(rules, interval: .seconds(60)).text
    var engine = AlertEngine(rules)
    for rule in rules.rules {
        guard let identity = try? SignalIdentity(rule.selector.name.text),
            let index = try? engine.signal(identity, unit: rule.condition.fireAt.unit, kind: .gauge)
        else { continue }
        engine.ingest(index, .infinity, at: SignalTime(seconds: 0))
    }
    for minute in 0..<3 as Range<Int64> { _ = engine.evaluate(at: SignalTime(seconds: minute * 60)) }
    return 0
}
