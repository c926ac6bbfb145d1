public import Benchmark
import Foundation

extension Benchmark.Configuration {
    /// What is measured and for how long. With BENCHMARK_SMOKE set, only long enough to see that a benchmark runs.
    public static var house: Self {
        let smoke = ProcessInfo.processInfo.environment["BENCHMARK_SMOKE"] != nil
        return Self(
            metrics: [.wallClock, .throughput], warmupIterations: smoke ? 0 : 3,
            maxDuration: smoke ? .milliseconds(50) : .seconds(2), maxIterations: smoke ? 10 : 1_000_000)
    }
}
