import Foundation
import TestSupport
import Testing

@testable import RDMAModel

/// Flows and datagrams in two reports: what is worse beyond what they vary by, and that nothing missing improves anything.
@Suite struct ReportComparisonFlowTests {
    private func report(_ change: (inout ProbeReport) -> Void = { _ in }) throws -> ProbeReport {
        var report = try SampleReports.full()
        for index in report.bandwidth?.indices ?? 0..<0 {
            report.bandwidth?[index].meanBitsPerSecond = 90_000_000_000
            report.bandwidth?[index].lowestSecondBitsPerSecond = 80_000_000_000
        }
        report.datagrams?[0].sent = 10_000
        report.datagrams?[0].lost = 10
        change(&report)
        return report
    }

    private func flow(_ mean: UInt64?, _ lowest: UInt64?, tolerance: Double = 0) throws -> ReportComparison {
        let new = try report {
            $0.bandwidth?[0].meanBitsPerSecond = mean
            $0.bandwidth?[0].lowestSecondBitsPerSecond = lowest
        }
        return ReportComparison(from: try report(), to: new, tolerance: tolerance)
    }

    @Test func `a flow below the slowest second of the old one is worse, one above it is within noise`() throws {
        let worse = try flow(79_000_000_000, 70_000_000_000)
        #expect(worse.flows?.first?.shift == .worse && worse.outcome == .changed)
        #expect(worse.reasons.contains { $0.contains("slower than in the slowest second") })
        let noise = try flow(81_000_000_000, 70_000_000_000)
        #expect(noise.flows?.first?.shift == .withinNoise && noise.outcome == .notWorse)
        #expect(try flow(79_000_000_000, 70_000_000_000, tolerance: 0.2).outcome == .notWorse)
    }

    @Test func `a flow whose slowest second is above the old mean is better`() throws {
        #expect(try flow(99_000_000_000, 91_000_000_000).flows?.first?.shift == .better)
        #expect(try flow(99_000_000_000, 89_000_000_000).flows?.first?.shift == .withinNoise)
        #expect(try flow(99_000_000_000, nil).flows?.first?.shift == .withinNoise)
    }

    @Test func `a flow that is missing, has no rate or fell without a slowest second to judge by leaves it open`()
        throws
    {
        let old = try report()
        let without = ReportComparison(from: old, to: try report { $0.bandwidth?.removeFirst() })
        #expect(without.outcome == .undetermined && without.reasons.contains { $0.contains("not in the new report") })
        #expect(ReportComparison(from: old, to: try report { $0.bandwidth = nil }).outcome == .undetermined)
        #expect(try flow(nil, nil).outcome == .undetermined)
        let short = try report { $0.bandwidth?[0].lowestSecondBitsPerSecond = nil }
        let fell = ReportComparison(from: short, to: try report { $0.bandwidth?[0].meanBitsPerSecond = 45_000_000_000 })
        #expect(fell.outcome == .undetermined && fell.reasons.contains { $0.contains("no slowest second") })
        // What only the new report has is shown and decides nothing.
        let more = ReportComparison(from: try report { $0.bandwidth = nil }, to: old)
        #expect(more.outcome == .notWorse && more.flows?.count == old.bandwidth?.count)
        #expect(more.flows?.allSatisfy { !$0.isInOld && $0.shift == .unknown } == true)
    }

    /// One second in which nothing arrived would excuse any fall.
    @Test func `a flow that fell to half is no noise, however slow the old one's slowest second was`() throws {
        let stalled = try report { $0.bandwidth?[0].lowestSecondBitsPerSecond = 0 }
        func fallen(to mean: UInt64, tolerance: Double = 0) throws -> ReportComparison {
            let new = try report { $0.bandwidth?[0].meanBitsPerSecond = mean }
            return ReportComparison(from: stalled, to: new, tolerance: tolerance)
        }
        for mean in [45_000_000_000, 1, 0] as [UInt64] {
            let comparison = try fallen(to: mean)
            #expect(comparison.flows?.first?.shift == .unknown && comparison.outcome == .undetermined, "\(mean)")
            #expect(comparison.reasons.contains { $0.contains("fell to half or less") }, "\(comparison.reasons)")
        }
        #expect(try fallen(to: 46_000_000_000).outcome == .notWorse)
        #expect(try fallen(to: 45_000_000_000, tolerance: 0.6).outcome == .notWorse)
    }

