import Foundation
import RDMAModel
import TestSupport
import Testing

/// The installed unit under a real systemd: a user without any right, every directive in force, and sessions all the same.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct ServiceLabTests {
    @Test func `the unit serves whole sessions without privilege, again after a kill, and not after a wrong option`()
        throws
    {
        try ProbeScenario.untouched { scenario in
            let service = try Service(scenario)
            try service.systemctl("start rdmaprobe")
            try service.awaitJournal("serving 10.77.0.2")

            // As whom it runs, and within what.
            let status = try service.status()
            #expect(status["Uid"].map { !$0.contains("0") } == true, "\(status)")
            for capabilities in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
                #expect(status[capabilities] == ["0000000000000000"], "\(capabilities): \(status)")
            }
            #expect(status["NoNewPrivs"] == ["1"] && status["Seccomp"] == ["2"], "\(status)")
            #expect(try service.limits()["Max locked memory"] == "268435456")
            #expect(try service.control("memory.max") == "\(1 << 30)")
            #expect(try service.control("pids.max") == "128")

            // All that a session can be: every operation, compared bytes, flows, a load beside them.
            let (report, outcome) = try scenario.probe(
                "test 10.77.0.2 \(ProbeScenario.patient) --sizes 4Ki --count 20 --duration 3s --verify 4 --connect-timeout 30s "
                    + "--bandwidth write --bandwidth-duration 1s --queue-pairs 2 --load write_flow", within: 150)
            #expect(outcome.status == 0, "\(report.words) \((try? service.journal()) ?? "")")
            #expect(report.latency.count == 6 && report.latency.allSatisfy { $0.samples > 0 && $0.lost == 0 })
            #expect(report.verification?.count == 3 && report.bandwidth?.count == 1)
            // The filter of system calls answers with EPERM: what the far end could not do, it says.
            #expect(!report.words.contains("EPERM") && report.peer?.events.contains { $0.contains("EPERM") } == false)
            try service.awaitJournal("session 1 from 10.77.0.1: done")

            // Killed, it comes back by itself.
            try service.systemctl("kill --kill-who=main --signal=KILL rdmaprobe")
            try service.await("NRestarts", "1", within: 30)
            try service.await("SubState", "running", within: 10)
            try service.awaitJournal("serving 10.77.0.2", times: 2)
            try scenario.expectServes()
            try service.systemctl("stop rdmaprobe")
            try service.await("Result", "success", within: 5)
            #expect(try service.property("ActiveState") == "inactive")

            // A wrong option does not become right by itself.
            try service.run("mkdir -p /run/default && echo RDMAPROBE_SERVE_OPTIONS=--port=0 > /run/default/rdmaprobe")
            try service.run("mount --bind /run/default /etc/default")
            _ = try scenario.lab.run("\(Service.tool) -- systemctl start rdmaprobe", on: 2)
            try service.await("ActiveState", "failed", within: 10)
            #expect(try service.property("ExecMainStatus") == "64" && service.property("NRestarts") == "0")
        }
    }

    /// Each of these is allowed to an unprivileged user outside the unit, so a refusal within is the unit's own.
    @Test(.once(over: "roce")) func `what the unit forbids is refused, and was not before`() throws {
        try ProbeScenario.untouched { scenario in
            let lab = scenario.lab
            try lab.request(
                "write",
                [
                    "host": 2, "path": "/tmp/attempts",
                    "content_base64": Data(ServiceLabTests.attempts.utf8).base64EncodedString(), "mode": 0o755,
                ])
            // A device that anybody may open then, and that the unit does not name.
            _ = try lab.run("chmod 666 /dev/cpu_dma_latency; mkdir -m 777 /var/lab-writable", on: 2)
            defer { _ = try? lab.run("chmod 600 /dev/cpu_dma_latency; rmdir /var/lab-writable", on: 2) }
            let nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all"
            let outside = try lab.run("\(nobody) /tmp/attempts", on: 2)
            let service = try Service(scenario, running: "attempts")
            try service.systemctl("start rdmaprobe")
            try service.awaitJournal("done")
            let inside = ServiceLabTests.answers(try service.journal())
            #expect(
                ServiceLabTests.answers(outside.output)
                    == ServiceLabTests.refusals.mapValues { _ in "allowed" }.merging(ServiceLabTests.allowed) { $1 },
                "\(outside)")
            #expect(inside == ServiceLabTests.refusals.merging(ServiceLabTests.allowed) { $1 })
        }
    }

    /// What comes of each attempt within the unit, with the directive that sees to it.
    private static let refusals = [
        "device": "EPERM",  // DevicePolicy, DeviceAllow
        "file": "EROFS",  // ProtectSystem
        "process": "ENOENT",  // ProtectProc
        "packet crypto": "EAFNOSUPPORT",  // RestrictAddressFamilies
        "namespace": "EPERM",  // RestrictNamespaces
        "suid": "EPERM",  // RestrictSUIDSGID
        "executable memory": "EPERM",  // MemoryDenyWriteExecute
        "personality": "EPERM",  // LockPersonality
        "priority": "EPERM",  // SystemCallFilter
    ]
    /// What a session needs.
    private static let allowed = [
        "verbs": "allowed", "connection manager": "allowed", "netlink": "allowed", "affinity": "allowed",
    ]

    private static let attempts = """
        #!/usr/bin/python3 -ISB
        import ctypes, errno, mmap, os, socket
        libc = ctypes.CDLL(None, use_errno=True)

        def call(result):
            if result == -1: raise OSError(ctypes.get_errno(), "")

        def suid():
            path = f"/tmp/suid-{os.getpid()}"
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            try: os.chmod(path, 0o4700)
            finally: os.unlink(path)

        def write(path):
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            os.unlink(path)

        attempts = {
            "device": lambda: os.open("/dev/cpu_dma_latency", os.O_RDONLY),
            "file": lambda: write("/var/lab-writable/file"),
            "process": lambda: os.stat("/proc/1/stat"),
            "packet crypto": lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET),
            "namespace": lambda: call(libc.unshare(0x10000000)),
            "suid": suid,
            "executable memory": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
            "personality": lambda: call(libc.personality(0x0008)),
            "priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, 5),
            "verbs": lambda: os.open("/dev/infiniband/uverbs0", os.O_RDWR),
            "connection manager": lambda: os.open("/dev/infiniband/rdma_cm", os.O_RDWR),
            "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 20),
            "affinity": lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
        }
        for name, attempt in attempts.items():
            try:
                attempt()
                print(f"{name}: allowed", flush=True)
            except OSError as error:
                print(f"{name}: {errno.errorcode[error.errno]}", flush=True)
        print("done", flush=True)
        """

    private static func answers(_ text: String) -> [String: String] {
        var answers: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.components(separatedBy: ": ")
            // systemd's own lines have colons, too.
            if parts.count == 2, refusals[parts[0]] ?? allowed[parts[0]] != nil { answers[parts[0]] = parts[1] }
        }
        return answers
    }
}

