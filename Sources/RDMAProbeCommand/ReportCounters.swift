import ClusterCore
import RDMAModel
import Reports

// What the counters of both ends say of a test, for people: what rose and matters, and what each rise means.

extension ProbeReport {
    /// More rows say no more; the JSON report has them all.
    private static let rowLimit = 12

    /// A counter that rose, with the end that has it.
    private struct Rise {
        var end: EndAccount
        var counter: CounterChange
        var definition: CounterDefinition
        var isTrouble: Bool
    }

    private var ends: [EndAccount] { [host, peer].compactMap(\.self) }

    /// The rises that matter: trouble first, the gravest foremost, then what tells of congestion.
    private var rises: [Rise] {
        let found = ends.flatMap { end in
            (end.counters ?? []).compactMap { counter -> Rise? in
                guard let definition = CounterDefinition.named(counter.source) else { return nil }
                let isTrouble = counter.isTrouble(software: end.device?.software)
                guard isTrouble || counter.tellsOfCongestion else { return nil }
                return Rise(end: end, counter: counter, definition: definition, isTrouble: isTrouble)
            }
        }
        return Severity.allCases.reversed().flatMap { severity in
            [true, false].flatMap { isTrouble in
                found.filter { $0.definition.severity == severity && $0.isTrouble == isTrouble }
            }
        }
    }

    /// The rules of the findings that this section tells.
    var counterRules: Set<RuleID> {
        Set(rises.filter(\.isTrouble).map { CounterChange.rule(of: $0.definition.name) })
    }

    /// Adds the section, where counters were read.
    func tellCounters(in document: inout TextDocument) {
        guard ends.contains(where: { $0.counters != nil }) else { return }
        document.add(.heading("Counters"))
        let rises = self.rises
        if !rises.isEmpty {
            document.add(.table(ProbeReport.table(rises.prefix(ProbeReport.rowLimit))))
            if rises.count > ProbeReport.rowLimit {
                document.add(
                    .paragraph("\(rises.count - ProbeReport.rowLimit) more rose: see the JSON report.", tone: .faint))
            }
            var told: Set<String> = []
            let sentences = rises.filter { told.insert($0.definition.name).inserted }.map { rise in
                "\(rise.definition.name): "
                    + ([rise.definition.meaning] + [rise.definition.remedy].compactMap(\.self))
                    .joined(separator: " ")
            }
            for sentence in sentences { document.add(.paragraph(sentence)) }
        }
        for note in silence(isAnyTold: !rises.isEmpty) { document.add(.paragraph(note, tone: .faint)) }
    }

    private static func table(_ rises: some Collection<Rise>) -> TextTable {
        var table = TextTable(columns: [
            .init("host", mayBeCut: true), .init("rose by", .right), .init("counter", mayBeCut: true),
            .init("driver's name", mayBeCut: true),
        ])
        for rise in rises {
            let (counter, definition) = (rise.counter, rise.definition)
            let figure = (counter.saturated ? ">=" : "") + "\(counter.change ?? 0) \(definition.unit.rawValue)"
            let tone: TextStyle.Tone =
                switch definition.severity {
                case .critical: .bad
                case .warning: .warning
                case .information: .normal
                }
            table.add([
                .init(outside(rise.end.name)), .init(figure, tone), .init(definition.name),
                .init(outside(counter.source)),
            ])
        }
        return table
    }

    /// What is not known, which is not the same as nothing: an end without counters, an end that did not tell.
    private func silence(isAnyTold: Bool) -> [String] {
        let silent = ends.filter { $0.counters?.isEmpty != false }.map { outside($0.name) }
        var notes: [String] = []
        let unknown = ends.flatMap { $0.counters ?? [] }.count { counter in
            counter.change == nil && CounterDefinition.named(counter.source)?.remedy != nil
        }
        if unknown > 0 {
            notes.append(
                "Of \(unknown) counters that stand for loss, congestion or errors it is not known whether they rose."
                    + (isAnyTold ? "" : " The others did not."))
        } else if !isAnyTold, silent.count < ends.count {
            notes.append("No counter that stands for loss, congestion or errors rose during the test.")
        }
        if !silent.isEmpty {
            notes.append(
                "No counters are known of \(silent.joined(separator: " and ")): loss there leaves no trace here.")
        }
        return notes
    }
}
