import ArgumentParser
import ClusterCore
import HealthModel
import RuleWorkload

/// Our side of `make bench-health`: the rules as a file for Prometheus, and how fast our engine judges by them.
@main
struct RuleSpeed: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-health", abstract: "Rules of health beside Prometheus' own evaluation of the same rules.",
        subcommands: [Export.self, Measure.self])

    struct Shape: ParsableArguments {
        @Flag(help: "Five of the ten rules of a metric look at twenty samples, in place of the newest one.")
        var windows = false
        @Option(help: "Seconds between two samples.")
        var interval = 15
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints the rule file.")
        @OptionGroup var shape: Shape

        func run() throws {
            let rules = try RuleWorkload.rules(windows: shape.windows, form: .prometheus, interval: shape.interval)
            let export = PrometheusRules(rules, interval: .seconds(shape.interval))
            guard export.count == rules.rules.count, export.findings.isEmpty else {
                throw ValidationError("\(export.findings.count) rules say something else in Prometheus")
            }
            print(export.text, terminator: "")
        }
    }

    struct Measure: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints samples a second of each round, a sample's taking and its evaluation, and what fires.")
        @OptionGroup var shape: Shape
        @Option(help: "Series.")
        var series = 100_000
        @Option(help: "Rounds.")
        var rounds = 15

        func run() throws {
            var workload = try RuleWorkload(
                series: series, windows: shape.windows, form: .prometheus, interval: shape.interval)
            var events = 0
            for _ in 0..<RuleWorkload.samplesOfWindow + 2 { events += workload.round() }
            var rates: [String] = []
            for _ in 0..<rounds {
                let taken = ContinuousClock().measure { events += workload.feed() }
                let seconds = Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
                rates.append("\(Int(Double(series) / seconds))")
            }
            let firing = workload.engine.liveAlerts.count { $0.state == .firing }
            print(
                "{\"samples_per_second\": [\(rates.joined(separator: ", "))], \"firing\": \(firing), "
                    + "\"bytes_per_series\": \(Int(workload.bytesPerSeries)), \"events\": \(events)}")
        }
    }
}
