#if Tools
import ArgumentParser
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

    static func main() {
        Terminal.holdStandardStreams()
        Terminal.ignoreBrokenPipes()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try checkCommand(arguments.first)
            var command = try parseAsRoot(arguments)
            try command.run()
        } catch let ended as Ended {
            Terminal.exit(ended.status.rawValue)
        } catch {
            finish(error, arguments: arguments)
        }
    }

    /// The parser takes a command that there is not for an argument too many.
    private static func checkCommand(_ word: String?) throws {
        guard let word, !word.hasPrefix("-"), word != "help" else { return }
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        guard !names.contains(word) else { return }
        throw ReportedError(
            "there is no command \"\(word)\"; choose among \(names.joined(separator: ", ")), and see rdmaprobe --help")
    }

    /// Help and versions go to standard output; a wrong call is told on standard error, and with `--format json` as a
    /// document too, so that whoever reads the output always finds one.
    private static func finish(_ error: any Error, arguments: [String]) -> Never {
        let code = exitCode(for: error)
        if code.isSuccess {
            Terminal.write(fullMessage(for: error) + "\n", to: .output)
            Terminal.exit(0)
        }
        let message = error is ReportedError ? "\(error)" : fullMessage(for: error)
        Terminal.write(message + "\n", to: .diagnostics)
        if asksForJSON(arguments) {
            Terminal.write(ErrorDocument(message: self.message(for: error)).text, to: .output)
        }
        Terminal.exit(ExitStatus.usage.rawValue)
    }

    private static func asksForJSON(_ arguments: [String]) -> Bool {
        arguments.contains("--format=json")
            || zip(arguments, arguments.dropFirst()).contains { $0 == ("--format", "json") }
    }
}

/// The end of a command with a status of its own.
struct Ended: Error {
    let status: ExitStatus
}

/// Unreadable input or a wish that cannot be met, in words for a person: what, where, what to do.
struct ReportedError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = "rdmaprobe: \(description)" }
}
#else
@main
enum RDMAProbeCommand {
    static func main() {
        print("rdmaprobe was built without its trait \"Tools\": build it with the default traits")
    }
}
#endif
