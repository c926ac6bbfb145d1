import RDMAModel
import Reports

/// A report as one line: the verdict first, who measured whom, the deciding reason; after a bar the deciding cell's
/// figures in the form of monitoring plugins (label=value and unit).
func reportLine(_ report: ProbeReport) -> String {
    let peer = report.target ?? report.peer?.name ?? "a peer not known"
    var line = "\(report.verdict.outcome.rawValue.uppercased()) \(word(report.host.name)) to \(word(peer))"
    if let reason = report.verdict.reasons.first { line += ": \(words(reason))" }
    let others = report.verdict.reasons.count - 1
    // What the software says of itself belongs beside any figure of it.
    if report.environment.softwareRDMA == true { line += " (software RDMA)" }
    if report.verdict.outcome == .unfit, others > (report.environment.softwareRDMA == true ? 1 : 0) {
        line += " (and more: see --format text)"
    }
    let deciding = report.verdict.deciding
    if let cell = report.latency.first(where: { $0.cell == deciding && $0.samples > 0 }) {
        line += " | \(cell.performanceData.joined(separator: " "))"
    }
    return line + "\n"
}

extension LatencyCell {
    /// `write_4096_p99_9=0.00053125s`; what is not known is left out.
    fileprivate var performanceData: [String] {
        let name = "\(operation.rawValue)_\(sizeBytes)"
        let figures: [(String, UInt64?)] = [
            ("min", minimum), ("p50", p50), ("p99", p99), ("p99_9", p999), ("max", maximum),
        ]
        return figures.compactMap { label, value in value.map { "\(name)_\(label)=\(decimalSeconds($0))s" } }
            + ["\(name)_samples=\(samples)", "\(name)_lost=\(lost)"]
    }
}

/// Nanoseconds as seconds without an exponent, exactly.
private func decimalSeconds(_ nanoseconds: UInt64) -> String {
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    guard rest > 0 else { return "\(whole)" }
    let digits = String(rest)
    var decimals = String(repeating: "0", count: 9 - digits.count) + digits
    while decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(whole).\(decimals)"
}

/// Words from outside on this one line: without control characters, and without the bar that ends the text.
private func words(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    // Scalar by scalar: a bar with an accent behind it is a bar to whoever reads the line.
    for scalar in printable(text.replacing("\n", with: " ")).unicodeScalars {
        line.append(scalar == "|" ? "/" : scalar)
    }
    return String(line)
}

/// A name on this line: no longer than a name should be.
private func word(_ name: String) -> String { String(words(name).prefix(64)) }
