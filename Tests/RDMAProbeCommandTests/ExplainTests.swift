import ClusterCore
import Foundation
import RDMAModel
import Reports
import TestSupport
import Testing

@testable import RDMAProbeCommand

/// `rdmaprobe explain`: what a rule in a finding is about.
@Suite struct `Explain` {
    @Test func `the list and a rule are as recorded, within 80 columns`() throws {
        for (arguments, name) in [
            ([], "explain.txt"), (["rdma.latency"], "explain-latency.txt"),
            (["rdma.connection"], "explain-connection.txt"),
            (["rdma.latency", "--profile", "software"], "explain-latency-software.txt"),
        ] {
            let outcome = try Executable.run(["explain"] + arguments)
            #expect(outcome.status == 0)
            #expect(outcome.diagnostics.isEmpty)
            for line in outcome.output.split(separator: "\n") { #expect(displayWidth(String(line)) <= 80, "\(line)") }
            assertSnapshot(outcome.output, named: name)
        }
    }

    @Test func `every rule is listed and can be explained`() throws {
        let list = try Executable.run(["explain"]).output
        let document = RuleDocument(RuleDescription.all, try ProbeProfile.architecture.resolved(in: []))
        for rule in document.rules {
            #expect(list.contains("\n\(rule.rule)"), "\(rule.rule)")
            #expect(try Executable.run(["explain", rule.rule.rawValue]).status == 0)
        }
    }

    @Test func `a rule that there is not is refused, with the nearest one`() throws {
        let near = try Executable.run(["explain", "rdma.latncy"])
        #expect(near.status == 64)
        #expect(near.output.isEmpty)
        #expect(
            near.diagnostics
                == "rdmaprobe: there is no rule \"rdma.latncy\"; did you mean rdma.latency? Otherwise see rdmaprobe explain for all of them\n"
        )
        let far = try Executable.run(["explain", "quorum\u{1B}[2J", "--format", "json"])
        #expect(far.status == 64)
        #expect(
            far.diagnostics.contains("see rdmaprobe explain for all of them") && !far.diagnostics.contains("\u{1B}"))
        #expect(far.output.contains("rdmaprobe.error/1"))
    }

    @Test(.enabled(if: Events.validates, "python3-jsonschema is not installed"))
    func `the document meets its schema, with the figures of the profile that is asked for`() throws {
        let tree = try TemporaryTree()
        try tree.write(
            #"""
            {"name": "mine", "version": "3", "extends": "architecture", "rules": {"rdma.latency": {"mode": "audit",
             "parameters": {"required_below": "2ms"}, "source": {"document": "Storage handbook", "date": "2026-03-01"}}}}
            """#, to: "mine.json")
        let outcome = try Executable.run(
            ["explain", "--profile", "mine.json", "--format", "json"], directory: tree.path)
        #expect(outcome.status == 0)
        let validator = """
            import json, sys
            from jsonschema import Draft202012Validator
            document = json.load(open(sys.argv[1], encoding="utf-8"))
            validator = Draft202012Validator(json.load(open(
                "\(repositoryRoot)/Docs/Schemas/rdmaprobe.rules-1.schema.json", encoding="utf-8")))
            for error in validator.iter_errors(document): print(error.message)
            rule = [rule for rule in document["rules"] if rule["rule"] == "rdma.latency"][0]
            print(rule["mode"], [[p["value"], p["profile"], p["source"]["document"], p["source"]["date"]]
                for p in rule["parameters"] if p["name"] == "required_below"][0])
            print([[p["value"], p["profile"], p["source"]["architecture"]]
                for p in rule["parameters"] if p["name"] == "optimal_below"][0])
            """
        let read = try Checkers.python(validator, input: outcome.output)
        #expect(
            read == "audit ['2ms', 'mine', 'Storage handbook', '2026-03-01']\n['500us', 'architecture', [42]]\n",
            "\(read)")
    }

    @Test func `a profile that cannot be used is refused by name`() throws {
        let outcome = try Executable.run(["explain", "--profile", "none.json"])
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains("--profile none.json: no built-in profile"))
    }
}
