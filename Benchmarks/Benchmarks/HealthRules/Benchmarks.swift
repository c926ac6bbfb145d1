import Benchmark
import Measuring
import RuleWorkload

/// What a sample costs that meets ten rules, for so many signals under 1,000 rules: taking it, and its part of the
/// evaluation. The figures are samples a second and bytes a signal beyond its history.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .house
    Benchmark.defaultConfiguration.metrics = [.samples, .bytes]

    for series in [1_000, 10_000, 100_000] {
        for windows in [false, true] { evaluate(series, windows) }
    }
}

extension BenchmarkMetric {
    static let samples = BenchmarkMetric.custom("Samples a second", polarity: .prefersLarger, useScalingFactor: false)
    static let bytes = BenchmarkMetric.custom("Bytes a signal", polarity: .prefersSmaller, useScalingFactor: false)
}

private func evaluate(_ series: Int, _ windows: Bool) {
    Benchmark("\(series) signals, \(windows ? "half of the rules over 5 min" : "rules on the newest sample")") {
        benchmark in
        var workload = try RuleWorkload(series: series, windows: windows)
        for _ in 0..<22 { blackHole(workload.round()) }
        for _ in benchmark.scaledIterations {
            let taken = ContinuousClock().measure { blackHole(workload.feed()) }
            let seconds = Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
            benchmark.measurement(.samples, Int(Double(series) / seconds))
        }
        benchmark.measurement(.bytes, Int(workload.bytesPerSeries))
    }
}
