import TestSupport
import Testing

@testable import ClusterCore

@Suite struct `Layout of drawings` {
    private static let words = ["", "a", "core", "0000:3b:00.0 · 16 GT/s × 16", "漢字漢字", "e\u{301}", "<&>", "😀"]

    private func block(_ random: inout SeededRandom, depth: Int) -> DrawingBlock {
        DrawingBlock(
            role: DrawingRole.allCases.randomElement(using: &random) ?? .plain,
            lines: (0..<Int.random(in: 0...3, using: &random)).map { _ in
                let count = Int.random(in: 1...8, using: &random)
                return .init(
                    (0..<count).map { _ in Self.words.randomElement(using: &random) ?? "" }.joined(separator: " "),
                    DrawingWeight.allCases.randomElement(using: &random) ?? .normal)
            }, arrangement: DrawingBlock.Arrangement.allCases.randomElement(using: &random) ?? .flow,
            isFramed: random.next() % 4 != 0,
            blocks: depth == 0
                ? [] : (0..<Int.random(in: 0...5, using: &random)).map { _ in block(&random, depth: depth - 1) })
    }

    private func metrics(_ random: inout SeededRandom) -> DrawingMetrics {
        let width = Int.random(in: 20...400, using: &random)
        return Bool.random(using: &random) ? .points(width: 4 * width) : .characters(width: width)
    }

    /// What a shape takes, and whether what is in it is within.
    private func bounds(_ shape: Drawing.Shape) -> Drawing.Frame {
        switch shape {
        case .box(let box): return box.frame
        case .text(let text): return text.frame
        case .line(let points, _):
            let (xs, ys) = (points.map(\.x), points.map(\.y))
            let (left, top) = (xs.min() ?? 0, ys.min() ?? 0)
            return Drawing.Frame(x: left, y: top, width: (xs.max() ?? 0) - left, height: (ys.max() ?? 0) - top)
        case .group(let group):
            let frames = group.shapes.map(bounds)
            let (left, top) = (frames.map(\.x).min() ?? 0, frames.map(\.y).min() ?? 0)
            return Drawing.Frame(
                x: left, y: top, width: (frames.map(\.right).max() ?? 0) - left,
                height: (frames.map(\.bottom).max() ?? 0) - top)
        }
    }

    private func siblingsAreApart(_ shapes: [Drawing.Shape]) -> Bool {
        let groups = shapes.compactMap { shape -> Drawing.Group? in
            if case .group(let group) = shape { group } else { nil }
        }
        let frames = groups.map { bounds(.group($0)) }
        for (index, frame) in frames.enumerated() {
            for other in frames[(index + 1)...] where frame.overlaps(other) { return false }
        }
        // A text lies above all blocks within its block.
        for shape in shapes {
            if case .text(let text) = shape, frames.contains(where: { $0.overlaps(text.frame) }) { return false }
        }
        return groups.allSatisfy { siblingsAreApart($0.shapes) }
    }

    /// Whether what is drawn within a framed block lies within its box, unless it is a tree, whose branches are below.
    private func childrenAreInside(_ block: DrawingBlock, _ shape: Drawing.Shape) -> Bool {
        guard case .group(let group) = shape else { return true }
        guard block.arrangement != .tree, block.isFramed, case .box(let box)? = group.shapes.first else { return true }
        return group.shapes.allSatisfy { box.frame.contains(bounds($0)) }
    }

    @Test func `everything lies on the canvas, and no block lies over its neighbour`() {
        forRandom(400) { random in
            let block = block(&random, depth: 4)
            let drawing = block.drawing(title: "t", summary: "s", metrics: metrics(&random))
            let canvas = Drawing.Frame(x: 0, y: 0, width: drawing.width, height: drawing.height)
            return drawing.shapes.allSatisfy { canvas.contains(bounds($0)) } && siblingsAreApart(drawing.shapes)
                && drawing.shapes.allSatisfy { childrenAreInside(block, $0) }
        }
    }

    @Test func `a picture keeps to the width where one level of blocks can be put below each other`() {
        forRandom(200) { random in
            let metrics = metrics(&random)
            let blocks = (0..<Int.random(in: 1...30, using: &random)).map { _ in block(&random, depth: 0) }
            let arrangement = DrawingBlock.Arrangement.allCases.randomElement(using: &random) ?? .flow
            let whole = DrawingBlock(arrangement: arrangement, blocks: blocks)
            return whole.drawing(title: "", summary: "", metrics: metrics).width <= metrics.width
        }
    }

    @Test func `boxes of a row are equally high, and boxes of a column equally wide`() throws {
        let short = DrawingBlock(lines: [.init("a")])
        let long = DrawingBlock(lines: [.init("a longer line"), .init("and another")])
        func frames(_ arrangement: DrawingBlock.Arrangement) -> [Drawing.Frame] {
            let whole = DrawingBlock(arrangement: arrangement, isFramed: false, blocks: [short, long])
            let drawing = whole.drawing(title: "", summary: "", metrics: .characters(width: 80))
            guard case .group(let group)? = drawing.shapes.first else { return [] }
            return group.shapes.map(bounds)
        }
        let row = frames(.flow)
        #expect(row.map(\.height) == [4, 4])
        #expect(row.map(\.y) == [0, 0])
        let column = frames(.column)
        #expect(column.map(\.width) == [17, 17])
        #expect(column.map(\.height) == [3, 4])
    }

    @Test func `a text that is too long is cut with a mark, in time linear in its length`() {
        let metrics = DrawingMetrics.characters(width: 20)
        #expect(metrics.cut("0123456789", to: 5) == "0123…")
        #expect(metrics.cut("漢字漢字", to: 5) == "漢字…")
        #expect(metrics.cut("01234", to: 5) == "01234")
        let points = DrawingMetrics.points()
        let cut = points.cut(String(repeating: "W", count: 300_000), to: 200, weight: .heading)
        #expect(points.width(of: cut, weight: .heading) <= 200)
        #expect(cut.count > 10)
    }

    @Test func `blocks nested a thousand deep are drawn as far as the limit`() {
        var block = DrawingBlock(lines: [.init("innermost")])
        for _ in 0..<1000 { block = DrawingBlock(blocks: [block]) }
        let drawing = block.drawing(title: "", summary: "", metrics: .points())
        #expect(drawing.height >= DrawingBlock.depthLimit)
        #expect(!"\(drawing)".contains("innermost"))
    }
}
