import ClusterCore
import RDMAModel
import Reports

/// A report for people: who measured whom, how the ends came together, the figures, a picture of the deciding one, the
/// findings, and last the verdict in words.
/// - Parameter columns: the terminal's width; the text is laid out to between 40 and 100 columns.
func reportText(_ report: ProbeReport, style: TextStyle, columns: Int) -> String {
    var document = TextDocument()
    let peer = report.peer.map { outside($0.name) } ?? "a peer that could not be asked"
    document.add(.heading("RDMA from \(outside(report.host.name)) to \(peer)"))
    document.add(.facts(report.circumstances))
    if !report.connection.steps.isEmpty || report.connection.failedStep != nil {
        document.add(.heading("Connection"))
        document.add(.facts(report.connectionFacts(style)))
    }
    if !report.latency.isEmpty {
        document.add(.heading("Latency"))
        document.add(.table(report.latencyTable(style)))
        if let note = report.unknownPercentiles { document.add(.paragraph(note, tone: .faint)) }
        if let note = report.loadNote { document.add(.paragraph(note, tone: .faint)) }
    }
    if let flows = report.bandwidth, !flows.isEmpty {
        document.add(.heading("Bandwidth"))
        document.add(.table(bandwidthTable(flows, style)))
        document.add(.paragraph(bandwidthNote(flows), tone: .faint))
    }
    if let cells = report.datagrams, !cells.isEmpty {
        document.add(.heading("Datagrams"))
        document.add(.table(datagramTable(cells, style)))
        document.add(.paragraph(datagramNote, tone: .faint))
    }
    if let cell = report.pictured {
        document.add(.heading("Distribution of \(cell.cell.words), \(cell.samples) samples"))
        document.add(.histogram(cell.picture))
    }
    report.tellCounters(in: &document)
    let findings = report.toldFindings
    if !findings.isEmpty {
        document.add(.heading("Findings"))
        document.add(.findings(findings))
    }
    document.add(.heading("Verdict"))
    document.add(.paragraph(report.verdict.words, tone: report.verdict.tone))
    for (index, reason) in report.verdict.reasons.enumerated() {
        document.add(.paragraph(report.verdict.reasons.count == 1 ? reason : "\(index + 1). \(reason)"))
    }
    if let remark = report.architectureRemark { document.add(.paragraph(remark, tone: .faint)) }
    return document.text(width: min(max(columns, 40), 100), style: style)
}

/// Words that came from a host or a peer: without control characters, and no longer than a name should be.
func outside(_ words: String) -> String { String(printable(words).prefix(64)) }

// MARK: Who and how

extension ProbeReport {
    fileprivate var circumstances: [TextDocument.Fact] {
        var facts = [TextDocument.Fact("this host", host.words), TextDocument.Fact("peer", peer?.words ?? "not known")]
        switch environment.softwareRDMA {
        case true?: facts.append(.init("software", "yes: the figures say nothing about a NIC", tone: .warning))
        case false?: facts.append(.init("software", "no"))
        case nil: facts.append(.init("software", "not known"))
        }
        facts.append(.init("pattern", plan.pattern.words))
        let wait =
            switch environment.completionWait {
            case "poll": "completions by polling, "
            case "event": "completions by events, "
            default: ""
            }
        let clock =
            environment.clock + (environment.clockDeviationShare == nil ? "" : " held against CLOCK_MONOTONIC_RAW")
        facts.append(.init("measured", "\(wait)\(clock), warm-up of \(plan.warmup) operations left out"))
        let places = [("here", host.placement), ("there", peer?.placement)].compactMap { name, placement in
            placement.map { "\(name) \($0.words)" }
        }
        if let verification {
            let messages = verification.reduce(UInt64(0)) { $0 &+ $1.messages }
            let cells = verification.count
            facts.append(
                .init("compared", "every byte of \(messages) messages in \(cells) cells of operation and size"))
        }
        if !places.isEmpty { facts.append(.init("placed", places.joined(separator: "; "))) }
        if let requested = environment.requestedTrafficClass {
            func words(_ value: UInt8?) -> String { value.map { "\($0) (DSCP \($0 >> 2))" } ?? "not known" }
            facts.append(
                .init(
                    "class",
                    "\(words(requested)) asked for; in force here \(words(host.trafficClass)), there "
                        + words(peer?.trafficClass)))
        }
        facts.append(
            .init(
                "deadline", "\(TextStyle.plain.duration(nanoseconds: environment.runDeadlineNanoseconds)) for the run"))
        return facts
    }

