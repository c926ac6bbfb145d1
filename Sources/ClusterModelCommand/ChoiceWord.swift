#if Tools
import ConsoleIO

/// One of a library's words, as documents write it.
struct ChoiceWord<Choice: RawRepresentable<String> & CaseIterable & Sendable>: WordReadable {
    let value: Choice

    init(_ value: Choice) { self.value = value }

    init(word: String) throws {
        guard let value = Choice(rawValue: word) else {
            throw ReportedError(
                "\"\(word)\" is none of \(Self.list)")
        }
        self.value = value
    }

    var description: String { value.rawValue }

    /// All of the words, for help.
    static var list: String { Choice.allCases.map(\.rawValue).joined(separator: ", ") }
}
#endif
