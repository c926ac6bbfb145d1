import ClusterCore

extension DrawingBlock {
    /// The block for a terminal, where a frame takes as much room as what is in it: parts without parts of their own are one line,
    /// or more where one would be cut, trees have no frames, and `!` stands where a screen has a colour.
    func compact(_ metrics: DrawingMetrics) -> DrawingBlock {
        compact(inTree: false, width: metrics.width, metrics)
    }

    private func compact(inTree: Bool, width: Int, _ metrics: DrawingMetrics) -> DrawingBlock {
        var copy = self
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

    /// A text in as many lines as it takes, parted where two facts meet.
    private static func pieces(of text: String, within room: Int, _ metrics: DrawingMetrics) -> [String] {
        let separator = " · "
        var pieces: [String] = []
        var rest = text[...]
        while let place = rest.firstRange(of: separator) ?? (rest.isEmpty ? nil : rest.endIndex..<rest.endIndex) {
            let fact = String(rest[..<place.lowerBound])
            rest = rest[place.upperBound...]
            let longer = pieces.last.map { $0 + separator + fact }
            if let longer, metrics.width(of: longer) <= room {
                pieces[pieces.count - 1] = longer
            } else {
                pieces.append(fact)
            }
        }
        return pieces.isEmpty ? [text] : pieces
    }
}
