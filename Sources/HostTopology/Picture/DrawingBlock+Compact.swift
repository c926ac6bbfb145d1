import ClusterCore

extension DrawingBlock {
    /// The block for a terminal, where a frame takes as much room as what is in it: parts without parts of their own are one line,
    /// trees have no frames, and `!` stands where a screen has a colour.
    var compact: DrawingBlock { compact(inTree: false) }

    private func compact(inTree: Bool) -> DrawingBlock {
        var copy = self
        copy.blocks = blocks.map { $0.compact(inTree: arrangement == .tree) }
        if blocks.isEmpty, let first = lines.first {
            // The link of a device is told where it is less than it could be, and then before what may be cut.
            let isLink: (Line) -> Bool = { $0.words.hasPrefix("PCIe ") }
            let rest = lines.dropFirst()
            let words = rest.filter { isLink($0) && $0.words.contains(" of ") } + rest.filter { !isLink($0) }
            let mark = role == .warning || role == .critical ? "! " : ""
            copy.lines = [Line(([mark + first.words] + words.map(\.words)).joined(separator: " · "), first.weight)]
            if inTree || role == .memory || first.words.hasPrefix("NUMA node") { copy.isFramed = false }
        }
        if arrangement == .tree { copy.isFramed = false }
        return copy
    }
}