    fileprivate func connectionFacts(_ style: TextStyle) -> [TextDocument.Fact] {
        var facts = connection.steps.map { step in
            let failed = step.name == connection.failedStep
            return TextDocument.Fact(
                step.name.words, style.duration(nanoseconds: step.durationNanoseconds) + (failed ? ", failed" : ""),
                tone: failed ? .bad : .normal)
        }
        if let failed = connection.failedStep, !connection.steps.contains(where: { $0.name == failed }) {
            facts.append(.init(failed.words, "failed", tone: .bad))
        }
        if connection.failedStep != nil {
            if !host.events.isEmpty { facts.append(.init("seen here", told(host.events))) }
            if let peer, !peer.events.isEmpty { facts.append(.init("seen there", told(peer.events))) }
        }
        return facts
    }
}

/// The last events that an end saw.
private func told(_ events: [String]) -> String { events.suffix(8).map(outside).joined(separator: ", ") }

extension EndAccount {
    /// `h1, rxe0 port 1 (RoCE v2, software) on enp0s2, 192.0.2.1, MTU 1024`
    fileprivate var words: String {
        var parts = [outside(name)]
        if let device {
            let kind = device.transport.words + (device.software ? ", software" : "")
            let netdev = device.netdev.map { " on \(outside($0))" } ?? ""
            parts.append("\(outside(device.name)) port \(device.port) (\(kind))\(netdev)")
        }
        if let address { parts.append(outside(address)) }
        if let mtu = device?.activeMTUBytes { parts.append("MTU \(mtu)") }
        if let rate = device?.rate { parts.append("\(BitRate(bitsPerSecond: rate))") }
        if let driver = device?.driver { parts.append("driver \(outside(driver))") }
        if let firmware = device?.firmware, !firmware.isEmpty { parts.append("firmware \(outside(firmware))") }
        if let kernel { parts.append("Linux \(outside(kernel))") }
        return parts.joined(separator: ", ")
    }
}

extension PlacementAccount {
    /// `on CPUs 8-15 of NUMA node 1`, `anywhere (the host has one NUMA node)`
    fileprivate var words: String {
        let node = numaNode.map { " of NUMA node \($0)" } ?? ""
        return pinned ? "on CPUs \(outside(processors ?? "not known"))\(node)" : "anywhere (\(outside(reason ?? "")))"
    }
}

extension RDMAModel.Operation {
    /// The operation in a narrow column.
    fileprivate var label: String { self == .compareAndSwap ? "swap" : rawValue }
}

extension Transport {
    var words: String {
        switch self {
        case .infiniBand: "InfiniBand"
        case .roceV1: "RoCE v1"
        case .roceV2: "RoCE v2"
        case .iWARP: "iWARP"
        case .srd: "SRD"
        case .unknown: "transport not known"
        }
    }
}

extension Pattern {
    fileprivate var words: String {
        switch self {
        case .request: "request: the payload crosses the wire once, the answer is small"
        case .echo: "echo: the payload crosses both ways, the whole round trip is counted"
        }
    }
}

extension ConnectionStep.Name {
    fileprivate var words: String { self == .firstMessage ? "first message" : rawValue }
}

// MARK: Figures

extension ProbeReport {
    fileprivate func latencyTable(_ style: TextStyle) -> TextTable {
        var table = TextTable(columns: [
            .init("operation", mayBeCut: true), .init("size", .right), .init("samples", .right), .init("lost", .right),
            .init("min", .right), .init("p50", .right), .init("p90", .right), .init("p99", .right),
            .init("p99.9", .right), .init("max", .right),
        ])
        for cell in latency {
            let size = ByteCount(bytes: cell.sizeBytes).binaryText
            let figures = [cell.minimum, cell.p50, cell.p90, cell.p99, cell.p999, cell.maximum].map { figure in
                TextTable.Cell(figure.map { style.duration(nanoseconds: $0) } ?? "-", figure == nil ? .faint : .normal)
            }
            table.add(
                [
                    TextTable.Cell(cell.operation.label + (cell.load == .idle ? "" : " (load)")),
                    TextTable.Cell(size.isExact ? size.text : "\(cell.sizeBytes) B"),
                    TextTable.Cell("\(cell.samples)"), TextTable.Cell("\(cell.lost)", cell.lost > 0 ? .bad : .normal),
                ] + figures)
        }
        return table
    }

