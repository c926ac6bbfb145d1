import ClusterCore
import Foundation
import Reports
import Testing

/// The form is SARIF 2.1.0, OASIS standard of 2020-03-27: the numbers are its sections.
@Suite struct `Findings as SARIF` {
    private func document(_ findings: [Finding], file: String = "cluster.yaml") throws -> [String: Any] {
        let text = try SARIFDocument(
            tool: "clustermodel", version: "1", file: file, rules: [.init("a.rule", summary: "a rule")],
            findings: findings
        ).text
        #expect(text.hasSuffix("}\n"))
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func results(_ document: [String: Any]) throws -> [[String: Any]] {
        let runs = try #require(document["runs"] as? [[String: Any]])
        #expect(runs.count == 1)
        return try #require(runs[0]["results"] as? [[String: Any]])
    }

    private func finding(_ severity: Severity, subject: String = "cluster:c1") -> Finding {
        Finding(
            rule: "a.rule", severity: severity, subject: ComponentIdentifier(rawValue: subject), required: .text("x"),
            remedy: "do y", reference: Reference(architecture: [9]))
    }

    @Test func `3-13 the log has its version, 3-14 a run, 3-18 a tool and 3-49 its rules`() throws {
        let document = try document([])
        #expect(document["version"] as? String == "2.1.0")
        #expect((document["$schema"] as? String)?.hasSuffix("sarif-schema-2.1.0.json") == true)
        let run = try #require((document["runs"] as? [[String: Any]])?.first)
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        #expect(driver["name"] as? String == "clustermodel")
        #expect((driver["rules"] as? [[String: Any]])?.first?["id"] as? String == "a.rule")
        // No findings is an empty list: the tool ran and found nothing (3.14.23).
        #expect(try results(document).isEmpty)
    }

    @Test func `3-27-10 the level is error, warning or note`() throws {
        let levels = try results(document([finding(.critical), finding(.warning), finding(.information)]))
            .map { $0["level"] as? String }
        #expect(levels == ["error", "warning", "note"])
    }

    @Test func `3-28 a location has the file and 3-33 the part`() throws {
        let result = try #require(try results(document([finding(.critical)], file: "my plans/ä.yaml")).first)
        #expect(result["ruleIndex"] as? Int == 0)
        let location = try #require((result["locations"] as? [[String: Any]])?.first)
        let physical = location["physicalLocation"] as? [String: Any]
        #expect((physical?["artifactLocation"] as? [String: Any])?["uri"] as? String == "my%20plans/%C3%A4.yaml")
        let logical = location["logicalLocations"] as? [[String: Any]]
        #expect(logical?.first?["fullyQualifiedName"] as? String == "cluster:c1")
        let message = (result["message"] as? [String: Any])?["text"] as? String
        #expect(message == "cluster:c1: required x; measured not known; do y; see AL-9")
    }

    @Test func `standard input is no file, and control characters do not get through`() throws {
        let result = try #require(
            try results(document([finding(.critical, subject: "a\u{1b}[2Jb")], file: "-")).first)
        let location = try #require((result["locations"] as? [[String: Any]])?.first)
        #expect(location["physicalLocation"] == nil)
        let text = try #require((result["message"] as? [String: Any])?["text"] as? String)
        #expect(!text.unicodeScalars.contains { $0.value < 32 })
    }
}
