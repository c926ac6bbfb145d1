import ClusterCore

extension DrawingBlock {
    /// The block for a terminal, where a frame takes as much room as what is in it: parts without parts of their own are one line,
    /// or more where one would be cut, trees have no frames, and `!` stands where a screen has a colour.
    func compact(_ metrics: DrawingMetrics) -> DrawingBlock {
        compact(inTree: false, width: metrics.width, metrics)
    }

    private func compact(inTree: Bool, width: Int, _ metrics: DrawingMetrics) -> DrawingBlock {
        var copy = self
        if !inTree, !blocks.isEmpty {
            let room = width - (isFramed ? 2 * metrics.sidePadding : 0)
            copy.lines = lines.flatMap { line in
                DrawingBlock.pieces(of: line.words, within: room, metrics).map { Line($0, line.weight) }
            }
        }
        if blocks.isEmpty, let first = lines.first {
            if inTree || role == .memory || first.words.hasPrefix("NUMA node") { copy.isFramed = false }
            // The link of a device is told where it is less than it could be, and then before what may be cut.
            let isLink: (Line) -> Bool = { $0.words.hasPrefix("PCIe ") }
            let rest = lines.dropFirst()
            let words = rest.filter { isLink($0) && $0.words.contains(" of ") } + rest.filter { !isLink($0) }
            let mark = role == .warning || role == .critical ? "! " : ""
            let whole = ([mark + first.words] + words.map(\.words)).joined(separator: " · ")
            // How far a branch of a tree is moved is not known here.
            let room = inTree ? Int.max : width - (copy.isFramed ? 2 * metrics.sidePadding : 0)
            copy.lines = DrawingBlock.pieces(of: whole, within: room, metrics).map { Line($0, first.weight) }
        }
        if arrangement == .tree { copy.isFramed = false }
        let inner = width - (copy.isFramed ? 2 * metrics.sidePadding : 0)
        copy.blocks = blocks.map { $0.compact(inTree: inTree || arrangement == .tree, width: inner, metrics) }
        return copy
    }

    /// A text in as many lines as it takes, parted where two facts meet, and within a fact that is too long between its words.
    private static func pieces(of text: String, within room: Int, _ metrics: DrawingMetrics) -> [String] {
        var pieces: [String] = []
        for fact in DrawingBlock.parts(of: text, at: " · ") {
            let isLong = metrics.width(of: fact) > room
            for (index, part) in (isLong ? DrawingBlock.parts(of: fact, at: " ") : [fact]).enumerated() {
                let longer = pieces.last.map { $0 + (index == 0 ? " · " : " ") + part }
                if let longer, metrics.width(of: longer) <= room {
                    pieces[pieces.count - 1] = longer
                } else {
                    pieces.append(part)
                }
            }
        }
        return pieces.isEmpty ? [text] : pieces
    }

    private static func parts(of text: String, at separator: String) -> [String] {
        var parts: [String] = []
        var rest = text[...]
        while let place = rest.firstRange(of: separator) {
            parts.append(String(rest[..<place.lowerBound]))
            rest = rest[place.upperBound...]
        }
        return parts + [String(rest)]
    }
}
