import Foundation
import TestSupport
import Testing

/// What `--help` says, line by line.
@Suite struct `Help` {
    static let commands = [
        [], ["test"], ["serve"], ["selftest"], ["devices"], ["counters"], ["capture"], ["compare"], ["explain"],
    ]

    @Test(arguments: commands) func `help is as recorded, within 80 columns, on standard output`(command: [String])
        throws
    {
        let outcome = try Executable.run(command + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.diagnostics.isEmpty)
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        assertSnapshot(outcome.output, named: "help\(command.map { "-" + $0 }.joined()).txt")
    }

    @Test(arguments: commands) func `help says the same in its other spellings`(command: [String]) throws {
        let help = try Executable.run(command + ["--help"]).output
        #expect(try Executable.run(command + ["-h"]).output == help)
        #expect(try Executable.run(["help"] + command).output == help)
        if command.isEmpty { #expect(try Executable.run([]).output == help) }
    }

    @Test func `the version is that of the library`() throws {
        for arguments in [["--version"], ["test", "--version"]] {
            let outcome = try Executable.run(arguments)
            #expect(outcome.status == 0)
            #expect(outcome.output == "0.1.0\n")
        }
    }

    // MARK: Every option

    private struct Dump: Decodable {
        var command: Command

        struct Command: Decodable {
            var commandName: String
            var abstract: String?
            var arguments: [Argument]?
            var subcommands: [Command]?
        }

        struct Argument: Decodable {
            var abstract: String?
            var valueName: String?
        }
    }

    private func walk(_ command: Dump.Command, _ path: String) -> Int {
        let name = path + command.commandName
        #expect(command.abstract?.isEmpty == false, "\(name) says what it does")
        // The parser's own command, which help does not list.
        guard command.commandName != "help" else { return 0 }
        for argument in command.arguments ?? [] {
            #expect(argument.abstract?.isEmpty == false, "\(name): \(argument.valueName ?? "?") says what it is")
        }
        return (command.arguments ?? []).count + (command.subcommands ?? []).reduce(0) { $0 + walk($1, name + " ") }
    }

    @Test func `every option of every command has its help text`() throws {
        let outcome = try Executable.run(["--experimental-dump-help"])
        let dump = try JSONDecoder().decode(Dump.self, from: Data(outcome.output.utf8))
        #expect(dump.command.commandName == "rdmaprobe")
        #expect(Set((dump.command.subcommands ?? []).map(\.commandName)).isSuperset(of: ["test", "serve", "selftest"]))
        #expect(walk(dump.command, "") > 40)
    }
}
