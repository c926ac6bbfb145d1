import ClusterCore
import Foundation
import HealthHost
import HealthModel
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A daemon of a test, ended with it.
private final class Daemon {
    private let process = Process()

    init(_ program: String, _ arguments: [String], log: String) throws {
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let handle = FileHandle(forWritingAtPath: log)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// Ends it, whatever it does; a test calls this when it is done.
    func end() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }
}

/// Debian's Prometheus and Alertmanager.
private enum Programs {
    static let all = ["/usr/bin/prometheus", "/usr/bin/prometheus-alertmanager"]
    static let areThere = all.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    static let absence: Comment = "Debian's packages prometheus and prometheus-alertmanager are not there"
}

@Suite(.serialized, .enabled(if: Programs.areThere, Programs.absence))
struct `Prometheus and Alertmanager themselves` {
    /// A port that nobody uses at this moment.
    private func freePort() throws -> UInt16 {
        let receiver = try Receiver()
        receiver.close()
        return receiver.port
    }

    private func rules() throws -> RuleSet {
        try RuleSet(
            name: "lab", version: "1",
            rules: [
                try HealthRule(
                    "lab.temperature", SeriesSelector(SignalName("lab_temperature_celsius")),
                    RuleCondition(.greater, HealthThreshold(80, .celsius), resolveAt: HealthThreshold(70, .celsius)),
                    pendingFor: .seconds(1), noData: .resolve, severity: .critical, yieldsToParents: false,
                    summary: "too warm", remedy: "look at the fans")
            ])
    }

    private func startAlertmanager(_ tree: TemporaryTree, port: UInt16, webhook: Receiver) throws -> Daemon {
        let route = AlertRoute(
            actionGroup: "hook", groupWaitNanoseconds: 100_000_000, groupIntervalNanoseconds: 500_000_000)
        let configuration = AlertmanagerConfiguration(
            try rules(), DispatchSettings(routes: [route]), receivers: ["hook": "http://127.0.0.1:\(webhook.port)/hook"]
        )
        try tree.write(configuration.text, to: "alertmanager.yml")
        return try Daemon(
            Programs.all[1],
            [
                "--config.file=\(tree.absolute("alertmanager.yml"))", "--storage.path=\(tree.absolute("alertmanager"))",
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
            ], log: tree.absolute("alertmanager.log"))
    }

    private func statuses(_ webhook: Receiver) -> [String] {
        webhook.posted.compactMap { request in
            let document = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
            let alerts = document?["alerts"] as? [[String: Any]]
            guard let alert = alerts?.first, let labels = alert["labels"] as? [String: String],
                labels["alertname"] == "lab.temperature", labels["sensor"] == "cpu", labels["severity"] == "critical"
            else { return nil }
            return alert["status"] as? String
        }
    }

    @Test func `AL-86 a fault in the exposition fires in Prometheus, is routed by Alertmanager, and resolves`() throws {
        let tree = try TemporaryTree()
        let (exposition, webhook) = (try Receiver(), try Receiver())
        defer {
            exposition.close()
            webhook.close()
        }
        let alertmanagerPort = try freePort()
        let alertmanager = try startAlertmanager(tree, port: alertmanagerPort, webhook: webhook)
        defer { alertmanager.end() }
        let export = PrometheusRules(try rules(), interval: .seconds(1))
        #expect(export.findings.isEmpty)
        try tree.write(export.text, to: "rules.yml")
        try tree.write(
            """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [rules.yml]
            scrape_configs:
            - {job_name: lab, static_configs: [{targets: ["127.0.0.1:\(exposition.port)"]}]}
            alerting:
              alertmanagers:
              - static_configs: [{targets: ["127.0.0.1:\(alertmanagerPort)"]}]

            """, to: "prometheus.yml")
        func temperature(_ value: Double) {
            exposition.serve("# TYPE lab_temperature_celsius gauge\nlab_temperature_celsius{sensor=\"cpu\"} \(value)\n")
        }
        temperature(75)
        let prometheus = try Daemon(
            Programs.all[0],
            [
                "--config.file=\(tree.absolute("prometheus.yml"))", "--storage.tsdb.path=\(tree.absolute("data"))",
                "--web.listen-address=127.0.0.1:\(try freePort())", "--rules.alert.resend-delay=1s",
            ], log: tree.absolute("prometheus.log"))
        defer { prometheus.end() }
        func logs() -> String {
            ["prometheus.log", "alertmanager.log"].map {
                String(((try? String(contentsOfFile: tree.absolute($0), encoding: .utf8)) ?? "").suffix(1500))
            }.joined(separator: "\n")
        }
        // Between the thresholds nothing begins. Two scrapes are enough to see that.
        sleep(4)
        #expect(prometheus.isRunning && alertmanager.isRunning, "\(logs())")
        #expect(statuses(webhook).isEmpty)
        temperature(85)
        try #require(Receiver.wait(12) { statuses(webhook).contains("firing") }, "\(logs())")
        // Between them again nothing ends.
        temperature(75)
        sleep(3)
        #expect(!statuses(webhook).contains("resolved"))
        temperature(65)
        try #require(Receiver.wait(12) { statuses(webhook).last == "resolved" }, "\(logs())")
    }

    @Test func `AL-86 what our engine tells an Alertmanager is routed by it, and resolves`() throws {
        let tree = try TemporaryTree()
        let webhook = try Receiver()
        defer { webhook.close() }
        let port = try freePort()
        let alertmanager = try startAlertmanager(tree, port: port, webhook: webhook)
        defer { alertmanager.end() }
        let dispatch = DispatchSettings(routes: [
            AlertRoute(actionGroup: "alertmanager", groupWaitNanoseconds: 0, groupIntervalNanoseconds: 1)
        ])
        var watch = HealthWatch(try rules(), dispatch)
        let sink = AlertmanagerSink(
            name: "alertmanager", address: try HTTPAddress("http://127.0.0.1:\(port)"),
            client: HTTPClient(timeout: .seconds(2), attempts: 10, pause: .milliseconds(100)))
        let signal = try watch.engine.signal(
            SignalIdentity("lab_temperature_celsius", [SignalLabel("sensor", "cpu")]), unit: .celsius, kind: .gauge)
        // Alertmanager ends alerts by its own clock, so the moments are those of this one.
        let start = Int64(Date().timeIntervalSince1970) - 10
        func step(_ second: Int64, _ value: Double) throws -> Int {
            let now = SignalTime(seconds: start + second)
            watch.engine.ingest(signal, value, at: now)
            let step = watch.step(to: now)
            for notification in step.notifications { try sink.send(notification) }
            return step.notifications.count
        }
        #expect(try step(0, 85) == 0)
        #expect(try step(2, 86) == 1)
        try #require(Receiver.wait(10) { statuses(webhook).last == "firing" }, "\(alertmanager.isRunning)")
        #expect(try step(4, 60) == 1)
        try #require(Receiver.wait(10) { statuses(webhook).last == "resolved" })
    }
}
