import ClusterCore
import RDMAModel
import Testing

@Suite struct ExitStatusTests {
    @Test(
        arguments: [(.optimal, 0), (.acceptable, 0), (.unfit, 1), (.undetermined, 2)] as [(Verdict.Outcome, Int32)])
    func `an outcome has its exit status`(outcome: Verdict.Outcome, status: Int32) {
        #expect(ExitStatus(outcome).rawValue == status)
    }

    @Test(arguments: Verdict.Outcome.allCases)
    func `a signal decides the exit status whatever the outcome: 130 for SIGINT, 143 for SIGTERM`(
        outcome: Verdict.Outcome
    ) {
        #expect(ExitStatus(outcome, interruptedBy: .interrupt).rawValue == 128 + 2)
        #expect(ExitStatus(outcome, interruptedBy: .terminate).rawValue == 128 + 15)
    }
}
