#if Tools
import HealthModel

/// A label with its value, as people write it.
enum LabelWord {
    static func read(_ text: String) throws(RuleError) -> (label: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw RuleError(
                .badDocument, place: "label", problem: "\"\(text)\" is no label with a value",
                remedy: "write them as node=n1")
        }
        return (parts[0], parts[1])
    }
}
#endif
