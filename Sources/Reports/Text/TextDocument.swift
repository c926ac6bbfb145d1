public import ClusterCore

/// A report for people: headings, paragraphs, tables, pictures and findings, laid out to a width.
///
/// It holds what is shown, not how: the same document renders with or without colour and to any width of 40 columns or
/// more.
///
/// ```swift
/// var document = TextDocument()
/// document.add(.heading("Latency"))
/// document.add(.table(table))
/// print(document.text(width: 80, style: .plain), terminator: "")
/// ```
public struct TextDocument: Sendable, Hashable {
    /// A part of a document.
    public enum Block: Sendable, Hashable {
        /// A line that names what follows; a blank line comes before it.
        case heading(String)
        /// A text, wrapped; line ends in it are kept.
        case paragraph(String, tone: TextStyle.Tone = .normal)
        /// Titles with a text beside each.
        case facts([Fact])
        case table(TextTable)
        case histogram(TextHistogram)
        case findings([Finding])
        /// A picture that was laid out in characters for this width.
        case drawing(Drawing)
    }

    /// A title and its text.
    public struct Fact: Sendable, Hashable {
        public var title: String
        public var text: String
        public var tone: TextStyle.Tone

        public init(_ title: String, _ text: String, tone: TextStyle.Tone = .normal) {
            self.title = title
            self.text = text
            self.tone = tone
        }
    }

    /// The parts, in order.
    public private(set) var blocks: [Block] = []

    public init(_ blocks: [Block] = []) { self.blocks = blocks }

    /// Adds a part at the end.
    public mutating func add(_ block: Block) { blocks.append(block) }
}

extension TextDocument {
    /// The whole text with a line end after each line; no line is wider than `width` columns or ends with a space.
    /// - Precondition: `width` is at least 40.
    public func text(width: Int, style: TextStyle) -> String {
        precondition(width >= 40, "a document needs 40 columns")
        var lines: [String] = []
        for block in blocks {
            switch block {
            case .heading(let title):
                if !lines.isEmpty { lines.append("") }
                lines += wrapped(printable(title), width: width).map { style.paint($0, .strong) }
            case .paragraph(let text, let tone):
                lines += wrapped(text, width: width).map { style.paint($0, tone) }
            case .facts(let facts):
                let label = min(facts.map { displayWidth(printable($0.title)) }.max() ?? 0, width / 3)
                for fact in facts {
                    var title = printable(fact.title)
                    // A name is never cut: it may be what the reader types next.
                    if displayWidth(title) > label {
                        lines += wrapped(title, width: width).map { style.paint($0, .faint) }
                        title = ""
                    }
                    lines += labelled(title, fact.text, label: label, width: width, tone: fact.tone, style: style)
                }
            case .table(let table): lines += table.lines(width: width, style: style)
            case .histogram(let histogram): lines += histogram.lines(width: width, style: style)
            case .drawing(let drawing):
                lines += drawing.text(style: style).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                    .map(String.init)
            case .findings(let findings): lines += FindingsText(findings).lines(width: width, style: style)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
