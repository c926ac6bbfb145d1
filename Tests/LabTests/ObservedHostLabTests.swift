import Foundation
import TestSupport
import Testing

/// What a host is observed to be, in guests with several NUMA nodes: beside lstopo and numactl, and known beforehand.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct ObservedHostLabTests {
    /// Runs the suite of comparisons in the first guest, by this very test bundle.
    private func expectSame(_ lab: LabSession, _ settings: String) throws {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().path
        let outcome = try lab.run(
            "env \(settings) LAB_DEVICE=\(ProbeScenario.device) SWIFT_BACKTRACE=enable=no '\(bundle)' "
                + "--testing-library swift-testing --no-parallel --filter 'The running host beside others' 2>&1",
            within: 180)
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.status == 0 && !outcome.timedOut, "\(outcome.output)")
        let last = lines.last { $0.contains("Test run with ") } ?? ""
        #expect(last.contains("3 tests") && last.contains("passed"), "\(outcome.output)")
        #expect(!lines.contains { $0.contains("skipped") }, "\(outcome.output)")
    }

    @Test(.once(over: "iwarp"))
    func `three nodes with the NIC on the last, and one of them without a processor that runs`() throws {
        let lab = try LabSession(hosts: 1, options: ["--numa", "3"])
        defer { lab.end() }
        try expectSame(lab, "LAB_NODES=3")
        // A node whose only processor is off is a node without processors.
        _ = try lab.run("echo 0 > /sys/devices/system/cpu/cpu1/online")
        try expectSame(lab, "LAB_NODES=3 LAB_OFFLINE=1")
    }
}
