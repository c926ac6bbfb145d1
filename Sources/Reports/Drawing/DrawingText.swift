public import ClusterCore

extension Drawing {
    /// The picture in characters that draw boxes, each line ended; without Unicode in `+`, `-` and `|`.
    ///
    /// A drawing that was laid out in characters (``/ClusterCore/DrawingMetrics/characters(width:)``) is as it was meant;
    /// another is made coarser. A picture larger than ``textLimit`` characters is cut at its lower edge.
    /// - Parameter style: colours, and whether characters beyond ASCII are used.
    public func text(style: TextStyle = .plain) -> String {
        var canvas = TextCanvas(self)
        for shape in shapes { canvas.draw(shape) }
        return canvas.text(style)
    }

    /// The most characters of a picture.
    public static let textLimit = 4_000_000
}

/// A grid of characters.
private struct TextCanvas {
    private let columns: Int
    private let rows: Int
    private let cell: Drawing.Extent
    /// Which edges each place has a line to: 1 up, 2 down, 4 left, 8 right.
    private var arms: [UInt8]
    /// What is written there; `nil` is nothing, empty the second half of a wide character.
    private var written: [Int: String] = [:]

    init(_ drawing: Drawing) {
        cell = Drawing.Extent(width: max(1, drawing.cell.width), height: max(1, drawing.cell.height))
        columns = min(1000, max(1, (drawing.width + cell.width - 1) / cell.width))
        rows = min(Drawing.textLimit / columns, max(1, (drawing.height + cell.height - 1) / cell.height))
        arms = [UInt8](repeating: 0, count: columns * rows)
    }

    private func column(_ x: Int) -> Int { x / cell.width }
    private func row(_ y: Int) -> Int { y / cell.height }

    mutating func draw(_ shape: Drawing.Shape) {
        switch shape {
        case .box(let box):
            let frame = box.frame
            let (left, top) = (column(frame.x), row(frame.y))
            let (right, bottom) = (column(frame.right - 1), row(frame.bottom - 1))
            guard right > left, bottom > top else { return }
            clear(left, top, right, bottom)
            line(left, top, right, top)
            line(left, bottom, right, bottom)
            line(left, top, left, bottom)
            line(right, top, right, bottom)
        case .line(let points, _):
            for (from, to) in zip(points, points.dropFirst()) {
                line(column(from.x), row(from.y), column(to.x), row(to.y))
            }
        case .text(let text): write(text)
        case .group(let group): for shape in group.shapes { draw(shape) }
        }
    }

    /// What lies below a box is not seen; its edges join those of others.
    private mutating func clear(_ left: Int, _ top: Int, _ right: Int, _ bottom: Int) {
        guard bottom - top > 1, right - left > 1 else { return }
        for row in max(0, top + 1)..<max(top + 1, min(rows, bottom)) {
            for column in max(0, left + 1)..<max(left + 1, min(columns, right)) {
                arms[row * columns + column] = 0
                written[row * columns + column] = nil
            }
        }
    }

    private mutating func line(_ fromColumn: Int, _ fromRow: Int, _ toColumn: Int, _ toRow: Int) {
        if fromRow == toRow {
            let (left, right) = (min(fromColumn, toColumn), max(fromColumn, toColumn))
            guard (0..<rows).contains(fromRow), left >= 0 else { return }
            for column in left..<max(left, min(right, columns - 1)) {
                arms[fromRow * columns + column] |= 8
                arms[fromRow * columns + column + 1] |= 4
            }
        } else if fromColumn == toColumn {
            let (top, bottom) = (min(fromRow, toRow), max(fromRow, toRow))
            guard (0..<columns).contains(fromColumn), top >= 0 else { return }
            for row in top..<max(top, min(bottom, rows - 1)) {
                arms[row * columns + fromColumn] |= 2
                arms[(row + 1) * columns + fromColumn] |= 1
            }
        }
    }

    private mutating func write(_ text: Drawing.Text) {
        let row = row(text.frame.y)
        let first = column(text.frame.x)
        let end = min(columns, first + max(1, (text.frame.width + cell.width - 1) / cell.width))
        guard (0..<rows).contains(row), first >= 0 else { return }
        var column = first
        for character in printable(text.words) {
            let width = displayWidth(String(character))
            guard column + width <= end else { break }
            if width == 0 {
                if column > first { written[row * columns + column - 1, default: " "].append(character) }
                continue
            }
            written[row * columns + column] = String(character)
            if width == 2 { written[row * columns + column + 1] = "" }
            column += width
        }
    }

    func text(_ style: TextStyle) -> String {
        var result = ""
        for row in 0..<rows {
            var line = ""
            for column in 0..<columns {
                let place = row * columns + column
                line +=
                    written[place]
                    ?? (arms[place] == 0 ? " " : style.symbol(box[Int(arms[place])], ascii: plain(place)))
            }
            while line.last == " " { line.removeLast() }
            result += line + "\n"
        }
        return result
    }

    private func plain(_ place: Int) -> String {
        switch arms[place] {
        case 1, 2, 3: "|"
        case 4, 8, 12: "-"
        default: "+"
        }
    }
}

/// The characters by the edges that they reach.
private let box: [String] = [
    " ", "│", "│", "│", "─", "┘", "┐", "┤", "─", "└", "┌", "├", "─", "┴", "┬", "┼",
]
