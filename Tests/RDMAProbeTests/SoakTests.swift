import Foundation
import ClusterCore
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Many sessions from one process to a server that the lab runs: `LAB_PEER` is its address, `LAB_SESSIONS` how many.
@Suite(.serialized, .enabled(if: environment("LAB_SESSIONS") != nil, "LAB_SESSIONS is not set: the lab's soak sets it"))
struct SoakTests {
    /// What this process holds of the system.
    private struct Holdings: Equatable {
        var descriptors: Int
        var threads: Int
        var residentBytes: Int

        init() throws {
            descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            residentBytes = (Int(line?.filter(\.isNumber) ?? "") ?? -1) * 1024
        }
    }

    @Test func `sessions of every kind, ended in every way, leave nothing in the process`() throws {
        let peer = try #require(environment("LAB_PEER"))
        let count = try #require(environment("LAB_SESSIONS").flatMap { Int($0) })
        let seed = environment("RANDOM_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
        print("RANDOM_SEED=\(seed)")
        var random = SeededRandom(seed: seed)
        var endings: [String: Int] = [:]
        // The first ones set up what a process keeps for good.
        let warmup = min(200, count / 4)
        var start = try Holdings()
        for number in 0..<count {
            if number == warmup { start = try Holdings() }
            endings[session(peer, &random), default: 0] += 1
        }
        // The threads of the last runs are detached: they may take a moment to be gone.
        var end = try Holdings()
        for _ in 0..<100 where end.threads > start.threads || end.descriptors > start.descriptors {
            Thread.sleep(forTimeInterval: 0.1)
            end = try Holdings()
        }
        print("endings: \(endings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
        print("before: \(start)\nafter: \(end)")
        #expect(end.descriptors == start.descriptors && end.threads == start.threads, "RANDOM_SEED=\(seed)")
        let slope = (end.residentBytes - start.residentBytes) / max(1, count - warmup)
        #expect(slope < 1024, "bytes a session; RANDOM_SEED=\(seed)")
        // Nobody else is served meanwhile, so nothing but the cancellation may end a session early.
        #expect(Set(endings.keys).isSubset(of: ["measured", "cancelled"]), "\(endings); RANDOM_SEED=\(seed)")
        #expect(endings["measured", default: 0] > 0 && (count < 100 || endings["cancelled", default: 0] > 0))
    }

    /// One session of a random kind that is left alone or cancelled at a random moment.
    /// - Returns: how it ended.
    private func session(_ peer: String, _ random: inout SeededRandom) -> String {
        let operation = RDMAModel.Operation.allCases.randomElement(using: &random) ?? .send
        let plan = ProbePlan(
            operations: [operation], pattern: Bool.random(using: &random) ? .echo : .request,
            sizesBytes: [[1, 64, 4096, 65_536].randomElement(using: &random) ?? 64],
            count: UInt64.random(in: 1...20, using: &random), cellDurationNanoseconds: 5_000_000_000, warmup: 0,
            operationTimeoutNanoseconds: 10_000_000_000)
        let options = ProbeOptions(host: peer, plan: plan, stepTime: .seconds(20))
        let cancellation = Cancellation()
        if Int.random(in: 0..<3, using: &random) == 0 {
            let delay = Duration.microseconds(Int.random(in: 0...60_000, using: &random))
            Worker.start {
                _ = FileDescriptor.wait([cancellation.fileDescriptor], until: .after(delay))
                cancellation.cancel(.interrupt)
            }
        }
        do {
            let report = try Probe.runBlocking(options, profile: ProbeProfile.software, cancellation: cancellation)
            if report.connection.failedStep == nil, report.latency.first.map({ $0.samples == plan.count }) == true {
                return "measured"
            }
            if cancellation.isCancelled { return "cancelled" }
            return report.verdict.reasons.joined(separator: " ")
        } catch { return "\(error)" }
    }
}
