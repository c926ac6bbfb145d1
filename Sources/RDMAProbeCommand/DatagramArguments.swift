#if Tools
import ArgumentParser
import ConsoleIO
import RDMAModel
import RDMAProbe

/// What unreliable datagrams to measure: shared by `test` and `selftest`.
struct DatagramArguments: ParsableArguments {
    private static let halfASecond = DurationWord(.milliseconds(500))

    @Option(
        help: """
            Measure unreliable datagrams (UD), too, of these sizes, such as 64,1Ki: latency, and how many are lost. One is \
            a packet: at most the RDMA MTU.
            """,
        transform: WordList<SizeWord>.read)
    var datagrams: WordList<SizeWord>?

    @Option(
        help: "A datagram without an answer after this time is lost. (default: \(halfASecond))",
        transform: DurationWord.read)
    var datagramTimeout: DurationWord?

    private var timeout: DurationWord { datagramTimeout ?? DatagramArguments.halfASecond }

    func validate() throws {
        guard let datagrams else {
            guard datagramTimeout == nil else {
                throw ValidationError(
                    "--datagram-timeout: says nothing without --datagrams; name sizes, as in --datagrams 64")
            }
            return
        }
        guard datagrams.values.count <= 64 else { throw ValidationError("--datagrams: at most 64 sizes") }
        if let size = datagrams.values.first(where: { $0.bytes < DatagramPlan.smallestBytes || $0.bytes > 65_536 }) {
            throw ValidationError("--datagrams \(size): a datagram has 16 bytes to 64 KiB, and at most the RDMA MTU")
        }
        guard Set(datagrams.values.map(\.bytes)).count == datagrams.values.count else {
            throw ValidationError("--datagrams: names a size twice")
        }
        guard timeout.value > .zero, timeout.value <= .seconds(60) else {
            throw ValidationError("--datagram-timeout: must be longer than nothing and at most 1m; try 500ms")
        }
    }

    /// The datagrams of a plan.
    var plan: DatagramPlan? {
        datagrams.map {
            DatagramPlan(sizesBytes: $0.values.map(\.bytes), timeoutNanoseconds: timeout.nanoseconds)
        }
    }
}
#endif
