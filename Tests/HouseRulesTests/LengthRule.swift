/// A file can be read in one sitting.
enum LengthRule {
    static let limit = 500

    static func offences(path: String, text: String) -> [Offence] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
        guard lines > limit else { return [] }
        return [Offence(path: path, line: 0, message: "\(lines) lines; \(limit) are the limit: split it by theme")]
    }
}
