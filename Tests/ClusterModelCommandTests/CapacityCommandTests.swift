import Foundation
import TestSupport
import Testing

/// `clustermodel capacity` as a shell runs it.
@Suite struct `clustermodel capacity` {
    private func run(_ arguments: String...) throws -> Executable.Outcome {
        try Executable.run(["capacity"] + arguments, tool: "clustermodel")
    }

    private func json(_ arguments: String...) throws -> (document: [String: Any], outcome: Executable.Outcome) {
        let outcome = try Executable.run(["capacity"] + arguments + ["--format", "json"], tool: "clustermodel")
        let parsed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return (try #require(parsed as? [String: Any]), outcome)
    }

    private let worked = [
        "--servers", "4", "--drives", "16x2TB", "--volume", "Volume1:three-way-mirror:12TB", "--volume",
        "Volume2:three-way-mirror:12TB", "--volume", "Volume3:dual-parity:12TB", "--volume", "Volume4:dual-parity:12TB",
    ]

    @Test func `plan-volumes, the worked example at the prompt is exactly full`() throws {
        let outcome = try Executable.run(["capacity"] + worked + ["--format", "json"], tool: "clustermodel")
        #expect(outcome.status == 0)
        #expect(outcome.diagnostics.isEmpty)
        #expect(outcome.output.hasPrefix("{\n  \"schema\" : \"clustermodel.capacity/1\","))
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let pool = try #require(document["pool"] as? [String: Any])
        #expect(pool["raw_bytes"] as? Int == 128_000_000_000_000)
        #expect(pool["reserve_bytes"] as? Int == 8_000_000_000_000)
        #expect(pool["available_bytes"] as? Int == 120_000_000_000_000)
        #expect(pool["free_bytes"] as? Int == 0)
        #expect(pool["stranded_bytes"] as? Int == 0)
        let totals = try #require(document["totals"] as? [String: Any])
        #expect(totals["footprint_bytes"] as? Int == 120_000_000_000_000)
        let volumes = try #require(document["volumes"] as? [[String: Any]])
        #expect(volumes.map { $0["footprint_bytes"] as? Int } == [36, 36, 24, 24].map { $0 * 1_000_000_000_000 })
        #expect(volumes.map { $0["fits"] as? Bool } == [true, true, true, true])
        #expect(volumes[0]["efficiency_fraction"] as? String == "1/3")
        #expect(volumes[2]["efficiency"] as? Double == 0.5)
    }

    @Test func `the worked example for people`() throws {
        let outcome = try Executable.run(["capacity"] + worked, tool: "clustermodel")
        #expect(outcome.status == 0)
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        assertSnapshot(outcome.output, named: "capacity-worked-example.txt")
    }

    @Test func `what does not fit ends with 1 and says how much would`() throws {
        let outcome = try run("--servers", "4", "--drives", "4x1TB", "--volume", "big:three-way-mirror:5TB")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("DOES NOT FIT: big"))
        #expect(outcome.output.contains("make it at most 4 TB"))
    }

    @Test func `unequal servers are named one by one, and what they strand is told`() throws {
        let (document, outcome) = try json(
            "--drives", "5x2TB", "--drives", "5x2TB", "--drives", "5x3TB", "--reserve", "0")
        #expect(outcome.status == 0)
        #expect((document["pool"] as? [String: Any])?["stranded_bytes"] as? Int == 5_000_000_000_000)
    }

    @Test func `without servers it says how many the volumes need`() throws {
        let (document, outcome) = try json(
            "--drives", "16x2TB", "--volume", "a:three-way-mirror:24TB", "--volume", "b:dual-parity:24TB")
        #expect(outcome.status == 0)
        #expect((document["sizing"] as? [String: Any])?["servers"] as? Int == 4)
    }

    @Test func `with a drive it says how many each server needs`() throws {
        let (document, outcome) = try json(
            "--servers", "4", "--drive", "2TB", "--volume", "a:three-way-mirror:24TB", "--volume", "b:dual-parity:24TB")
        #expect(outcome.status == 0)
        #expect((document["sizing"] as? [String: Any])?["drives_per_server"] as? Int == 16)
    }

