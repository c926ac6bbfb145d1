import ClusterCore
import HostTopology
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Whole runs, as far as they go without a peer: they end, and say in the report why.
@Suite struct `A run without a peer` {
    static let hasRDMA = RDMADevice.all(at: .live, readsGIDs: false)?.isEmpty == false

    private var options: ProbeOptions { ProbeOptions(host: "127.0.0.1", port: 1, stepTime: .seconds(2)) }

    @Test(.disabled(if: hasRDMA, "this host has an RDMA device"))
    func `without a device the report names that, and the verdict is that there is none`() throws {
        let report = try Probe.runBlocking(options, startedUnixSeconds: 1_800_000_000)
        #expect(report.verdict.outcome == .undetermined)
        #expect(report.verdict.profile == "architecture")
        #expect(report.findings.contains { $0.remedy?.contains("rdma link") == true })
        #expect(report.connection == .init(steps: [], failedStep: nil))
        #expect(report.latency.isEmpty)
        #expect(report.peer == nil)
        #expect(report.host.name == Host.name)
        #expect(report.host.device == nil)
        #expect(report.environment.softwareRDMA == nil)
        #expect(report.environment.startedUnixSeconds == 1_800_000_000)
        #expect(report.environment.runDeadlineNanoseconds == 171_000_000_000)
        #expect(report.tool.version == RDMAProbeVersion.current)
    }

    @Test(.disabled(if: hasRDMA, "this host has an RDMA device"))
    func `a device of a name that there is not is named`() throws {
        var options = options
        options.device = "mlx5_7"
        let report = try Probe.runBlocking(options)
        #expect(report.verdict.outcome == .undetermined)
        #expect(report.findings.contains { "\($0)".contains("mlx5_7") })
    }

    @Test(.disabled(if: hasRDMA, "this host has an RDMA device"))
    func `a test of this host with itself says what is missing`() throws {
        let report = try Probe.selfTestBlocking(options)
        #expect(report.verdict.outcome == .undetermined)
        #expect(report.findings.contains { $0.remedy?.contains("rdma link") == true })
    }

    @Test func `a host that is none is told, whatever devices there are`() throws {
        let report = try Probe.runBlocking(ProbeOptions(host: "", stepTime: .seconds(2)))
        #expect(report.verdict.outcome == .undetermined)
        #expect(report.connection.failedStep == .control)
    }

    @Test func `a run that is cancelled before it starts ends at once, without a verdict`() throws {
        let cancellation = Cancellation()
        cancellation.cancel(.terminate)
        let time = try elapsed {
            let report = try Probe.runBlocking(options, cancellation: cancellation)
            #expect(report.verdict.outcome == .undetermined)
            #expect(report.latency.isEmpty)
            #expect(report.connection.steps.isEmpty)
        }
        #expect(time < patience)
    }

    @Test func `a task that is cancelled gets its report`() async throws {
        let options = options
        let task = Task { try await Probe.run(options) }
        task.cancel()
        #expect(try await task.value.verdict.outcome == .undetermined)
    }

    @Test func `a profile that cannot be used is told before anything is tried`() {
        let profile = RuleProfile(name: "mine", version: "1", extends: "no-such-profile", rules: [:])
        var steps = 0
        #expect(throws: ProfileError.self) {
            try Probe.runBlocking(options, profile: profile) { _ in steps += 1 }
        }
        #expect(steps == 0)
    }

    @Test func `plans at the limits of their types end like any other`() throws {
        for plan in [
            ProbePlan(operations: [], sizesBytes: []),
            ProbePlan(
                sizesBytes: [.max, 0], count: .max, cellDurationNanoseconds: .max, warmup: .max,
                operationTimeoutNanoseconds: .max),
            ProbePlan(sizesBytes: [1], count: 0, cellDurationNanoseconds: 0, warmup: 0, operationTimeoutNanoseconds: 0),
        ] {
            var options = options
            options.plan = plan
            #expect(try Probe.runBlocking(options).verdict.outcome == .undetermined)
        }
    }

    @Test func `a time for each step at its limits neither traps nor waits for ever`() throws {
        for time in [Duration.zero, .seconds(-1), .seconds(Int64.max), .nanoseconds(1)] {
            var options = ProbeOptions(host: "127.0.0.1", port: 1)
            options.stepTime = time
            #expect(try Probe.runBlocking(options).verdict.outcome == .undetermined)
        }
    }
}

/// What is said of both devices together.
@Suite struct `Whether software was measured` {
    private func device(software: Bool) -> DeviceAccount {
        DeviceAccount(name: "d", port: 1, transport: .roceV2, software: software)
    }

    @Test func `software at either end makes it one of software, and only adapters at both deny it`() {
        let (software, adapter) = (device(software: true), device(software: false))
        for (near, far, answer) in [
            (software, software, true), (software, adapter, true), (adapter, software, true), (adapter, adapter, false),
            (software, nil, true), (nil, software, true), (adapter, nil, nil), (nil, adapter, nil), (nil, nil, nil),
        ] as [(DeviceAccount?, DeviceAccount?, Bool?)] {
            #expect(Probe.isSoftware(near, far) == answer, "\(String(describing: (near?.software, far?.software)))")
        }
    }
}
