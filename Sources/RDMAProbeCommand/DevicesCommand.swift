#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HostTopology
import RDMAModel
import RDMAProbe
import Reports

/// `rdmaprobe devices`
struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        abstract: "Lists this host's RDMA devices, and all that decides how they can be used.",
        usage: "rdmaprobe devices [<options>]",
        discussion: """
            For every device and port: adapter, driver, firmware, PCIe link, NUMA node, transport, state, rate, MTU, \
            network interface, GIDs and which of them would be used and why, limits. Needs no privileges and changes \
            nothing. Exit status: 0 there is a device; 2 there is none, or it cannot be told.
            """)

    @OptionGroup var source: RootArgument

    @Option(help: "The kind of address that the peer is reached by, for the choice of the GID: any, ipv4 or ipv6.")
    var family: FamilyArgument = .any

    @Option(help: "The form of the list: text or json.")
    var format: DocumentFormat = .text

    @Option(help: "Write the list to this file, whole or not at all, instead of standard output.")
    var output: String?

    func run() throws {
        let root = try source.checkedRoot()
        let inventory = DeviceInventory.read(at: root, family: family.value)
        switch format {
        case .json: try Written.write(try JSONDocument.encode(inventory, schema: DeviceInventory.schema), to: output)
        case .text:
            try Written.write(to: output) { style, columns in devicesText(inventory, style: style, columns: columns) }
        }
        throw Ended(status: inventory.devices?.isEmpty == false ? .requirementMet : .undetermined)
    }
}

/// Where a host is read from: shared by the commands that look at one.
struct RootArgument: ParsableArguments {
    @Option(help: "Read a captured tree, a folder that holds sys/ and proc/, instead of this host.")
    var root: String?

    /// The tree, or this host.
    func checkedRoot() throws -> HostRoot {
        guard let root else { return .live }
        let tree = HostRoot(path: root.hasPrefix("/") ? root : HostRoot.live.absolute("proc/self/cwd/\(root)"))
        guard tree.names(in: "sys") != nil else {
            throw ReportedError(
                "--root \(root): no folder that holds sys/; unpack what `rdmaprobe capture` wrote and name the folder")
        }
        return tree
    }
}

/// The forms of what is listed.
enum DocumentFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

enum FamilyArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case any, ipv4, ipv6
    var value: GIDChoice.Family? { GIDChoice.Family(rawValue: rawValue) }
}

/// A result on its way to a file or to standard output.
enum Written {
    static func write(_ text: String, to path: String?) throws {
        if let path { return try AtomicFile.write(text, to: path) }
        // Whoever reads only the beginning (`| head`) has what he wants.
        let code = Terminal.write(text, to: .output)
        guard code == 0 || Terminal.isReaderGone(code) else {
            throw ReportedError("cannot write to standard output: \(Terminal.words(for: code))")
        }
    }

    /// Writes a text for people, as wide and as coloured as what it goes to.
    static func write(to path: String?, _ text: (TextStyle, Int) -> String) throws {
        let style = TextStyle(colour: path == nil && Terminal.wantsColour(.output))
        try write(text(style, path == nil ? Terminal.columns(of: .output) : 80), to: path)
    }
}
#endif
