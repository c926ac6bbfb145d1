/// A block with its extent and the places of the blocks within it, relative to its upper left corner.
struct PlacedBlock {
    let role: DrawingRole
    let hint: String
    let isFramed: Bool
    let arrangement: DrawingBlock.Arrangement
    private let lines: [DrawingBlock.Line]
    private(set) var width = 0
    private(set) var height = 0
    /// The height of its own box: all of it, but for a tree, whose branches are below.
    private var boxHeight = 0
    /// The width of a tree's own box.
    private var boxWidth = 0
    private var parts: [Part] = []

    private struct Part {
        var block: PlacedBlock
        var x: Int
        var y: Int
        var row: Int
    }

    init(_ block: DrawingBlock, within available: Int, _ metrics: DrawingMetrics, depth: Int) {
        role = block.role
        hint = block.hint
        isFramed = block.isFramed
        arrangement = block.arrangement
        let side = block.isFramed ? metrics.sidePadding : 0
        let edge = block.isFramed ? metrics.edgePadding : 0
        let least = metrics.cell.width * 3
        let inner = max(least, available - 2 * side)
        lines = block.lines.map { line in
            DrawingBlock.Line(metrics.cut(line.words, to: inner, weight: line.weight), line.weight)
        }
        let textWidth = lines.map { metrics.width(of: $0.words, weight: $0.weight) }.max() ?? 0
        let textHeight = lines.count * metrics.cell.height
        let within = depth < DrawingBlock.depthLimit ? block.blocks : []
        switch arrangement {
        case .tree: placeTree(within, available, textWidth + 2 * side, textHeight + 2 * edge, metrics, depth)
        case .column: placeColumn(within, inner, textWidth, textHeight, side, edge, metrics, depth)
        case .flow: placeFlow(within, inner, textWidth, textHeight, side, edge, metrics, depth)
        }
    }

    /// From the text of a box to the boxes below it.
    private static func gap(_ textHeight: Int, _ metrics: DrawingMetrics) -> Int {
        textHeight > 0 && metrics.cell.height > 1 ? metrics.rowGap / 2 : 0
    }

    private mutating func placeColumn(
        _ blocks: [DrawingBlock], _ inner: Int, _ textWidth: Int, _ textHeight: Int, _ side: Int, _ edge: Int,
        _ metrics: DrawingMetrics, _ depth: Int
    ) {
        var y = edge + textHeight + (blocks.isEmpty ? 0 : PlacedBlock.gap(textHeight, metrics))
        var widest = textWidth
        for (row, block) in blocks.enumerated() {
            let placed = PlacedBlock(block, within: inner, metrics, depth: depth + 1)
            if row > 0 { y += metrics.rowGap }
            parts.append(Part(block: placed, x: side, y: y, row: row))
            y += placed.height
            widest = max(widest, placed.width)
        }
        (width, height) = (widest + 2 * side, y + edge)
        (boxWidth, boxHeight) = (width, height)
    }

    private mutating func placeFlow(
        _ blocks: [DrawingBlock], _ inner: Int, _ textWidth: Int, _ textHeight: Int, _ side: Int, _ edge: Int,
        _ metrics: DrawingMetrics, _ depth: Int
    ) {
        var y = edge + textHeight + (blocks.isEmpty ? 0 : PlacedBlock.gap(textHeight, metrics))
        var (x, rowHeight, row, widest) = (0, 0, 0, textWidth)
        for block in blocks {
            let placed = PlacedBlock(block, within: inner, metrics, depth: depth + 1)
            if x > 0, x + metrics.columnGap + placed.width > inner {
                y += rowHeight + metrics.rowGap
                (x, rowHeight, row) = (0, 0, row + 1)
            }
            if x > 0 { x += metrics.columnGap }
            parts.append(Part(block: placed, x: side + x, y: y, row: row))
            x += placed.width
            rowHeight = max(rowHeight, placed.height)
            widest = max(widest, x)
        }
        (width, height) = (widest + 2 * side, y + rowHeight + edge)
        (boxWidth, boxHeight) = (width, height)
    }

