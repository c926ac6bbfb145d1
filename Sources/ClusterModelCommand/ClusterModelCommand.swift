#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO

/// The tool's entry: its subcommands, and how a run ends.
@main
struct ClusterModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clustermodel",
        abstract: "Checks a hyper-converged cluster, and calculates what it holds, survives and takes to repair.",
        discussion: """
            clustermodel capacity --servers 4 --drives 16x2TB --volume data:three-way-mirror:12TB

            Exit status: 0 the requirement is met; 1 checked, and not met; 2 could not be determined; \
            64 wrong usage or unreadable input; 70 a defect.
            """,
        version: "0.1.0",
        subcommands: [
            CapacityCommand.self, ResiliencyCommand.self, SurviveCommand.self, QuorumCommand.self, RebuildCommand.self,
            ForecastCommand.self, InitCommand.self, CheckCommand.self, ExplainCommand.self, EndpointsCommand.self,
            NetworkCommand.self, OperationsCommand.self, SecurityCommand.self, ComplianceCommand.self,
            SovereigntyCommand.self, HostCommand.self, StripeCommand.self, HealthCommand.self,
        ])

    static func main() { CommandRun.main(self) }
}
#else
@main
enum ClusterModelCommand {
    static func main() {
        print("clustermodel was built without its trait \"Tools\": build it with the default traits")
    }
}
#endif
