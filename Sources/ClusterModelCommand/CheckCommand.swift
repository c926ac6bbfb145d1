#if Tools
import ArgumentParser
import ClusterCore
import ClusterDocuments
import ConsoleIO
import Reports
import Topology

/// `clustermodel check`
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Holds a cluster's architecture to requirements.",
        usage: "clustermodel check <file> [<options>]",
        discussion: """
            The file is YAML or JSON; clustermodel init writes one to start from. Exit status: 0 all critical requirements are \
            met; 1 one is not; 2 one cannot be told from the model.
            """)

    @Argument(help: "The model; - is standard input.", completion: .file())
    var file: String

    @Option(
        help: """
            What to hold it to: \(TopologyProfile.builtIn.nameList), or a profile's file in YAML or JSON. \
            (default: the one that the model names, else azureLocal23H2)
            """, completion: .file())
    var profile: String?

    @Option(help: "Further rules of your own, in YAML or JSON; as often as there are files.", completion: .file())
    var rules: [String] = []

    @Option(
        help: "The day on which exemptions must hold, such as 2026-01-15. (default: today)", transform: DayWord.read)
    var on: DayWord?

    @Option(help: "The form of the answer: text, json, sarif, junit or csv.")
    var format: Format = .text

    @Option(
        help: "Write the answer to this file, whole or not at all, instead of standard output.", completion: .file())
    var output: String?

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, sarif, junit, csv }

    func run() throws {
        let document = try ModelFile.read(file)
        let name = profile ?? document.model.profile ?? "azureLocal23H2"
        let written = profile == nil ? document.profilePosition : nil
        let place = written.map { "\(InputFile.name(of: file)):\($0.line):\($0.column) /profile" }
        let resolved = try HostProfile.forClusters(name, namedAt: place)
        guard let day = on?.value ?? CalendarDate(unixSeconds: Terminal.unixSeconds) else {
            throw ReportedError("--on: the clock of this host shows no day; give one")
        }
        var policy: Policy?
        for path in rules {
            let next = try ModelFile.policy(path)
            policy = policy.map { $0.joined(with: next) } ?? next
        }
        let check: TopologyCheck
        do {
            check = try TopologyCheck(of: document.installation, by: resolved, policy: policy, on: day)
        } catch let error as PolicyError {
            throw ReportedError("--rules: \(error)")
        } catch let error as ProfileError {
            throw ReportedError("\(place ?? "--profile \(name)"): \(error)")
        } catch let error as UnitError {
            throw ReportedError("\(InputFile.name(of: file)): \(error)")
        }
        let answer = CheckDocument(check, document.installation)
        try write(answer, check, document)
        if check.status != .requirementMet { throw Ended(status: check.status) }
    }

    private func write(_ answer: CheckDocument, _ check: TopologyCheck, _ document: ClusterDocument) throws {
        let place = AnswerFile(path: output)
        switch format {
        case .json: try place.write(JSONDocument.encode(answer, schema: CheckDocument.schema))
        case .sarif:
            let subjects = Set(answer.findings.map(\.subject))
            let regions = subjects.compactMap { subject in
                document.position(of: subject).map {
                    (subject, SARIFDocument.Region(line: $0.line, column: $0.column))
                }
            }
            try place.write(
                answer.sarif(file: file, regions: Dictionary(uniqueKeysWithValues: regions)).text)
        case .junit: try place.write(answer.junit(check).text)
        case .csv: try place.write(answer.csv.text)
        case .text: try place.write(answer.text)
        }
    }
}

/// Models and rules from files that a user names.
enum ModelFile {
    static func read(_ path: String) throws -> ClusterDocument {
        let bytes = try InputFile.bytes(of: path, limit: 1 << 20)
        do throws(DocumentProblem) { return try ClusterDocument(bytes) } catch {
            throw ReportedError("\(InputFile.name(of: path)):\(error)")
        }
    }

    static func policy(_ path: String) throws -> Policy {
        let bytes = try InputFile.bytes(of: path, limit: 1 << 20)
        do throws(DocumentProblem) { return try PolicyDocument(bytes).policy } catch {
            throw ReportedError("\(InputFile.name(of: path)):\(error)")
        }
    }
}
#endif
