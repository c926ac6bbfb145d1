import ClusterCore

extension LatencyRequirement {
    /// A run that failed or was cut short.
    func judgeEnding(of evidence: ProbeEvidence, into claims: inout Claims) {
        switch evidence.ending {
        case .finished: break
        case .failed(let failure):
            let claim = Claim(
                rule: failure.shortfall.rule, sentence: failure.sentence,
                finding: failure.finding(about: evidence.subject))
            if failure.shortfall.outcome == .unfit { claims.broken.append(claim) } else { claims.missing.append(claim) }
        case .interrupted(let signal):
            let finding = Finding(
                rule: Shortfall.interrupted.rule, severity: .information, subject: evidence.subject,
                measured: .text("ended by \(signal.rawValue)"), remedy: "Run it to its end.")
            claims.missing.append(
                Claim(
                    rule: finding.rule, sentence: "The run was interrupted (\(signal.rawValue)) before it was done.",
                    finding: finding))
        }
    }

    /// Operations that were lost, over all cells of any size.
    func judgeLosses(of evidence: ProbeEvidence, into claims: inout Claims) {
        guard let loss else { return }
        for cell in evidence.cells where cell.lost > loss.atMost {
            let (total, overflow) = cell.samples.addingReportingOverflow(cell.lost)
            let finding = Finding(
                rule: LatencyRequirement.lossRule, severity: loss.severity,
                subject: evidence.subject(of: cell.cell),
                required: .integer(Int64(clamping: loss.atMost), unit: "lost"),
                measured: .integer(Int64(clamping: cell.lost), unit: "lost"),
                evidence: [Evidence(source: "operations posted", value: overflow ? nil : "\(total)")],
                remedy: "See the drop, retry and pause counters of both adapters and of the switch between them.",
                reference: loss.reference)
            guard loss.decides else {
                claims.notes.append(finding)
                continue
            }
            let of = overflow ? "" : " of \(total)"
            claims.broken.append(
                Claim(
                    rule: finding.rule,
                    sentence:
                        "\(cell.lost)\(of) operations of \(cell.cell.words) were lost; at most \(loss.atMost) may be.",
                    cell: cell.cell, finding: finding))
        }
    }

    /// The cells that are not there: those that the profile demands, and where losses decide every planned one, since one
    /// that is not known may have lost some.
    func judgeCoverage(of evidence: ProbeEvidence, into claims: inout Claims) {
        var absent: [ProbePlan.Cell] = []
        if loss?.decides == true { absent = evidence.plan.cells.filter { !evidence.measured($0) } }
        for cell in latency?.demanded(by: evidence.plan) ?? [] where !evidence.measured(cell) && !absent.contains(cell)
        {
            absent.append(cell)
        }
        guard !absent.isEmpty else { return }
        let words = absent.map(\.words).joined(separator: ", ")
        let sentence =
            evidence.cells.contains { evidence.measured($0.cell) } ? "Not measured: \(words)." : "Nothing was measured."
        var finding: Finding?
        // Where the run failed or was interrupted, that is the finding, and this its consequence.
        if case .finished = evidence.ending {
            finding = Finding(
                rule: LatencyRequirement.latencyRule, severity: .warning, subject: evidence.subject,
                required: .text("every cell that is planned or that the profile judges is measured"),
                evidence: [Evidence(source: words)],
                remedy: "Measure it: see --operations, --sizes and the run's deadline.", reference: latency?.reference)
        }
        let claim = Claim(rule: LatencyRequirement.latencyRule, sentence: sentence, finding: finding, absent: absent)
        if loss?.decides == true || latency?.decides == true {
            claims.missing.append(claim)
        } else if let finding {
            claims.notes.append(finding)
        }
    }

    /// The judged percentile of every judged cell.
    func judgeLatency(of evidence: ProbeEvidence, into claims: inout Claims) {
        guard let latency else { return }
        for cell in evidence.cells where latency.judges(cell.cell) && (cell.samples > 0 || cell.lost > 0) {
            judge(cell, by: latency, of: evidence, into: &claims)
        }
    }

