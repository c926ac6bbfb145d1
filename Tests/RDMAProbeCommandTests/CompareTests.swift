import ClusterCore
import Foundation
import RDMAModel
import Reports
import TestSupport
import Testing

@testable import RDMAProbeCommand

/// `rdmaprobe compare`: documents of earlier runs, from files.
@Suite struct `Compare` {
    private let tree: TemporaryTree
    private let old: ProbeReport
    private let worse: ProbeReport

    init() throws {
        tree = try TemporaryTree()
        func report(_ centre: UInt64, _ change: (inout ProbeReport) -> Void) throws -> ProbeReport {
            try SampleReport.make(
                centre: centre, samples: 10_000, device: SampleReport.mlx, profile: ProbeProfile.architecture,
                operations: [.write, .read], sizes: [4096], change: change)
        }
        old = try report(60_000) { $0.environment.startedUnixSeconds = 1_795_000_000 }
        worse = try report(90_000) {
            $0.environment.startedUnixSeconds = 1_795_086_400
            $0.host.device?.firmware = "22.40.1000"
            $0.host.kernel = "6.1.0-57-amd64"
            $0.peer?.device?.activeMTUBytes = 1024
            $0.peer?.device?.driver = "mlx5_core"
            $0.peer?.device?.rate = 25_000_000_000
            $0.latency[1].lost = 3
        }
        for (name, report) in [("old.json", old), ("worse.json", worse)] {
            try tree.write(try JSONDocument.encode(report, schema: ProbeReport.schema), to: name)
        }
    }

    private func run(_ arguments: String...) throws -> Executable.Outcome {
        try Executable.run(["compare"] + arguments, directory: tree.path)
    }

    @Test func `a comparison is as recorded, within 80 columns`() throws {
        let text = comparisonText(ReportComparison(from: old, to: worse), style: .plain, columns: 80)
        for line in text.split(separator: "\n") { #expect(displayWidth(String(line)) <= 80, "\(line)") }
        assertSnapshot(text, named: "compare.txt")
        let same = comparisonText(ReportComparison(from: old, to: old), style: .plain, columns: 80)
        assertSnapshot(same, named: "compare-same.txt")
    }

    @Test func `reports that are given the wrong way round are told`() throws {
        let words = "The new report began before the old one"
        #expect(!(try run("old.json", "worse.json").output.contains(words)))
        let swapped = try run("worse.json", "old.json")
        #expect(swapped.output.contains(words) && swapped.status == 1)
    }

    @Test func `the exit status says whether something is worse or changed`() throws {
        #expect(try run("old.json", "old.json").status == 0)
        let changed = try run("old.json", "worse.json")
        #expect(changed.status == 1)
        #expect(changed.output.contains("CHANGED") && changed.diagnostics.isEmpty)
        var fewer = old
        fewer.latency.removeLast()
        try tree.write(try JSONDocument.encode(fewer, schema: ProbeReport.schema), to: "fewer.json")
        #expect(try run("old.json", "fewer.json").status == 2)
        #expect(try run("fewer.json", "old.json").status == 0)
    }

    @Test func `the second report may come from standard input, both may not`() throws {
        let outcome = try Executable.shell("cd \(tree.path) && $R compare old.json - < worse.json")
        #expect(outcome.status == 1)
        #expect(try run("-", "-").status == 64)
    }

    @Test func `the tolerance takes shifts, never changes of the hosts`() throws {
        var slower = worse
        slower.host = old.host
        slower.peer = old.peer
        slower.latency[1].lost = 0
        try tree.write(try JSONDocument.encode(slower, schema: ProbeReport.schema), to: "slower.json")
        #expect(try run("old.json", "slower.json", "--tolerance", "10%").status == 1)
        #expect(try run("old.json", "slower.json", "--tolerance", "500%").status == 0)
        #expect(try run("old.json", "worse.json", "--tolerance", "500%").status == 1)
        #expect(try run("old.json", "old.json", "--tolerance=-1%").status == 64)
        #expect(try run("old.json", "old.json", "--tolerance", "lots").status == 64)
    }

    @Test(.enabled(if: Events.validates, "python3-jsonschema is not installed"))
    func `the document meets its schema`() throws {
        let outcome = try run("old.json", "worse.json", "--format", "json")
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("{\n  \"schema\" : \"rdmaprobe.comparison/1\""))
        let validator = """
            import json, sys
            from jsonschema import Draft202012Validator
            validator = Draft202012Validator(json.load(open(
                "\(repositoryRoot)/Docs/Schemas/rdmaprobe.comparison-1.schema.json", encoding="utf-8")))
            for error in validator.iter_errors(json.load(open(sys.argv[1], encoding="utf-8"))): print(error.message)
            """
        #expect(try Checkers.python(validator, input: outcome.output) == "")
        let broken = outcome.output.replacing("\"shift\"", with: "\"shft\"")
        #expect(try Checkers.python(validator, input: broken) != "")
    }

    // MARK: What is no report

    @Test(arguments: [
        ("none.json", "cannot read none.json: No such file or directory"), (".", "cannot read .: Is a directory"),
        ("empty.json", "empty.json: not a JSON document"),
        ("other.json", "other.json: the document is \"rdmaprobe.error/1\"; \"rdmaprobe.report/1\" is expected"),
        ("major.json", "this version reads \"rdmaprobe.report/1\""),
        ("cut.json", "cut.json: not a JSON document"), ("typed.json", "/latency/0/samples"),
        ("/dev/zero", "it is longer than 67108864 bytes"),
    ])
    func `what is no report is refused by name, in either place`(name: String, words: String) throws {
        let good = try JSONDocument.encode(old, schema: ProbeReport.schema)
        try tree.write("", to: "empty.json")
        try tree.write(#"{"schema":"rdmaprobe.error/1","message":"x"}"#, to: "other.json")
        try tree.write(good.replacing("rdmaprobe.report/1", with: "rdmaprobe.report/2"), to: "major.json")
        try tree.write(String(good.prefix(good.count / 2)), to: "cut.json")
        try tree.write(good.replacing("\"samples\" : 10000", with: "\"samples\" : \"many\""), to: "typed.json")
        for arguments in [[name, "old.json"], ["old.json", name]] {
            let outcome = try Executable.run(["compare"] + arguments, directory: tree.path)
            #expect(outcome.status == 64)
            #expect(outcome.output.isEmpty)
            #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
        }
    }

    @Test func `a report of numbers at their limits is compared without a crash`() throws {
        let good = try JSONDocument.encode(old, schema: ProbeReport.schema)
        let wild = good.replacing(/"(count|up_to_ns|samples|lost|[a-z0-9_]*_ns)" : [0-9]+/) {
            "\"\($0.1)\" : 18446744073709551615"
        }
        try tree.write(wild, to: "wild.json")
        for arguments in [["wild.json", "wild.json"], ["old.json", "wild.json"], ["wild.json", "old.json"]] {
            let status = try Executable.run(["compare"] + arguments, directory: tree.path).status
            #expect([0, 1, 2].contains(status), "\(arguments): \(String(describing: status))")
        }
    }
}
