#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import RDMAModel
import Reports

/// `rdmaprobe explain RULE`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says what a rule checks, why, how, by which figures, and what to do.",
        discussion: "Without a rule it lists them all.")

    @Argument(help: "A rule as findings name it, such as rdma.latency.")
    var rule: String?

    @Option(help: "Whose figures to show: architecture, software, or a profile's JSON file.")
    var profile: String = "architecture"

    @Option(help: "The form of the answer: text or json.")
    var format: Format = .text

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    func run() throws {
        let document = RuleDocument(try descriptions(), try resolvedProfile())
        let style = TextStyle(colour: Terminal.wantsColour(.output))
        let columns = Terminal.columns(of: .output)
        switch format {
        case .json: try Terminal.show(try JSONDocument.encode(document, schema: RuleDocument.schema))
        case .text:
            try Terminal.show(
                rule == nil
                    ? document.list(style: style, columns: columns) : document.text(style: style, columns: columns))
        }
    }

    private func descriptions() throws -> [RuleDescription] {
        guard let rule else { return RuleDescription.all }
        if let found = RuleDescription.of(rule) { return [found] }
        let hint = RuleDescription.nearest(to: rule).map { "did you mean \($0)? Otherwise " } ?? ""
        throw ReportedError("there is no rule \"\(printable(rule))\"; \(hint)see rdmaprobe explain for all of them")
    }

    private func resolvedProfile() throws -> ResolvedProfile {
        let written = try ProbeProfile.named(profile) ?? ProfileFile.read(profile)
        do { return try written.resolved(in: ProbeProfile.builtIn) } catch {
            throw ReportedError("--profile \(profile): \(error)")
        }
    }
}
#endif
