extension TextHistogram {
    /// The picture's lines, none wider than `width` columns; empty without samples.
    /// - Precondition: `width` is at least 40.
    public func lines(width: Int, style: TextStyle) -> [String] {
        precondition(width >= 40, "a histogram needs 40 columns")
        let rows = rows()
        let total = rows.reduce(0.0) { $0 + Double($1.count) }
        guard let most = rows.map(\.count).max(), most > 0 else { return [] }
        let labels = rows.map { "\(style.symbol("≤", ascii: "<=")) \(style.duration(nanoseconds: $0.upTo))" }
        let shares = rows.map { $0.count == 0 ? "" : percent(Double($0.count) / total) }
        let notes = rows.indices.map { index in
            let below = index == 0 ? nil : rows[index - 1].upTo
            return marks.filter { mark in
                mark.nanoseconds <= rows[index].upTo && below.map { $0 < mark.nanoseconds } ?? true
            }
            .map { printable($0.label) }.joined(separator: " ")
        }
        let labelWidth = labels.map(displayWidth).max() ?? 0
        let shareWidth = shares.map(displayWidth).max() ?? 0
        let noteWidth = min(notes.map(displayWidth).max() ?? 0, width / 4)
        let barWidth = width - labelWidth - shareWidth - noteWidth - 6
        return rows.indices.map { index in
            let bar = bar(rows[index].count, of: most, width: barWidth, style: style)
            let note = style.cut(notes[index], to: noteWidth)
            let head = String(repeating: " ", count: labelWidth - displayWidth(labels[index])) + labels[index]
            guard !shares[index].isEmpty || !note.isEmpty else { return head }
            let space = String(
                repeating: " ",
                count: 2 + barWidth - displayWidth(bar) + 2 + shareWidth - displayWidth(shares[index]))
            let line = head + (bar.isEmpty ? "" : "  ") + bar + (bar.isEmpty ? "  " : "") + space.dropFirst(2)
            return line + shares[index] + (note.isEmpty ? "" : "  " + style.paint(note, .strong))
        }
    }

    /// A share of all samples: `65.1 %`, `0.02 %`, `<0.01 %`; 100 % only for all of them.
    private func percent(_ share: Double) -> String {
        if share < 0.0001 { return "<0.01 %" }
        if share < 0.01 { return "\(fixed(share * 10_000, places: 2)) %" }
        if share >= 1 { return "100 %" }
        return "\(fixed(min(share * 1000, 999), places: 1)) %"
    }

    /// A number that is given in units of its last place, rounded.
    private func fixed(_ value: Double, places: Int) -> String {
        let digits = String(Int(value.rounded()))
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    private func bar(_ count: UInt64, of most: UInt64, width: Int, style: TextStyle) -> String {
        guard count > 0, width > 0 else { return "" }
        let length = Double(count) / Double(most) * Double(width)
        guard style.unicode else { return length < 0.5 ? "." : String(repeating: "#", count: Int(length.rounded())) }
        let eighths = max(1, Int((length * 8).rounded()))
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        return String(repeating: "█", count: eighths / 8) + partial
    }
}
