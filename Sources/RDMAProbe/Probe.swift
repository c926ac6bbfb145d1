public import ClusterCore
import HostTopology
public import RDMAModel

/// Measures the RDMA path to a peer that runs `rdmaprobe serve`, and judges it.
///
/// ```swift
/// let report = try await Probe.run(ProbeOptions(host: "node2"))
/// print(report.verdict.outcome)
/// ```
public enum Probe {
    /// Runs a probe on the calling thread.
    ///
    /// Whatever fails on the way is in the report: which step, why, what to do, and what was measured until then.
    /// - Parameters:
    ///   - options: whom to probe, from where and how.
    ///   - profile: what the path is held to.
    ///   - cancellation: ends the run early; the report then holds what was measured so far.
    ///   - startedUnixSeconds: the time of day for the report, since the library asks no such clock; also decides which
    ///     exemptions of the profile hold.
    ///   - progress: called on this thread as the run goes on, a few times a second.
    /// - Throws: `ProfileError` where the profile cannot be used. It is looked at first, so no run is lost to it.
    public static func runBlocking(
        _ options: ProbeOptions, profile: RuleProfile = ProbeProfile.architecture,
        cancellation: Cancellation = Cancellation(), startedUnixSeconds: Int64? = nil,
        progress: @escaping (ProbeProgress) -> Void = { _ in }
    ) throws(ProfileError) -> ProbeReport {
        _ = try LatencyRequirement(profile.resolved(in: ProbeProfile.builtIn))
        let session = ProbeSession(options, cancellation: cancellation, progress: progress)
        session.run()
        return try report(session, options, profile, cancellation, startedUnixSeconds)
    }

