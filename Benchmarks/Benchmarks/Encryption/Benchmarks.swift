import Benchmark
import Crypto
import Foundation
import Measuring

/// AES-128-GCM, which SMB 3.1.1 encrypts with (AL-66), sealing what an SMB request carries, and beside it a copy of the
/// same bytes in the same iteration: what this host's processor takes for encryption.
///
/// One thread and memory alone: what SMB adds beside the cipher is not in it. The share of a core is what a link of
/// 25 Gbit/s full of payload would take of it; StorageMath takes such a share as ``EncryptionCost``.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .house
    Benchmark.defaultConfiguration.metrics = [.sealed, .copied, .ratio, .coreShare]

    for kibibytes in [4, 64, 1024] { seal(kibibytes) }
}

extension BenchmarkMetric {
    static let sealed = BenchmarkMetric.custom(
        "MB a second, AES-128-GCM", polarity: .prefersLarger, useScalingFactor: false)
    static let copied = BenchmarkMetric.custom("MB a second, copied", polarity: .prefersLarger, useScalingFactor: false)
    static let ratio = BenchmarkMetric.custom(
        "Copy over AES-128-GCM, percent", polarity: .prefersSmaller, useScalingFactor: false)
    static let coreShare = BenchmarkMetric.custom(
        "Core for 25 Gbit/s, percent", polarity: .prefersSmaller, useScalingFactor: false)
}

private func seal(_ kibibytes: Int) {
    Benchmark("\(kibibytes) KiB") { benchmark in
        let count = kibibytes * 1024
        let repeats = max(1, 16_384 / kibibytes)
        let payload = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let key = SymmetricKey(size: .bits128)
        let header = Data(repeating: 7, count: 52)

        let sealing = try seconds {
            for _ in 0..<repeats { blackHole(try AES.GCM.seal(payload, using: key, authenticating: header)) }
        }
        var target = [UInt8](repeating: 0, count: count)
        let copying = seconds {
            for _ in 0..<repeats {
                target.withUnsafeMutableBytes { _ = payload.copyBytes(to: $0) }
                blackHole(target)
            }
        }
        let bytes = Double(count * repeats)
        benchmark.measurement(.sealed, Int(bytes / sealing / 1e6))
        benchmark.measurement(.copied, Int(bytes / copying / 1e6))
        benchmark.measurement(.ratio, Int(100 * sealing / copying))
        benchmark.measurement(.coreShare, Int((100 * sealing * 25e9 / 8 / bytes).rounded()))
    }
}

private func seconds(_ work: () throws -> Void) rethrows -> Double {
    let taken = try ContinuousClock().measure(work)
    return Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
}
