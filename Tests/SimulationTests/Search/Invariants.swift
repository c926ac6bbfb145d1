import CVerbs
import RDMAModel

@testable import RDMAProbe

/// What must hold of every run, whatever went wrong in it.
enum Invariants {
    /// What does not hold, in sentences.
    static func broken(in outcome: Outcome) -> [String] {
        var broken = outcome.violations
        if let stuck = outcome.stuck { return broken + ["it ends too late, or never: \(stuck)"] }
        broken += outcome.held.map { "\($0) is left behind" }
        let faults = outcome.scenario.faults
        if let report = outcome.report {
            broken += promises(of: report, outcome)
            let budget = outcome.scenario.plan.budget.nanosecondsClamped
            if outcome.clientNanoseconds > budget {
                broken.append("it ends too late: the client took \(outcome.clientNanoseconds) ns of \(budget)")
            }
        } else if !faults.contains(where: { $0.crashes(.client) }) {
            broken.append("the client ended without a report")
        }
        return broken
    }

    // MARK: The verdict

    private static func promises(of report: ProbeReport, _ outcome: Outcome) -> [String] {
        var broken: [String] = []
        let faults = outcome.scenario.faults
        let isGood = [.optimal, .acceptable].contains(report.verdict.outcome)
        if isGood {
            let complete =
                report.latency.count == outcome.scenario.plan.cells.count
                && report.latency.allSatisfy { $0.samples >= outcome.scenario.plan.count && $0.lost == 0 }
            if !complete { broken.append("\(report.verdict.outcome) although not everything was measured") }
            if report.connection.failedStep != nil { broken.append("\(report.verdict.outcome) although a step failed") }
            if faults.isEmpty || !faults.contains(where: \.touchesProgramsOrControl),
                !outcome.told.contains(.ended(peer: "10.9.0.1", number: 1, problem: nil))
            {
                broken.append("\(report.verdict.outcome), and the server says \(outcome.told)")
            }
        } else if faults.isEmpty, outcome.scenario.clientInjection == nil, outcome.scenario.serverInjection == nil {
            broken.append("nothing went wrong, and the verdict is \(report.verdict.outcome): \(report.verdict.reasons)")
        }
        if report.verdict.outcome == .unfit, !faults.contains(where: \.touchesRDMA),
            outcome.scenario.clientInjection == nil, outcome.scenario.serverInjection == nil
        {
            broken.append("unfit although nothing happened to RDMA: \(report.verdict.reasons)")
        }
        return broken + figures(of: report, outcome) + accounts(of: report, outcome)
    }

    /// No sample is faster than what really happened, and none is counted that did not succeed.
    private static func figures(of report: ProbeReport, _ outcome: Outcome) -> [String] {
        // The client's own operations, without the first message and the empty writes of iWARP.
        var happened = outcome.record.entries.filter {
            $0.process == outcome.client && !$0.isReceive && $0.request == 2
        }[...]
        happened = happened.dropFirst()
        var answers = outcome.record.entries.filter { $0.process == outcome.client && $0.isReceive }[...].dropFirst()
        var broken: [String] = []
        for cell in report.latency {
            let own = happened.prefix(Int(clamping: cell.samples))
            happened = happened.dropFirst(own.count)
            let name = "\(cell.operation) \(cell.sizeBytes)"
            if own.count < cell.samples { broken.append("\(name): \(cell.samples) samples of \(own.count) operations") }
            if own.contains(where: { $0.status != 0 }) {
                broken.append("\(name): an operation that failed is a sample")
            }
            // A send ends with its answer. The echo of a write is seen in memory, of which there is no record.
            guard cell.operation != .write || cell.pattern == .request else { continue }
            var ends = own.map(\.completed)
            if cell.operation == .send {
                let received = answers.prefix(own.count)
                answers = answers.dropFirst(own.count)
                if received.count < own.count { broken.append("\(name): more samples than answers") }
                ends = received.map(\.completed)
            }
            let times = zip(own, ends).map { $1 - $0.posted }
            guard let least = times.min(), let most = times.max() else { continue }
            if cell.minimum.map({ $0 < least }) == true || cell.maximum.map({ $0 < most }) == true {
                broken.append("\(name): faster than it was")
            }
            let mean = Double(times.reduce(0, +)) / Double(times.count)
            if cell.mean.map({ $0 < mean * 0.999_999 }) == true {
                broken.append("\(name): its mean is below what it was")
            }
        }
        return broken
    }

    // MARK: Both ends

    /// What the report says of either end is what that end really saw.
    private static func accounts(of report: ProbeReport, _ outcome: Outcome) -> [String] {
        var broken: [String] = []
        if let peer = report.peer {
            if peer.address != "10.9.0.2" || peer.device?.name != "far0" {
                broken.append(
                    "the far end's account is of \(peer.address ?? "nobody"), \(peer.device?.name ?? "no device")")
            }
        }
        let delivered = outcome.record.events.values.reduce(into: [UInt32: Int]()) { counts, events in
            for event in events { counts[event, default: 0] += 1 }
        }
        for (event, count) in delivered where event == RDMA_CM_EVENT_ESTABLISHED.rawValue {
            let told = ((report.peer?.events ?? []) + report.host.events).count {
                $0.hasPrefix("RDMA_CM_EVENT_ESTABLISHED")
            }
            if told > count { broken.append("\(told) ends say established, \(count) were told so") }
        }
        if delivered[RDMA_CM_EVENT_ESTABLISHED.rawValue] == nil, report.latency.contains(where: { $0.samples > 0 }) {
            broken.append("measured without a connection")
        }
        return broken
    }
}

extension Fault {
    func crashes(_ victim: End) -> Bool {
        if case .crash(let end, _, _, _) = self { return end == victim }
        return false
    }

    /// Whether it may make RDMA fail while both ends are there.
    var touchesRDMA: Bool {
        switch self {
        case .silence, .reset, .halfClosed, .crash, .cancel: false
        default: true
        }
    }

    /// Whether it may keep the ends from telling each other how it ended.
    var touchesProgramsOrControl: Bool {
        switch self {
        case .silence, .reset, .halfClosed, .crash, .cancel: true
        default: false
        }
    }
}
