import ClusterCore
import Foundation
import RDMAModel
import Testing

/// Where a measurement runs, on a guest with two NUMA nodes whose NIC is behind the second one.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct PlacementLabTests {
    /// What the kernel tells of a process while it measures.
    private struct Seen {
        var report: ProbeReport
        /// The processors that its threads may run on, one of each kind.
        var processors: Set<String>
        /// Pages of the large anonymous mappings, by node: payload is registered there.
        var pages: [Int: Int]
    }

    private func measure(_ lab: LabSession, _ options: String) throws -> Seen {
        // Small messages are measured first, and memory for the large ones is registered before that, in mappings of its
        // own.
        try lab.start(
            "selftest",
            "exec \(ProbeScenario.tool) selftest \(ProbeScenario.patient) --operations write --sizes 64,1Mi "
                + "--count 1000000 --duration 60s --progress always --format json \(options)", on: 1)
        try lab.await("samples, now", from: "selftest", on: 1, within: 60)
        let told = try lab.run(
            "p=$(pidof rdmaprobe); grep -h Cpus_allowed_list /proc/$p/task/*/status; cat /proc/$p/numa_maps")
        try lab.signal("selftest", "INT", on: 1)
        let outcome = try lab.wait("selftest", on: 1, within: 60)
        var seen = Seen(report: try ProbeScenario.report(outcome), processors: [], pages: [:])
        for line in told.output.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            if line.hasPrefix("Cpus_allowed_list:") { seen.processors.insert(String(words.last ?? "")) }
            func count(_ prefix: String) -> Int? {
                words.first { $0.hasPrefix(prefix) }.flatMap { Int($0.dropFirst(prefix.count)) }
            }
            guard let anonymous = count("anon="), anonymous >= 256, !words.contains("heap") else { continue }
            for node in 0..<2 { seen.pages[node, default: 0] += count("N\(node)=") ?? 0 }
        }
        return seen
    }

    @Test(.once(over: "iwarp"))
    func `threads and memory are held to the NIC's node, and --no-pinning leaves them where they are`() throws {
        let lab = try LabSession(hosts: 1, options: ["--numa", "2"])
        defer { lab.end() }
        // With huge pages a thread that touches a byte of its own has 2 MiB, on whatever node it runs.
        _ = try lab.run("echo never > /sys/kernel/mm/transparent_hugepage/enabled")
        let node = try lab.run(
            "cat /sys/class/net/eth0/device/../numa_node; cat /sys/devices/system/node/node1/cpulist")
        #expect(node.output.split(separator: "\n") == ["1", "1"], "the lab puts the NIC on the last node")
        let held = try measure(lab, "")
        for end in [held.report.host, held.report.peer].compactMap(\.self) {
            #expect(end.placement == PlacementAccount(numaNode: 1, processors: "1", pinned: true, reason: nil))
        }
        #expect(held.processors.contains("1"))
        #expect(held.pages[1, default: 0] >= 256 && held.pages[0] == 0, "\(held.pages)")
        let free = try measure(lab, "--no-pinning")
        for end in [free.report.host, free.report.peer].compactMap(\.self) {
            #expect(
                end.placement
                    == PlacementAccount(numaNode: nil, processors: "0-1", pinned: false, reason: "turned off"))
        }
        #expect(free.processors == ["0-1"] && !free.pages.isEmpty)
    }
}
