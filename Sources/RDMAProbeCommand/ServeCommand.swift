#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import RDMAModel
import RDMAProbe

/// `rdmaprobe serve`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answers probes from other hosts, one after another and at once, until it is ended.",
        usage: "rdmaprobe serve [<options>]",
        discussion: """
            Listens on the addresses of this host's RDMA interfaces and serves hosts of those interfaces' own \
            subnets, unless told otherwise. Needs no privileges. What it exposes is printed first.
            """)

    @Option(help: "An RDMA address of this host to listen on; may be given several times.", transform: AddressWord.read)
    var listen: [AddressWord] = []

    @Option(help: "The port of the control connection; the RDMA listener has the next one.")
    var port: UInt16 = ProbeOptions.defaultPort

    @Option(
        parsing: .upToNextOption, help: "Networks whose hosts are served, instead of the interfaces' own.",
        transform: SubnetWord.read)
    var allow: [SubnetWord] = []

    @Flag(help: "Serve hosts of every network; lets --listen name 0.0.0.0 and ::.")
    var any = false

    @Option(help: "Sessions at once.")
    var sessions: Int = 16

    @Option(help: "Sessions at once for one peer.")
    var sessionsPerPeer: Int = 4

    private static let sixteenMebibytes = SizeWord(16_777_216)

    @Option(
        help: "The largest payload that a client may ask for. (default: \(sixteenMebibytes))", transform: SizeWord.read)
    var largest = sixteenMebibytes

    @Option(help: "How to wait for completions: poll, event, or auto (poll where a processor is to spare).")
    var completions: CompletionArgument = .auto

    @Flag(
        inversion: .prefixedNo, help: "Hold each session's thread and memory to the NUMA node of its device.")
    var pinning = true

    func validate() throws {
        guard port > 0, port < UInt16.max else { throw ValidationError("--port \(port): give 1 to 65534") }
        for (name, value) in [("sessions", sessions), ("sessions-per-peer", sessionsPerPeer)] {
            guard (1...1024).contains(value) else { throw ValidationError("--\(name) \(value): give 1 to 1024") }
        }
    }

    func run() throws {
        let cancellation = Cancellation()
        Signals.route(to: cancellation)
        let server: ProbeServer
        do throws(ServerError) {
            server = try ProbeServer(
                ServerConfiguration(
                    listen: listen.map(\.value), port: port, allowed: allow.map(\.value), servesAnyone: any,
                    sessions: sessions, sessionsPerPeer: sessionsPerPeer, largestBytes: largest.bytes,
                    completionWait: completions.value, isPinned: pinning))
        } catch {
            Terminal.write("rdmaprobe serve: \(ServeText.words(for: error))\n", to: .diagnostics)
            throw Ended(status: .undetermined)
        }
        for line in ServeText.lines(for: server.exposures) { Terminal.write(line + "\n", to: .output) }
        let log = ServeLog(
            clock: { Terminal.monotonicSeconds }, write: { Terminal.writeUnlessBlocked($0, to: .output) })
        server.run(until: cancellation) { log.tell($0) }
        log.close()
        switch cancellation.reason {
        case nil: throw Ended(status: .undetermined)
        case .terminate: throw Ended(status: .terminated)
        default: throw Ended(status: .interrupted)
        }
    }
}
#endif