    /// What a dash in the table means, where there is one.
    fileprivate var unknownPercentiles: String? {
        let shown: [Percentile] = [.p50, .p90, .p99, .p999]
        let unknown = shown.filter { percentile in latency.contains { $0.value(of: percentile) == nil } }
        guard !unknown.isEmpty else { return nil }
        return "- is not known: "
            + unknown.map { "\($0) needs \($0.samplesNeeded) samples" }.joined(separator: ", ") + "."
    }

    /// What `(load)` in the table means, where it is there.
    fileprivate var loadNote: String? {
        guard let load = plan.load, latency.contains(where: { $0.load != .idle }) else { return nil }
        let size = ByteCount(bytes: load.sizeBytes).binaryText.text
        let pairs = load.queuePairs == 1 ? "another queue pair" : "\(load.queuePairs) other queue pairs"
        return "(load): while writes of \(size) went over \(pairs) without a pause."
    }

    /// The cell that is drawn: the deciding one, else the first that has samples.
    fileprivate var pictured: LatencyCell? {
        let drawable = latency.filter { !$0.histogram.isEmpty }
        return drawable.first { $0.cell == verdict.deciding } ?? drawable.first
    }
}

extension LatencyCell {
    fileprivate var picture: TextHistogram {
        TextHistogram(
            bins: histogram.map { .init(upTo: $0.upToNanoseconds, count: $0.count) },
            marks: Percentile.reported.compactMap { percentile in
                value(of: percentile).map { .init(percentile.name, nanoseconds: $0) }
            })
    }
}

// MARK: What it means

extension ProbeReport {
    /// The findings without those that are told elsewhere: rises of counters have a section of their own; of the judged
    /// figures the first of each severity stands for all, and those that meet the requirement are told by the verdict.
    fileprivate var toldFindings: [Finding] {
        let figures = findings.filter { $0.rule == "rdma.latency" }
        var told: Set<Severity> = [.information]
        let counters = counterRules
        return findings.compactMap { finding in
            if counters.contains(finding.rule) { return nil }
            guard finding.rule == "rdma.latency" else { return finding }
            guard told.insert(finding.severity).inserted else { return nil }
            let others = figures.count { $0.severity == finding.severity } - 1
            var first = finding
            if others > 0 {
                first.evidence.append(Evidence(source: "likewise", value: "\(others) more, see the verdict"))
            }
            return first
        }
    }

    /// What `architecture` would have said, where another built-in profile judged a path that could be measured.
    fileprivate var architectureRemark: String? {
        // What ended a run early stands for every profile, and the figures until then for none.
        let endings = Set(Shortfall.allCases.map(\.rule)).subtracting(["rdma.latency"])
        guard verdict.profile == ProbeProfile.software.name, connection.failedStep == nil,
            latency.contains(where: { $0.samples > 0 }), !findings.contains(where: { endings.contains($0.rule) }),
            let architecture = try? LatencyRequirement(ProbeProfile.architecture)
        else { return nil }
        return architecture.remark(on: ProbeEvidence(self, ending: .finished))
    }
}

extension Verdict {
    fileprivate var words: String {
        switch outcome {
        case .optimal:
            "OPTIMAL: the path meets every requirement of the profile \(profile), the stricter ones too."
        case .acceptable: "ACCEPTABLE: the path meets every requirement of the profile \(profile)."
        case .unfit: "UNFIT: the path breaks a requirement of the profile \(profile)."
        case .undetermined: "UNDETERMINED: what is known does not decide about the profile \(profile)."
        }
    }

    fileprivate var tone: TextStyle.Tone {
        switch outcome {
        case .optimal, .acceptable: .good
        case .unfit: .bad
        case .undetermined: .warning
        }
    }
}