/// systemd on the second host, with the packaged unit and what it starts.
private struct Service {
    static let tool = "'\(repositoryRoot)/Tests/Lab/guest/systemd'"
    let lab: LabSession

    /// - Parameter name: a program in `/tmp` of the guest that the unit starts in place of the tool.
    init(_ scenario: ProbeScenario, running name: String? = nil) throws {
        lab = scenario.lab
        let program = name.map { "/tmp/\($0)" } ?? ProbeScenario.tool
        let start = name.map { "s|^ExecStart=.*|ExecStart=/usr/local/bin/\($0)|;" } ?? ""
        let made = try lab.run(
            "sed '\(start) s|@BINDIR@|/usr/local/bin|' '\(repositoryRoot)/Packaging/rdmaprobe.service' "
                + "> /tmp/rdmaprobe.service", on: 2)
        guard made.status == 0 else { throw LabSession.Problem(description: made.diagnostics) }
        try lab.start(
            "systemd", "exec \(Service.tool) '\(program)' /tmp/rdmaprobe.service", on: 2, ready: "systemd is running",
            within: 120)
    }

    @discardableResult
    func run(_ command: String) throws -> String {
        let outcome = try lab.run("\(Service.tool) -- sh -c '\(command)'", on: 2)
        guard outcome.status == 0 else {
            throw LabSession.Problem(description: "\(command): \(outcome.output)\(outcome.diagnostics)\(try journal())")
        }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func systemctl(_ words: String) throws { try run("systemctl \(words)") }

    func property(_ name: String) throws -> String { try run("systemctl show --value -p \(name) rdmaprobe") }

    /// Waits until a property has a value.
    func await(_ name: String, _ value: String, within seconds: Double) throws {
        let deadline = Date().addingTimeInterval(seconds)
        while try property(name) != value {
            guard Date() < deadline else {
                throw LabSession.Problem(
                    description: "\(name) is \(try property(name)) and not \(value): \(try journal())")
            }
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    /// The lines of the unit and what systemd says of it.
    func journal() throws -> String {
        try lab.run("\(Service.tool) -- journalctl --no-pager -o cat -u rdmaprobe", on: 2).output
    }

    func awaitJournal(_ text: String, times: Int = 1) throws {
        let deadline = Date().addingTimeInterval(30)
        while try journal().components(separatedBy: text).count <= times {
            guard Date() < deadline else {
                throw LabSession.Problem(description: "\"\(text)\" is not in the journal:\n\(try journal())")
            }
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    // MARK: What the kernel says of the process

    /// `/proc/PID/status`, the words of each line.
    func status() throws -> [String: [String]] {
        let lines = try lab.run("cat /proc/$(pidof rdmaprobe)/status", on: 2).output.split(separator: "\n")
        return Dictionary(
            lines.map { line in
                let words = line.split { $0 == ":" || $0 == "\t" || $0 == " " }.map(String.init)
                return (words.first ?? "", Array(words.dropFirst()))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The soft limits of `/proc/PID/limits`.
    func limits() throws -> [String: String] {
        let lines = try lab.run("cat /proc/$(pidof rdmaprobe)/limits", on: 2).output.split(separator: "\n")
        return Dictionary(
            lines.map { line in
                let name = line.prefix(26).trimmingCharacters(in: .whitespaces)
                return (name, line.dropFirst(26).split(separator: " ").first.map(String.init) ?? "")
            }, uniquingKeysWith: { first, _ in first })
    }

    /// A file of the service's control group.
    func control(_ file: String) throws -> String {
        try run("cat /sys/fs/cgroup/system.slice/rdmaprobe.service/\(file)")
    }
}
