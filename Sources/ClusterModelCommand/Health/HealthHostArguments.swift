#if Tools
import ArgumentParser
import ConsoleIO
import HealthHost
import HostTopology

/// Which host.
struct HealthHostArguments: ParsableArguments {
    @Option(help: "A captured tree that holds sys/ and proc/, in place of the live host.", completion: .directory)
    var root: String?

    @Option(help: "The node's name. (default: the host's)")
    var node: String?

    func recorder() -> HostRecorder {
        let root = root.map { HostRoot(path: $0) } ?? .live
        let name = node ?? root.text(of: "proc/sys/kernel/hostname") ?? "localhost"
        return HostRecorder(root: root, node: name)
    }
}
#endif
