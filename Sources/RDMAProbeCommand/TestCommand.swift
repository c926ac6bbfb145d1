#if Tools
import ArgumentParser
import ClusterCore
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
                $0, profile: $1, cancellation: $2, startedUnixSeconds: Terminal.unixSeconds, progress: $3)
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
                $0, profile: $1, cancellation: $2, startedUnixSeconds: Terminal.unixSeconds, progress: $3)
        }
    }
}

/// A run from the arguments to the exit status.
struct ProbeRun {
    let measurement: MeasurementArguments
    let output: OutputArguments

    func perform(
        _ options: ProbeOptions,
        _ body: (ProbeOptions, RuleProfile, Cancellation, @escaping (ProbeProgress) -> Void) throws -> ProbeReport
    ) throws {
        let profile = try output.readProfile()
        // A report that cannot be written is told before the measurement that it would lose.
        if let path = output.output { try AtomicFile.check(path) }
        let cancellation = Cancellation()
        Signals.route(to: cancellation)
        let line = ProgressLine(shown: output.showsProgress)
        let report: ProbeReport
        do { report = try body(options, profile, cancellation) { line.show($0) } } catch let error as ProfileError {
            throw ReportedError("--profile \(output.profile): \(error)")
        }
        line.clear()
        try output.write(report, ending: .finished)
        throw Ended(status: ExitStatus(report.verdict.outcome, interruptedBy: cancellation.reason))
    }
}
#endif