    @Test
    func `a profile's modes and exemptions hold, a critical finding ends with 1, and what does not fit is a fact`()
        throws
    {
        let tree = try TemporaryTree()
        try tree.write(
            #"{"name": "mine", "version": "1", "extends": "architecture", "rules": {"storage.drives": {"mode": "off"}}}"#,
            to: "off.json")
        try tree.write(
            #"{"name": "mine", "version": "1", "extends": "azureLocal23H2", "rules": {"storage": {"mode": "off"}}}"#,
            to: "fit.json")
        let three = ["--servers", "4", "--drives", "3x1TB"]
        let plain = try Executable.run(["capacity"] + three + ["--profile", "architecture"], tool: "clustermodel")
        #expect(plain.output.contains("storage.drives"))
        let off = try Executable.run(
            ["capacity"] + three + ["--profile", tree.absolute("off.json")], tool: "clustermodel")
        #expect(!off.output.contains("storage.drives"))
        let disks = try run("--servers", "4", "--drives", "3x1TB:hdd")
        #expect(disks.status == 1)
        #expect(disks.output.contains("but a requirement of"))
        let large = try Executable.run(
            ["capacity"] + three + ["--volume", "a:simple:90TB", "--profile", tree.absolute("fit.json")],
            tool: "clustermodel")
        // Everything else below "storage" is off.
        #expect(large.status == 1)
        #expect(large.output.contains("storage.fit"))
        #expect(!large.output.contains("storage.drives"))
    }

    @Test func `one more server, what changes`() throws {
        let (document, _) = try json(
            "--servers", "4", "--drives", "16x2TB", "--volume", "a:three-way-mirror:20TB", "--add-server", "16x2TB")
        let growth = try #require(document["growth"] as? [String: Any])
        #expect(growth["servers"] as? Int == 5)
        #expect(growth["moved_bytes"] as? Int == 12_000_000_000_000)
    }

    @Test func `a file in place of options gives the same document`() throws {
        let tree = try TemporaryTree()
        try tree.write(
            """
            servers: 4
            drives: 16x2TB
            volumes:
              - {name: Volume1, resiliency: three-way-mirror, size: 12TB}
              - Volume2:three-way-mirror:12TB
              - Volume3:dual-parity:12TB
              - Volume4:dual-parity:12TB
            """, to: "plan.yaml")
        let fromFile = try run("--file", tree.absolute("plan.yaml"), "--format", "json")
        let fromOptions = try Executable.run(["capacity"] + worked + ["--format", "json"], tool: "clustermodel")
        #expect(fromFile.output == fromOptions.output)
        #expect(fromFile.status == 0)
    }

