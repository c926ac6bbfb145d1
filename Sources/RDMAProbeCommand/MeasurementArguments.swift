#if Tools
import ArgumentParser
import ClusterCore
import ConsoleIO
import RDMAModel
import RDMAProbe

/// What to measure and from where: shared by `test` and `selftest`.
struct MeasurementArguments: ParsableArguments {
    // The parser shows no defaults of values that it does not read itself.
    private static let storageOperations = WordList(RDMAModel.Operation.storage.map { OperationWord($0) })
    private static let storageSizes = WordList([64, 4096, 65536, 524_288].map { SizeWord($0) })
    private static let fiveSeconds = DurationWord(.seconds(5))

    @Option(
        help: """
            Operations to measure, with commas: send, write, read, compare_and_swap (of 8 bytes, where both adapters \
            have it). (default: \(storageOperations))
            """,
        transform: WordList<OperationWord>.read)
    var operations = storageOperations

    @Option(
        help: "Payload sizes, with commas, such as 64,4Ki,64KiB,1MB. (default: \(storageSizes))",
        transform: WordList<SizeWord>.read)
    var sizes = storageSizes

    @Option(help: "Which way the payload goes: request (once, as in storage) or echo (both ways, as perftest does).")
    var pattern: PatternArgument = .request

    @Option(help: "A cell (one operation at one size) ends after this many samples …")
    var count: UInt64 = 100_000

    @Option(
        help: "… or after this time, whichever comes first: 500ms, 10s, 5m. (default: \(fiveSeconds))",
        transform: DurationWord.read)
    var duration = fiveSeconds

    @Option(
        help: "An operation that has not completed after this time is lost. (default: \(fiveSeconds))",
        transform: DurationWord.read)
    var operationTimeout = fiveSeconds

    @Option(
        help: "Time for each step of the connection. (default: \(fiveSeconds))", transform: DurationWord.read)
    var connectTimeout = fiveSeconds

    @OptionGroup var flows: FlowArguments

    @OptionGroup var unreliable: DatagramArguments

    @Option(help: "The local RDMA device, such as mlx5_0 (default: the one on the route to the peer).")
    var device: String?

    @Option(help: "The local address to measure from.", transform: AddressWord.read)
    var source: AddressWord?

    @Option(
        help: """
            Compare every byte of this many messages of each operation and size, before anything is measured, with a \
            pattern that shows shifted, stale, swapped, short and misplaced data.
            """)
    var verify: UInt64?

    @Flag(
        inversion: .prefixedNo,
        help: "Hold the measuring threads and their memory to the NUMA node of the device.")
    var pinning = true

    @Option(help: "The DSCP to send with, 0 to 63 (default: the connection manager's).")
    var dscp: UInt8?

    @Option(help: "The whole traffic class instead: the DSCP in its upper six bits, 0 to 255.")
    var trafficClass: UInt8?

    @Option(help: "The port of the peer's control connection; its RDMA port is the next one.")
    var port: UInt16 = ProbeOptions.defaultPort

    @Option(help: "How to wait for completions: poll, event, or auto (poll where a processor is to spare).")
    var completions: CompletionArgument = .auto

    @Option(
        help: """
            What times the samples: system (CLOCK_MONOTONIC_RAW), counter (the processor's own, held against it), or auto \
            (the counter where the kernel keeps time by it).
            """)
    var clock: ClockArgument = .auto

