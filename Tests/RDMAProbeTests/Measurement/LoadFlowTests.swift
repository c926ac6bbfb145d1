import RDMAModel
import Testing

@testable import RDMAProbe

/// A load that has ended before anybody ended it.
@Suite struct LoadFlowTests {
    private let figures = FlowFigures(
        bytes: 65_536, messages: 1, durationNanoseconds: 1000, lowestSecondBytes: nil, longestStallNanoseconds: 1000)

    /// At the run's deadline a load ends by itself: what is missing then is no operation that was lost.
    @Test(arguments: [0, 1, 3])
    func `a load that ended at the run's deadline is no failure, however often it is looked at`(looks: Int) throws {
        let outcome = Handover<LoadFlow.Outcome>()
        let flow = LoadFlow(endingWith: outcome)
        try flow.check()
        outcome.give(.stopped(figures))
        for _ in 0..<looks { try flow.check() }
        #expect(try flow.stop(until: .after(.zero)) == figures)
    }

    @Test func `a load that failed is told by the next look, or at its end`() {
        let failure = ProbeFailure(.measurement, .completion(.retriesExceeded, vendorError: 0))
        for looks in [false, true] {
            let outcome = Handover<LoadFlow.Outcome>()
            let flow = LoadFlow(endingWith: outcome)
            outcome.give(.failed(failure))
            let error = #expect(throws: ProbeFailure.self) {
                if looks { try flow.check() } else { _ = try flow.stop(until: .after(.zero)) }
            }
            #expect(error == failure)
        }
    }
}
