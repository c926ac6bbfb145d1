import FoundationEssentials
import HealthModel
import TestSupport
import Testing

@Suite struct `OpenMetrics conformance` {
    private struct Case: Decodable { var shouldParse: Bool }

    private static let root = environment("CONFORMANCE_DATA").map { $0 + "/openmetrics/parsers" }
    private static let folders = (root.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? [])
        .sorted()

    /// The suite of OpenObservability/OpenMetrics: each folder holds a text and whether it must parse.
    @Test(.enabled(if: !folders.isEmpty, "CONFORMANCE_DATA has no OpenMetrics cases"))
    func `every exposition of the conformance suite is decided as its test.json says`() throws {
        let root = try #require(Self.root)
        var (decided, parsed) = (0, 0)
        for folder in Self.folders {
            let path = root + "/" + folder
            guard let description = FileManager.default.contents(atPath: path + "/test.json"),
                let expected = try? JSONDecoder().decode(Case.self, from: description),
                let text = FileManager.default.contents(atPath: path + "/metrics")
            else { continue }
            do {
                _ = try Exposition(parsing: Array(text), as: .openMetrics, source: folder)
                #expect(expected.shouldParse, "\(folder) must not parse")
            } catch { #expect(!expected.shouldParse, "\(folder) must parse: \(error)") }
            decided += 1
            parsed += expected.shouldParse ? 1 : 0
        }
        print("OpenMetrics: \(decided) cases decided, \(parsed) of them to be parsed")
    }
}
