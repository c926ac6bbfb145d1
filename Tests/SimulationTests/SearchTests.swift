import TestSupport
import Testing

@testable import RDMAProbe

/// Thousands of worlds, each of its own seed: every run keeps every promise, whatever goes wrong in it.
@Suite(.serialized) struct `A search over seeds` {
    private let trees = try? HostTrees()

    /// Ten thousand seeds, a million in a soak; `SIMULATION_SEED=n` repeats one, `SIMULATION_SEEDS=n` runs so many, both
    /// so many from one on.
    private var seeds: Range<UInt64> {
        let first = environment("SIMULATION_SEED").flatMap { UInt64($0) }
        let count = environment("SIMULATION_SEEDS").flatMap { UInt64($0) }
        if let first { return first..<first + (count ?? 1) }
        return 0..<(count ?? (environment("LAB_SOAK") == nil ? 10_000 : 1_000_000))
    }

    @Test func `every run ends, leaves nothing, claims no more than happened, and both ends agree`() throws {
        let seeds = seeds
        let result = Search.run(seeds: seeds, try #require(trees), stopsAfter: 5)
        for finding in result.findings { Issue.record("\(finding)") }
        // The faults are of all kinds: a search whose every run fails, or none, would show nothing.
        if seeds.count >= 1000 {
            for verdict in ["acceptable", "unfit", "undetermined", "crashed"] {
                let count = result.verdicts[verdict, default: 0]
                #expect(count * 50 > seeds.count, "\(verdict): \(count) of \(seeds.count)")
            }
        }
    }

    // MARK: The search itself

    @Test(arguments: [
        (PlantedBug.ignoresFailedCompletions, "an operation that failed is a sample"),
        (.forgetsProtectionDomain, "FabricDomain is left behind"),
        (.waitsWithoutDeadline, "it ends too late"),
    ])
    func `a planted bug is found`(bug: PlantedBug, words: String) throws {
        let result = Search.run(seeds: 0..<2000, try #require(trees), planted: bug)
        let finding = try #require(result.findings.first, "2000 seeds did not find it")
        #expect(finding.broken.contains { $0.contains(words) }, "\(finding)")
    }

    @Test func `the same seed gives the same run, another seed another`() throws {
        let trees = try #require(trees)
        let runs = [7, 7, 8].map { Scenario.random(seed: $0).run(trees) }
        #expect(runs[0].trace == runs[1].trace)
        #expect(runs[0].report == runs[1].report)
        #expect(runs[0].trace != runs[2].trace)
    }
}
