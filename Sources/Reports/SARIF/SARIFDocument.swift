public import ClusterCore
import FoundationEssentials

/// Findings as the JSON that code scanning reads: the Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS
/// standard, 2020-03-27).
///
/// ```swift
/// let report = SARIFDocument(tool: "clustermodel", version: "1.0", file: "cluster.yaml", rules: rules, findings: findings)
/// print(try report.text, terminator: "")
/// ```
///
/// A critical finding is an `error`, a warning a `warning`, information a `note`. A requirement that cannot be told is of
/// the kind `open`, which has no level (3.27.9, 3.27.10); its message says how much it would matter. What the finding is about is its logical
/// location; the file is its physical one, with the line where that part stands, so that code scanning shows it there.
public struct SARIFDocument: Sendable, Hashable {
    /// A rule that findings name.
    public struct Rule: Sendable, Hashable {
        public var id: RuleID
        /// What it asks, in a line.
        public var summary: String
        /// Why, and what to do.
        public var help: String?

        public init(_ id: RuleID, summary: String, help: String? = nil) {
            self.id = id
            self.summary = summary
            self.help = help
        }
    }

    /// Where something stands in the file, both from 1.
    public struct Region: Sendable, Hashable {
        public var line: Int
        public var column: Int

        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    public var tool: String
    public var version: String
    /// The file that was checked, as it was named; `-` is none.
    public var file: String
    public var rules: [Rule]
    public var findings: [Finding]
    /// Why the tool could not do its work, where it could not: the run is then told as one that failed (3.20.14, 3.20.21).
    public var failure: String?
    /// Where the subjects of findings stand in the file, as far as that is known.
    public var regions: [ComponentIdentifier: Region]

    public init(
        tool: String, version: String, file: String, rules: [Rule], findings: [Finding],
        regions: [ComponentIdentifier: Region] = [:]
    ) {
        self.tool = tool
        self.version = version
        self.file = file
        self.rules = rules
        self.findings = findings
        self.regions = regions
    }

    /// The whole document, with a newline at the end.
    public var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            return String(decoding: try encoder.encode(log), as: UTF8.self) + "\n"
        }
    }

    private var log: Log {
        let indices = Dictionary(
            rules.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let driver = Driver(
            name: tool, version: version,
            rules: rules.map {
                ReportingDescriptor(
                    id: $0.id.rawValue, shortDescription: Message(printable($0.summary)),
                    help: $0.help.map { Message(printable($0)) })
            })
        let results = findings.map { finding in
            Result(
                ruleId: finding.rule.rawValue, ruleIndex: indices[finding.rule],
                kind: finding.isUndetermined ? "open" : "fail",
                level: finding.isUndetermined ? "none" : level(of: finding.severity),
                message: Message(words(of: finding)),
                locations: [
                    Location(
                        physicalLocation: file == "-" || file.isEmpty
                            ? nil
                            : PhysicalLocation(
                                artifactLocation: ArtifactLocation(uri: percentEncoded(file)),
                                region: regions[finding.subject].flatMap(WrittenRegion.init)),
                        logicalLocations: [LogicalLocation(fullyQualifiedName: printable(finding.subject.rawValue))])
                ])
        }
        let invocations = failure.map {
            [
                Invocation(
                    executionSuccessful: false,
                    toolExecutionNotifications: [Notification(level: "error", message: Message(printable($0)))])
            ]
        }
        return Log(runs: [Run(tool: Tool(driver: driver), invocations: invocations, results: results)])
    }

    private func level(of severity: Severity) -> String {
        switch severity {
        case .critical: "error"
        case .warning: "warning"
        case .information: "note"
        }
    }

    private func words(of finding: Finding) -> String {
        var parts = ["\(finding.subject): required \(finding.required.map { "\($0)" } ?? "nothing")"]
        parts.append("measured \(finding.measured.map { "\($0)" } ?? "not known")")
        if finding.isUndetermined { parts.append("undetermined, and \(finding.severity.rawValue) where it is broken") }
        if let remedy = finding.remedy { parts.append(remedy) }
        if let reference = finding.reference, !reference.description.isEmpty { parts.append("see \(reference)") }
        return printable(parts.joined(separator: "; "))
    }

    /// A path as a URI reference, RFC 3986: everything but what may stand in a path is written in hexadecimal.
    private func percentEncoded(_ path: String) -> String {
        path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                return String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }.joined()
    }
}

// The names of the standard's properties.

private struct Log: Encodable {
    let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    let version = "2.1.0"
    let runs: [Run]

    enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case version, runs
    }
}

private struct Run: Encodable {
    let tool: Tool
    let invocations: [Invocation]?
    let results: [Result]
}

private struct Invocation: Encodable {
    let executionSuccessful: Bool
    let toolExecutionNotifications: [Notification]
}

private struct Notification: Encodable {
    let level: String
    let message: Message
}

private struct Tool: Encodable { let driver: Driver }

private struct Driver: Encodable {
    let name: String
    let version: String
    let rules: [ReportingDescriptor]
}

private struct ReportingDescriptor: Encodable {
    let id: String
    let shortDescription: Message
    let help: Message?
}

private struct Message: Encodable {
    let text: String
    init(_ text: String) { self.text = text }
}

private struct Result: Encodable {
    let ruleId: String
    let ruleIndex: Int?
    let kind: String
    let level: String
    let message: Message
    let locations: [Location]
}

private struct Location: Encodable {
    let physicalLocation: PhysicalLocation?
    let logicalLocations: [LogicalLocation]
}

private struct PhysicalLocation: Encodable {
    let artifactLocation: ArtifactLocation
    let region: WrittenRegion?
}

private struct WrittenRegion: Encodable {
    let startLine: Int
    let startColumn: Int

    /// Lines and columns are counted from 1 (3.30.5, 3.30.6).
    init?(_ region: SARIFDocument.Region) {
        guard region.line > 0, region.column > 0 else { return nil }
        startLine = region.line
        startColumn = region.column
    }
}

private struct ArtifactLocation: Encodable { let uri: String }
private struct LogicalLocation: Encodable { let fullyQualifiedName: String }
