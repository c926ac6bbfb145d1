import Foundation
import TestSupport
import Testing

@Suite struct `clustermodel security` {
    private let example = "\(repositoryRoot)/Docs/Examples/security-posture.json"

    private func changed(_ old: String, _ new: String) throws -> (TemporaryTree, String) {
        let tree = try TemporaryTree()
        let text = try repositoryText("Docs/Examples/security-posture.json")
        try #require(text.contains(old))
        try tree.write(text.replacing(old, with: new), to: "posture.json")
        return (tree, tree.absolute("posture.json"))
    }

    @Test func `AL-63 AL-65 AL-73 AL-90 a posture for people`() throws {
        try ClusterModel.assertText(
            ["security", example, "--on", "2026-01-15", "--baseline", example], named: "security.txt", status: 1)
    }

    @Test func `AL-90 the report as a table for a spreadsheet`() throws {
        let outcome = try ClusterModel.run(["security", example, "--on", "2026-01-15", "--format", "csv"])
        let lines = outcome.output.split(separator: "\r\n")
        #expect(lines.first == "day,subject,profile,control,layer,required,state,verdict,reference")
        #expect(lines.count == 18)
        #expect(
            lines.contains {
                $0.hasPrefix("2026-01-15,cluster:branch,azureLocal23H2,smb_encryption,network,on,off,not_compliant,")
            })
    }

    @Test func `AL-73 what is off ends with 1, what is not known with 2, and all on with 0`() throws {
        let posture = #"{"schema":"clustermodel.posture/1","mode":"connected","controls":{"tpm2":{"state":STATE}}}"#
        let profile =
            #"{"name":"tpm","version":"1","rules":{"security.tpm2":{"parameters":{"state":"on"}}}}"#
        let tree = try TemporaryTree()
        try tree.write(profile, to: "profile.json")
        for (state, status) in [("\"on\"", 0), ("\"off\"", 1), ("\"audit\"", 1), ("null", 2)] as [(String, Int32)] {
            try tree.write(posture.replacing("STATE", with: state), to: "posture.json")
            let outcome = try ClusterModel.run(
                ["security", tree.absolute("posture.json"), "--profile", tree.absolute("profile.json")])
            #expect(outcome.status == status, "\(state) \(outcome.diagnostics)")
        }
    }

    @Test func `a posture in YAML says the same as in JSON`() throws {
        let tree = try TemporaryTree()
        try tree.write(
            """
            schema: clustermodel.posture/1
            mode: connected
            controls:
              secure_boot: {state: on}
              tpm2:
                state: off
                evidence: [{source: Get-Tpm, value: "False"}]
              smb_signing: {state: ~}
            """, to: "posture.yaml")
        let (document, outcome) = try ClusterModel.json(["security", tree.absolute("posture.yaml")])
        #expect(outcome.status == 1)
        let controls = try #require(document["controls"] as? [[String: Any]])
        func state(_ name: String) -> String? {
            controls.first { $0["control"] as? String == name }?["state"] as? String
        }
        #expect(state("secure_boot") == "on" && state("tpm2") == "off" && state("smb_signing") == nil)
        let findings = try #require(document["findings"] as? [[String: Any]])
        func outcomes(_ rule: String) -> [String?] {
            findings.filter { $0["rule"] as? String == rule }.map { $0["outcome"] as? String }
        }
        #expect(outcomes("security.tpm2") == ["not_met"] && outcomes("security.smb_signing") == ["undetermined"])
        let unread = findings.first { $0["rule"] as? String == "security.encrypted_data_volumes" }
        #expect(unread?["severity"] as? String == "critical" && unread?["outcome"] as? String == "undetermined")
    }

    /// AL-63, AL-65: no key of a volume that is not encrypted, and none that is known of what nobody read.
    @Test func `AL-65 keys are those that the posture tells`() throws {
        func keys(_ controls: String) throws -> [String: (exists: Bool?, places: [String]?)] {
            let tree = try TemporaryTree()
            try tree.write(
                "schema: clustermodel.posture/1\nmode: connected\ncontrols: {\(controls)}\n", to: "posture.yaml")
            let (document, _) = try ClusterModel.json(["security", tree.absolute("posture.yaml")])
            let rows = try #require(document["keys"] as? [[String: Any]])
            return Dictionary(
                uniqueKeysWithValues: rows.map {
                    ($0["key"] as? String ?? "", ($0["exists"] as? Bool, $0["places"] as? [String]))
                })
        }
        let off = try keys(
            "tpm2: {state: off}, encrypted_system_volumes: {state: off}, encrypted_data_volumes: {state: off}")
        for key in ["system_volume", "data_volume", "system_volume_recovery", "data_volume_recovery"] {
            #expect(off[key]?.exists == false && off[key]?.places == [], "\(key)")
        }
        let unknown = try keys("")
        for key in ["system_volume", "data_volume", "system_volume_recovery", "data_volume_recovery"] {
            #expect(unknown[key]?.exists == nil && unknown[key]?.places == nil, "\(key)")
        }
        let on = try keys(
            "tpm2: {state: on}, encrypted_system_volumes: {state: on}, encrypted_data_volumes: {state: on}, "
                + "recovery_keys_backed_up: {state: on}")
        #expect(on["system_volume"]?.places == ["tpm"] && on["data_volume"]?.places == ["owner_node"])
        #expect(on["data_volume_recovery"]?.places == ["directory"])
        let withoutTPM = try keys("tpm2: {state: off}, encrypted_system_volumes: {state: on}")
        #expect(withoutTPM["system_volume"]?.exists == true && withoutTPM["system_volume"]?.places == nil)
        #expect(withoutTPM["internal_certificates"]?.places == ["certificate_store"])
    }

    @Test func `AL-73 drift is told beside the baseline`() throws {
        let (tree, path) = try changed(#""smb_signing": {"state": "on"}"#, #""smb_signing": {"state": "off"}"#)
        defer { _ = tree }
        let (document, outcome) = try ClusterModel.json(["security", path, "--baseline", example])
        #expect(outcome.status == 1)
        let drift = try #require(document["drift"] as? [[String: Any]])
        #expect(drift.map { $0["control"] as? String } == ["smb_signing"])
        #expect(drift.first?["put_back"] as? Bool == true)
    }

    @Test(arguments: [
        (#""tpm2""#, #""tpm""#, "posture.json:7:5 /controls: there is no \"tpm\" here; did you mean \"tpm2\"?"),
        (#""state": "audit""#, #""state": "enabled""#, "\"enabled\" is not one of off, audit, on"),
        ("clustermodel.posture/1", "clustermodel.posture/2", "posture/1"),
        (#""mode": "disconnected""#, #""mode": "disconected""#, "did you mean \"disconnected\"?"),
        (#""controls": {"#, #""controls": [}"#, "posture.json:5:"),
        (#""subject""#, #""sbject""#, "did you mean \"subject\"?"),
        ("{\n  \"schema\"", "[\n  \"schema\"", "posture.json:"),
    ])
    func `a slip in a posture is told with the file`(old: String, new: String, words: String) throws {
        let (tree, path) = try changed(old, new)
        defer { _ = tree }
        let outcome = try ClusterModel.run(["security", path])
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `documents hold to their schemas, which describe every key`() throws {
        let (tree, path) = try changed(#""smb_signing": {"state": "on"}"#, #""smb_signing": {"state": null}"#)
        defer { _ = tree }
        let documents = try [
            [example], [path, "--baseline", example], [example, "--profile", "architecture", "--keys-exported"],
        ].map { try ClusterModel.json(["security"] + $0).outcome.output }
        for document in documents {
            #expect(try SchemaCheck.problems(document, schema: "clustermodel.security-1") == [])
        }
        let keys = try SchemaCheck.keys(ofSchema: "clustermodel.security-1", documents: documents)
        #expect(keys.written.subtracting(keys.described) == [])
        let posture = try repositoryText("Docs/Examples/security-posture.json")
        #expect(try SchemaCheck.problems(posture, schema: "clustermodel.posture-1") == [])
        #expect(
            try SchemaCheck.problems(posture.replacing("audit", with: "maybe"), schema: "clustermodel.posture-1") != [])
    }
}

@Suite struct `clustermodel operations` {
    private func availability(_ operation: String, _ arguments: [String]) throws -> (String?, Int32?) {
        let (document, outcome) = try ClusterModel.json(["operations", "--operation", operation] + arguments)
        let rows = try #require(document["operations"] as? [[String: Any]])
        return (rows.first?["availability"] as? String, outcome.status)
    }

    /// Microsoft, Azure Local FAQ, 2025-12-17.
    @Test(
        arguments: [
            (["--days-since-sync", "30"], "available", 0), (["--days-since-sync", "31"], "unavailable", 1),
            ([], "unknown", 2),
            (["--days-since-sync", "31", "--profile", "architecture"], "available", 0),
        ] as [([String], String, Int32)])
    func `AL-76 AL-80 new virtual machines and the clock of 30 days`(
        arguments: [String], expected: String, status: Int32
    ) throws {
        let found = try availability("create_virtual_machine", arguments)
        #expect(found.0 == expected)
        #expect(found.1 == status)
    }

    @Test func `AL-75 AL-76 what runs goes on`() throws {
        #expect(
            try availability("run_virtual_machines", ["--link", "down", "--days-since-sync", "999"]).0 == "available")
    }

    @Test func `AL-80 the table for people, and as CSV`() throws {
        try ClusterModel.assertText(
            ["operations", "--link", "down", "--days-since-sync", "31"], named: "operations.txt")
        let outcome = try ClusterModel.run(["operations", "--mode", "portable_media", "--format", "csv"])
        #expect(outcome.output.contains("download_updates,link,unavailable,"))
    }

    @Test(arguments: [
        (["--operation", "fly"], "none of run_virtual_machines"), (["--link", "slow"], "up, degraded, down"),
        (["--profile", "none"], "no built-in profile"),
    ])
    func `a wrong call names the choices`(arguments: [String], words: String) throws {
        let outcome = try ClusterModel.run(["operations"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.diagnostics.contains(words), "\(outcome.diagnostics)")
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `documents hold to their schema, which describes every key`() throws {
        let documents = try [[], ["--link", "up", "--days-since-sync", "46"], ["--mode", "disconnected"]]
            .map { try ClusterModel.json(["operations"] + $0).outcome.output }
        for document in documents {
            #expect(try SchemaCheck.problems(document, schema: "clustermodel.operations-1") == [])
        }
        let keys = try SchemaCheck.keys(ofSchema: "clustermodel.operations-1", documents: documents)
        #expect(keys.written.subtracting(keys.described) == [])
    }
}
