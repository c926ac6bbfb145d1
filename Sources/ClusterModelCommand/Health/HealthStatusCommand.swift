#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HealthHost
import HealthModel
import Reports

/// `clustermodel health status`
struct HealthStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Reads this host twice, judges it by rules, and tells whom it concerns.",
        usage: "clustermodel health status [<options>]",
        discussion: """
            With --state alerts live on from run to run, as a timer starts it: pending, firing and resolved by evidence. Rules \
            over a window need that, and how often the timer does it, as --every: without them they never say that all is \
            well. Who could not be told is told at the next run: each alert at least once. Exit status: 0 all that is judged \
            is healthy; 1 an alert fires or flaps; 2 none does, and something is not known or somebody was not told.
            """)

    @OptionGroup var which: HealthRulesArguments
    @OptionGroup var host: HealthHostArguments

    @Option(help: "The file that keeps the alerts between runs.", completion: .file())
    var state: String?

    @Option(help: "The time between the two readings, at least 10ms. (default: 1s)", transform: DurationWord.read)
    var over = DurationWord(.seconds(1))

    @Option(
        help: "The time from one run to the next with this --state, such as 1m. (default: not known)",
        transform: DurationWord.read)
    var every: DurationWord?

    @OptionGroup var topology: HealthClusterArguments

    @Option(help: "Tell this webhook, such as http://127.0.0.1:9000/alerts.")
    var webhook: String?

    @Option(help: "Tell this Alertmanager, such as http://127.0.0.1:9093.")
    var alertmanager: String?

    @OptionGroup var output: OutputArguments

    func run() throws {
        let set = try which.ruleSet()
        let sinks = try sinks()
        let snapshot = state.map { HealthStateFile(path: $0) }
        let wait = max(over.value, .milliseconds(10))
        try checkPace(wait)
        var recorder = try host.recorder()
        let dependencies = try topology.dependencies(of: [recorder.node])
        let settings = EngineSettings.runs(over: wait, every: every?.value)
        var watch = try restored(set, snapshot, sinks.map(\.name), settings, dependencies)
        let before = watch.engine.counts
        func read() -> (reading: HealthWatch.Reading, problems: [SignalError]) {
            let time = HostRecorder.now()
            let reading = recorder.read(at: time)
            return ((time.time, reading.measurements), reading.problems)
        }
        let first = read().reading
        HostRecorder.pause(wait)
        let (second, unread) = read()
        let (step, refused) = watch.run(first, second, every: every?.value)
        let problems = unread + refused
        // Kept before anybody is told, with what is to be told: whatever ends this run, the next one tells it.
        try snapshot?.write(watch)
        var undelivered: [String] = []
        var hasDelivered = false
        for notification in watch.outbox.notifications {
            guard let sink = sinks.first(where: { $0.name == notification.actionGroup }) else { continue }
            do {
                try sink.send(notification)
                watch.outbox.confirm(notification)
                hasDelivered = true
            } catch { undelivered.append("\(sink.name): \(error)") }
        }
        if hasDelivered { try snapshot?.write(watch) }
        if watch.outbox.dropped > 0 {
            undelivered.append("\(watch.outbox.dropped) alerts, since too many waited to be told; they are lost")
        }
        let document = HealthStatusDocument(
            set, recorder.node, watch, step, since: before, problems, undelivered, isPaceKnown: every != nil)
        try output.write(document, schema: HealthStatusDocument.schema, text: document.text)
        if document.status != .requirementMet { throw Ended(status: document.status) }
    }

    private struct Sink {
        let name: String
        let send: (AlertNotification) throws -> Void
    }

    private func sinks() throws -> [Sink] {
        guard webhook == nil || alertmanager == nil else {
            throw ReportedError("--webhook and --alertmanager: choose one; an Alertmanager can tell webhooks")
        }
        if (webhook ?? alertmanager) != nil, state == nil {
            throw ReportedError(
                "--state is missing: without it every run would tell of every alert anew; write --state FILE")
        }
        do throws(HTTPFailure) {
            if let webhook {
                let sink = WebhookSink(name: "webhook", address: try HTTPAddress(webhook))
                return [Sink(name: sink.name) { try sink.send($0) }]
            }
            if let alertmanager {
                let sink = AlertmanagerSink(name: "alertmanager", address: try HTTPAddress(alertmanager))
                return [Sink(name: sink.name) { try sink.send($0) }]
            }
        } catch { throw ReportedError("\(error)") }
        return []
    }

    private func checkPace(_ wait: Duration) throws {
        guard let every = every?.value else { return }
        guard state != nil else {
            throw ReportedError("--every goes with --state: nothing is known of another run; write --state FILE")
        }
        guard every > wait else {
            throw ReportedError(
                "--every must be more than --over, \(wait.unitText): it is the time from one run to the next; write 1m")
        }
    }

    private func restored(
        _ set: RuleSet, _ snapshot: HealthStateFile?, _ names: [String], _ settings: EngineSettings,
        _ dependencies: DependencyGraph
    ) throws -> HealthWatch {
        guard let snapshot, var watch = try snapshot.read(set) else {
            let routes = names.map { AlertRoute(actionGroup: $0, groupWaitNanoseconds: 0) }
            return HealthWatch(set, DispatchSettings(routes: routes, dependencies: dependencies), settings: settings)
        }
        guard watch.dispatcher.settings.routes.map(\.actionGroup) == names else {
            throw ReportedError(
                "--state \(snapshot.path): it was kept for other receivers; name the same, or another file")
        }
        // What this run is told of its pace and of the cluster counts.
        watch.dispatcher.depend(on: dependencies)
        do throws(SnapshotError) { try watch.adopt(settings) } catch {
            throw ReportedError("--state \(snapshot.path): \(error)")
        }
        return watch
    }
}
#endif