    @Test func `flows of another direction, size, end or number of queue pairs are others`() throws {
        let changes: [(inout BandwidthCell) -> Void] = [
            { $0.sizeBytes += 1 }, { $0.queuePairs += 1 }, { $0.operation = .read },
            { $0.postedBy = $0.postedBy == .host ? .peer : .host },
            { $0.direction = $0.direction == .oneWay ? .bothWays : .oneWay },
        ]
        for change in changes {
            let old = try report { $0.bandwidth = $0.bandwidth.map { [$0[0]] } }
            var new = old
            new.bandwidth = try new.bandwidth.map { flows in
                var flow = try #require(flows.first)
                change(&flow)
                return [flow]
            }
            #expect(ReportComparison(from: old, to: new).flows?.count == 2)
        }
    }

    @Test func `loss that exceeds its counting noise is worse, that falls below it is better`() throws {
        func loss(_ lost: UInt64, of sent: UInt64, tolerance: Double = 0) throws -> ReportComparison {
            let new = try report {
                $0.datagrams?[0].lost = lost
                $0.datagrams?[0].sent = sent
            }
            return ReportComparison(from: try report(), to: new, tolerance: tolerance)
        }
        #expect(try loss(100, of: 10_000).datagrams?.first?.loss == .worse)
        #expect(try loss(100, of: 10_000).outcome == .changed)
        #expect(try loss(14, of: 10_000).datagrams?.first?.loss == .withinNoise)
        // The same share, of so few that nothing is shown.
        #expect(try loss(1, of: 100).datagrams?.first?.loss == .withinNoise)
        #expect(try loss(0, of: 1_000_000).datagrams?.first?.loss == .better)
        #expect(try loss(100, of: 10_000, tolerance: 20).datagrams?.first?.loss == .withinNoise)
    }

    @Test func `datagrams that are missing leave it open, and their latencies are shown and not judged`() throws {
        let old = try report()
        #expect(ReportComparison(from: old, to: try report { $0.datagrams = nil }).outcome == .undetermined)
        let slower = ReportComparison(from: old, to: try report { $0.datagrams?[0].p50? *= 2 })
        let figure = try #require(slower.datagrams?.first?.figures.first)
        #expect(figure.new == figure.old.map { $0 * 2 } && figure.shift == .unknown)
        let unknown = ReportComparison(from: old, to: try report { $0.datagrams?[0].p50 = nil })
        #expect(unknown.outcome == .undetermined)
    }

    /// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I:
    /// 95 % score intervals of 81 of 263 and 0 of 20; here with 99 %, so the textbook's are enclosed, and by its formula the
    /// upper end of 0 of n is z²/(n + z²).
    @Test func `the score interval encloses the published one of less confidence and has its closed ends`() throws {
        let interval = try #require(LossInterval(lost: 81, of: 263))
        #expect(interval.low < 0.2553 && interval.low > 0.2 && interval.high > 0.3662 && interval.high < 0.42)
        let none = try #require(LossInterval(lost: 0, of: 20))
        let square = 6.634_896_601_021_215
        #expect(none.low == 0 && abs(none.high - square / (20 + square)) < 1e-12)
        let all = try #require(LossInterval(lost: 20, of: 20))
        #expect(all.high == 1 && abs(all.low - 20 / (20 + square)) < 1e-12)
        #expect(LossInterval(lost: 0, of: 0) == nil)
    }

    @Test func `the document reads back as it was written, without flows too`() throws {
        for report in [try report(), try report { ($0.bandwidth, $0.datagrams) = (nil, nil) }] {
            let comparison = ReportComparison(from: report, to: report)
            let document = try JSONEncoder().encode(comparison)
            #expect(try JSONDecoder().decode(ReportComparison.self, from: document) == comparison)
            #expect((comparison.flows == nil) == (report.bandwidth == nil))
        }
    }
}
