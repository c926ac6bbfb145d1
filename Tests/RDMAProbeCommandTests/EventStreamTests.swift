import ClusterCore
import ConsoleIO
import Foundation
import RDMAModel
import RDMAProbe
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@testable import RDMAProbeCommand

/// `--events`: a line of JSON an event, as it happens.
@Suite struct `Events` {
    private let tree: TemporaryTree
    static let schema = "\(repositoryRoot)/Docs/Schemas/rdmaprobe.event-1.schema.json"
    static let validates =
        environment("CI") != nil || (try? Checkers.python("import jsonschema", input: "")) != nil

    init() throws { tree = try TemporaryTree() }

    private func lines(_ name: String) throws -> [String] {
        let text = try String(contentsOfFile: tree.absolute(name), encoding: .utf8)
        #expect(text.hasSuffix("\n"))
        return text.split(separator: "\n").map(String.init)
    }

    private func names(_ lines: [String]) throws -> [String] {
        try lines.map { line in
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return try #require(event["event"] as? String)
        }
    }

    /// Writes the stream of a run that measured, as the tool does.
    private func writeStream(_ report: ProbeReport, to name: String) throws {
        let stream = try EventStream(tree.absolute(name))
        stream.write(
            .started(
                tool: report.tool, target: report.target, profile: report.verdict.profile, plan: report.plan,
                startedUnixSeconds: 1_795_000_000))
        for step in report.connection.steps { stream.note(.step(step.name)) }
        for (index, cell) in report.latency.enumerated() {
            for samples in [0, cell.samples / 2] {
                stream.note(
                    .measuring(
                        cell.cell, number: index + 1, of: report.latency.count, samples: samples, lastNanoseconds: nil))
            }
            stream.note(.measured(cell, number: index + 1, of: report.latency.count))
        }
        stream.note(.asyncEvent(AsyncEvent(.portError, port: 1)))
        stream.note(.asyncEvent(AsyncEvent(.deviceFatal)))
        for finding in report.findings { stream.write(.finding(finding)) }
        stream.write(.ended(report.verdict, interruption: nil))
        try stream.check()
    }

