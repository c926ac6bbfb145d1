/// The grammar of iproute2's `dcb … set` and `dcb app replace`, from dcb-ets(8), dcb-pfc(8), dcb-app(8) and dcb-dcbx(8) of
/// iproute2 6.1. The tool itself asks the driver before it reads its arguments, and no driver without hardware answers.
enum DCBGrammar {
    /// What is wrong with a command, or `nil`.
    static func problem(_ command: String) -> String? {
        let words = command.split(separator: " ").map(String.init)
        guard words.count > 5, words[0] == "dcb", words[3] == "dev" else { return "no dcb OBJECT COMMAND dev DEV …" }
        let arguments = Array(words[5...])
        switch (words[1], words[2]) {
        case ("dcbx", "set"):
            return arguments.first { !["host", "lld-managed", "cee", "ieee", "static"].contains($0) }
        case ("ets", "set"):
            return sections(arguments, ["willing", "prio-tc", "tc-tsa", "tc-bw"]) { name, values in
                switch name {
                case "willing": return values.count == 1 && ["on", "off"].contains(values[0])
                case "prio-tc": return maps(values) { isNumber($0, 0...7) }
                case "tc-tsa": return maps(values) { ["strict", "ets", "cbs", "vendor"].contains($0) }
                default:
                    // What each class is given in the end must be the whole link.
                    var shares = [Int](repeating: 0, count: 8)
                    for value in values {
                        let parts = value.split(separator: ":").map(String.init)
                        guard parts.count == 2, let share = Int(parts[1]) else { return false }
                        for index in shares.indices where parts[0] == "all" || parts[0] == "\(index)" {
                            shares[index] = share
                        }
                    }
                    return maps(values) { isNumber($0, 0...100) } && shares.reduce(0, +) == 100
                }
            }
        case ("pfc", "set"):
            return sections(arguments, ["prio-pfc"]) { _, values in maps(values) { ["on", "off"].contains($0) } }
        case ("app", "replace"):
            return sections(arguments, ["dgram-port-prio"]) { _, values in
                values.allSatisfy { value in
                    let parts = value.split(separator: ":").map(String.init)
                    return parts.count == 2 && isNumber(parts[0], 1...65535) && isNumber(parts[1], 0...7)
                }
            }
        default: return "no such object or command"
        }
    }

    private static func isNumber(_ text: String, _ range: ClosedRange<Int>) -> Bool {
        Int(text).map(range.contains) == true
    }

    /// `all` or 0 to 7, a colon and a value, at least once.
    private static func maps(_ values: [String], _ isValue: (String) -> Bool) -> Bool {
        !values.isEmpty
            && values.allSatisfy { value in
                let parts = value.split(separator: ":").map(String.init)
                return parts.count == 2 && (parts[0] == "all" || isNumber(parts[0], 0...7)) && isValue(parts[1])
            }
    }

    /// Words with their values, up to the next word.
    private static func sections(
        _ arguments: [String], _ names: [String], _ check: (String, [String]) -> Bool
    ) -> String? {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard names.contains(name) else { return "unknown word \(name)" }
            let values = rest.prefix { !names.contains($0) && ($0.contains(":") || name == "willing") }
            rest = rest.dropFirst(values.count)
            guard check(name, Array(values)) else { return "bad values of \(name): \(values)" }
        }
        return nil
    }
}
