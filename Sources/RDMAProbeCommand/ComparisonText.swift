import ClusterCore
import RDMAModel
import Reports

/// A comparison for people: which reports, what was changed, the figures side by side, and last what it comes to.
/// - Parameter columns: the terminal's width; the text is laid out to between 40 and 100 columns.
func comparisonText(_ comparison: ReportComparison, style: TextStyle, columns: Int) -> String {
    var document = TextDocument()
    document.add(.heading("What changed"))
    document.add(.facts([.init("old", comparison.old.words), .init("new", comparison.new.words)]))
    if let was = comparison.old.startedUnixSeconds, let now = comparison.new.startedUnixSeconds, now < was {
        document.add(
            .paragraph("The new report began before the old one: the older comes first, OLD NEW.", tone: .warning))
    }
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
    if comparison.flows?.isEmpty == false {
        document.add(.heading("Bandwidth"))
        document.add(.table(comparison.flowTable(style)))
        document.add(
            .paragraph("Noise is what the seconds of one flow differ by: its slowest one.", tone: .faint))
    }
    if comparison.datagrams?.isEmpty == false {
        document.add(.heading("Datagrams"))
        document.add(.table(comparison.datagramTable(style)))
        document.add(
            .paragraph("Noise of loss is that of counting; reports carry none of datagrams' latency.", tone: .faint))
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

extension ReportComparison {
    fileprivate func flowTable(_ style: TextStyle) -> TextTable {
        var table = TextTable(columns: [
            .init("flow", mayBeCut: true), .init("old", .right), .init("new", .right), .init("shift", .right),
            .init("it is"),
        ])
        for flow in flows ?? [] {
            func rate(_ value: UInt64?) -> TextTable.Cell {
                .init(value.map { BitRate(bitsPerSecond: $0).decimalText.text } ?? "-")
            }
            table.add([
                .init(
                    "\(flow.operation.rawValue) \(flow.sizeBytes) B \(flow.direction.rawValue) by \(flow.postedBy.rawValue)"
                ),
                rate(flow.oldMeanBitsPerSecond), rate(flow.newMeanBitsPerSecond),
                .init(flow.shiftShare.map(percent) ?? "-"), .init(flow.shift.words, flow.shift.tone),
            ])
        }
        return table
    }

    fileprivate func datagramTable(_ style: TextStyle) -> TextTable {
        var table = TextTable(columns: [
            .init("size", .right), .init("figure"), .init("old", .right), .init("new", .right), .init("it is"),
        ])
        for cell in datagrams ?? [] {
            func lost(_ count: UInt64?, of sent: UInt64?) -> TextTable.Cell {
                guard let count, let sent else { return .init("-") }
                return .init("\(count) of \(sent)")
            }
            table.add([
                .init("\(cell.sizeBytes) B"), .init("lost"), lost(cell.oldLost, of: cell.oldSent),
                lost(cell.newLost, of: cell.newSent), .init(cell.loss.words, cell.loss.tone),
            ])
            for figure in cell.figures where figure.old != nil || figure.new != nil {
                let values = [figure.old, figure.new].map { value in
                    TextTable.Cell(value.map { style.duration(nanoseconds: $0) } ?? "-")
                }
                table.add(
                    [.init("\(cell.sizeBytes) B"), .init(figure.percentile.name)] + values + [.init("not judged")])
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
