import Benchmark
import Foundation
import HostTopology
import Measuring

/// Reading a host, and beside it what lstopo does with every device: hwloc's library, in the same process. One after the other
/// in the same iteration, so that other work on the machine falls on both; medians are what to look at.
///
/// The running host, a captured tree where OBSERVED_ROOT names the folder of one, and a made-up host of 4096 processors and
/// 10,000 PCI functions.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .house
    Benchmark.defaultConfiguration.metrics = [.ours, .hwloc, .ratio]
    let hwloc = Hwloc()
    compare("this host", hwloc, in: "/")
    if let captured = ProcessInfo.processInfo.environment["OBSERVED_ROOT"] {
        compare("captured host", hwloc, in: captured)
    }
    let smoke = ProcessInfo.processInfo.environment["BENCHMARK_SMOKE"] != nil
    let made = MadeHost(cpus: smoke ? 64 : 4096, functions: smoke ? 100 : 10_000)
    Benchmark(
        "made-up host of \(made.cpus) processors and \(made.functions) functions",
        configuration: .init(metrics: [.ours, .hwloc, .ratio], maxDuration: .seconds(60), maxIterations: smoke ? 1 : 5)
    ) { benchmark in
        measure(benchmark, hwloc, in: made.path)
    } setup: {
        try made.build()
    } teardown: {
        made.remove()
    }
}

extension BenchmarkMetric {
    static let ours = BenchmarkMetric.custom(
        "ObservedHost.read, us", polarity: .prefersSmaller, useScalingFactor: false)
    static let hwloc = BenchmarkMetric.custom("hwloc, us", polarity: .prefersSmaller, useScalingFactor: false)
    static let ratio = BenchmarkMetric.custom(
        "ObservedHost.read over hwloc, percent", polarity: .prefersSmaller, useScalingFactor: false)
}

private func compare(_ name: String, _ hwloc: Hwloc?, in path: String) {
    Benchmark("\(name)") { benchmark in measure(benchmark, hwloc, in: path) }
}

private func measure(_ benchmark: Benchmark, _ hwloc: Hwloc?, in path: String) {
    let ours = microseconds { blackHole(ObservedHost.read(at: path == "/" ? .live : HostRoot(path: path))) }
    benchmark.measurement(.ours, Int(ours.rounded()))
    guard let hwloc else { return }
    let theirs = microseconds { blackHole(hwloc.load(path)) }
    benchmark.measurement(.hwloc, Int(theirs.rounded()))
    benchmark.measurement(.ratio, Int((100 * ours / theirs).rounded()))
}

private func microseconds(_ work: () -> Void) -> Double {
    let taken = ContinuousClock().measure(work)
    return Double(taken.components.seconds) * 1e6 + Double(taken.components.attoseconds) / 1e12
}

/// The library behind lstopo (`libhwloc15`), loaded at run time where it is installed.
///
/// Unchecked, because the compiler does not know C's functions: they are never unloaded, and each call has a topology of
/// its own.
struct Hwloc: @unchecked Sendable {
    private typealias Make = @convention(c) (UnsafeMutablePointer<OpaquePointer?>) -> CInt
    private typealias Call = @convention(c) (OpaquePointer) -> CInt
    private typealias Filter = @convention(c) (OpaquePointer, CInt) -> CInt
    private typealias End = @convention(c) (OpaquePointer) -> Void

    private let make: Make
    private let filter: Filter
    private let read: Call
    private let end: End

    init?() {
        guard let library = dlopen("libhwloc.so.15", RTLD_NOW), let make = dlsym(library, "hwloc_topology_init"),
            let filter = dlsym(library, "hwloc_topology_set_io_types_filter"),
            let read = dlsym(library, "hwloc_topology_load"), let end = dlsym(library, "hwloc_topology_destroy")
        else { return nil }
        self.make = unsafeBitCast(make, to: Make.self)
        self.filter = unsafeBitCast(filter, to: Filter.self)
        self.read = unsafeBitCast(read, to: Call.self)
        self.end = unsafeBitCast(end, to: End.self)
    }

    /// Reads a host with all its devices.
    func load(_ root: String) -> Bool {
        if root == "/" { unsetenv("HWLOC_FSROOT") } else { setenv("HWLOC_FSROOT", root, 1) }
        var topology: OpaquePointer?
        guard make(&topology) == 0, let topology else { return false }
        defer { end(topology) }
        // HWLOC_TYPE_FILTER_KEEP_ALL
        return filter(topology, 0) == 0 && read(topology) == 0
    }
}
