#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HostTopology
import RDMAModel
import RDMAProbe
import Reports

/// `rdmaprobe capture FILE`
struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Copies what this host tells of its RDMA devices into an archive.",
        usage: "rdmaprobe capture <file> [<options>]",
        discussion: """
            The archive (tar) holds the files of /sys and /proc that `devices` and `counters` read, the links on the \
            way to them, and what netlink, verbs and network drivers answered; nothing else. Unpacked, \
            `rdmaprobe devices --root capture` tells of it what it tells here. Needs no privileges.
            """)

    @Argument(help: "The archive to write, such as node1.tar.")
    var file: String

    @Flag(help: "Replace names of hosts, GUIDs, hardware and IP addresses, each always by the same.")
    var scrub = false

    @OptionGroup var source: RootArgument

    func validate() throws {
        guard !file.isEmpty else { throw ValidationError("<file> is empty: name the archive, such as node1.tar") }
    }

    func run() throws {
        let root = try source.checkedRoot()
        try AtomicFile.check(file)
        let capture = HostCapture.take(at: root, scrubbing: scrub, takenUnixSeconds: Terminal.unixSeconds)
        try AtomicFile.write(bytes: capture.archive, to: file)
        try Written.write(to: nil) { style, columns in
            captureText(
                capture.account, file: file, bytes: UInt64(capture.archive.count), style: style, columns: columns)
        }
        throw Ended(status: capture.account.holdsDevices ? .requirementMet : .undetermined)
    }
}
#endif
