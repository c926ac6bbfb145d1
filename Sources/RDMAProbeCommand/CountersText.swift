import ClusterCore
import RDMAModel
import Reports

/// Counters for people: a table a port, then what the changes mean.
/// - Parameter all: whether counters that stand at 0, or have not changed, are shown.
func countersText(_ document: CounterDocument, all: Bool, style: TextStyle, columns: Int) -> String {
    var text = TextDocument()
    let host = document.hostName.map(printable) ?? "a host without a name"
    if let duration = document.durationNanoseconds {
        text.add(.heading("RDMA counters of \(host), over \(style.duration(nanoseconds: duration))"))
    } else {
        text.add(.heading("RDMA counters of \(host)"))
    }
    var places: [String] = []
    for counter in document.counters where !places.contains(counter.place) { places.append(counter.place) }
    if places.isEmpty { text.add(.paragraph("There is no counter to read.", tone: .warning)) }
    let twice = document.durationNanoseconds != nil
    for place in places {
        let own = document.counters.filter { $0.place == place }
        let shown = own.filter { all || !$0.isDull(twice: twice) }
        text.add(.heading(printable(place)))
        if !shown.isEmpty { text.add(.table(table(shown, twice: twice))) }
        let hidden = own.count - shown.count
        if hidden > 0 {
            text.add(
                .paragraph(
                    "\(hidden) more \(twice ? "have not changed" : "stand at 0"): --all shows them.", tone: .faint))
        }
    }
    if !document.findings.isEmpty {
        text.add(.heading("Findings"))
        text.add(.findings(document.findings))
    }
    return text.text(width: min(max(columns, 40), 100), style: style)
}

private func table(_ counters: [CounterChange], twice: Bool) -> TextTable {
    var table = TextTable(columns: [
        .init("counter", mayBeCut: true), .init("driver's name", mayBeCut: true),
        .init(twice ? "change" : "value", .right), .init("unit"),
    ])
    for counter in counters {
        let figure = twice ? counter.change : counter.after
        table.add([
            .init(counter.name ?? "-"), .init(printable(counter.source)),
            .init(figure.map { (counter.saturated && twice ? ">=" : "") + "\($0)" } ?? "not known"),
            .init(counter.unit.map { $0 == .words ? "words of 4 B" : $0.rawValue } ?? "-"),
        ])
    }
    return table
}

/// What one look of `--watch` shows: a line for each change, and what it means where it matters.
func watchLines(_ changes: [CounterChange], _ findings: [Finding]) -> [String] {
    changes.filter { !$0.isDull(twice: true) && $0.before != nil }.map { change in
        let name = change.name.map { "\($0) (\(printable(change.source)))" } ?? printable(change.source)
        let bytes = change.changeBytes.map { ", \($0) bytes" } ?? ""
        let figure = change.change.map { "+\($0)" } ?? "not known"
        return "\(printable(change.place)): \(name) \(figure) \(change.unit?.rawValue ?? "")\(bytes)"
    }
        + findings.filter { $0.severity > .information }.map {
            "  \($0.measured.map { "\($0)" } ?? "") \($0.remedy ?? "")"
        }
}

extension CounterChange {
    fileprivate var place: String { port.map { "\(device) port \($0)" } ?? device }

    fileprivate func isDull(twice: Bool) -> Bool { twice ? isUnchanged : after == 0 }
}
