#if Tools
import ArgumentParser
import ConsoleIO
import RDMAModel
import RDMAProbe

/// The tool's entry: its subcommands, and how a run ends.
@main
struct RDMAProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rdmaprobe",
        abstract: "Measures RDMA between two hosts and says whether it is fit for storage traffic.",
        discussion: """
            On one host:    rdmaprobe serve
            On the other:   rdmaprobe test HOST

            Exit status: 0 the requirement is met; 1 measured, and not met; 2 could not be determined; \
            64 wrong usage or unreadable input; 70 a defect; 130 or 143 ended by SIGINT or SIGTERM, after printing \
            what was measured.
            """,
        version: RDMAProbeVersion.current,
        subcommands: [
            TestCommand.self, ServeCommand.self, SelftestCommand.self, DevicesCommand.self, CountersCommand.self,
            CaptureCommand.self, CompareCommand.self, ExplainCommand.self,
        ])

    static func main() { CommandRun.main(self) }
}
#else
@main
enum RDMAProbeCommand {
    static func main() {
        print("rdmaprobe was built without its trait \"Tools\": build it with the default traits")
    }
}
#endif
