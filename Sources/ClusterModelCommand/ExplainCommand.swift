#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import Reports
import Topology

/// `clustermodel explain RULE`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says what a rule asks, why, by which figures, and what to do.",
        usage: "clustermodel explain [<rule>] [<options>]",
        discussion: "Without a rule it lists them all.")

    @Argument(help: "A rule as findings name it, such as node.memory.")
    var rule: String?

    @Option(
        help: """
            Whose figures to show: \(TopologyProfile.builtIn.nameList), or a profile's file in YAML or JSON.
            """)
    var profile: String = "azureLocal23H2"

    @OptionGroup var output: OutputArguments

    func run() throws {
        var rules = ExplainedRule.all
        if let rule {
            guard let found = ExplainedRule.named(rule) else {
                let hint = ExplainedRule.nearest(to: rule).map { "did you mean \($0)? Otherwise " } ?? ""
                throw ReportedError(
                    "there is no rule \"\(printable(rule))\"; \(hint)see clustermodel explain for all of them")
            }
            rules = [found]
        }
        let document = try RuleDocument(rules, profile: profile)
        try output.write(
            document, schema: RuleDocument.schema, text: rule == nil ? document.list : document.text)
    }
}
#endif
