import ClusterCore
import RDMAModel
import Reports

/// A comparison for people: which reports, what was changed, the figures side by side, and last what it comes to.
/// - Parameter columns: the terminal's width; the text is laid out to between 40 and 100 columns.
func comparisonText(_ comparison: ReportComparison, style: TextStyle, columns: Int) -> String {
    var document = TextDocument()
    document.add(.heading("What changed"))
    document.add(.facts([.init("old", comparison.old.words), .init("new", comparison.new.words)]))
    if !comparison.changes.isEmpty {
        document.add(.heading("Hosts and the way between them"))
        document.add(.table(comparison.changeTable))
    }
    if !comparison.cells.isEmpty {
        document.add(.heading("Latency"))
        document.add(.table(comparison.table(style)))
        document.add(
            .paragraph(
                "Noise is what the samples of one run leave open: intervals of \(Int((comparison.confidence * 100).rounded())) % by order "
                    + "statistics, whatever the distribution. Runs differ by more than one run shows: compare several "
                    + "before you accept a --tolerance.", tone: .faint))
    }
    document.add(.heading("Outcome"))
    document.add(.paragraph(comparison.outcome.words, tone: comparison.outcome.tone))
    for (index, reason) in comparison.reasons.enumerated() where comparison.outcome != .notWorse {
        document.add(.paragraph(comparison.reasons.count == 1 ? reason : "\(index + 1). \(reason)"))
    }
    return document.text(width: min(max(columns, 40), 100), style: style)
}

extension ReportComparison.Side {
    fileprivate var words: String {
        let time = startedUnixSeconds.flatMap(timestampText).map { "\($0) UTC, " } ?? ""
        return
            "\(time)\(printable(host)) to \(peer.map { printable($0) } ?? "a peer not known"): \(verdict.rawValue) by "
            + "\(printable(profile)), rdmaprobe \(printable(toolVersion))"
    }
}

extension ReportComparison {
    fileprivate var changeTable: TextTable {
        var table = TextTable(columns: [.init("what"), .init("was", mayBeCut: true), .init("is", mayBeCut: true)])
        for change in changes {
            let tone: TextStyle.Tone = change.counts ? .warning : .faint
            table.add([
                .init(change.place), .init(change.old ?? "not known", tone), .init(change.new ?? "not known", tone),
            ])
        }
        return table
    }

    fileprivate func table(_ style: TextStyle) -> TextTable {
        var table = TextTable(columns: [
            .init("cell", mayBeCut: true), .init("figure"), .init("old", .right), .init("new", .right),
            .init("shift", .right), .init("it is"),
        ])
        for cell in cells {
            for figure in cell.figures where figure.old != nil || figure.new != nil {
                let figures = [figure.old, figure.new].map { figure in
                    TextTable.Cell(figure.map { style.duration(nanoseconds: $0) } ?? "-")
                }
                let shift = figure.shiftShare.map(percent) ?? "-"
                table.add(
                    [.init(cell.cell.words), .init(figure.percentile.name)] + figures
                        + [.init(shift), .init(figure.shift.words, figure.shift.tone)])
            }
            let lost = [cell.oldLost, cell.newLost].map { TextTable.Cell($0.map { "\($0)" } ?? "-") }
            if cell.loss != .withinNoise || cell.oldLost != cell.newLost {
                table.add(
                    [.init(cell.cell.words), .init("lost")] + lost
                        + [.init("-"), .init(cell.loss.words, cell.loss.tone)])
            }
        }
        return table
    }
}

/// A share with its sign, to a tenth of a percent.
private func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded()
    guard tenths.magnitude < 1e12 else { return share > 0 ? "> +1000 %" : "< -1000 %" }
    let whole = Int64(tenths.magnitude)
    return "\(tenths < 0 ? "-" : "+")\(whole / 10).\(whole % 10) %"
}

extension ReportComparison.Shift {
    fileprivate var words: String {
        switch self {
        case .better: "better"
        case .worse: "worse"
        case .withinNoise: "within noise"
        case .unknown: "not known"
        }
    }

    fileprivate var tone: TextStyle.Tone {
        switch self {
        case .better: .good
        case .worse: .bad
        case .withinNoise: .normal
        case .unknown: .faint
        }
    }
}

extension ReportComparison.Outcome {
    fileprivate var words: String {
        switch self {
        case .notWorse: "NOT WORSE: nothing is worse beyond its noise, and nothing was changed."
        case .changed: "CHANGED: something is worse beyond its noise, or was changed."
        case .undetermined: "UNDETERMINED: something of the old report cannot be compared."
        }
    }

    fileprivate var tone: TextStyle.Tone {
        switch self {
        case .notWorse: .good
        case .changed: .bad
        case .undetermined: .warning
        }
    }
}
