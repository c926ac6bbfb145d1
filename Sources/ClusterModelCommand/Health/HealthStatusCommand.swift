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
            With --state alerts live on from run to run, as a timer starts it: pending, firing and resolved by evidence. Exit \
            status: 0 all that is judged is healthy; 1 an alert fires; 2 none fires, and something is not known.
            """)

    @OptionGroup var which: HealthRulesArguments
    @OptionGroup var host: HealthHostArguments

    @Option(help: "The file that keeps the alerts between runs.", completion: .file())
    var state: String?

    @Option(help: "The time between the two readings, at least 10ms. (default: 1s)", transform: DurationWord.read)
    var over = DurationWord(.seconds(1))

    @Option(help: "Tell this webhook, such as http://127.0.0.1:9000/alerts.")
    var webhook: String?

    @Option(help: "Tell this Alertmanager, such as http://127.0.0.1:9093.")
    var alertmanager: String?

    @OptionGroup var output: OutputArguments

    func run() throws {
        let set = try which.ruleSet()
        let routes = try sinks()
        let snapshot = state.map { SnapshotFile(path: $0) }
        let wait = max(over.value, .milliseconds(10))
        var watch = try restored(set, snapshot, routes.map(\.name))
        var recorder = host.recorder()
        var problems: [SignalError] = []
        for turn in 0..<2 {
            if turn > 0 { HostRecorder.pause(wait) }
            let reading = recorder.read(at: HostRecorder.now())
            problems = reading.problems
            for measurement in reading.measurements {
                do throws(SignalError) { try watch.engine.ingest(measurement) } catch { problems.append(error) }
            }
        }
        let step = watch.step(to: HostRecorder.now().time)
        // Kept before anybody is told: a run that is killed in between tells nobody twice by mistake of the state.
        if let snapshot {
            do { try snapshot.write(try watch.snapshot()) } catch let error as SnapshotFailure {
                throw ReportedError("--state \(error)")
            }
        }
        var undelivered: [String] = []
        for notification in step.notifications {
            guard let sink = routes.first(where: { $0.name == notification.actionGroup }) else { continue }
            do { try sink.send(notification) } catch { undelivered.append("\(sink.name): \(error)") }
        }
        let document = HealthStatusDocument(set, recorder.node, watch.engine, problems, undelivered)
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

    private func restored(_ set: RuleSet, _ snapshot: SnapshotFile?, _ names: [String]) throws -> HealthWatch {
        let bytes: [UInt8]?
        do throws(SnapshotFailure) { bytes = try snapshot?.read() } catch { throw ReportedError("--state \(error)") }
        guard let bytes, let snapshot else {
            let routes = names.map { AlertRoute(actionGroup: $0, groupWaitNanoseconds: 0) }
            return HealthWatch(set, DispatchSettings(routes: routes))
        }
        let watch: HealthWatch
        do throws(SnapshotError) { watch = try HealthWatch(set, restoring: bytes) } catch {
            throw ReportedError("--state \(snapshot.path): \(error)")
        }
        guard watch.dispatcher.settings.routes.map(\.actionGroup) == names else {
            throw ReportedError(
                "--state \(snapshot.path): it was kept for other receivers; name the same, or another file")
        }
        return watch
    }
}
#endif
