/// What went wrong in words: what it means, the likely causes and what to try, each in order.
public struct Explanation: Sendable, Hashable {
    /// One clause without a full stop.
    public var meaning: String
    /// The likely causes, the likeliest first.
    public var causes: [String]
    /// What to try, in this order.
    public var remedies: [String]

    public init(meaning: String, causes: [String] = [], remedies: [String] = []) {
        self.meaning = meaning
        self.causes = causes
        self.remedies = remedies
    }

    /// Causes and remedies as one text, a line each; `nil` where there are none.
    public var remedyText: String? {
        var lines: [String] = []
        if !causes.isEmpty {
            lines.append(causes.count == 1 ? "Likely cause:" : "Likely causes, the likeliest first:")
            lines += numbered(causes)
        }
        if !remedies.isEmpty {
            lines.append("What to try:")
            lines += numbered(remedies)
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    private func numbered(_ texts: [String]) -> [String] {
        texts.enumerated().map { index, text in "\(index + 1). \(text)" }
    }
}