    @Test func `a mistake in a file is told with its place`() throws {
        let tree = try TemporaryTree()
        try tree.write("servers: 4\ndrives: 16x2XB\n", to: "plan.yaml")
        let outcome = try run("--file", tree.absolute("plan.yaml"))
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.diagnostics.hasPrefix("clustermodel: \(tree.absolute("plan.yaml")):2:9 /drives: "))
    }

    @Test(arguments: [
        (["--servers", "0", "--drives", "4x1TB"], "servers: 0 is not 1 to 16"),
        (["--servers", "17", "--drives", "4x1TB"], "servers: 17 is not 1 to 16"),
        (["--servers", "1000000000", "--drives", "4x1TB"], "is not 1 to 16"),
        (["--servers", "4", "--drives", "1000000000x1TB"], "drives: 1000000000 is not 1 to 416"),
        (["--servers", "4", "--drives", "4x0TB"], "size of a drive"),
        (["--servers", "4", "--drives", "4xlots"], "drives with a size"),
        (["--servers", "4", "--drives", "-4x1TB"], "--drives"),
        (["--servers", "4"], "--drives is missing"),
        (["--drives", "4x1TB"], "--servers is missing"),
        (
            ["--servers", "4", "--drives", "4x1TB", "--volume", "a:map:1.2:1TB"],
            "mirror share: 6/5 is not above 0 and below 1"
        ),
        (["--servers", "4", "--drives", "4x1TB", "--volume", "a:raid-6:1TB"], "the name of a resiliency type"),
        (["--servers", "4", "--drives", "4x1TB", "--volume", "a:simple:-1TB"], "below zero"),
        (
            ["--servers", "4", "--drives", "4x1TB", "--volume", "a:simple:1TB", "--volume", "a:simple:1TB"],
            "different from the others"
        ),
        (["--servers", "4", "--drives", "4x1TB", "--volume", "a:three-way-mirror:16EiB"], "above the limit"),
        (["--servers", "4", "--drives", "4x1TB", "--profile", "architectur"], "no built-in profile"),
        (["--file", "/nonexistent.yaml"], "cannot read /nonexistent.yaml"),
        (["--file", "x", "--servers", "4"], "leave those options out"),
        (["--servers", "4", "--drives", "4x1TB", "--add-drives", "9=4x1TB"], "server: 9 is not 1 to 4"),
        (["--file", "x", "--reserve", "1TB"], "leave those options out"),
        (["--drives", "4x1TB", "--volume", "a:simple:1TB", "--add-server", "4x1TB"], "say what there is first"),
        (["--servers", "4", "--drive", "1TB"], "give --servers and --volume with it"),
        (["--servers", "4", "--drives", "4x1TB", "--reserve", "delimited"], "is not 6 to 16"),
    ])
    func `a wrong call ends with 64, names value, bound and remedy, and is a document with --format json`(
        arguments: [String], words: String
    ) throws {
        let outcome = try Executable.run(["capacity"] + arguments, tool: "clustermodel")
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
        let json = try Executable.run(["capacity"] + arguments + ["--format", "json"], tool: "clustermodel")
        #expect(json.status == 64)
        let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(document?["schema"] as? String == "clustermodel.error/1")
        #expect((document?["message"] as? String)?.contains(words) == true)
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `documents hold to their schemas`() throws {
        for arguments in [
            worked, ["--drives", "1x10TB", "--drives", "1x10TB", "--drives", "1x15TB"],
            ["--servers", "2", "--drives", "4x1TB", "--volume", "a:three-way-mirror:1TB"],
            ["--drives", "16x2TB", "--volume", "a:three-way-mirror:24TB"],
            worked + ["--add-server", "16x2TB"],
        ] {
            let outcome = try Executable.run(["capacity"] + arguments + ["--format", "json"], tool: "clustermodel")
            #expect(try SchemaCheck.problems(outcome.output, schema: "clustermodel.capacity-1") == [])
        }
        for arguments in [
            ["--servers", "4"], ["--servers", "2", "--drives-per-server", "6"], ["--servers", "8", "--racks", "2"],
        ] {
            let outcome = try Executable.run(["resiliency"] + arguments + ["--format", "json"], tool: "clustermodel")
            #expect(try SchemaCheck.problems(outcome.output, schema: "clustermodel.resiliency-1") == [])
        }
        let cluster = ["--servers", "4", "--drives", "4x2TB"]
        for (command, arguments) in [
            ("survival", ["survive"] + cluster + ["--type", "map:20%", "--fail", "server:1", "--sets", "2"]),
            ("survival", ["survive"] + cluster + ["--type", "simple", "--fail", "server:1"]),
            ("quorum", ["quorum", "--servers", "4"]), ("quorum", ["quorum", "--servers", "1"]),
            (
                "rebuild",
                ["rebuild"] + cluster + ["--type", "map:20%", "--drive-rate", "1GB/s", "--link-rate", "25GbE"]
            ),
        ] {
            let outcome = try Executable.run(arguments + ["--format", "json"], tool: "clustermodel")
            #expect(try SchemaCheck.problems(outcome.output, schema: "clustermodel.\(command)-1") == [], "\(arguments)")
        }
        let tree = try TemporaryTree()
        try tree.write(
            "time,used,size\n" + (0..<40).map { "\($0 * 86_400),\(1_000_000 * $0),1GB\n" }.joined(), to: "rising.csv")
        try tree.write("time,used,size\n1,2,3\n", to: "short.csv")
        for file in ["rising.csv", "short.csv"] {
            let outcome = try Executable.run(
                ["forecast", tree.absolute(file), "--format", "json"], tool: "clustermodel")
            #expect(try SchemaCheck.problems(outcome.output, schema: "clustermodel.forecast-1") == [], "\(file)")
        }
    }

    @Test func `resiliency of four servers for people, and of a type that is not for them`() throws {
        let outcome = try Executable.run(["resiliency", "--servers", "4"], tool: "clustermodel")
        #expect(outcome.status == 0)
        assertSnapshot(outcome.output, named: "resiliency-4.txt")
        let refused = try Executable.run(
            ["resiliency", "--servers", "2", "--type", "dual-parity"], tool: "clustermodel")
        #expect(refused.status == 1)
    }

    @Test(arguments: [
        [], ["capacity"], ["resiliency"], ["survive"], ["quorum"], ["rebuild"], ["forecast"], ["endpoints"],
        ["operations"], ["security"],
    ])
    func `help is as recorded, within 80 columns`(command: [String]) throws {
        let outcome = try Executable.run(command + ["--help"], tool: "clustermodel")
        #expect(outcome.status == 0)
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        assertSnapshot(outcome.output, named: "help\(command.map { "-" + $0 }.joined()).txt")
    }

    @Test func `a misspelt command names those that there are`() throws {
        let outcome = try Executable.run(["capacty"], tool: "clustermodel")
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.hasPrefix("clustermodel: there is no command \"capacty\"; choose among capacity, "))
    }
}
