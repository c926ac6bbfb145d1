#if Tools
import ArgumentParser
import ConsoleIO
import HealthHost
import HealthModel
import HostTopology

/// Which host, and which files of other programs.
struct HealthHostArguments: ParsableArguments {
    @Option(help: "A captured tree that holds sys/ and proc/, in place of the live host.", completion: .directory)
    var root: String?

    @Option(help: "The node's name. (default: the host's)")
    var node: String?

    @Option(
        parsing: .upToNextOption, help: "Reports of smartctl --json about this node's drives.", completion: .file())
    var smartctl: [String] = []

    @Option(parsing: .upToNextOption, help: "Reports of rdmaprobe test --format json.", completion: .file())
    var rdmaprobe: [String] = []

    @Option(help: "An export of journalctl -o json, or of Windows events in XML.", completion: .file())
    var log: String?

    @Option(parsing: .upToNextOption, help: "Exposition text of Prometheus or OpenMetrics.", completion: .file())
    var exposition: [String] = []

    /// The most files of other programs.
    private static let fileLimit = 1000

    /// What reads the host. A file that cannot be read now is refused; one that cannot be read later is a problem then.
    func recorder() throws -> HostRecorder {
        let root = root.map { HostRoot(path: $0) } ?? .live
        let name = node ?? root.text(of: "proc/sys/kernel/hostname") ?? "localhost"
        let files =
            smartctl.map { HealthFile(.smartctl, path: $0) } + rdmaprobe.map { HealthFile(.rdmaprobe, path: $0) }
            + [log].compactMap { $0 }.map { HealthFile(.log, path: $0) }
            + exposition.map { HealthFile(.exposition, path: $0) }
        guard files.count <= HealthHostArguments.fileLimit else {
            throw ReportedError("\(files.count) files are too many; name at most \(HealthHostArguments.fileLimit)")
        }
        for file in files {
            do throws(SignalError) { try file.check(node: name) } catch {
                throw ReportedError("--\(file.kind.rawValue) \(error)")
            }
        }
        return HostRecorder(root: root, node: name, files: files)
    }
}
#endif
