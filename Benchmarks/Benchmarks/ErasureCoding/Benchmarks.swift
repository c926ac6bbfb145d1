import Benchmark
import Measuring
import StorageMath

/// Encoding and the repair of one shard and of two, by each kernel of this host's processor, 64 KiB a shard, beside the
/// plain portable kernel in the same iteration. One thread, shards one after the other in memory, all of it in the caches.
///
/// The figures are MB of data a second and how many times faster the kernel is. `make bench-ec` measures beside ISA-L.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .house
    Benchmark.defaultConfiguration.metrics = [.coded, .portable, .ratio]

    for kernel in CodingKernel.available where kernel != .reference && kernel != .portable {
        for (data, parity) in [(4, 2), (10, 4)] { code(data, parity, kernel) }
    }
}

extension BenchmarkMetric {
    static let coded = BenchmarkMetric.custom("MB a second, kernel", polarity: .prefersLarger, useScalingFactor: false)
    static let portable = BenchmarkMetric.custom(
        "MB a second, portable", polarity: .prefersLarger, useScalingFactor: false)
    static let ratio = BenchmarkMetric.custom(
        "Kernel over portable, percent", polarity: .prefersLarger, useScalingFactor: false)
}

private func code(_ data: Int, _ parity: Int, _ kernel: CodingKernel) {
    compare("\(data)+\(parity) encode, \(kernel.rawValue)", data, parity, kernel) { coder, bytes, regions in
        try coder.encode(&bytes, at: regions)
    }
    for lost in 1...2 {
        compare("\(data)+\(parity) repair of \(lost), \(kernel.rawValue)", data, parity, kernel) { coder in
            let prepared = try coder.reconstruction(of: Set(0..<lost))
            return { bytes, regions in try coder.reconstruct(prepared, in: &bytes, at: regions) }
        }
    }
}

private typealias Coder = ErasureCoder<ReedSolomon>
private typealias Call = (inout MutableSpan<UInt8>, ShardRegions) throws -> Void

private func compare(
    _ name: String, _ data: Int, _ parity: Int, _ kernel: CodingKernel,
    _ call: @escaping (Coder, inout MutableSpan<UInt8>, ShardRegions) throws -> Void
) {
    compare(name, data, parity, kernel) { coder in { try call(coder, &$0, $1) } }
}

private func compare(
    _ name: String, _ data: Int, _ parity: Int, _ kernel: CodingKernel, _ make: @escaping (Coder) throws -> Call
) {
    Benchmark(name) { benchmark in
        let length = 65_536
        let calls = 20
        let code = try ReedSolomon(data: data, parity: parity, convention: .vandermondePowers)
        let regions = try ShardRegions(count: data + parity, length: length)
        var stripe = (0..<regions.end).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let taken = try [kernel, .portable].map { kernel in
            let call = try make(try ErasureCoder(code, kernel: kernel))
            var bytes = stripe.mutableSpan
            try call(&bytes, regions)
            return try seconds { for _ in 0..<calls { try call(&bytes, regions) } }
        }
        let coded = Double(calls * data * length)
        benchmark.measurement(.coded, Int(coded / taken[0] / 1e6))
        benchmark.measurement(.portable, Int(coded / taken[1] / 1e6))
        benchmark.measurement(.ratio, Int(100 * taken[1] / taken[0]))
    }
}

private func seconds(_ work: () throws -> Void) rethrows -> Double {
    let taken = try ContinuousClock().measure(work)
    return Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
}
