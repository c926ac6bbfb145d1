#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HealthModel
import Reports

/// `clustermodel health rules lint`
struct HealthLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Finds rules that contradict each other, never fire, or mistake a unit.",
        usage: "clustermodel health rules lint [<options>]",
        discussion: "Exit status: 0 nothing critical; 1 a critical finding.")

    @OptionGroup var which: HealthRulesArguments
    @OptionGroup var output: OutputArguments

    func run() throws {
        let set = try which.ruleSet()
        let document = HealthFindingsDocument(set, RuleLint.findings(in: set))
        try output.write(document, schema: HealthFindingsDocument.schema, text: document.text)
        if document.findings.contains(where: { $0.severity == .critical }) { throw Ended(status: .requirementNotMet) }
    }
}
#endif
