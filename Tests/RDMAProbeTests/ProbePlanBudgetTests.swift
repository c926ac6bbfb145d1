import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// The time by which a run must have ended: what it promises before it starts.
@Suite struct `Time that a plan may take` {
    @Test func `each cell has its time, a tenth for its warm-up and one operation's time; the rest is 45 s`() {
        // 3 operations at 4 sizes, 5 s + 0.5 s + 5 s each.
        #expect(ProbePlan().budget == .seconds(12) * 10.5 + .seconds(45))
        #expect(
            ProbePlan(
                operations: [.read], sizesBytes: [64], cellDurationNanoseconds: 1_000_000_000,
                operationTimeoutNanoseconds: 0
            ).budget
                == .milliseconds(1100) + .seconds(45))
    }

    @Test func `a cell without a limit of time counts as a minute`() {
        let plan = ProbePlan(
            operations: [.send], sizesBytes: [64], cellDurationNanoseconds: nil, operationTimeoutNanoseconds: 0)
        #expect(plan.budget == .seconds(66) + .seconds(45))
    }

    @Test
    func `flows add their time, two operations and 10 s each, and 2 s for each queue pair; loads double the cells`() {
        let flows = BandwidthPlan(
            operations: [.write, .read], directions: [.oneWay, .bothWays], sizesBytes: [64, 4096, 65536],
            queuePairs: 3, durationNanoseconds: 1_000_000_000)
        #expect(
            ProbePlan(bandwidth: flows).budget
                == ProbePlan().budget + .seconds(3 * 2) + .seconds(12) * (1 + 2 * 5 + 10))
        #expect(
            ProbePlan(load: LoadPlan(queuePairs: 2)).budget == .seconds(24) * 10.5 + .seconds(45) + .seconds(4))
        let longest = BandwidthPlan(operations: [.read], queuePairs: .max, durationNanoseconds: .max)
        #expect(ProbePlan(bandwidth: longest).budget > .seconds(365 * 86_400))
        #expect(ProbePlan(load: LoadPlan(sizeBytes: .max, queuePairs: .min)).budget > .zero)
    }

    private static func plan(_ random: inout SeededRandom) -> ProbePlan {
        ProbePlan(
            operations: (0...Int(random.next() % 5)).map { _ in RDMAModel.Operation.allCases[Int(random.next() % 3)] },
            sizesBytes: (0...Int(random.next() % 20)).map { _ in random.edgy() }, count: random.edgy(),
            cellDurationNanoseconds: random.next() % 4 == 0 ? nil : random.edgy(), warmup: random.edgy(),
            operationTimeoutNanoseconds: random.edgy())
    }

    @Test func `no plan makes it trap, and it is more than what comes beside the cells`() {
        forRandom(5000) { random in
            let plan = Self.plan(&random)
            return plan.budget >= .seconds(45) && plan.cellTime > 0 || plan.cellDurationNanoseconds == 0
        }
    }

    @Test func `one more size or operation takes longer`() {
        forRandom(5000) { random in
            let plan = Self.plan(&random)
            var wider = plan
            wider.sizesBytes.append(1)
            var more = plan
            more.operations.append(.read)
            let perCell = plan.cellTime + plan.warmupTime + plan.operationTime
            return perCell == 0 || (wider.budget > plan.budget && more.budget > plan.budget)
        }
    }

    @Test func `a longer cell or operation never takes less`() {
        forRandom(5000) { random in
            let plan = Self.plan(&random)
            var longer = plan
            if let time = plan.cellDurationNanoseconds { longer.cellDurationNanoseconds = time | random.next() }
            longer.operationTimeoutNanoseconds |= random.next()
            return longer.budget >= plan.budget
        }
    }

    @Test func `times near the limit of 64 bits mean for ever, not at once`() {
        let plan = ProbePlan(cellDurationNanoseconds: .max, operationTimeoutNanoseconds: .max)
        let year: UInt64 = 365 * 86_400 * 1_000_000_000
        #expect(plan.cellTime > year)
        #expect(plan.operationTime > year)
        #expect(MonotonicClock.now().addingReportingOverflow(plan.cellTime).overflow == false)
        #expect(plan.budget > .seconds(365 * 86_400))
    }
}
