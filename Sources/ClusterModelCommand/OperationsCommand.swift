#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import Reports
import Topology

/// `clustermodel operations`
struct OperationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operations",
        abstract: "Says what can be done in a mode, with a link, so many days after the last sync.",
        usage: "clustermodel operations [<options>]",
        discussion: """
            Exit status: 0; with --operation 1 where one of them is degraded or unavailable, 2 where what is known does \
            not decide it.
            """)

    @Option(
        help: "How the cluster is governed: \(ChoiceWord<ControlPlaneMode>.list). (default: connected)",
        transform: ChoiceWord<ControlPlaneMode>.read)
    var mode = ChoiceWord<ControlPlaneMode>(.connected)

    @Option(
        help: "The link: up, degraded or down. (default: not known)",
        transform: ChoiceWord<ControlPlaneSituation.LinkState>.read)
    var link: ChoiceWord<ControlPlaneSituation.LinkState>?

    @Option(help: "Whole days since the last sync. (default: not known)")
    var daysSinceSync: Int?

    @Option(
        help: "What governs on site: windows_admin_center or appliance. (default: windows_admin_center)",
        transform: ChoiceWord<ControlPlaneSituation.LocalControl>.read)
    var localControl = ChoiceWord<ControlPlaneSituation.LocalControl>(.windowsAdminCenter)

    @Option(help: "architecture, azureLocal23H2 or a profile's file in YAML or JSON.")
    var profile: String = "azureLocal23H2"

    @Option(
        help: "Only this operation, as often as there are: \(ChoiceWord<ControlPlaneOperation>.list).",
        transform: ChoiceWord<ControlPlaneOperation>.read)
    var operation: [ChoiceWord<ControlPlaneOperation>] = []

    @OptionGroup var output: TableOutputArguments

    func run() throws {
        let situation = ControlPlaneSituation(
            mode: mode.value, link: link?.value, daysSinceSync: daysSinceSync, localControl: localControl.value)
        let resolved = try ProfileFile.resolved(profile, among: ControlPlaneProfile.builtIn)
        let document: OperationsDocument
        do throws(ProfileError) {
            document = OperationsDocument(
                try DecisionTable(situation, by: resolved), only: operation.map(\.value), resolved.name,
                try situation.clocks(by: resolved), try situation.findings(by: resolved))
        } catch { throw ReportedError("--profile \(profile): \(error)") }
        try output.write(document, schema: OperationsDocument.schema, text: document.text(), table: document.table())
        guard !operation.isEmpty else { return }
        let found = Set(document.operations.map(\.availability))
        if found.contains(.unavailable) || found.contains(.degraded) { throw Ended(status: .requirementNotMet) }
        if found.contains(.unknown) { throw Ended(status: .undetermined) }
    }
}
#endif
