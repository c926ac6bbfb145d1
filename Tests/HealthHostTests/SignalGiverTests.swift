import ClusterCore
import FoundationEssentials
import HealthHost
import HealthModel
import HostTopology
import RDMAModel
import TestSupport
import Testing

/// Rules that come along meet signals that come along, or it is said who has them.
@Suite struct `Who gives the signals of built-in rules` {
    private let disk = "8 0 sda 0 0 0 0 0 0 0 0 0 0 0\n"
    private let event = """
        <Event><System><Provider Name="disk"/><EventID>7</EventID><Channel>System</Channel><Computer>n1</Computer>
        </System></Event>
        """

    /// The names of all signals that a recorder gives of a host with everything it asks for, and of files of each kind.
    private func given(_ files: [HealthFile.Kind: String]) throws -> Set<String> {
        let tree = try TemporaryTree()
        try tree.write("cpu0 1 1 1 1 1 1 1 1\n", to: "proc/stat")
        try tree.write("MemTotal: 1000 kB\nMemAvailable: 500 kB\n", to: "proc/meminfo")
        try tree.write(disk, to: "proc/diskstats")
        try tree.write("a\nb\neth0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", to: "proc/net/dev")
        try tree.write("1\n", to: "sys/block/sda/queue/rotational")
        try tree.link("sys/block/sda/device", to: "x")
        try tree.write("1000\n", to: "sys/class/net/eth0/speed")
        try tree.link("sys/class/net/eth0/device", to: "x")
        var list: [HealthFile] = []
        for (kind, text) in files {
            try tree.write(text, to: kind.rawValue)
            list.append(HealthFile(kind, path: tree.absolute(kind.rawValue)))
        }
        var recorder = HostRecorder(root: HostRoot(path: tree.path), node: "n1", files: list)
        // The files are as old as they are: of now.
        let now = HostRecorder.now().time
        let first = recorder.read(at: ReadingTime(now, monotonicNanoseconds: 1_000_000_000))
        #expect(first.problems.isEmpty, "\(first.problems)")
        try tree.write("cpu0 9 9 9 9 9 9 9 9\n", to: "proc/stat")
        try tree.write(disk.replacing("sda 0 0 0 0", with: "sda 1 0 0 1"), to: "proc/diskstats")
        let later = now.advanced(byNanoseconds: 1_000_000_000)
        let second = recorder.read(at: ReadingTime(later, monotonicNanoseconds: 2_000_000_000))
        return Set((first.measurements + second.measurements).map(\.identity.name.text))
    }

    private func probeReport() throws -> String {
        let cell = LatencyCell(
            operation: .write, pattern: .request, sizeBytes: 64, load: .idle, samples: 1000, lost: 0, p50: 5000)
        let report = ProbeReport(
            tool: .init(name: "rdmaprobe", version: "0.1.0"), host: EndAccount(name: "h1"), peer: nil,
            environment: .init(
                softwareRDMA: nil, completionWait: nil, runDeadlineNanoseconds: 0,
                startedUnixSeconds: HostRecorder.now().time.nanoseconds / 1_000_000_000),
            plan: ProbePlan(), connection: .init(steps: []), latency: [cell], findings: [],
            verdict: Verdict(outcome: .acceptable, profile: "architecture", reasons: []))
        return #"{"schema": "rdmaprobe.report/1", "#
            + String(decoding: try JSONEncoder().encode(report), as: UTF8.self).dropFirst()
    }

    @Test func `AL-86 each built-in rule has a giver, which gives its signal where it is one of this suite`() throws {
        let signals = Set(HealthRuleForm.all.map(\.signal))
        var byGiver: [SignalGiver: Set<String>] = [:]
        for signal in signals { byGiver[try #require(SignalGiver.of(signal), "\(signal)"), default: []].insert(signal) }
        let host = try given([:])
        #expect(signals.intersection(host) == byGiver[.host])
        let smartctl =
            #"{"smartctl":{"exit_status":0},"device":{"name":"/dev/nvme0"},"nvme_smart_health_information_log":{"percentage_used":3}}"#
        for (kind, giver, text) in [
            (.smartctl, .smartctl, smartctl), (.rdmaprobe, .rdmaprobe, try probeReport()), (.log, .log, event),
        ] as [(HealthFile.Kind, SignalGiver, String)] {
            let more = try given([kind: text]).subtracting(host)
            #expect(signals.intersection(more) == byGiver[giver], "\(giver)")
        }
        // Whoever else has a signal gives it under the rule's own name.
        let others = byGiver.filter { if case .other = $0.key { true } else { false } }.values.reduce(into: Set()) {
            $0.formUnion($1)
        }
        let text = others.sorted().map { "\($0) 1\n" }.joined()
        #expect(signals.intersection(try given([.exposition: text])).isSuperset(of: others))
    }

    @Test func `AL-140 the architecture's figures of processors, memory, drives and network are judged on a host`()
        throws
    {
        let set = try RuleSet(HealthProfile.architecture.resolved(in: []))
        let given = try given([.rdmaprobe: try probeReport()])
        let judged = Set(set.rules.filter { given.contains($0.selector.name.text) }.map(\.id.rawValue))
        #expect(
            judged.isSuperset(of: [
                "health.cpu_usage", "health.memory_usage", "health.drive_latency.hdd", "health.network_usage",
                "health.storage_network_latency",
            ]), "\(judged)")
    }
}
