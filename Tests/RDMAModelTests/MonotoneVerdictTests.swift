import ClusterCore
import RDMAModel
import TestSupport
import Testing

/// Losing data never improves a verdict: over random evidence, every way of knowing less.
@Suite struct MonotoneVerdictTests {
    /// How good an outcome is as a promise: unfit and undetermined promise nothing.
    private func promise(_ outcome: Verdict.Outcome) -> Int {
        switch outcome {
        case .optimal: 2
        case .acceptable: 1
        case .unfit, .undetermined: 0
        }
    }

    /// Figures near the limits of both profiles, so that all outcomes occur.
    private func randomEvidence(_ random: inout SeededRandom) -> ProbeEvidence {
        let figures: [UInt64] = [100_000, 499_999, 500_000, 999_999, 1_000_000, 9_999_999, 10_000_000]
        let most = Int.random(in: 0..<figures.count, using: &random)
        let counts: [UInt64] = [0, 19, 20, 9999, 10_000, 100_000]
        let fewest = Int.random(in: 0..<counts.count, using: &random)
        var evidence = evidence(1, samples: 0, softwareRDMA: Bool.random(using: &random))
        evidence.cells = evidence.plan.cells.map { planned in
            var cell = LatencyCell(
                operation: planned.operation, pattern: planned.pattern, sizeBytes: planned.sizeBytes, load: .idle,
                samples: counts[Int.random(in: fewest..<counts.count, using: &random)],
                lost: Int.random(in: 0..<150, using: &random) == 0 ? 1 : 0)
            let sorted = (0..<5).map { _ in figures[Int.random(in: 0...most, using: &random)] }.sorted()
            if Percentile.p50.isCarried(bySamples: cell.samples) { cell.p50 = sorted[0] }
            if Percentile.p90.isCarried(bySamples: cell.samples) { cell.p90 = sorted[1] }
            if Percentile.p99.isCarried(bySamples: cell.samples) { cell.p99 = sorted[2] }
            if Percentile.p999.isCarried(bySamples: cell.samples) { cell.p999 = sorted[3] }
            if Percentile.p9999.isCarried(bySamples: cell.samples) { cell.p9999 = sorted[4] }
            return cell
        }
        return evidence
    }

    /// One random step towards knowing less.
    private func less(_ evidence: ProbeEvidence, _ random: inout SeededRandom) -> ProbeEvidence {
        var less = evidence
        guard !less.cells.isEmpty else { return less }
        let index = Int.random(in: 0..<less.cells.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: less.cells.remove(at: index)
        case 1:
            // Too few samples for any percentile, with the figures left in place.
            less.cells[index].samples = min(less.cells[index].samples, UInt64.random(in: 0...19, using: &random))
        case 2:
            less.cells[index].p50 = nil
            less.cells[index].p99 = nil
        case 3: less.cells[index].p999 = nil
        case 4: less.ending = .interrupted(.interrupt)
        default: less.ending = .failed(ProbeFailure(.measurement, .peerClosed))
        }
        return less
    }

    @Test(arguments: [ProbeProfile.architecture, ProbeProfile.software])
    func `taking evidence away never turns a verdict into a better one`(profile: RuleProfile) throws {
        var random = SeededRandom(seed: 2026)
        let requirement = try LatencyRequirement(profile)
        var seen: [Verdict.Outcome: Int] = [:]
        for _ in 0..<400 {
            var current = randomEvidence(&random)
            var outcome = requirement.judge(current).verdict.outcome
            seen[outcome, default: 0] += 1
            for _ in 0..<4 {
                current = less(current, &random)
                let next = requirement.judge(current).verdict.outcome
                #expect(promise(next) <= promise(outcome))
                outcome = next
            }
        }
        // The property would hold of nothing at all: every outcome that the profile has must have occurred.
        let expected = Set(Verdict.Outcome.allCases).subtracting(profile.name == "software" ? [.optimal] : [])
        #expect(Set(seen.keys) == expected)
    }

    @Test func `removing samples until a percentile is not carried never leaves a promise`() throws {
        var random = SeededRandom(seed: 5)
        let requirement = try LatencyRequirement(ProbeProfile.architecture)
        for _ in 0..<20 {
            let kept = Int.random(in: 0..<10_000, using: &random)
            let samples = (0..<10_000).map { _ in UInt64.random(in: 1...900_000, using: &random) }.shuffled(
                using: &random)
            let whole = evidence(100_000).replacing(.send, 4096, samples: samples)
            let cut = evidence(100_000).replacing(.send, 4096, samples: Array(samples.prefix(kept)))
            #expect(promise(requirement.judge(whole).verdict.outcome) > 0)
            #expect(promise(requirement.judge(cut).verdict.outcome) == 0)
        }
    }
}
