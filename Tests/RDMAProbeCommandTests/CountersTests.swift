import FoundationEssentials
import HostTopology
import RDMAModel
import RDMAProbe
import Reports
import TestSupport
import Testing

@testable import RDMAProbeCommand

/// `rdmaprobe counters` and `rdmaprobe capture`, over hosts that nobody here owns.
@Suite struct `Counters and captures` {
    private func tree(_ host: String) throws -> TemporaryTree {
        let tree = try TemporaryTree()
        try tree.build(host: host)
        return tree
    }

    @Test(arguments: ["mlx5", "irdma", "infiniband"])
    func `counters for people are as recorded, within 80 columns`(host: String) throws {
        let tree = try tree(host)
        let outcome = try Executable.run(["counters", "--root", tree.path])
        #expect(outcome.status == 0 && outcome.diagnostics.isEmpty)
        for line in outcome.output.split(separator: "\n") { #expect(displayWidth(String(line)) <= 80, "\(line)") }
        assertSnapshot(outcome.output, named: "counters-\(host).txt")
    }

    @Test func `two readings show what changed and what it means`() {
        func values(_ sent: UInt64, _ lost: UInt64, _ link: UInt64, _ silent: UInt64?) -> [CounterValue] {
            [("port_xmit_data", sent), ("packet_seq_err", lost), ("link_downed", link), ("symbol_error", silent)].map {
                CounterValue(device: "mlx5_0", port: 1, source: $0.0, value: $0.1)
            }
        }
        var document = CounterDocument(
            tool: .init(name: "rdmaprobe", version: "0.1.0"), hostName: "node1", captured: false)
        document.durationNanoseconds = 10_000_000_000
        document.counters = CounterChange.between(
            values(1000, 4_294_967_290, 255, nil), values(251_000, 14, 255, nil))
        document.explain(software: false)
        assertSnapshot(
            countersText(document, all: false, style: .plain, columns: 80), named: "counters-over.txt")
        let lines = watchLines(document.counters, document.findings)
        #expect(lines[0] == "mlx5_0 port 1: sent_data (port_xmit_data) +250000 words, 1000000 bytes")
        #expect(lines[1] == "mlx5_0 port 1: sequence_errors (packet_seq_err) +20 packets")
    }

    @Test func `a tree without counters ends with 2`() throws {
        let tree = try tree("siw")
        let outcome = try Executable.run(["counters", "--root", tree.path, "--format", "json"])
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("\"counters\" : ["))
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `documents of counters and captures are valid by their schemas`() throws {
        for host in ["mlx5", "bnxt_re", "irdma", "efa", "rxe", "siw"] {
            let tree = try tree(host)
            let outcome = try Executable.run(["counters", "--root", tree.path, "--format", "json"])
            #expect(try SchemaCheck.problems(outcome.output, schema: "rdmaprobe.counters-1") == [], "\(host)")
        }
        let (original, copy) = (try tree("rxe"), try TemporaryTree())
        let file = copy.absolute("node1.tar")
        let outcome = try Executable.run(["capture", file, "--scrub", "--root", original.path])
        #expect(outcome.status == 0 && outcome.diagnostics.isEmpty)
        // However the lines are broken.
        let words = outcome.output.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        #expect(words.contains("tar xf \(file) && rdmaprobe devices --root capture"), "\(outcome.output)")
        try copy.untar([UInt8](try Data(contentsOf: URL(filePath: file))))
        let account = try #require(HostRoot(path: copy.path).text(of: "capture/rdmaprobe/capture.json"))
        #expect(try SchemaCheck.problems(account, schema: "rdmaprobe.capture-1") == [])
        let keys = try SchemaCheck.keys(ofSchema: "rdmaprobe.capture-1", documents: [account])
        #expect(keys.written.subtracting(keys.described).allSatisfy { $0.hasPrefix("/replaced/") })
        let again = try Executable.run(["devices", "--root", "capture", "--format", "json"], directory: copy.path)
        #expect(again.status == 0 && again.output.contains("\"rxe0\""))
    }

    @Test(arguments: [
        (["counters", "--over", "1ms"], "give 100ms to 24h"),
        (["counters", "--watch", "--output", "x.json"], "use --over 10s"),
        (["counters", "--watch", "--root", "/"], "a captured tree does not change"),
        (["counters", "--device", "mlx5_7"], "there is no such RDMA device; see rdmaprobe devices"),
        (["capture"], "Missing expected argument '<file>'"), (["capture", ""], "name the archive, such as node1.tar"),
        (["capture", "/none/at/all.tar"], "cannot write /none/at/all.tar"),
    ])
    func `a wrong call ends with 64 and says what to write`(arguments: [String], words: String) throws {
        let outcome = try Executable.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }
}
