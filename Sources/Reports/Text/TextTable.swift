/// A table for people: columns that line up, numbers to the right, never wider than it may be.
///
/// A table that is too wide gives up, in this order: the second space between columns; the end of cells in columns that
/// may be cut (names, never numbers); and where even that does not do, the table itself: each row becomes a list of
/// titles and values.
public struct TextTable: Sendable, Hashable {
    /// A column.
    public struct Column: Sendable, Hashable {
        public var title: String
        public var alignment: Alignment
        /// Whether cells may lose their end. Not for numbers: half a number is a wrong number.
        public var mayBeCut: Bool

        public init(_ title: String, _ alignment: Alignment = .left, mayBeCut: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.mayBeCut = mayBeCut
        }
    }

    /// On which side a column's cells line up.
    public enum Alignment: Sendable, Hashable {
        case left, right
    }

    /// A cell: its text and what it is, for its colour.
    public struct Cell: Sendable, Hashable, ExpressibleByStringLiteral {
        public var text: String
        public var tone: TextStyle.Tone

        public init(_ text: String, _ tone: TextStyle.Tone = .normal) {
            self.text = text
            self.tone = tone
        }

        public init(stringLiteral text: String) { self.init(text) }
    }

    public var columns: [Column]
    public private(set) var rows: [[Cell]] = []

    public init(columns: [Column]) { self.columns = columns }

    /// Adds a row; missing cells are empty, surplus ones are left out.
    public mutating func add(_ cells: [Cell]) {
        rows.append(columns.indices.map { $0 < cells.count ? cells[$0] : Cell("") })
    }
}

extension TextTable {
    /// The table's lines, none wider than `width` columns.
    /// - Precondition: `width` is at least 20.
    public func lines(width: Int, style: TextStyle) -> [String] {
        precondition(width >= 20, "a table needs 20 columns")
        guard !columns.isEmpty else { return [] }
        let safeTitles = columns.map { printable($0.title) }
        let safeRows = rows.map { row in row.map { Cell(printable($0.text), $0.tone) } }
        let natural = columns.indices.map { index in
            max(displayWidth(safeTitles[index]), safeRows.map { displayWidth($0[index].text) }.max() ?? 0)
        }
        for gap in [2, 1] {
            if let widths = fitted(natural, width: width - gap * (columns.count - 1), cutting: gap == 1) {
                return grid(safeTitles, safeRows, widths, gap: gap, style: style)
            }
        }
        return records(safeTitles, safeRows, width: width, style: style)
    }

    /// The columns' widths, cut where they may be, or `nil` where they cannot fit.
    private func fitted(_ natural: [Int], width: Int, cutting: Bool) -> [Int]? {
        var widths = natural
        var excess = widths.reduce(0, +) - width
        while excess > 0 {
            // The widest column that may be cut gives up one column at a time; it keeps eight.
            guard cutting,
                let widest = columns.indices.filter({ columns[$0].mayBeCut && widths[$0] > 8 })
                    .max(by: { widths[$0] < widths[$1] })
            else { return nil }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func grid(
        _ titles: [String], _ rows: [[Cell]], _ widths: [Int], gap: Int, style: TextStyle
    ) -> [String] {
        func line(_ cells: [Cell]) -> String {
            var line = ""
            var spaces = 0
            for (index, cell) in cells.enumerated() {
                let text = style.cut(cell.text, to: widths[index])
                let padding = widths[index] - displayWidth(text)
                if columns[index].alignment == .right { spaces += padding }
                if !text.isEmpty {
                    // Spaces are written only before text, so that no line ends with them.
                    line += String(repeating: " ", count: spaces) + style.paint(text, cell.tone)
                    spaces = 0
                }
                spaces += (columns[index].alignment == .left ? padding : 0) + gap
            }
            return line
        }
        return [line(titles.map { Cell($0, .faint) })] + rows.map(line)
    }

    private func records(_ titles: [String], _ rows: [[Cell]], width: Int, style: TextStyle) -> [String] {
        let label = min(titles.map(displayWidth).max() ?? 0, width / 2)
        return rows.enumerated().flatMap { index, row in
            (index == 0 ? [] : [""])
                + zip(titles, row).flatMap { title, cell in
                    labelled(
                        style.cut(title, to: label), cell.text, label: label, width: width, tone: cell.tone,
                        style: style)
                }
        }
    }
}

/// A label and a text beside it, wrapped under itself.
func labelled(
    _ title: String, _ text: String, label: Int, width: Int, tone: TextStyle.Tone, style: TextStyle
) -> [String] {
    let pieces = wrapped(text, width: max(8, width - label - 2))
    return pieces.enumerated().map { index, piece in
        let head = index == 0 ? title : ""
        let spaces = String(repeating: " ", count: max(0, label - displayWidth(head)) + 2)
        return piece.isEmpty ? style.paint(head, .faint) : style.paint(head, .faint) + spaces + style.paint(piece, tone)
    }
}
