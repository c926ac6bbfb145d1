import Foundation
import TestSupport
import Testing

/// The ordinary suites that need a device, in a real kernel that has one: there nothing is skipped.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct SuitesInGuestLabTests {
    @Test func `the suites of Verbs pass in a guest and skip nothing`() throws {
        try expectPass("VerbsTests", atLeast: 50, within: 180)
    }

    /// Runs a target's suites in the first guest, by this very test bundle: the guests see this host's files.
    private func expectPass(_ target: String, atLeast least: Int, within seconds: Double) throws {
        let lab = try LabSession.shared.get()
        try lab.reset()
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().path
        // Memory that is freed is overwritten, so that its use after its end shows.
        let environment =
            "LAB_DEVICE=\(ProbeScenario.device) LAB_ADDRESS=10.77.0.1 MALLOC_PERTURB_=165 SWIFT_BACKTRACE=enable=no"
        let outcome = try lab.run(
            "env \(environment) '\(bundle)' --testing-library swift-testing --no-parallel --filter '^\(target)\\.' 2>&1",
            within: seconds)
        let lines = outcome.output.split(separator: "\n")
        let words = lines.filter {
            !$0.contains(" started.") && !($0.contains("Test ") && $0.contains(" passed after "))
        }
        .joined(separator: "\n")
        #expect(outcome.status == 0 && !outcome.timedOut, "\(words)")
        let last = lines.last { $0.contains("Test run with ") } ?? ""
        #expect(last.contains("passed"), "\(words)")
        let count = last.split(separator: " ").compactMap { Int($0) }.first ?? 0
        #expect(count >= least, "\(last)")
        #expect(!lines.contains { $0.contains("skipped") }, "\(words)")
    }
}
