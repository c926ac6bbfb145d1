import ClusterCore

extension LatencyRequirement {
    static let datagramLossRule: RuleID = "rdma.datagram_loss"

    /// The share of unreliable datagrams that was lost, over every planned size.
    func judgeDatagrams(of evidence: ProbeEvidence, into claims: inout Claims) {
        guard let datagramLoss, let plan = evidence.plan.datagrams else { return }
        for size in plan.sizesBytes {
            if let cell = evidence.datagrams.first(where: { $0.sizeBytes == size }), cell.sent > 0 {
                judge(cell, by: datagramLoss, of: evidence, into: &claims)
            } else if datagramLoss.decides {
                missing(size, evidence, into: &claims)
            }
        }
    }

    private func judge(
        _ cell: DatagramCell, by limit: DatagramLoss, of evidence: ProbeEvidence, into claims: inout Claims
    ) {
        let rule = LatencyRequirement.datagramLossRule
        let allowed = "at most \(limit.atMost) may be"
        let lost = "\(cell.lost) of \(cell.sent) \(cell.words) were lost"
        guard limit.isBroken(lost: cell.lost, of: cell.sent) else { return }
        let finding = Finding(
            rule: rule, severity: limit.severity,
            subject: evidence.subject.appending("operation", "datagram").appending("size", "\(cell.sizeBytes)"),
            required: .text("at most \(limit.atMost) of the messages are lost"),
            measured: cell.lossShare.map { .decimal($0, unit: "share") },
            evidence: [
                Evidence(source: "messages sent", value: "\(cell.sent)"),
                Evidence(source: "messages lost", value: "\(cell.lost)"),
                Evidence(source: "of these never received by the far end", value: cell.lostThere.map { "\($0)" }),
            ],
            remedy: "See the drop and discard counters of both adapters and of the switch, and that flow control is on "
                + "for the priority that RDMA uses.",
            reference: limit.reference)
        if limit.decides {
            claims.broken.append(Claim(rule: rule, sentence: "\(lost); \(allowed).", finding: finding))
        } else {
            claims.notes.append(finding)
        }
    }

    private func missing(_ size: UInt64, _ evidence: ProbeEvidence, into claims: inout Claims) {
        let words = "datagrams of \(size) B"
        var finding: Finding?
        // Where the run failed or was interrupted, that is the finding, and this its consequence.
        if case .finished = evidence.ending {
            finding = Finding(
                rule: LatencyRequirement.datagramLossRule, severity: .warning, subject: evidence.subject,
                required: .text("every planned size is measured"), evidence: [Evidence(source: words)],
                remedy: "Measure it: see --datagrams and the run's deadline.")
        }
        claims.missing.append(
            Claim(rule: LatencyRequirement.datagramLossRule, sentence: "Not measured: \(words).", finding: finding))
    }

    /// What is said of the datagrams where enough arrived.
    func datagramsMet(_ evidence: ProbeEvidence) -> String? {
        guard datagramLoss?.decides == true, !evidence.datagrams.isEmpty else { return nil }
        let lost = evidence.datagrams.reduce(UInt64(0)) { $0.addingReportingOverflow($1.lost).partialValue }
        return lost == 0 ? "No datagram was lost." : "\(lost) datagrams were lost, no more than allowed."
    }

    /// Each planned size of which enough arrived.
    func datagramChecks(of claims: Claims, _ evidence: ProbeEvidence) -> [RuleCheck] {
        guard let datagramLoss, datagramLoss.decides, let plan = evidence.plan.datagrams else { return [] }
        return plan.sizesBytes.compactMap { size in
            guard let cell = evidence.datagrams.first(where: { $0.sizeBytes == size }), cell.sent > 0,
                !datagramLoss.isBroken(lost: cell.lost, of: cell.sent)
            else { return nil }
            return RuleCheck(
                rule: Self.datagramLossRule, outcome: .met,
                reason: "\(cell.lost) of \(cell.sent) \(cell.words) were lost; at most \(datagramLoss.atMost) may be.")
        }
    }
}
