import RDMAModel
import Synchronization
import TestSupport

@testable import RDMAProbe
import Threads

/// Runs many seeds on two threads and keeps the first that breaks a promise.
final class Search: Sendable {
    /// A seed and what does not hold in its run.
    struct Finding: Sendable, CustomStringConvertible {
        var seed: UInt64
        var broken: [String]
        var scenario: Scenario

        var description: String {
            "SIMULATION_SEED=\(seed): \(broken.joined(separator: "; ")) [iWARP \(scenario.isIWARP), \(scenario.wait), "
                + "\(scenario.plan.operations.map(\.rawValue)) \(scenario.plan.pattern), \(scenario.faults)]"
        }
    }

    private let next: Atomic<UInt64>
    private let findings = Guarded<[Finding]>([])
    private let verdicts = Guarded<[String: Int]>([:])
    private let trees: HostTrees
    private let planted: PlantedBug?

    private init(from first: UInt64, _ trees: HostTrees, _ planted: PlantedBug?) {
        next = Atomic(first)
        self.trees = trees
        self.planted = planted
    }

    /// What a search found: at most a few seeds, and how the runs ended.
    struct Result: Sendable {
        var findings: [Finding]
        var verdicts: [String: Int]
    }

    static func run(
        seeds: Range<UInt64>, _ trees: HostTrees, planted: PlantedBug? = nil, stopsAfter limit: Int = 1
    ) -> Result {
        let search = Search(from: seeds.lowerBound, trees, planted)
        let ended = [Semaphore(), Semaphore()]
        for end in ended {
            Worker.start {
                search.work(until: seeds.upperBound, limit)
                end.signal()
            }
        }
        for end in ended { end.wait() }
        return Result(
            findings: search.findings.withLock { $0.sorted { $0.seed < $1.seed } },
            verdicts: search.verdicts.withLock { $0 })
    }

    private func work(until end: UInt64, _ limit: Int) {
        while findings.withLock({ $0.count }) < limit {
            let seed = next.add(1, ordering: .relaxed).oldValue
            guard seed < end else { return }
            var scenario = Scenario.random(seed: seed)
            scenario.planted = planted
            let outcome = scenario.run(trees)
            var broken = Invariants.broken(in: outcome)
            if seed % 64 == 0, broken.isEmpty {
                let again = scenario.run(trees)
                if again.trace != outcome.trace || again.report != outcome.report {
                    broken.append("the seed gives another run the second time")
                }
            }
            let verdict = outcome.report?.verdict.outcome.rawValue ?? "crashed"
            verdicts.withLock { $0[verdict, default: 0] += 1 }
            if !broken.isEmpty {
                findings.withLock { $0.append(Finding(seed: seed, broken: broken, scenario: scenario)) }
            }
        }
    }
}
