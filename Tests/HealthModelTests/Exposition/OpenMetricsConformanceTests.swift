import FoundationEssentials
import HealthModel
import TestSupport
import Testing

@Suite struct `OpenMetrics conformance` {
    private struct Case: Decodable { var shouldParse: Bool }

    /// The suite of OpenObservability/OpenMetrics: each folder holds a text and whether it must parse.
    @Test(.enabled(if: environment("CONFORMANCE_DATA") != nil, "CONFORMANCE_DATA is not set"))
    func `every exposition of the conformance suite is decided as its test.json says`() throws {
        let root = try #require(environment("CONFORMANCE_DATA")) + "/openmetrics/parsers"
        let folders = try FileManager.default.contentsOfDirectory(atPath: root).sorted()
        var decided = 0
        for folder in folders {
            let path = root + "/" + folder
            guard let description = FileManager.default.contents(atPath: path + "/test.json") else { continue }
            let expected = try JSONDecoder().decode(Case.self, from: description)
            let text = try #require(FileManager.default.contents(atPath: path + "/metrics"), "\(folder)")
            do {
                _ = try Exposition(parsing: Array(text), as: .openMetrics, source: folder)
                #expect(expected.shouldParse, "\(folder) must not parse")
            } catch { #expect(!expected.shouldParse, "\(folder) must parse: \(error)") }
            decided += 1
        }
        print("OpenMetrics: \(decided) cases decided")
        #expect(decided > 0)
    }
}
