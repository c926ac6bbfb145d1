import ClusterCore

extension LatencyRequirement {
    /// The verdict over all claims.
    func conclude(_ claims: Claims, _ evidence: ProbeEvidence) -> Judgement {
        let broken = worstFirst(claims.broken)
        let met = worstFirst(claims.met)
        var outcome: Verdict.Outcome
        var reasons: [String]
        var deciding: ProbePlan.Cell?
        if !broken.isEmpty {
            outcome = .unfit
            reasons = (broken + claims.missing).map(\.sentence)
            deciding = broken.lazy.compactMap(\.cell).first
        } else if !claims.missing.isEmpty {
            outcome = .undetermined
            reasons = claims.missing.map(\.sentence)
            deciding = claims.missing.lazy.compactMap(\.cell).first { evidence.measured($0) }
        } else if let worst = met.first {
            let notOptimal = met.filter { !$0.optimal }
            outcome = notOptimal.isEmpty ? .optimal : .acceptable
            reasons = notOptimal.isEmpty ? [worst.sentence] : notOptimal.map(\.sentence)
            if met.count > 1, notOptimal.isEmpty || latency?.optimalBelowNanoseconds == nil {
                reasons = [worst.sentence, "It is the slowest of \(met.count) judged figures."]
            }
            deciding = worst.cell
            if loss?.decides == true { reasons.append(lossesMet(evidence)) }
            if let words = datagramsMet(evidence) { reasons.append(words) }
        } else {
            let hasSamples = evidence.cells.contains { $0.samples > 0 }
            let kept = [loss?.decides == true && hasSamples ? lossesMet(evidence) : nil, datagramsMet(evidence)]
                .compactMap(\.self)
            outcome = kept.isEmpty ? .undetermined : .acceptable
            reasons = kept.isEmpty ? ["The profile judges nothing of what was measured."] : kept
        }
        var findings = (broken + claims.missing + met).compactMap(\.finding) + claims.notes
        if let note = softwareFinding(evidence) {
            findings.append(note)
            if evidence.softwareRDMA == true {
                reasons.append("It was measured over software RDMA: the figures say nothing about a NIC.")
            }
        }
        if let mismatch = evidence.mtuMismatch {
            let explains = !mismatch.sparesRDMA && broken.contains { MTUMismatch.explained.contains($0.rule) }
            if explains { reasons.insert(mismatch.reason, at: 0) }
            findings.insert(mismatch.finding(explains: explains), at: 0)
        }
        findings = Severity.allCases.reversed().flatMap { severity in findings.filter { $0.severity == severity } }
        return Judgement(
            verdict: Verdict(outcome: outcome, profile: profile, reasons: reasons, deciding: deciding),
            findings: findings, checks: checks(of: claims, evidence))
    }

    private func lossesMet(_ evidence: ProbeEvidence) -> String {
        let lost = evidence.cells.reduce(UInt64(0)) { $0.addingReportingOverflow($1.lost).partialValue }
        return lost == 0 ? "No operation was lost." : "\(lost) operations were lost, no more than allowed."
    }

    /// Failures and losses as they came, then figures by how far they exceed the limit; equal ones as they came.
    private func worstFirst(_ claims: [Claim]) -> [Claim] {
        claims.enumerated().sorted { left, right in
            left.element.excess == right.element.excess
                ? left.offset < right.offset : left.element.excess > right.element.excess
        }.map(\.element)
    }

    /// That the figures are of software, or that this is not known.
    private func softwareFinding(_ evidence: ProbeEvidence) -> Finding? {
        guard let softwareSeverity, evidence.softwareRDMA != false, evidence.cells.contains(where: { $0.samples > 0 })
        else { return nil }
        guard evidence.softwareRDMA == true else {
            return Finding(
                rule: LatencyRequirement.softwareRule, severity: .information, subject: evidence.subject,
                required: .text("an RDMA adapter"),
                remedy: "See whether the devices are adapters or software: `rdma link`.")
        }
        return Finding(
            rule: LatencyRequirement.softwareRule, severity: softwareSeverity, subject: evidence.subject,
            required: .text("an RDMA adapter"),
            measured: .text("software RDMA (rxe or siw): the figures say nothing about a NIC"),
            remedy: "Measure between hosts with RDMA adapters.")
    }
}
