import ClusterCore
import RDMAModel
import Reports

extension ProbeReport {
    /// What was judged, for build servers: a case a requirement and cell. Broken is a failure; what could not be told is
    /// skipped where something is missing and an error where something kept the run from telling it.
    var junit: JUnitDocument {
        var document = JUnitDocument(
            name: "rdmaprobe \(verdict.profile)", host: host.name,
            timestamp: environment.startedUnixSeconds.flatMap(timestampText),
            properties: [
                .init("tool_version", tool.version), .init("profile", verdict.profile),
                .init("outcome", verdict.outcome.rawValue), .init("target", target ?? "not known"),
                .init("peer", peer?.name ?? "not known"),
                .init("device", host.device?.name ?? "not known"),
                .init("software_rdma", environment.softwareRDMA.map { "\($0)" } ?? "not known"),
            ])
        for check in checks ?? [] {
            document.add(
                JUnitDocument.Case(
                    name: check.cell?.words ?? "the run", group: check.rule.rawValue, outcome: outcome(of: check),
                    output: check.outcome == .met ? check.reason : ""))
        }
        // A suite that says nothing of it would pass.
        let isMet = [.optimal, .acceptable].contains(verdict.outcome)
        if !isMet, !(checks ?? []).contains(where: { $0.outcome != .met }) {
            let words = verdict.reasons.joined(separator: " ")
            let outcome: JUnitDocument.Outcome = verdict.outcome == .unfit ? .failed(words) : .error(words)
            document.add(.init(name: "the run", group: "verdict", outcome: outcome))
        }
        return document
    }

    private func outcome(of check: RuleCheck) -> JUnitDocument.Outcome {
        let finding = findings.first { finding in
            finding.rule == check.rule
                && (check.cell.map {
                    finding.subject.rawValue.hasSuffix("/operation:\($0.operation.rawValue)/size:\($0.sizeBytes)")
                } ?? true)
        }
        let details = finding?.remedy ?? ""
        switch check.outcome {
        case .met: return .passed
        case .notMet: return .failed(check.reason, details: details)
        case .undetermined:
            return check.cell == nil ? .error(check.reason, details: details) : .skipped(check.reason)
        }
    }
}

/// A time of day in UTC as ISO 8601 without a zone; `nil` where the calendar does not reach so far.
func timestampText(unixSeconds: Int64) -> String? {
    guard unixSeconds >= 0, let day = CalendarDate(unixSeconds: unixSeconds) else { return nil }
    let second = unixSeconds % 86_400
    let parts = [second / 3600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return "\(day)T\(parts.joined(separator: ":"))"
}
