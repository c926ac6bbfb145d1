#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs
import ClusterCore
import FoundationEssentials
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe
import Threads

/// Every call of the libraries made to fail: each site, the first call, the second, and so on until a run does not come to
/// the n-th any more, once and from then on, at either end, over RoCE and over iWARP; each of these eight with another errno
/// value, and the next call with the next one. In the soak each call fails with each value.
@Suite(.serialized) struct `R1 every verbs call made to fail` {
    private let trees = try? HostTrees()

    private static let codes: [Int32] = [EINVAL, ENOMEM, EAGAIN, EPERM, ENODEV, EINTR, ETIMEDOUT, EOPNOTSUPP, EIO]

    /// Sites whose failure a run survives, each with the reason.
    private static let borne: [CallSite: String] = [
        .setOption: "without the option the acknowledgement timeout is the default, and deadlines hold anyway",
        .modifyQueuePair: "without the timer a receiver that is not ready costs more time",
        .getAsyncEvent: "what the device tells unasked is not known then",
        .queryPort: "the MTU and the transport are unknown then",
        .queryQueuePair: "the traffic class in force is unknown then",
        .queryGIDTable: "the kind of RoCE is unknown then",
        .acknowledgeEvent: "the event is copied by then, and the library has let it go",
        .createDatagramPair: "is asked again without inline data",
        .destroyDatagramPair: "is tried again, and the process's end frees it",
        .destroyAddressHandle: "is tried again, and the process's end frees it",
        .createQueuePair: "is asked again without inline data",
        .disconnect: "what was to be disconnected is destroyed next",
        .destroyID: "is tried again, and the process's end frees it",
        .destroyCompletionQueue: "is tried again, and the process's end frees it",
        .destroyCompletionChannel: "is tried again, and the process's end frees it",
        .deregisterMemory: "is tried again, and the process's end frees it",
        .deallocateDomain: "is tried again, and the process's end frees it",
    ]

    /// Sites that are called to find the device.
    private static let beforeTheDevice: Set<CallSite> = [
        .createEventChannel, .setNonBlocking, .createID, .bindAddress, .listen,
    ]

    private func scenario(isIWARP: Bool) -> Scenario {
        var scenario = Scenario(
            seed: 5,
            plan: ProbePlan(
                operations: isIWARP ? Operation.storage : Operation.allCases, sizesBytes: [64], count: 1,
                cellDurationNanoseconds: 5_000_000_000,
                warmup: 0, operationTimeoutNanoseconds: 2_000_000_000))
        scenario.isIWARP = isIWARP
        if !isIWARP { scenario.plan.datagrams = DatagramPlan(sizesBytes: [64], timeoutNanoseconds: 50_000_000) }
        return scenario
    }

    @Test func `the call sites are those of the table and of the data path, none forgotten`() {
        let entries = MemoryLayout<cverbs_calls>.size / MemoryLayout<UnsafeRawPointer>.size
        #expect(CallSite.allCases.count == entries + CallSite.dataPath.count)
    }

    @Test(arguments: [Fault.End.client, .server], [false, true])
    func `a call that fails ends the run in time, is named, and leaves nothing`(end: Fault.End, isIWARP: Bool) throws {
        let trees = try #require(trees)
        let plain = scenario(isIWARP: isIWARP)
        let reached = try #require(plain.run(trees).reached[end])
        let turns = environment("LAB_SOAK") == nil ? 1 : Self.codes.count
        var sets: [(CallSite, Int, Bool)] = []
        for site in CallSite.allCases where reached[site] != nil && !site.isInfallible {
            for turn in 0..<turns {
                let first = turn + (end == .client ? 0 : 1) + (isIWARP ? 2 : 0)
                sets += [(site, first, false), (site, first + 4, true)]
            }
        }
        let found = Guarded<[String]>([])
        let runs = eachInTwoThreads(sets) { site, first, isLasting in
            var number = 1
            while number < 1000 {
                var scenario = plain
                let code = Self.codes[(first + number) % Self.codes.count]
                let injection = Injection(site, number: number, code: code, isLasting: isLasting)
                if end == .client { scenario.clientInjection = injection } else { scenario.serverInjection = injection }
                let outcome = scenario.run(trees)
                guard outcome.wasInjected else { return number - 1 }
                for problem in problems(of: outcome, injection, end) {
                    let call = "\(end) \(site.rawValue) \(ErrorNumber(rawValue: code).name) call \(number)"
                    found.withLock { $0.append("\(call)\(isLasting ? " and on" : ""): \(problem)") }
                }
                number += 1
            }
            return number
        }
        for problem in found.withLock({ $0 }) { Issue.record("\(problem)") }
        #expect(runs > sets.count)
    }

