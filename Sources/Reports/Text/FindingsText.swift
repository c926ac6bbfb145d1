public import ClusterCore

/// Findings for people: a mark and the severity in words, what is wrong with what, what to do and where it is written.
///
/// ```
/// ✗ critical  rdma.latency host:h1/operation:send/size:4096
///     required  1 ms
///     measured  4.339211 ms
/// ```
///
/// A requirement that cannot be told has the mark `?`, and `undetermined` beside how much it would matter.
public struct FindingsText: Sendable, Hashable {
    private let findings: [Finding]

    public init(_ findings: [Finding]) { self.findings = findings }

    /// The findings' lines in the given order, none wider than `width` columns, a blank line between two.
    /// - Precondition: `width` is at least 40.
    public func lines(width: Int, style: TextStyle) -> [String] {
        precondition(width >= 40, "findings need 40 columns")
        return findings.enumerated().flatMap { index, finding in
            (index == 0 ? [] : [""]) + lines(of: finding, width: width, style: style)
        }
    }

    private func lines(of finding: Finding, width: Int, style: TextStyle) -> [String] {
        let mark: (symbol: String, tone: TextStyle.Tone) =
            finding.isUndetermined ? ("?", .warning) : style.mark(of: finding.severity)
        let severity = "\(mark.symbol) \(finding.severity.rawValue)" + (finding.isUndetermined ? ", undetermined" : "")
        var lines: [String] = []
        let head = "\(finding.rule)" + (finding.subject.rawValue.isEmpty ? "" : " \(finding.subject)")
        for (index, piece) in wrapped(head, width: width - displayWidth(severity) - 2).enumerated() {
            let start = index == 0 ? style.paint(severity, mark.tone) : spaces(displayWidth(severity))
            lines.append("\(start)  \(piece)")
        }
        var facts: [(String, String)] = []
        if let required = finding.required { facts.append(("required", style.text(of: required))) }
        facts.append(("measured", finding.measured.map { style.text(of: $0) } ?? "not known"))
        if finding.required == nil, finding.measured == nil { facts.removeLast() }
        for evidence in finding.evidence {
            facts.append(("evidence", evidence.value.map { "\(evidence.source): \($0)" } ?? "\(evidence.source)"))
        }
        if let remedy = finding.remedy { facts.append(("remedy", remedy)) }
        if let reference = finding.reference, !reference.description.isEmpty {
            facts.append(("see", reference.description))
        }
        for (title, text) in facts {
            for line in labelled(title, text, label: 8, width: width - 4, tone: .normal, style: style) {
                lines.append("    " + line)
            }
        }
        return lines
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}

extension TextStyle {
    /// A severity's mark and its tone.
    func mark(of severity: Severity) -> (symbol: String, tone: Tone) {
        switch severity {
        case .critical: (symbol("✗", ascii: "x"), .bad)
        case .warning: ("!", .warning)
        case .information: ("i", .faint)
        }
    }

    /// A measure in words: durations exactly and in a unit that suits them, other numbers with their unit.
    public func text(of measure: Measure) -> String {
        if case .integer(let value, unit: "ns") = measure, let nanoseconds = UInt64(exactly: value) {
            return exactDuration(nanoseconds: nanoseconds)
        }
        return printable(measure.description)
    }
}
