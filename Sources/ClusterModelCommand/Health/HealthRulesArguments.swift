#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HealthModel

/// Which rules.
struct HealthRulesArguments: ParsableArguments {
    @Option(
        help: """
            Whose figures count: \(HealthProfile.builtIn.nameList), or a profile's file in YAML or JSON. \
            (default: architecture)
            """, completion: .file())
    var profile: String?

    @Option(help: "Rules of your own, a document health.rules/1, instead of a profile.", completion: .file())
    var rules: String?

    func ruleSet() throws -> RuleSet {
        guard profile == nil || rules == nil else {
            throw ReportedError("--profile and --rules: choose one; rules of your own have their own figures")
        }
        let profile = self.profile ?? "architecture"
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