    /// Runs each set on one of two threads.
    /// - Returns: the sum of what they give.
    private func eachInTwoThreads(
        _ sets: [(CallSite, Int, Bool)], _ body: @escaping @Sendable (CallSite, Int, Bool) -> Int
    ) -> Int {
        let state = Guarded((next: 0, sum: 0))
        let ended = [Semaphore(), Semaphore()]
        for end in ended {
            Worker.start {
                while true {
                    let index = state.withLock { state in
                        defer { state.next += 1 }
                        return state.next
                    }
                    guard index < sets.count else { break }
                    let (site, first, isLasting) = sets[index]
                    let runs = body(site, first, isLasting)
                    state.withLock { $0.sum += runs }
                }
                end.signal()
            }
        }
        for end in ended { end.wait() }
        return state.withLock { $0.sum }
    }

    /// What a run with one failing call promises, as far as it is broken.
    private func problems(of outcome: Outcome, _ injection: Injection, _ end: Fault.End) -> [String] {
        var problems: [String] = []
        if let stuck = outcome.stuck { return ["it does not end: \(stuck)"] }
        let destroys = injection.isLasting && Self.borne[injection.site]?.hasPrefix("is tried again") == true
        // What can never be destroyed stays, with all that it was made from.
        if !destroys { problems += outcome.violations + outcome.held.map { "\($0) is left behind" } }
        guard let report = outcome.report else {
            // A server that cannot start is the one run without a client's report of a session.
            return problems + ["no report"]
        }
        if outcome.clientNanoseconds > UInt64(outcome.scenario.plan.budget.nanosecondsClamped as Int64) {
            problems.append("too late")
        }
        if [.optimal, .acceptable].contains(report.verdict.outcome) {
            problems.append("verdict \(report.verdict.outcome)")
        }
        if ![1, 2].contains(ExitStatus(report.verdict.outcome).rawValue) { problems.append("exit status") }
        guard let bytes = try? JSONEncoder().encode(report),
            let again = try? JSONDecoder().decode(ProbeReport.self, from: bytes), again == report
        else { return problems + ["the report is no JSON"] }
        let isWhole =
            report.latency.map(\.samples) == outcome.scenario.plan.cells.map { _ in 1 }
            && report.datagrams?.map(\.answered) == outcome.scenario.plan.datagrams.map { _ in [1] }
            && report.connection.failedStep == nil
        if isWhole {
            if Self.borne[injection.site] == nil, !isPassing(injection), !isNamed(injection, end, outcome, report) {
                problems.append("nothing came of it")
            }
        } else if !isNamed(injection, end, outcome, report) {
            problems.append(
                "not named: \(report.findings.map { "\($0.rule) \($0.evidence.map { "\($0)" }) \($0.measured.map { "\($0)" } ?? "")" }) \(outcome.told) \(outcome.serverError ?? "")"
            )
        }
        return problems
    }

    /// What says "nothing there yet" is asked again.
    private func isPassing(_ injection: Injection) -> Bool {
        [.getEvent, .getCompletionEvent, .getAsyncEvent].contains(injection.site)
            && (injection.code == EAGAIN || injection.code == EINTR)
    }

    /// Whether what is told of the run names the call, the errno value and the device.
    private func isNamed(_ injection: Injection, _ end: Fault.End, _ outcome: Outcome, _ report: ProbeReport) -> Bool {
        // A call that says for ever that nothing is there yet shows as a deadline.
        if isPassing(injection), injection.isLasting { return true }
        // While the device is looked for, "no such device" means that the address is none of RDMA.
        if injection.code == ENODEV, Self.beforeTheDevice.contains(injection.site),
            outcome.serverError?.contains("notAnRDMAAddress") == true
        {
            return true
        }
        let texts =
            report.findings.map { "\($0)" } + report.verdict.reasons + outcome.told.map { "\($0)" }
            + [outcome.serverError ?? ""] + (report.peer?.events ?? [])
        // A provider that gives -1 gives no number.
        let isNumberless = injection.site == .pollCompletions && injection.code == EPERM
        let name = ErrorNumber(rawValue: isNumberless ? EIO : injection.code).name
        let device = end == .client ? "near0" : "far0"
        return texts.contains { text in
            guard text.contains(injection.site.rawValue),
                text.contains(name) || text.contains("code: \(injection.code)")
            else { return false }
            // Before the address is bound nobody knows the device.
            return text.contains(device) || Self.beforeTheDevice.contains(injection.site)
        }
    }
}
