#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import RDMAModel
import RDMAProbe

/// `rdmaprobe test HOST`
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Measures RDMA latency to a host that runs `rdmaprobe serve`, and judges it.",
        discussion: """
            Every wait has a deadline, and the run as a whole has one, which is printed. Ctrl-C prints what was \
            measured until then.
            """)

    @Argument(help: "The far host: a name or an address.")
    var host: String

    @OptionGroup var measurement: MeasurementArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
        guard !host.isEmpty else { throw ValidationError("<host> is empty: give a name or an address") }
    }

    func run() throws {
        try ProbeRun(measurement: measurement, output: output).perform(try measurement.options(host: host)) {
            try Probe.runBlocking(
                $0, profile: $1, cancellation: $2, startedUnixSeconds: $3, progress: $4)
        }
    }
}

/// `rdmaprobe selftest`
struct SelftestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest",
        abstract: "Measures an RDMA device of this host against itself: both ends in this process.")

    @OptionGroup var measurement: MeasurementArguments
    @OptionGroup var output: OutputArguments

    func run() throws {
        try ProbeRun(measurement: measurement, output: output).perform(try measurement.options(host: "")) {
            try Probe.selfTestBlocking(
                $0, profile: $1, cancellation: $2, startedUnixSeconds: $3, progress: $4)
        }
    }
}

/// A run from the arguments to the exit status.
struct ProbeRun {
    let measurement: MeasurementArguments
    let output: OutputArguments

    func perform(
        _ options: ProbeOptions,
        _ body: (ProbeOptions, RuleProfile, Cancellation, Int64, @escaping (ProbeProgress) -> Void) throws
            -> ProbeReport
    ) throws {
        let profile = try output.readProfile()
        // A report that cannot be written is told before the measurement that it would lose.
        if let path = output.output { try AtomicFile.check(path) }
        let events = try output.events.map { path throws(ReportedError) in try EventStream(path) }
        // Two names of one file show only once it is there.
        if let path = output.output, events?.isWritten(to: path) == true {
            throw ReportedError(OutputArguments.sameFile)
        }
        let started = Terminal.unixSeconds
        events?.write(
            .started(
                tool: .init(name: "rdmaprobe", version: options.toolVersion),
                target: options.host.isEmpty ? nil : options.host, profile: profile.name, plan: options.plan,
                startedUnixSeconds: started))
        try events?.check()
        let cancellation = Cancellation()
        Signals.route(to: cancellation)
        let line = ProgressLine(shown: output.showsProgress)
        let report: ProbeReport
        do {
            report = try body(options, profile, cancellation, started) {
                line.show($0)
                events?.note($0)
            }
        } catch let error as ProfileError {
            throw ReportedError("--profile \(output.profile): \(error)")
        }
        line.clear()
        for finding in report.findings { events?.write(.finding(finding)) }
        events?.write(.ended(report.verdict, interruption: cancellation.reason))
        try output.write(report)
        // The report is worth more than the events, so it is written first, whatever became of them.
        try events?.check(followsAnswer: output.output == nil)
        throw Ended(status: ExitStatus(report.verdict.outcome, interruptedBy: cancellation.reason))
    }
}
#endif