    private mutating func placeTree(
        _ blocks: [DrawingBlock], _ available: Int, _ boxWidth: Int, _ boxHeight: Int, _ metrics: DrawingMetrics,
        _ depth: Int
    ) {
        self.boxWidth = boxWidth
        self.boxHeight = boxHeight
        var y = boxHeight
        var widest = boxWidth
        for (row, block) in blocks.enumerated() {
            let placed = PlacedBlock(
                block, within: max(metrics.cell.width * 3, available - metrics.indent), metrics, depth: depth + 1)
            y += metrics.rowGap
            parts.append(Part(block: placed, x: metrics.indent, y: y, row: row))
            y += placed.height
            widest = max(widest, metrics.indent + placed.width)
        }
        (width, height) = (widest, y)
    }

    /// Makes boxes of one row equally high and boxes of one column equally wide.
    mutating func stretch(to newWidth: Int, _ newHeight: Int, _ metrics: DrawingMetrics) {
        (width, height) = (max(width, newWidth), max(height, newHeight))
        let side = isFramed ? metrics.sidePadding : 0
        switch arrangement {
        case .tree:
            if parts.isEmpty { boxHeight = height }
            for index in parts.indices {
                parts[index].block.stretch(to: parts[index].block.width, parts[index].block.height, metrics)
            }
        case .column:
            (boxWidth, boxHeight) = (width, height)
            for index in parts.indices {
                let wide = width - 2 * side
                parts[index].block.stretch(to: wide, parts[index].block.height, metrics)
            }
        case .flow:
            (boxWidth, boxHeight) = (width, height)
            var heights: [Int: Int] = [:]
            for part in parts { heights[part.row] = max(heights[part.row] ?? 0, part.block.height) }
            for index in parts.indices {
                // One alone takes all of the width.
                let wide = parts.count == 1 ? width - 2 * side : parts[index].block.width
                parts[index].block.stretch(to: wide, heights[parts[index].row] ?? 0, metrics)
            }
        }
    }

    func draw(atX x: Int, y: Int, _ metrics: DrawingMetrics, into shapes: inout [Drawing.Shape]) {
        var own: [Drawing.Shape] = []
        if isFramed, boxWidth > 0, boxHeight > 0 {
            let frame = Drawing.Frame(x: x, y: y, width: boxWidth, height: boxHeight)
            own.append(.box(Drawing.Box(frame: frame, role: role)))
        }
        let side = isFramed ? metrics.sidePadding : 0
        let edge = isFramed ? metrics.edgePadding : 0
        for (index, line) in lines.enumerated() where !line.words.isEmpty {
            let frame = Drawing.Frame(
                x: x + side, y: y + edge + index * metrics.cell.height,
                width: metrics.width(of: line.words, weight: line.weight), height: metrics.cell.height)
            own.append(.text(Drawing.Text(frame: frame, words: line.words, weight: line.weight, role: role)))
        }
        if arrangement == .tree { drawBranches(x, y, metrics, into: &own) }
        for part in parts { part.block.draw(atX: x + part.x, y: y + part.y, metrics, into: &own) }
        if !own.isEmpty { shapes.append(.group(Drawing.Group(hint: hint, shapes: own))) }
    }

    private func drawBranches(_ x: Int, _ y: Int, _ metrics: DrawingMetrics, into shapes: inout [Drawing.Shape]) {
        guard let last = parts.last else { return }
        // On a terminal the branch leaves from the last line of characters, be it a frame or words.
        let frame = metrics.cell.height == 1 ? 1 : 0
        let spine = x + max(1, metrics.indent / 2 - 1)
        let start = y + boxHeight - min(frame, boxHeight)
        let place = { (part: Part) in y + part.y + part.block.headMiddle(metrics) }
        shapes.append(
            .line([Drawing.Point(x: spine, y: start), Drawing.Point(x: spine, y: place(last))], .bus))
        for part in parts {
            let end = x + part.x - (part.block.isFramed ? 0 : frame == 1 ? 2 : metrics.cell.width / 2)
            shapes.append(
                .line([Drawing.Point(x: spine, y: place(part)), Drawing.Point(x: end, y: place(part))], .bus))
        }
    }

    /// How far below its upper edge the first line of a block has its middle.
    private func headMiddle(_ metrics: DrawingMetrics) -> Int {
        let edge = isFramed ? metrics.edgePadding : 0
        // A block without a line and a frame has nothing to point at.
        return min(edge + metrics.cell.height / 2, max(0, height - 1))
    }
}