    private func judge(
        _ cell: LatencyCell, by latency: Latency, of evidence: ProbeEvidence, into claims: inout Claims
    ) {
        let rule = LatencyRequirement.latencyRule
        let limit = latency.requiredBelowNanoseconds
        let name = "\(latency.percentile) of \(cell.cell.words)"
        func finding(_ severity: Severity, below: UInt64, _ value: UInt64?, _ figure: Percentile, _ remedy: String)
            -> Finding
        {
            Finding(
                rule: LatencyRequirement.latencyRule, severity: severity, subject: evidence.subject(of: cell.cell),
                required: .integer(Int64(clamping: below), unit: "ns"),
                measured: value.map { .integer(Int64(clamping: $0), unit: "ns") },
                evidence: [Evidence(source: "\(figure) of \(cell.samples) samples", value: value.map { "\($0) ns" })],
                remedy: remedy, reference: latency.reference)
        }
        // The judged percentile, or a lower one that alone breaks the limit.
        let lower = Percentile.reported.filter { $0 < latency.percentile }
            .first { figure in cell.value(of: figure).map { $0 >= limit } ?? false }
        if let value = cell.knownValue(of: latency.percentile) {
            let excess = limit == 0 ? Double.infinity : Double(value) / Double(limit)
            if value >= limit {
                let sentence =
                    "\(name) is \(exactDuration(value, unitOf: limit)); below \(exactDuration(limit)) is required."
                latency.add(
                    Claim(
                        rule: rule, sentence: sentence, cell: cell.cell, excess: excess,
                        finding: finding(latency.severity, below: limit, value, latency.percentile, slowRemedy)),
                    to: \.broken, of: &claims)
                return
            }
            var claim = Claim(
                rule: rule,
                sentence:
                    "\(name) is \(exactDuration(value, unitOf: limit)), below \(exactDuration(limit)) as required",
                cell: cell.cell, excess: excess)
            if let optimum = latency.optimalBelowNanoseconds {
                claim.optimal = value < optimum
                claim.sentence +=
                    claim.optimal
                    ? " and below \(exactDuration(optimum, unitOf: limit)) for optimal"
                    : ", not below \(exactDuration(optimum, unitOf: limit)) for optimal"
                if !claim.optimal {
                    claim.finding = finding(.information, below: optimum, value, latency.percentile, slowRemedy)
                }
            }
            claim.sentence += "."
            latency.add(claim, to: \.met, of: &claims)
        } else if let lower, let value = cell.value(of: lower) {
            let sentence =
                "\(name) is not known from \(cell.samples) samples, but \(lower) is already "
                + "\(exactDuration(value, unitOf: limit)); below \(exactDuration(limit)) is required."
            latency.add(
                Claim(
                    rule: rule, sentence: sentence, cell: cell.cell, excess: Double(value) / Double(max(limit, 1)),
                    finding: finding(latency.severity, below: limit, value, lower, slowRemedy)),
                to: \.broken, of: &claims)
        } else {
            let needed = latency.percentile.samplesNeeded
            let sentence = "\(name) is not known: it needs \(needed) samples, there are \(cell.samples)."
            latency.add(
                Claim(
                    rule: rule, sentence: sentence, cell: cell.cell,
                    finding: finding(
                        .warning, below: limit, nil, latency.percentile,
                        "Measure at least \(needed) samples: see --count and --duration.")),
                to: \.missing, of: &claims)
        }
    }

    private var slowRemedy: String {
        "Compare with idle hosts and network; see the link's speed, MTU, flow control and the drop and pause counters "
            + "of both adapters and of the switch; see processor frequency and idle states of both hosts."
    }

    static let latencyRule: RuleID = "rdma.latency"
    static let lossRule: RuleID = "rdma.loss"
    static let softwareRule: RuleID = "rdma.software"
}

extension LatencyRequirement.Latency {
    /// Adds a claim where it counts, or only its finding where latency is reported without deciding.
    func add(_ claim: Claim, to list: WritableKeyPath<Claims, [Claim]>, of claims: inout Claims) {
        if decides {
            claims[keyPath: list].append(claim)
        } else if let finding = claim.finding {
            claims.notes.append(finding)
        }
    }
}

extension LatencyCell {
    /// A percentile of the report where the samples carry it. A figure that stands there though they do not (a report
    /// written by hand, or by another program) is not believed.
    func knownValue(of percentile: Percentile) -> UInt64? {
        percentile.isCarried(bySamples: samples) ? value(of: percentile) : nil
    }
}

extension ProbeEvidence {
    /// Whether anything is known of a cell.
    func measured(_ cell: ProbePlan.Cell) -> Bool {
        cells.contains { $0.cell == cell && ($0.samples > 0 || $0.lost > 0) }
    }

    func subject(of cell: ProbePlan.Cell) -> ComponentIdentifier {
        let plain = subject.appending("operation", cell.operation.rawValue).appending("size", "\(cell.sizeBytes)")
        return cell.load == .idle ? plain : plain.appending("load", cell.load.rawValue)
    }
}

extension ProbePlan.Cell {
    /// The cell in words: `send 4 KiB`, `send 4 KiB under load`.
    public var words: String {
        let size = ByteCount(bytes: sizeBytes).binaryText
        return "\(operation.rawValue) \(size.isExact ? size.text : "\(sizeBytes) B")"
            + (pattern == .echo ? " (echo)" : "") + (load == .idle ? "" : " under load")
    }
}
