import Benchmark
import Measuring
import StorageMath

/// All sets of failures of a 16-server cluster up to a size, counted by what they leave of one volume: by classes of sets
/// that are alike, and beside it the plain way that evaluates each set, one after the other in the same iteration.
///
/// The figures are sets a second and how many times faster the classes are.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .house
    Benchmark.defaultConfiguration.metrics = [.byClasses, .everySet, .ratio]

    for drives in [100, 200, 400] {
        for largest in [2, 3, 4] { count([.drive], drives, largest) }
    }
    count([.drive, .server], 400, 3)
}

extension BenchmarkMetric {
    static let byClasses = BenchmarkMetric.custom(
        "Sets a second, by classes", polarity: .prefersLarger, useScalingFactor: false)
    static let everySet = BenchmarkMetric.custom(
        "Sets a second, every set", polarity: .prefersLarger, useScalingFactor: false)
    static let ratio = BenchmarkMetric.custom("Ratio", polarity: .prefersLarger, useScalingFactor: false)
}

private func count(_ kinds: Set<FailedElement.Kind>, _ drives: Int, _ largest: Int) {
    let servers = kinds.contains(.server) ? " and 16 servers" : ""
    Benchmark("\(drives) drives\(servers), sets up to \(largest)") { benchmark in
        let drivesOfServers = (0..<16).map { drives / 16 + ($0 < drives % 16 ? 1 : 0) }
        let cluster = try ClusterLayout(drives: drivesOfServers, hasWitness: true)
        let sets = try FailureSets(of: kinds, upTo: largest, for: VolumePlacement(.threeWayMirror, in: cluster))

        let classes = try seconds { blackHole(try sets.counts(by: .classes)) }
        benchmark.measurement(.byClasses, Int(Double(sets.total) / classes))
        // More would take too long one by one.
        guard sets.total <= 20_000_000 else { return }
        let plain = try seconds { blackHole(try sets.counts(by: .everySet)) }
        benchmark.measurement(.everySet, Int(Double(sets.total) / plain))
        benchmark.measurement(.ratio, Int(plain / classes))
    }
}

private func seconds(_ work: () throws -> Void) rethrows -> Double {
    let taken = try ContinuousClock().measure(work)
    return Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
}
