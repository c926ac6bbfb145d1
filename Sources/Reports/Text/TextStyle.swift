/// How text for people looks. The caller decides: colour only on a terminal that wants it (`NO_COLOR`, `TERM=dumb`),
/// symbols beyond ASCII only where the locale's character set has them.
public struct TextStyle: Sendable, Hashable {
    /// Whether escape sequences for colour are written.
    public var colour: Bool
    /// Whether symbols beyond ASCII are written (`µs`, `≤`, block characters).
    public var unicode: Bool

    public init(colour: Bool, unicode: Bool = true) {
        self.colour = colour
        self.unicode = unicode
    }

    /// Without colour, with symbols.
    public static let plain = TextStyle(colour: false)
    /// Without colour, ASCII only.
    public static let ascii = TextStyle(colour: false, unicode: false)

    /// What a piece of text is, for its colour.
    public enum Tone: Sendable, Hashable, CaseIterable {
        case normal, strong, faint, good, warning, bad
    }

    /// The text in a tone's colour. It is not made safe here: see ``printable(_:)``.
    public func paint(_ text: String, _ tone: Tone) -> String {
        guard colour, !text.isEmpty else { return text }
        return switch tone {
        case .normal: text
        case .strong: "\u{1B}[1m\(text)\u{1B}[0m"
        case .faint: "\u{1B}[2m\(text)\u{1B}[0m"
        case .good: "\u{1B}[32m\(text)\u{1B}[0m"
        case .warning: "\u{1B}[33m\(text)\u{1B}[0m"
        case .bad: "\u{1B}[1;31m\(text)\u{1B}[0m"
        }
    }

    /// A symbol, or what stands for it in ASCII.
    func symbol(_ symbol: String, ascii: String) -> String { unicode ? symbol : ascii }
}
