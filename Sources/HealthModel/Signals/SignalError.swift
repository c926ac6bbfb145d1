/// Why an input is no signal, or why a signal was not taken.
///
/// Says what was read, where in it the problem is, what is wrong and what to do. The description is one line of printable
/// ASCII, whatever the input held.
public struct SignalError: Error, Sendable, Hashable {
    /// What was read: a file, a format, a name.
    public let input: String
    /// Where in it: `line 3, column 7`, `byte 17`, `/device/name`; empty where the whole is meant.
    public let place: String
    /// What kind of problem it is.
    public let kind: Kind
    /// What was found, in words.
    public let problem: String
    /// What to do about it.
    public let remedy: String

    public init(_ kind: Kind, input: String, place: String = "", problem: String, remedy: String) {
        self.kind = kind
        self.input = SignalError.printable(input)
        self.place = SignalError.printable(place)
        self.problem = SignalError.printable(problem)
        self.remedy = remedy
    }

    /// The kinds of problems.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The input is not of its format.
        case malformed
        /// The input ends too early.
        case truncated
        /// The input, or something in it, is larger than what is read.
        case tooLarge
        /// The same thing is there twice.
        case duplicate
        /// A name, a label or a unit that cannot be.
        case badName
        /// A number that is none, or that cannot be held.
        case badNumber
        /// Something is of another kind than before: a counter that was a gauge, a unit that changed.
        case contradiction
        /// A version or a format that is not read.
        case unsupported
    }

    /// The longest part of an input that an error repeats, in bytes.
    public static let excerptLimit = 120

    /// Printable ASCII, with everything else written as `\u{…}` and a long text cut, so that an error message cannot move
    /// the cursor or fill a screen.
    static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if result.utf8.count >= excerptLimit { return result + "..." }
            switch scalar {
            case " "..."~": result.unicodeScalars.append(scalar)
            default: result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return result
    }
}

extension SignalError: CustomStringConvertible {
    public var description: String {
        "\(input)\(place.isEmpty ? "" : ", \(place)"): \(problem); \(remedy)"
    }
}
