import Foundation
import StorageMath

/// The figures as people read them.
struct Table {
    let document: Measured

    var text: String {
        var lines = [
            "\(document.machine.processor), \(document.machine.kind?.rawValue ?? "of neither kind that has goals")",
            "kernel \(document.kernel.rawValue); rival \(document.library?.path ?? "none: \(document.libraryProblem ?? "")")",
            "medians of \(document.alternations) alternations; GB/s are 10^9 bytes of data a second, in brackets of all bytes",
            "moved; x rival and x limit: ours over theirs",
        ]
        lines.append(
            "memcpy, GB/s copied: "
                + document.copies.map { "\(sizeName($0.bytes)) \(rate($0.rate))" }.joined(separator: ", "))
        for section in sections { lines += [""] + section }
        let lowest = document.lowest
        lines += [""] + means
        if let lowest {
            lines.append(
                "lowest cell: \(ratio(lowest.rivalRatio)), \(lowest.operation) \(lowest.place) against \(lowest.rivalName ?? "")"
            )
        }
        if document.isSmoke {
            return finished(lines + ["", "for a moment each: it runs, and these figures mean nothing"])
        }
        lines += ["", pad("goal", 52) + pad("at least", 10, right: true) + pad("measured", 10, right: true)]
        for goal in document.goals {
            let verdict = goal.isMet.map { $0 ? "met" : "MISSED" } ?? "not measured"
            lines.append(
                pad(goal.name, 52) + pad(ratio(goal.required, 3), 10, right: true)
                    + pad(ratio(goal.measured, 3), 10, right: true)
                    + "  " + pad(verdict, 13) + goal.note)
        }
        return finished(lines)
    }

    private func finished(_ lines: [String]) -> String {
        lines.map { $0.replacing(/\s+$/, with: "") }.joined(separator: "\n") + "\n"
    }

    /// One for each operation, convention and rival, in the order in which they were measured.
    private var sections: [[String]] {
        var order: [String] = []
        var cells: [String: [Cell]] = [:]
        for cell in document.cells {
            let title = [
                cell.operation, cell.convention, cell.rivalName.map { "against \($0)" },
                cell.threads > 1 ? "\(cell.threads) threads" : nil,
            ].compactMap(\.self).joined(separator: ", ")
            if cells[title] == nil { order.append(title) }
            cells[title, default: []].append(cell)
        }
        return order.map { title in
            let header =
                pad("layout", 13) + pad("fragment", 10, right: true) + "  " + pad("buffers", 10)
                + pad("ours", 16, right: true) + pad("rival", 16, right: true) + pad("limit", 9, right: true)
                + pad("x rival", 9, right: true) + pad("x limit", 9, right: true)
                + (cells[title]?.first?.limitScaling == nil ? "" : "  limit 2/1")
            return [title, header] + (cells[title] ?? []).map(row)
        }
    }

    private func row(_ cell: Cell) -> String {
        func both(_ value: Double?, _ moved: Double) -> String {
            value.map { "\(rate($0)) (\(rate($0 * moved)))" } ?? "-"
        }
        let scaling = cell.limitScaling.map { pad(ratio($0), 11, right: true) } ?? ""
        return pad(cell.layout, 13) + pad(sizeName(cell.fragmentBytes), 10, right: true) + "  "
            + pad(cell.buffers.rawValue, 10) + pad(both(cell.ours, cell.moved), 16, right: true)
            + pad(both(cell.rival, cell.moved), 16, right: true) + pad(rate(cell.limit), 9, right: true)
            + pad(ratio(cell.rivalRatio), 9, right: true) + pad(ratio(cell.limitRatio), 9, right: true) + scaling
    }

    private var means: [String] {
        let operations = Measured.meanOperations
        let header = pad("geometric means, V-pow", 24) + operations.map { pad($0, 9, right: true) }.joined()
        // How far a loop without arithmetic is ahead of the rival: what no code can pass where it moves all bytes.
        return [header]
            + Buffers.allCases.flatMap { buffers in
                [
                    pad("  \(buffers)", 24)
                        + operations.map { pad(ratio(document.mean($0, buffers)), 9, right: true) }.joined(),
                    pad("    the limit's own", 24)
                        + operations.map { pad(ratio(document.limitMean($0, buffers)), 9, right: true) }.joined(),
                ]
            }
    }

    private func rate(_ value: Double) -> String { String(format: "%.1f", value / 1e9) }
    private func ratio(_ value: Double?, _ digits: Int = 2) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? "-"
    }

    private func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let spaces = String(repeating: " ", count: max(0, width - text.count))
        return right ? spaces + text : text + spaces
    }
}
