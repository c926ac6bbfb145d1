import ClusterDocuments
import Foundation
import TestSupport
import Testing
import Topology
import Yams

/// The published schemas of what people write, held to what is read.
@Suite struct `Schemas of written documents` {
    private func json(_ yaml: String) throws -> String {
        let value = try #require(try Yams.load(yaml: yaml))
        return String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
    }

    private var examples: [String] {
        repositoryFiles(below: "Docs/Examples").filter {
            $0.hasSuffix(".yaml") && !$0.hasSuffix("storage-cluster.yaml")
        }
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `every example holds to the schema of models`() throws {
        #expect(examples.count >= 9)
        for path in examples {
            let document = try json(repositoryText(path))
            #expect(try SchemaCheck.problems(document, schema: "clustermodel.cluster-1") == [], "\(path)")
        }
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `a key that is not read is not in the schema`() throws {
        let document = try json(
            repositoryText(examples[0]).replacingOccurrences(of: "production: true", with: "producton: true"))
        #expect(try SchemaCheck.problems(document, schema: "clustermodel.cluster-1").count == 1)
    }

    /// One document has every key that the schema describes, holds to it, and is read: no key is misspelt on either side.
    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `every key of the schema is read`() throws {
        var yaml = try repositoryText("Docs/Examples/rack-aware-2and2.yaml")
        for (old, new) in [
            ("role: top_of_rack, vendor: NVIDIA", "role: top_of_rack, vendor: NVIDIA, model: SN2410"),
            ("draw: {most: 250W}", "draw: {typical: 150W, most: 250W}"),
            ("{name: ups-a,", "{name: ups-a, monitored: true,"), ("{name: pdu-a,", "{name: pdu-a, runtime: 1s,"),
            ("witness: {kind: cloud}", "witness: {kind: file_share, site: main}"),
            ("memory: 32GB,", "memory: 32GB, least_memory: 16GB, disks: 4, generation: 2,"),
            ("cores: 16,", "cores: 16, threads: 2,"), ("{teaming:", "{live_migrations: 2, teaming:"),
            ("{mode: connected}", "{mode: disconnected, sync: {by: link, every: 30d}}"),
            ("[{kind: cloud_backup,", "[{kind: secondary_cluster, to: c2,"),
            (
                "[{kind: secondary_cluster,",
                "[{kind: secondary_cluster, consistency: application, every: 12h, retention: 365d,"
            ),
            ("consistency: application,", "consistency: application, encrypted: [at_rest], redundancy: geo,"),
            ("cables:", "  - {name: c2, nodes: [{template: node, names: [other1]}]}\ncables:"),
        ] {
            let range = try #require(yaml.firstRange(of: old), "\(old)")
            yaml = String(yaml[..<range.lowerBound] + new + yaml[range.upperBound...])
        }
        let document = try json(yaml)
        #expect(try SchemaCheck.problems(document, schema: "clustermodel.cluster-1") == [])
        let (described, written) = try SchemaCheck.keys(ofSchema: "clustermodel.cluster-1", documents: [document])
        #expect(described.count > 80)
        #expect(described.subtracting(written) == [])
        let model = try ClusterDocument(Array(yaml.utf8)).model
        #expect(model.clusters.count == 2)
        #expect(model.clusters[0].backups?[0].redundancy == .geo)
    }

    @Test(.enabled(if: SchemaCheck.isPossible, "python3-jsonschema is not installed"))
    func `rules of one's own hold to their schema`() throws {
        let yaml = """
            schema: clustermodel.rules/1
            name: contoso
            version: "1"
            rules:
              - rule: contoso.memory
                title: nodes have at least 512 GB
                for: clusters[*].nodes[*]
                when: {any: [{path: zone, exists: false}, {path: zone, one_of: [a, b]}]}
                require: {all: [{path: hardware.memory.size, at_least: 512GB}, {none: [{path: unit, equals: 7}]}]}
                severity: critical
                mode: audit
                remedy: order memory
                source: handbook
            exemptions:
              - {rule: contoso.memory, subject: "cluster:c1", owner: o, reason: r, expires: "2027-01-31"}
            """
        #expect(try SchemaCheck.problems(json(yaml), schema: "clustermodel.rules-1") == [])
        _ = try PolicyDocument(Array(yaml.utf8))
    }
}
