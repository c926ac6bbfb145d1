#if Tools
package import ArgumentParser
import ClusterCore
import Reports

/// How a tool of the suite runs from its arguments to its exit status.
package enum CommandRun {
    /// Parses the process's arguments, runs the command that they name and ends the process.
    ///
    /// Help and versions go to standard output; a wrong call or unreadable input is told on standard error, and with
    /// `--format json`, `sarif` or `junit` as a document too, so that whoever reads the output always finds one: as an
    /// error, a failed run, or a case in error.
    package static func main(_ root: (some ParsableCommand).Type) -> Never {
        Terminal.holdStandardStreams()
        Terminal.ignoreBrokenPipes()
        Terminal.ignoreFileLimits()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try checkCommand(arguments.first, root)
            var command = try root.parseAsRoot(arguments)
            try command.run()
            Terminal.exit(0)
        } catch let ended as Ended {
            Terminal.exit(ended.status.rawValue)
        } catch {
            finish(error, root, arguments: arguments)
        }
    }

    private static func name(of root: (some ParsableCommand).Type) -> String { root.configuration.commandName ?? "" }

    /// The parser takes a command that there is not for an argument too many.
    private static func checkCommand(_ word: String?, _ root: (some ParsableCommand).Type) throws {
        guard let word, !word.hasPrefix("-"), word != "help" else { return }
        let names = root.configuration.subcommands.compactMap { $0.configuration.commandName }
        guard !names.contains(word) else { return }
        throw ReportedError(
            "there is no command \"\(printable(word))\"; choose among \(names.joined(separator: ", ")), "
                + "and see \(name(of: root)) --help")
    }

    private static func finish(_ error: any Error, _ root: (some ParsableCommand).Type, arguments: [String]) -> Never {
        if root.exitCode(for: error).isSuccess {
            Terminal.write(root.fullMessage(for: error) + "\n", to: .output)
            Terminal.exit(0)
        }
        let name = name(of: root)
        // What a user or a file said may stand in it, and must not move the cursor.
        let reported = (error as? ReportedError).map { error in
            "\(name): \(error)".split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
                .joined(separator: "\n")
        }
        Terminal.write((reported ?? root.fullMessage(for: error)) + "\n", to: .diagnostics)
        let message = reported ?? root.message(for: error)
        let hasAnswered = (error as? ReportedError)?.followsAnswer == true
        switch hasAnswered ? nil : format(in: arguments) {
        case "json": Terminal.write(ErrorDocument(message: message).text(of: name), to: .output)
        case "sarif":
            var log = SARIFDocument(
                tool: name, version: root.configuration.version, file: "", rules: [], findings: [])
            log.failure = message
            Terminal.write((try? log.text) ?? "", to: .output)
        case "junit":
            var suite = JUnitDocument(name: name)
            suite.add(.init(name: "run", group: name, outcome: .error(message)))
            Terminal.write(suite.text, to: .output)
        default: break
        }
        Terminal.exit(ExitStatus.usage.rawValue)
    }

    /// The form that was asked for, as far as a call that may be wrong tells it.
    private static func format(in arguments: [String]) -> String? {
        for (index, word) in arguments.enumerated() {
            if word.hasPrefix("--format=") { return String(word.dropFirst("--format=".count)) }
            if word == "--format", index + 1 < arguments.count { return arguments[index + 1] }
        }
        return nil
    }
}
#endif