    @Test func `a run is told in order, each cell begun and ended once, numbered without a gap`() throws {
        let report = try SampleReport.make(
            centre: 700_000, samples: 200, device: SampleReport.mlx, profile: ProbeProfile.architecture,
            operations: [.send, .write], sizes: [64])
        try writeStream(report, to: "events")
        let lines = try lines("events")
        #expect(
            try names(lines)
                == ["started", "step", "step", "step", "step", "step", "step"]
                + ["cell_begun", "cell_ended", "cell_begun", "cell_ended", "async_event", "async_event"]
                + report.findings.map { _ in "finding" } + ["ended"])
        for (index, line) in lines.enumerated() {
            #expect(line.hasPrefix("{\"schema\":\"rdmaprobe.event/1\","))
            #expect(line.contains("\"number\":\(index + 1)"))
        }
        #expect(lines.contains { $0.contains("\"async_event\":{\"name\":\"IBV_EVENT_PORT_ERR\",\"port\":1}") })
        #expect(lines.contains { $0.contains("\"async_event\":{\"name\":\"IBV_EVENT_DEVICE_FATAL\",\"port\":null}") })
    }

    @Test(.enabled(if: validates, "python3-jsonschema is not installed"))
    func `every line meets the committed schema, and a wrong one does not`() throws {
        let validator = """
            import json, sys
            from jsonschema import Draft202012Validator
            validator = Draft202012Validator(json.load(open("\(Self.schema)", encoding="utf-8")))
            for line in open(sys.argv[1], encoding="utf-8"):
                for error in validator.iter_errors(json.loads(line)): print(error.message[:200])
            """
        var text = ""
        for report in try `Report formats`.samples() {
            try writeStream(report, to: "events")
            text += try lines("events").joined(separator: "\n") + "\n"
        }
        #expect(try Checkers.python(validator, input: text) == "")
        for (right, wrong) in [
            ("\"cell_number\":1,", ""), ("\"samples\":10000", "\"samples\":-1"), ("\"step\":\"control\"", "\"step\":7"),
            ("\"profile\":\"architecture\",\"reasons\"", "\"reasons\""),
            ("\"port\":1}", "\"port\":true}"), ("\"IBV_EVENT_PORT_ERR\"", "\"PORT_ERR\""),
        ] {
            let broken = text.replacing(right, with: wrong, maxReplacements: 1)
            #expect(broken != text)
            #expect(try Checkers.python(validator, input: broken) != "", "\(wrong)")
        }
    }

    // MARK: Where it cannot be written

    @Test func `a full disk ends the stream with its reason, and later events are not tried`() throws {
        let stream = try EventStream("/dev/full")
        stream.note(.step(.control))
        stream.note(.step(.route))
        let error = #expect(throws: ReportedError.self) { try stream.check() }
        #expect(
            error?.description
                == "cannot write events to /dev/full after 0 of them: No space left on device; choose another --events"
        )
    }

    @Test func `a pipe that nobody reads is refused at once`() throws {
        let path = tree.absolute("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let error = #expect(throws: ReportedError.self) { _ = try EventStream(path) }
        #expect(error?.description.contains("it is a pipe that nobody reads") == true)
    }

    @Test func `a reader that goes away, and one that takes nothing, end the stream and not the program`() throws {
        signal(SIGPIPE, SIG_IGN)
        let path = tree.absolute("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        for leaves in [true, false] {
            let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            let stream = try EventStream(path)
            stream.note(.step(.control))
            try stream.check()
            if leaves { close(reader) }
            let finding = Finding(rule: "rdma.control", severity: .warning, subject: "host:h1")
            for _ in 0..<(leaves ? 1 : 2000) { stream.write(.finding(finding)) }
            let error = #expect(throws: ReportedError.self) { try stream.check() }
            let words = leaves ? "after 1 of them: Broken pipe" : "its reader does not take them"
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
            if !leaves { close(reader) }
        }
    }

    // MARK: The tool

    @Test(.disabled(if: Executable.hasRDMA, "this host has an RDMA device"))
    func `the tool writes the stream beside its report`() throws {
        let outcome = try Executable.run(
            ["test", "127.0.0.1", "--events", "events", "--format", "oneline"], directory: tree.path)
        #expect(outcome.status == 2)
        #expect(outcome.output.hasPrefix("UNDETERMINED "))
        #expect(outcome.diagnostics.isEmpty)
        let lines = try lines("events")
        let names = try names(lines)
        #expect(names.first == "started" && names.last == "ended")
        #expect(names.contains("finding"))
        #expect(lines[0].contains("\"target\":\"127.0.0.1\""))
    }

    @Test(.disabled(if: Executable.hasRDMA, "this host has an RDMA device"))
    func `a stream that cannot be written is told before the run, and the same file twice is refused`() throws {
        for (path, words) in [
            ("none/events", "No such file or directory"), ("/dev/full", "No space left on device"),
            (".", "Is a directory"),
        ] {
            let outcome = try Executable.run(["test", "127.0.0.1", "--events", path], directory: tree.path)
            #expect(outcome.status == 64)
            #expect(outcome.output.isEmpty)
            #expect(outcome.diagnostics.hasPrefix("rdmaprobe: cannot write events to \(path)"))
            #expect(outcome.diagnostics.contains(words))
        }
        for (events, output) in [("x", "x"), ("x", "./x"), ("link", "x")] {
            if events == "link" { try tree.link("link", to: "x") }
            let twice = try Executable.run(
                ["test", "127.0.0.1", "--events", events, "--output", output], directory: tree.path)
            #expect(twice.status == 64)
            #expect(twice.output.isEmpty)
            #expect(twice.diagnostics.contains("--events and --output name the same file"), "\(events) \(output)")
        }
    }

    /// `ulimit -f` of dash counts in blocks of 512 bytes: the first event fits, and not all of them do.
    @Test(
        .disabled(if: Executable.hasRDMA, "this host has an RDMA device"),
        arguments: ["json", "junit", "text"])
    func `a file that may grow no further costs the events, and standard output has the report and nothing else`(
        format: String
    ) throws {
        let line = "$R test 127.0.0.1 --format \(format)"
        let whole = try Executable.shell(line)
        #expect(whole.status == 2)
        let outcome = try Executable.shell(
            "(ulimit -f 2; \(line) --events \(tree.absolute("events")); echo $? >&2) | cat")
        func clean(_ text: String) -> [Substring] {
            text.split(separator: "\n").filter { !$0.contains("started_unix_s") && !$0.contains("timestamp") }
        }
        #expect(clean(outcome.output) == clean(whole.output))
        let end = "File too large; choose another --events\n64\n"
        #expect(outcome.diagnostics.hasSuffix(end), "\(outcome.diagnostics)")
        #expect(!outcome.diagnostics.contains("after 0 of them"), "\(outcome.diagnostics)")
    }
}
