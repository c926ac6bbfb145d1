import Foundation
import TestSupport
import Testing

/// Whole runs on a machine without RDMA, as a build machine is: what they print, where, and how they end.
@Suite(.disabled(if: Executable.hasRDMA, "this host has an RDMA device: the lab's tests say what a run does there"))
struct `Runs without an RDMA device` {
    private static let test = ["test", "127.0.0.1"]

    private func document(_ outcome: Executable.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    // MARK: JSON

    @Test(arguments: [test, ["selftest"], test + ["--progress", "always"]])
    func `JSON is one document and nothing else, schema first, and the status is 2`(arguments: [String]) throws {
        let outcome = try Executable.run(arguments + ["--format", "json"])
        #expect(outcome.status == 2)
        #expect(outcome.output.hasPrefix("{\n  \"schema\" : \"rdmaprobe.report/1\",\n"))
        #expect(outcome.output.hasSuffix("\n}\n"))
        let document = try document(outcome)
        let verdict = try #require(document["verdict"] as? [String: Any])
        #expect(verdict["outcome"] as? String == "undetermined")
        #expect((document["findings"] as? [Any])?.isEmpty == false)
        #expect((document["latency"] as? [Any])?.isEmpty == true)
        #expect(document["peer"] is NSNull)
        let environment = try #require(document["environment"] as? [String: Any])
        #expect(environment["software_rdma"] is NSNull)
        #expect((environment["started_unix_s"] as? Int ?? 0) > 1_700_000_000)
    }

    @Test func `the arguments are in the plan of the report, exactly`() throws {
        let outcome = try Executable.run(
            Self.test + [
                "--format", "json", "--operations", "read,send", "--sizes", "1,4Ki,64KiB,1MB,512Ki", "--pattern",
                "echo", "--count", "77",
                "--duration", "1500ms", "--operation-timeout", "250ms", "--connect-timeout", "9s", "--profile",
                "software",
            ])
        let document = try document(outcome)
        let plan = try #require(document["plan"] as? [String: Any])
        #expect(plan["operations"] as? [String] == ["read", "send"])
        #expect(plan["sizes_bytes"] as? [Int] == [1, 4096, 65_536, 1_000_000, 524_288])
        #expect(plan["pattern"] as? String == "echo")
        #expect(plan["count"] as? Int == 77)
        #expect(plan["warmup"] as? Int == 77)
        #expect(plan["cell_duration_ns"] as? Int == 1_500_000_000)
        #expect(plan["operation_timeout_ns"] as? Int == 250_000_000)
        #expect((document["verdict"] as? [String: Any])?["profile"] as? String == "software")
    }

    // MARK: Text

    @Test func `text says what is missing and what to do, in 80 columns without an escape`() throws {
        let outcome = try Executable.run(Self.test)
        #expect(outcome.status == 2)
        #expect(outcome.diagnostics.isEmpty)
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(!outcome.output.contains("\u{1B}"))
        #expect(outcome.output.contains("This host has no RDMA device"))
        #expect(outcome.output.contains("see `rdma link`"))
        #expect(outcome.output.contains("UNDETERMINED"))
    }

    @Test func `a device that there is not is named`() throws {
        let outcome = try Executable.run(Self.test + ["--device", "mlx5_7"])
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("There is no RDMA device mlx5_7"))
    }

    @Test func `serve says that there is nothing to serve on, and ends with 2`() throws {
        let outcome = try Executable.run(["serve"])
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.diagnostics.hasPrefix("rdmaprobe serve: "))
        #expect(outcome.diagnostics.contains("rdma link"))
    }

    @Test(arguments: [
        (["--listen", "0.0.0.0"], "say --any as well if that is meant"),
        (["--listen", "127.0.0.1"], "is not an RDMA address of this host"),
    ])
    func `serve does not listen where it should not`(arguments: [String], words: String) throws {
        let outcome = try Executable.run(["serve"] + arguments)
        #expect(outcome.status == 2)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }

    // MARK: Locale, streams, terminal

    @Test(arguments: ["C", "de_DE.UTF-8", "tr_TR.UTF-8", "C.UTF-8", "xx_XX", ""])
    func `no locale changes a character, and neither does a closed standard input`(locale: String) throws {
        func clean(_ outcome: Executable.Outcome) -> [Substring] {
            outcome.output.split(separator: "\n").filter { !$0.contains("started_unix_s") }
        }
        for arguments in [Self.test, Self.test + ["--format", "json"], ["--help"], ["test", "--help"]] {
            let plain = try Executable.run(arguments)
            for input in [Executable.Stream.usual, .closed] {
                let outcome = try Executable.run(
                    arguments, environment: ["LC_ALL": locale, "LANG": locale, "LC_NUMERIC": locale], input: input)
                #expect(outcome.status == plain.status)
                #expect(clean(outcome) == clean(plain))
                #expect(outcome.diagnostics == plain.diagnostics)
            }
        }
    }

    @Test func `a closed standard output changes neither the status nor anything else`() throws {
        let outcome = try Executable.run(Self.test, input: .closed, output: .closed)
        #expect(outcome.status == 2)
        #expect(outcome.diagnostics.isEmpty)
    }

    @Test(arguments: ["$R test 127.0.0.1", "$R test 127.0.0.1 --format json", "$R --help", "$R test --help"])
    func `a reader that has enough ends it quietly and changes no status`(line: String) throws {
        let expected = try #require(try Executable.shell(line + " > /dev/null").status)
        let outcome = try Executable.shell("{ \(line); echo $? >&2; } | head -1")
        #expect(outcome.diagnostics == "\(expected)\n")
        #expect(outcome.output.split(separator: "\n").count == 1)
        // A reader that is gone before the first line.
        let gone = try Executable.shell("{ sleep 0.2; \(line); echo $? >&2; } | true")
        #expect(gone.diagnostics == "\(expected)\n")
    }

    @Test func `a full disk under standard output is told`() throws {
        let outcome = try Executable.run(Self.test, output: .file("/dev/full"))
        #expect(outcome.status == 64)
        #expect(
            outcome.diagnostics == "rdmaprobe: cannot write the report to standard output: No space left on device\n")
    }

    @Test func `colour is for a terminal that can, and NO_COLOR has the last word`() throws {
        let coloured = try Executable.run(Self.test, environment: ["TERM": "xterm"], output: .terminal)
        #expect(coloured.status == 2)
        #expect(coloured.output.contains("\u{1B}["))
        for environment in [["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"], ["TERM": "dumb", "NO_COLOR": "1"]] {
            let plain = try Executable.run(
                Self.test + ["--progress", "never"], environment: environment, output: .terminal)
            #expect(plain.status == 2)
            #expect(plain.output.contains("UNDETERMINED"))
            #expect(!plain.output.contains("\u{1B}"), "\(environment)")
        }
        // no-color.org: an empty NO_COLOR says nothing.
        let empty = try Executable.run(Self.test, environment: ["TERM": "xterm", "NO_COLOR": ""], output: .terminal)
        #expect(empty.output.contains("\u{1B}["))
    }
}
