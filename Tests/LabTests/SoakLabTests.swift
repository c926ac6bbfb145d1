import Foundation
import TestSupport
import Testing

/// What only shows after thousands of sessions.
@Suite(
    .serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"),
    .enabled(if: LabSession.isSoak, "soak: thousands of sessions take a while"))
struct SoakLabTests {
    /// `LAB_SOAK_SESSIONS` makes it fewer, for a try.
    private static let sessions = environment("LAB_SOAK_SESSIONS").flatMap { Int($0) } ?? 10_000

    @Test func `10 000 sessions, a third cut short, leave both ends with what they held before`() throws {
        try ProbeScenario.untouched { scenario in
            // A session that was cut short may still be taken apart when the next ones begin.
            try scenario.serve("--sessions-per-peer 16")
            let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().path
            func run(_ count: Int, within seconds: Double) throws -> LabSession.Outcome {
                try scenario.lab.run(
                    "env LAB_PEER=10.77.0.2 LAB_SESSIONS=\(count) SWIFT_BACKTRACE=enable=no '\(bundle)' "
                        + "--testing-library swift-testing --no-parallel --filter '^RDMAProbeTests\\.SoakTests' 2>&1",
                    within: seconds)
            }
            // The first sessions set up what a process keeps for good.
            let first = try run(100, within: 300)
            #expect(first.status == 0, "\(first.output)")
            let before = try scenario.serverHoldings()
            let memoryBefore = try scenario.serverResidentBytes()
            let outcome = try run(SoakLabTests.sessions, within: 10_800)
            #expect(outcome.status == 0 && !outcome.timedOut, "\(outcome.output)")
            try scenario.expectServerHolds(before)
            let slope = (try scenario.serverResidentBytes() - memoryBefore) / SoakLabTests.sessions
            print(outcome.output.split(separator: "\n").filter { $0.contains(":") }.joined(separator: "\n"))
            print("the server's memory grew by \(slope) bytes a session; it holds \(before)")
            #expect(slope < 1024, "bytes a session that the server grows by")
            try scenario.expectServes()
        }
    }
}
