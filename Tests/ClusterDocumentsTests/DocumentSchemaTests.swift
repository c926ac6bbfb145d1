import ClusterDocuments
import Foundation
import TestSupport
import Testing
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

    /// A document with every key that the schema describes is read: none of them is misspelt there.
    @Test func `every key of the schema is read`() throws {
        let (described, _) = try SchemaCheck.keys(ofSchema: "clustermodel.cluster-1", documents: [])
        #expect(described.count > 100)
        var unread: [String] = []
        for path in described.sorted() where path != "/schema" {
            let steps = path.split(separator: "/").map(String.init)
            // A value of a kind that nothing reads: the error must be about the value, and not about the key.
            var value: Any = ["no such key": 1]
            for step in steps.reversed() {
                let key = step.replacingOccurrences(of: "[]", with: "")
                value = [key: step.hasSuffix("[]") ? [value] : value]
            }
            guard var object = value as? [String: Any] else { continue }
            object["schema"] = "clustermodel.cluster/1"
            let bytes = try JSONSerialization.data(withJSONObject: object)
            do throws(DocumentProblem) { _ = try ClusterDocument(Array(bytes)) } catch {
                let last = steps.last?.replacingOccurrences(of: "[]", with: "") ?? ""
                if error.problem.hasPrefix("there is no \"\(last)\" here") { unread.append(path) }
            }
        }
        #expect(unread == [])
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
