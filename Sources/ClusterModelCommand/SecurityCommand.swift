#if Tools
import ArgumentParser
import ClusterCore
import ClusterDocuments
import ConsoleIO
import Reports
import Topology

/// `clustermodel security`
struct SecurityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "security",
        abstract: "Holds what is known of a cluster's security to a profile, with a score, drift and keys.",
        usage: "clustermodel security <posture> [<options>]",
        discussion: """
            A posture is YAML or JSON: {schema: clustermodel.posture/1, mode: connected, controls: {tpm2: {state: on}}}; a \
            state is on, audit, off or null. Exit status: 0; 1 a requirement is \
            broken, or something is weaker than the baseline; 2 something that is asked for is not known.
            """)

    @Argument(help: "The posture; - is standard input.", completion: .file())
    var posture: String

    @Option(help: "An earlier posture: what changed since.", completion: .file())
    var baseline: String?

    @Option(help: "architecture, azureLocal23H2 or a profile's file in YAML or JSON.")
    var profile: String = "azureLocal23H2"

    @Option(
        help: "The day on which exemptions must hold, such as 2026-01-15. (default: today)", transform: DayWord.read)
    var on: DayWord?

    @Flag(help: "Recovery keys were exported and are kept outside of the cluster.")
    var keysExported = false

    @OptionGroup var output: TableOutputArguments

    func run() throws {
        let current = try read(posture)
        let before = try baseline.map { try read($0) }
        let resolved = try ProfileFile.resolved(profile, among: SecurityProfile.builtIn)
        guard let day = on?.value ?? CalendarDate(unixSeconds: Terminal.unixSeconds) else {
            throw ReportedError("--on: the clock of this host shows no day; give one")
        }
        let document: SecurityDocument
        do {
            document = SecurityDocument(
                current, try current.compliance(with: resolved, on: day),
                before.map { PostureDrift(from: $0, to: current) },
                KeyPlacement.all(
                    by: KeyPlacement.Source(rawValue: resolved.chain.last ?? "") ?? .azureLocal, of: current,
                    isExported: keysExported),
                try current.findings(by: resolved, on: day))
        } catch let error as TopologyError { throw ReportedError("--profile \(profile): \(error)") } catch let error
            as ProfileError
        { throw ReportedError("--profile \(profile): \(error)") }
        try output.write(document, schema: SecurityDocument.schema, text: document.text(), table: document.table())
        if document.status != .requirementMet { throw Ended(status: document.status) }
    }

    private func read(_ path: String) throws -> SecurityPosture {
        let bytes = try InputFile.bytes(of: path, limit: 1 << 20)
        do throws(DocumentProblem) { return try PostureDocument(bytes).posture } catch {
            throw ReportedError("\(InputFile.name(of: path)):\(error)")
        }
    }
}

/// A day of the calendar.
struct DayWord: WordReadable {
    let value: CalendarDate
    init(word: String) throws { value = try CalendarDate(parsing: word) }
    var description: String { value.description }
}
#endif
