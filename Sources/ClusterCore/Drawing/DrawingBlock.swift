/// A part of a picture before it has a place: lines of text, and blocks within it. ``drawing(title:summary:metrics:)`` gives
/// all of them a place.
public struct DrawingBlock: Sendable, Hashable {
    public var role: DrawingRole
    /// What is written at its top, a line each.
    public var lines: [Line]
    /// More than is written, for who points at it.
    public var hint: String
    public var blocks: [DrawingBlock]
    public var arrangement: Arrangement
    /// Whether a box is drawn around it.
    public var isFramed: Bool

    /// A line of text.
    public struct Line: Sendable, Hashable {
        public var words: String
        public var weight: DrawingWeight

        public init(_ words: String, _ weight: DrawingWeight = .normal) {
            self.words = words
            self.weight = weight
        }
    }

    /// How the blocks within a block stand to each other.
    public enum Arrangement: String, Sendable, Hashable, CaseIterable {
        /// Beside each other, in as many rows as are needed.
        case flow
        /// Above each other, equally wide.
        case column
        /// Below the block, on lines that branch off from it.
        case tree
    }

    public init(
        role: DrawingRole = .plain, lines: [Line] = [], hint: String = "", arrangement: Arrangement = .flow,
        isFramed: Bool = true, blocks: [DrawingBlock] = []
    ) {
        self.role = role
        self.lines = lines
        self.hint = hint
        self.arrangement = arrangement
        self.isFramed = isFramed
        self.blocks = blocks
    }

    /// Blocks within blocks that are given a place; deeper ones are left out.
    public static let depthLimit = 64

    /// The picture: every box within the canvas and within its own parent's, none over its neighbour.
    ///
    /// Texts that are too long for the width are cut, with a mark. A picture may be wider than the metrics ask where so many
    /// boxes are within each other that nothing narrower holds them. Takes time linear in the number of blocks, times their
    /// depth.
    public func drawing(title: String, summary: String, metrics: DrawingMetrics) -> Drawing {
        var placed = PlacedBlock(self, within: metrics.width, metrics, depth: 0)
        placed.stretch(to: placed.width, placed.height, metrics)
        var shapes: [Drawing.Shape] = []
        placed.draw(atX: 0, y: 0, metrics, into: &shapes)
        return Drawing(
            title: title, summary: summary, width: max(1, placed.width), height: max(1, placed.height),
            cell: metrics.cell, shapes: shapes)
    }
}
