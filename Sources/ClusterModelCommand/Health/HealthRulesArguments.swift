#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HealthModel

/// Which rules.
struct HealthRulesArguments: ParsableArguments {
    @Option(
        help: """
            Whose figures count: architecture, healthService, healthServiceWorkbook, azureMonitor, or a profile's JSON file.
            """, completion: .file())
    var profile = "architecture"

    @Option(help: "Rules of your own, a document health.rules/1, instead of a profile.", completion: .file())
    var rules: String?

    func ruleSet() throws -> RuleSet {
        do {
            guard let rules else {
                return try RuleSet(
                    ProfileFile.resolved(
                        profile, among: HealthProfile.builtIn, vocabulary: [HealthRuleForm.vocabulary]))
            }
            return try RuleSet(json: InputFile.bytes(of: rules, limit: RuleSet.Limit.documentBytes))
        } catch let error as RuleError {
            throw ReportedError("\(rules.map(InputFile.name) ?? "--profile \(profile)"): \(error)")
        } catch let error as ProfileError {
            throw ReportedError("--profile \(profile): \(error)")
        }
    }
}
#endif
