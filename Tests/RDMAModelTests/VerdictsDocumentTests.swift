import ClusterCore
import RDMAModel
import TestSupport
import Testing

/// Docs/Verdicts.md says what the code does.
@Suite struct VerdictsDocumentTests {
    /// The cells of the table whose header begins with these titles.
    private func rows(under titles: [String]) throws -> [[String]] {
        let lines = try repositoryText("Docs/Verdicts.md").split(separator: "\n", omittingEmptySubsequences: false)
        func cells(_ line: Substring) -> [String] {
            guard line.hasPrefix("|") else { return [] }
            return line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
        let header = try #require(lines.firstIndex { cells($0).starts(with: titles) })
        return lines[(header + 2)...].prefix { $0.hasPrefix("|") }.map(cells)
    }

    @Test func `the table of what not connected means is the one in the code`() throws {
        let expected = Shortfall.allCases.map { row in
            let status =
                row == .interrupted
                ? Interruption.allCases.map { "\(ExitStatus(row.outcome, interruptedBy: $0).rawValue)" }
                    .joined(separator: " or ")
                : "\(ExitStatus(row.outcome).rawValue)"
            return ["`\(row.rawValue)`", row.situation, "`\(row.outcome.rawValue)`", status]
        }
        #expect(try rows(under: ["row", "what happened"]) == expected)
    }

    @Test func `the table of outcomes has every outcome with its exit status`() throws {
        let table = try rows(under: ["outcome", "meaning", "exit status"])
        #expect(
            table.map { [$0[0], $0[2]] }
                == Verdict.Outcome.allCases.map { ["`\($0.rawValue)`", "\(ExitStatus($0).rawValue)"] })
    }

    @Test func `the table of percentiles has the samples that each needs`() throws {
        #expect(
            try rows(under: ["percentile", "samples needed"])
                == Percentile.reported.map { [$0.name, "\($0.samplesNeeded)"] })
    }

    @Test func `the table of profiles has the built-in figures`() throws {
        let expected = try ProbeProfile.builtIn.map { profile -> [String] in
            let requirement = try LatencyRequirement(profile)
            let latency = try #require(requirement.latency)
            func size(_ bytes: UInt64) -> String { ByteCount(bytes: bytes).binaryText.text }
            func limit(_ nanoseconds: UInt64) -> String {
                nanoseconds.isMultiple(of: 1_000_000) ? "\(nanoseconds / 1_000_000) ms" : "\(nanoseconds / 1000) µs"
            }
            return [
                "`\(profile.name)`", latency.percentile.name,
                latency.operations.map { $0.map(\.rawValue).joined(separator: ", ") } ?? "those of the plan",
                latency.sizesUpToBytes.map { "those of the plan up to \(size($0))" }
                    ?? latency.sizesBytes.map(size).joined(separator: ", "),
                limit(latency.requiredBelowNanoseconds),
                latency.optimalBelowNanoseconds.map(limit) ?? "-", "\(requirement.loss?.atMost ?? .max)",
                requirement.softwareSeverity?.rawValue ?? "",
            ]
        }
        #expect(try rows(under: ["profile", "judged figure"]) == expected)
    }

    @Test func `the table of parameters names every parameter that is read, and no other`() throws {
        let named = Set(try rows(under: ["rule", "parameter", "meaning"]).map { $0[0] + $0[1] })
        let read = ProbeProfile.builtIn.flatMap { profile in
            profile.rules.flatMap { rule, settings in
                settings.parameters.isEmpty
                    ? ["`\(rule)`"] : settings.parameters.keys.map { "`\(rule)``\($0)`" }
            }
        }
        #expect(named == Set(read))
    }

    @Test func `the profile that the page shows is one`() throws {
        let text = try repositoryText("Docs/Verdicts.md")
        let start = try #require(text.firstRange(of: "```json\n")).upperBound
        let end = try #require(text[start...].firstRange(of: "```")).lowerBound
        let requirement = try LatencyRequirement(RuleProfile(json: Array(text[start..<end].utf8)))
        #expect(requirement.latency?.requiredBelowNanoseconds == 2_000_000)
        #expect(requirement.latency?.percentile == .p99)
        #expect(requirement.latency?.optimalBelowNanoseconds == 500_000)
    }
}
