#if Tools
import ArgumentParser

/// `clustermodel health`
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Records and judges signals of health, and checks, exports and tests rules.",
        discussion: """
            clustermodel health rules lint --profile architecture
            clustermodel health rules export --profile architecture --output rules.yml
            clustermodel health rules test tests.yml --profile architecture
            clustermodel health record host.health --for 1h
            clustermodel health replay host.health --profile healthService

            Exit status: 0 nothing amiss; 1 something is; 2 it cannot be told; 64 wrong usage or unreadable input.
            """,
        subcommands: [
            HealthRecordCommand.self, HealthReplayCommand.self, HealthStatusCommand.self, HealthMuteCommand.self,
            HealthRetireCommand.self, HealthRulesCommand.self,
        ])
}

/// `clustermodel health rules`
struct HealthRulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Checks, exports and tests rules of health.",
        subcommands: [HealthLintCommand.self, HealthExportCommand.self, HealthTestCommand.self])
}
#endif