    func validate() throws {
        guard count > 0 else { throw ValidationError("--count 0: at least one sample is needed; give 1 or more") }
        guard duration.value > .zero else { throw ValidationError("--duration: must be longer than nothing; try 5s") }
        guard duration.value <= .seconds(24 * 3600) else {
            throw ValidationError("--duration: at most 24h a cell")
        }
        for (name, value) in [("operation-timeout", operationTimeout), ("connect-timeout", connectTimeout)] {
            guard value.value > .zero, value.value <= .seconds(600) else {
                throw ValidationError("--\(name): must be longer than nothing and at most 10m; try 5s")
            }
        }
        guard port > 0, port < UInt16.max else { throw ValidationError("--port \(port): give 1 to 65534") }
        if let verify {
            guard (1...10_000).contains(verify) else { throw ValidationError("--verify \(verify): give 1 to 10000") }
        }
        if let dscp {
            guard dscp < 64 else { throw ValidationError("--dscp \(dscp): give 0 to 63") }
            guard trafficClass == nil else {
                throw ValidationError("--dscp and --traffic-class: give one of them; the DSCP is a part of the class")
            }
        }
        guard sizes.values.count <= 64 else { throw ValidationError("--sizes: at most 64 sizes") }
        // A report has one place for each cell, and a collector of metrics refuses a file that says one thing twice.
        guard Set(sizes.values.map(\.bytes)).count == sizes.values.count else {
            throw ValidationError("--sizes: names a size twice")
        }
        guard Set(operations.values.map(\.value)).count == operations.values.count else {
            throw ValidationError("--operations: names an operation twice")
        }
    }

    func options(host: String) throws -> ProbeOptions {
        ProbeOptions(
            host: host, port: port,
            plan: ProbePlan(
                operations: operations.values.map(\.value), pattern: pattern.value,
                sizesBytes: sizes.values.map(\.bytes), count: count,
                cellDurationNanoseconds: duration.nanoseconds,
                warmup: min(100, count), operationTimeoutNanoseconds: operationTimeout.nanoseconds,
                load: flows.loadPlan, bandwidth: flows.plan,
                verifiedMessages: verify, datagrams: unreliable.plan),
            device: device, source: source?.value, completionWait: completions.value,
            stepTime: connectTimeout.value, trafficClass: dscp.map { $0 << 2 } ?? trafficClass, isPinned: pinning,
            sampleClock: clock.value)
    }
}

// MARK: Values as they are typed

/// `send`, `write`, `read` or `compare_and_swap`.
struct OperationWord: WordReadable {
    let value: RDMAModel.Operation
    init(_ value: RDMAModel.Operation) { self.value = value }

    init(word: String) throws {
        guard let value = RDMAModel.Operation(rawValue: word) else {
            let known = RDMAModel.Operation.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no operation \(word): choose among \(known)")
        }
        self.value = value
    }

    var description: String { value.rawValue }
}

/// A payload size.
struct SizeWord: WordReadable {
    let bytes: UInt64
    init(_ bytes: UInt64) { self.bytes = bytes }

    init(word: String) throws {
        let size = try ByteCount(parsing: word)
        guard size.bytes > 0, size.bytes <= 1 << 30 else {
            throw ValidationError("\(word): a payload has 1 byte to 1 GiB")
        }
        bytes = size.bytes
    }

    var description: String {
        let units: [(name: String, worth: UInt64)] = [("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)]
        guard let unit = units.first(where: { bytes > 0 && bytes.isMultiple(of: $0.worth) }) else { return "\(bytes)" }
        return "\(bytes / unit.worth)\(unit.name)"
    }
}

/// A length of time.
struct DurationWord: WordReadable {
    let value: Duration
    init(_ value: Duration) { self.value = value }

    init(word: String) throws { value = try Duration(parsing: word) }

    /// Whole nanoseconds; the arguments' limits keep them within what fits.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = value.components
        let (product, overflow) = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product + UInt64(clamping: attoseconds / 1_000_000_000)
    }

    var description: String {
        let (seconds, attoseconds) = value.components
        return attoseconds == 0 ? "\(seconds)s" : "\(nanoseconds / 1_000_000)ms"
    }
}

/// An IP address.
struct AddressWord: WordReadable {
    let value: IPAddress
    init(word: String) throws { value = try IPAddress(parsing: word) }
    var description: String { value.description }
}

/// A network.
struct SubnetWord: WordReadable {
    let value: Subnet
    init(word: String) throws { value = try Subnet(parsing: word) }
    var description: String { value.description }
}

enum PatternArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case request, echo
    var value: Pattern { self == .request ? .request : .echo }
}

enum CompletionArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto, poll, event
    var value: CompletionWait? { CompletionWait(rawValue: rawValue) }
}

enum ClockArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto, counter, system
    var value: SampleClockChoice { SampleClockChoice(rawValue: rawValue) ?? .automatic }
}
#endif
