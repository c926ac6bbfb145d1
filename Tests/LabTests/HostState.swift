import Foundation
import Testing

/// What a scenario must leave as it was, on both hosts: settings, addresses, routes, queueing, RDMA devices and what is
/// held of them.
struct HostState: Equatable {
    private var lines: [[String]]

    /// What moves by itself: counts of files and processes, randomness, neighbours, lifetimes.
    private static let moving =
        "-e random -e nr_ -e netdev_rss -e fs\\\\. -e dentry -e kernel.ns_last_pid -e neigh -e pty -e usermodehelper "
        + "-e valid_lft -e expires"

    /// Files that a scenario itself puts into `/tmp` are its own; the tool's end in `.partial` until they are whole. What
    /// `mount` notes in `/run` is of no interest, nor the number of a device, which is another one once it was away.
    private static let quick = """
        ip -d addr; ip route; ip -6 route; tc qdisc; rdma link; rdma resource show | sed 's/^[0-9]*: //'
        pidof rdmaprobe
        ls -A -I mount /run /dev/shm /var/tmp; ls -A /tmp | grep -e partial -e core
        """
    private static let thorough = """
        ip rule; rdma system; for kind in pd cq qp mr cm_id; do rdma resource show $kind | grep rdmaprobe; done
        sysctl -a 2>/dev/null; find /sys/kernel/config -type f 2>/dev/null
        if command -v ethtool >/dev/null; then for what in -k -a -c -g; do ethtool $what eth0 2>&1; done; fi
        """

    /// - Parameter isThorough: with every setting of the kernel, which takes seconds in an emulated machine.
    init(of lab: LabSession, isThorough: Bool) throws {
        let command = isThorough ? HostState.quick + "\n" + HostState.thorough : HostState.quick
        lines = try lab.runOnBoth("{ \(command)\ntrue; } | grep -v \(HostState.moving)", within: 120).map {
            $0.output.split(separator: "\n").map(String.init).sorted()
        }
    }

    /// What was not there before (+) or is not there any more (-), a line each.
    func changes(since before: HostState) -> [String] {
        zip(zip(before.lines, lines), 1...).flatMap { pair, host in
            let difference = pair.1.difference(from: pair.0)
            return difference.removals.map { change in "h\(host) - \(HostState.text(change))" }
                + difference.insertions.map { change in "h\(host) + \(HostState.text(change))" }
        }
    }

    private static func text(_ change: CollectionDifference<String>.Change) -> String {
        switch change {
        case .insert(_, let element, _), .remove(_, let element, _): element
        }
    }
}

/// What comes after a scenario: when the last hold of it goes, both hosts are compared with what they were before the
/// first one, whatever was killed in between.
final class Aftermath: Sendable {
    private let lab: LabSession
    private let isThorough: Bool
    private let sourceLocation: SourceLocation

    /// The hosts before anything ran on them.
    private static let pristine = Result { try HostState(of: try LabSession.shared.get(), isThorough: false) }
    private static let thoroughlyPristine = Result {
        try HostState(of: try LabSession.shared.get(), isThorough: true)
    }

    /// - Parameter isThorough: whether every setting of the kernel is compared. None changes back by itself, so the
    ///   last scenario of a suite speaks for those before it.
    init(of lab: LabSession, isThorough: Bool, sourceLocation: SourceLocation) throws {
        // Before the first scenario of all.
        _ = (try Aftermath.pristine.get(), try Aftermath.thoroughlyPristine.get())
        self.lab = lab
        self.isThorough = isThorough
        self.sourceLocation = sourceLocation
    }

    deinit {
        do {
            try lab.reset()
            let before = try (isThorough ? Aftermath.thoroughlyPristine : Aftermath.pristine).get()
            // The kernel takes apart what a killed process held after the process is gone.
            var changes: [String] = []
            for _ in 0..<10 {
                changes = try HostState(of: lab, isThorough: isThorough).changes(since: before)
                if changes.isEmpty { return }
                Thread.sleep(forTimeInterval: 1)
            }
            #expect(changes == [], "what the scenario left behind", sourceLocation: sourceLocation)
        } catch {
            Issue.record(error, "what the scenario left behind is not known", sourceLocation: sourceLocation)
        }
    }
}

extension ProbeScenario {
    /// Runs a scenario with its aftermath at its end.
    static func untouched(
        isThorough: Bool = false, sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (ProbeScenario) throws -> Void
    ) throws {
        let scenario = try ProbeScenario(isThorough: isThorough, sourceLocation: sourceLocation)
        try body(scenario)
    }

    /// What the server on the second host holds: descriptors, threads, RDMA objects.
    func serverHoldings() throws -> [String] {
        let outcome = try lab.run(
            """
            pid=$(pidof rdmaprobe); ls /proc/$pid/fd | wc -l; ls /proc/$pid/task | wc -l
            for kind in pd cq qp mr cm_id; do rdma resource show $kind | grep -c rdmaprobe; done; true
            """, on: 2)
        return zip(["descriptors", "threads", "pd", "cq", "qp", "mr", "cm_id"], outcome.output.split(separator: "\n"))
            .map { "\($0) \($1)" }
    }

    /// The server's resident memory.
    func serverResidentBytes() throws -> Int {
        let outcome = try lab.run("grep VmRSS /proc/$(pidof rdmaprobe)/status", on: 2)
        guard let kibibytes = Int(outcome.output.filter(\.isNumber)) else {
            throw LabSession.Problem(description: "no VmRSS: \(outcome)")
        }
        return kibibytes * 1024
    }

    /// That the server holds again what it held, within a few seconds: it tears a session down after the client ended.
    func expectServerHolds(_ before: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        var now: [String] = []
        for _ in 0..<100 {
            now = try serverHoldings()
            if now == before { return }
            Thread.sleep(forTimeInterval: 0.1)
        }
        #expect(now == before, "what the server holds", sourceLocation: sourceLocation)
    }
}