    /// Runs a probe on a thread of its own; cancelling the task ends it early with what was measured so far.
    /// - Parameters:
    ///   - options: whom to probe, from where and how.
    ///   - profile: what the path is held to.
    ///   - startedUnixSeconds: as for `runBlocking`.
    ///   - progress: called on the run's own thread, a few times a second.
    /// - Throws: `ProfileError` where the profile cannot be used.
    public static func run(
        _ options: ProbeOptions, profile: RuleProfile = ProbeProfile.architecture, startedUnixSeconds: Int64? = nil,
        progress: @escaping @Sendable (ProbeProgress) -> Void = { _ in }
    ) async throws -> ProbeReport {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let work: @Sendable () -> Void = {
                    continuation.resume(
                        with: Result {
                            try runBlocking(
                                options, profile: profile, cancellation: cancellation,
                                startedUnixSeconds: startedUnixSeconds, progress: progress)
                        })
                }
                if Worker.start(work) == nil { work() }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// Measures one device of this host against itself: a server and a client in this process.
    /// - Parameters:
    ///   - options: as for a run; the host is not looked at.
    ///   - profile: what the device is held to.
    ///   - cancellation: ends the run early.
    ///   - startedUnixSeconds: as for `runBlocking`.
    ///   - progress: called on this thread, a few times a second.
    /// - Throws: `ProfileError` where the profile cannot be used.
    public static func selfTestBlocking(
        _ options: ProbeOptions, profile: RuleProfile = ProbeProfile.architecture,
        cancellation: Cancellation = Cancellation(), startedUnixSeconds: Int64? = nil,
        progress: @escaping (ProbeProgress) -> Void = { _ in }
    ) throws(ProfileError) -> ProbeReport {
        var own = options
        own.host = ""
        let candidates = RDMAAddress.all().filter {
            (options.device == nil || $0.device == options.device)
                && (options.source == nil || $0.interface.address == options.source)
        }
        guard let address = RDMAAddress.best(of: candidates) else {
            // The session finds out for itself what is missing and reports it.
            own.host = options.source.map { "\($0)" } ?? "localhost"
            return try runBlocking(
                own, profile: profile, cancellation: cancellation, startedUnixSeconds: startedUnixSeconds,
                progress: progress)
        }
        own.host = "\(address.interface.address)"
        own.source = address.interface.address
        let stop = Cancellation()
        defer { stop.cancel() }
        if let server = selfTestServer(address.interface.address, options, port: &own.port) {
            // Handed over whole to its thread.
            nonisolated(unsafe) let handedOver = server
            Worker.start { unsafe handedOver.run(until: stop) { _ in } }
        }
        return try runBlocking(
            own, profile: profile, cancellation: cancellation, startedUnixSeconds: startedUnixSeconds,
            progress: progress)
    }

    /// A server for this process alone, on the first free pair of ports from the default one on.
    private static func selfTestServer(
        _ address: IPAddress, _ options: ProbeOptions, port: inout UInt16
    ) -> ProbeServer? {
        guard let alone = Subnet(address: address, prefixLength: address.bytes.count * 8) else { return nil }
        for candidate in stride(from: options.port, to: min(options.port, 65_400) + 100, by: 2) {
            let configuration = ServerConfiguration(
                listen: [address], port: candidate, allowed: [alone], sessions: 1, sessionsPerPeer: 1,
                largestBytes: max(16_777_216, options.plan.largestBytes), completionWait: options.completionWait,
                isPinned: options.isPinned)
            if let server = try? ProbeServer(configuration) {
                port = candidate
                return server
            }
        }
        return nil
    }

    // MARK: The report

    private static func report(
        _ session: ProbeSession, _ options: ProbeOptions, _ profile: RuleProfile, _ cancellation: Cancellation,
        _ startedUnixSeconds: Int64?
    ) throws(ProfileError) -> ProbeReport {
        let host = session.account
        var report = ProbeReport(
            tool: .init(name: "rdmaprobe", version: options.toolVersion),
            target: options.host.isEmpty ? nil : options.host, host: host, peer: session.peer,
            environment: .init(
                softwareRDMA: isSoftware(host.device, session.peer?.device),
                completionWait: session.completionWait.rawValue, clock: session.sampleClock.name,
                clockDeviationShare: session.sampleClock.scale?.largestDeviation,
                runDeadlineNanoseconds: options.plan.budget.nanosecondsClamped, startedUnixSeconds: startedUnixSeconds,
                acknowledgementTimeoutNanoseconds: session.link?.acknowledgementTimeoutNanoseconds,
                requestedTrafficClass: options.trafficClass),
            plan: options.plan,
            connection: .init(steps: session.steps, failedStep: session.failure?.step.connectionStep),
            latency: session.latency, bandwidth: options.plan.bandwidth == nil ? nil : session.bandwidth,
            verification: options.plan.verifiedMessages == nil ? nil : session.verification,
            datagrams: options.plan.datagrams == nil ? nil : session.datagrams, findings: [],
            verdict: Verdict(outcome: .undetermined, profile: profile.name, reasons: []))
        let ending: ProbeEvidence.Ending =
            if let failure = session.failure {
                .failed(failure)
            } else if let reason = cancellation.reason {
                .interrupted(reason)
            } else {
                .finished
            }
        let day = startedUnixSeconds.flatMap { CalendarDate(unixSeconds: $0) }
        let judgement = try judge(ProbeEvidence(report, ending: ending), by: profile, on: day)
        let flows = ending == .finished ? report.unmeasuredFlowFindings : []
        report.findings =
            (judgement.findings + session.remarks + flows + trafficClassFindings(report)
            + report.counterFindings + asyncEventFindings(report, judgement.findings)).orderedByCause()
        report.checks = judgement.checks
        report.verdict = judgement.verdict
        return report
    }

    /// What the devices told unasked, without what the run's failure says of this end already.
    private static func asyncEventFindings(_ report: ProbeReport, _ judged: [Finding]) -> [Finding] {
        report.asyncEventFindings.filter { finding in
            !judged.contains { $0.subject == finding.subject && $0.measured == finding.measured }
        }
    }

    /// That the traffic class that was asked for is not the one in force, or that this is not known.
    private static func trafficClassFindings(_ report: ProbeReport) -> [Finding] {
        guard let requested = report.environment.requestedTrafficClass, report.connection.failedStep == nil else {
            return []
        }
        return [report.host, report.peer].compactMap { end in
            guard let end, end.device != nil, end.trafficClass != requested else { return nil }
            return Finding(
                rule: "rdma.traffic_class", severity: end.trafficClass == nil ? .information : .warning,
                subject: ComponentIdentifier(rawValue: "").appending("host", end.name),
                required: .integer(Int64(requested), unit: ""),
                measured: end.trafficClass.map { .integer(Int64($0), unit: "") },
                evidence: [Evidence(source: "ibv_query_qp, traffic class", value: end.trafficClass.map { "\($0)" })],
                remedy: end.trafficClass == nil
                    ? "The transport does not tell it: see the packets, or the counters of the priority, on the wire."
                    : "See the default of the connection manager (default_roce_tos) and the driver's own setting.")
        }
    }

    /// Software at either end makes it a measurement of software; hardware at both is needed to deny it.
    static func isSoftware(_ near: DeviceAccount?, _ far: DeviceAccount?) -> Bool? {
        if near?.software == true || far?.software == true { return true }
        return near != nil && far != nil ? false : nil
    }
}
