#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import HostTopology
import RDMAModel
import RDMAProbe
import Reports

/// `rdmaprobe counters`
struct CountersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "counters",
        abstract: "Shows the counters of this host's RDMA devices, in one language for all vendors.",
        usage: "rdmaprobe counters [<options>]",
        discussion: """
            With --over it reads them twice and says what each rise means; with --watch it does so again and again \
            until Ctrl-C. Counters are the device's: other programs' traffic counts as well. Exit status: 0 read; 2 \
            there is none to read; 130 or 143 after --watch.
            """)

    @Option(help: "Only this device, such as mlx5_0.")
    var device: String?

    @Option(help: "Read twice, this long apart, and show what changed: 500ms, 10s.", transform: DurationWord.read)
    var over: DurationWord?

    @Flag(help: "Show what changed each second (or each --over) until Ctrl-C.")
    var watch = false

    @Flag(
        help:
            "Show counters that stand at 0 or have not changed, and those of the network driver without a meaning, too."
    )
    var all = false

    @OptionGroup var source: RootArgument

    @Option(help: "The form of the result: text or json.")
    var format: DocumentFormat = .text

    @Option(help: "Write the result to this file, whole or not at all, instead of standard output.")
    var output: String?

    func validate() throws {
        if let over, over.value < .milliseconds(100) || over.value > .seconds(24 * 3600) {
            throw ValidationError("--over: give 100ms to 24h")
        }
        if source.root != nil, watch || over != nil {
            throw ValidationError("--root: a captured tree does not change; leave out --watch and --over")
        }
        if watch, format == .json || output != nil {
            throw ValidationError("--watch: never ends, and so gives no document; use --over 10s")
        }
    }

    func run() throws {
        let root = try source.checkedRoot()
        let reader = CounterReader(at: root)
        let before = read(reader)
        if let device, before.isEmpty,
            !(RDMADevice.all(at: root, readsGIDs: false) ?? []).contains(where: { $0.name == device })
        {
            throw ReportedError("--device \(device): there is no such RDMA device; see rdmaprobe devices")
        }
        let cancellation = Cancellation()
        if watch || over != nil { Signals.route(to: cancellation) }
        if watch, !before.isEmpty { return try observe(reader, before, cancellation) }
        var document = CounterDocument(
            tool: .init(name: "rdmaprobe", version: RDMAProbeVersion.current),
            hostName: root.text(of: "proc/sys/kernel/hostname"), captured: root != .live)
        if let over {
            document.durationNanoseconds = pause(reader.interval(over.value, between: before), cancellation)
            document.counters = CounterChange.between(before, read(reader))
        } else {
            document.counters = CounterChange.between([], before)
        }
        document.explain(software: software(at: root))
        switch format {
        case .json: try Written.write(try JSONDocument.encode(document, schema: CounterDocument.schema), to: output)
        case .text:
            try Written.write(to: output) { style, columns in
                countersText(document, all: all, style: style, columns: columns)
            }
        }
        if let reason = cancellation.reason {
            throw Ended(status: reason == .terminate ? .terminated : .interrupted)
        }
        throw Ended(status: document.counters.isEmpty ? .undetermined : .requirementMet)
    }

    private func read(_ reader: CounterReader) -> [CounterValue] {
        reader.readAll(everything: all).filter { device == nil || $0.device == device }
    }

    /// Whether every device that is looked at is software; `nil` where there is none, or nothing tells.
    private func software(at root: HostRoot) -> Bool? {
        let devices = (RDMADevice.all(at: root, readsGIDs: false) ?? []).filter { device == nil || $0.name == device }
        if devices.contains(where: { $0.isSoftware == false }) { return false }
        return devices.isEmpty || devices.contains { $0.isSoftware == nil } ? nil : true
    }

    /// Waits, but not beyond a request to stop.
    /// - Returns: how long it was.
    private func pause(_ time: Duration, _ cancellation: Cancellation) -> UInt64 { cancellation.wait(for: time) }

    private func observe(_ reader: CounterReader, _ first: [CounterValue], _ cancellation: Cancellation) throws {
        var before = first
        let host = ComponentIdentifier(rawValue: "")
        while !cancellation.isCancelled {
            _ = pause(reader.interval((over ?? DurationWord(.seconds(1))).value, between: before), cancellation)
            let after = read(reader)
            let changes = CounterChange.between(before, after)
            before = after
            let findings = changes.findings(host: host, software: nil)
            for line in watchLines(changes, findings) {
                let code = Terminal.write(line + "\n", to: .output)
                if Terminal.isReaderGone(code) { throw Ended(status: .requirementMet) }
            }
        }
        throw Ended(status: cancellation.reason == .terminate ? .terminated : .interrupted)
    }
}
#endif
