#if Tools
import ArgumentParser
import ClusterCore
import RDMAModel
import RDMAProbe

/// What to measure and from where: shared by `test` and `selftest`.
struct MeasurementArguments: ParsableArguments {
    @Option(help: "Operations to measure, with commas: send, write, read.")
    var operations: ListArgument<OperationArgument> = .init([.send, .write, .read])

    @Option(help: "Payload sizes, with commas: 64, 4Ki, 64KiB, 1MB.")
    var sizes: ListArgument<SizeArgument> = .init([64, 4096, 65536, 524_288])

    @Option(help: "Which way the payload goes: request (once, as in storage) or echo (both ways, as perftest does).")
    var pattern: PatternArgument = .request

    @Option(help: "A cell (one operation at one size) ends after this many samples …")
    var count: UInt64 = 100_000

    @Option(help: "… or after this time, whichever comes first: 500ms, 10s, 5m.")
    var duration: DurationArgument = .init(.seconds(5))

    @Option(help: "An operation that has not completed after this time is lost.")
    var operationTimeout: DurationArgument = .init(.seconds(5))

    @Option(help: "Time for each step of the connection.")
    var connectTimeout: DurationArgument = .init(.seconds(5))

    @Option(help: "The local RDMA device, such as mlx5_0 (default: the one on the route to the peer).")
    var device: String?

    @Option(help: "The local address to measure from.")
    var source: AddressArgument?

    @Option(help: "The port of the peer's control connection; its RDMA port is the next one.")
    var port: UInt16 = ProbeOptions.defaultPort

    @Option(help: "How to wait for completions: poll, event, or auto (poll where a processor is to spare).")
    var completions: CompletionArgument = .auto

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
        guard sizes.values.count <= 64 else { throw ValidationError("--sizes: at most 64 sizes") }
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
                cellDurationNanoseconds: try duration.nanoseconds(),
                warmup: min(100, count), operationTimeoutNanoseconds: try operationTimeout.nanoseconds()),
            device: device, source: source?.value, completionWait: completions.value,
            stepTime: connectTimeout.value)
    }
}

// MARK: Values as they are typed

/// Values with commas between them.
struct ListArgument<Element: ExpressibleByArgument & Sendable>: ExpressibleByArgument, Sendable {
    let values: [Element]

    init(_ values: [Element]) { self.values = values }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let values = parts.compactMap { Element(argument: String($0)) }
        guard !values.isEmpty, values.count == parts.count else { return nil }
        self.values = values
    }

    var defaultValueDescription: String { values.map(\.defaultValueDescription).joined(separator: ",") }
}

struct OperationArgument: ExpressibleByArgument, Sendable {
    let value: RDMAModel.Operation
    static let send = OperationArgument(value: .send)
    static let write = OperationArgument(value: .write)
    static let read = OperationArgument(value: .read)

    init(value: RDMAModel.Operation) { self.value = value }

    init?(argument: String) {
        guard let value = RDMAModel.Operation(rawValue: argument) else { return nil }
        self.value = value
    }

    var defaultValueDescription: String { value.rawValue }
}

struct SizeArgument: ExpressibleByArgument, ExpressibleByIntegerLiteral, Sendable {
    let bytes: UInt64

    init(integerLiteral value: UInt64) { bytes = value }

    init?(argument: String) {
        guard let size = try? ByteCount(parsing: argument), size.bytes > 0, size.bytes <= 1 << 30 else { return nil }
        bytes = size.bytes
    }

    var defaultValueDescription: String { bytes.isMultiple(of: 1024) ? "\(bytes / 1024)Ki" : "\(bytes)" }
}

enum PatternArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case request, echo
    var value: Pattern { self == .request ? .request : .echo }
}

enum CompletionArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto, poll, event
    var value: CompletionWait? { CompletionWait(rawValue: rawValue) }
}

struct DurationArgument: ExpressibleByArgument, Sendable {
    let value: Duration

    init(_ value: Duration) { self.value = value }

    init?(argument: String) {
        guard let value = try? Duration(parsing: argument) else { return nil }
        self.value = value
    }

    func nanoseconds() throws -> UInt64 {
        let (seconds, attoseconds) = value.components
        return UInt64(clamping: seconds) * 1_000_000_000 + UInt64(clamping: attoseconds / 1_000_000_000)
    }

    var defaultValueDescription: String { "\(value.components.seconds)s" }
}

struct AddressArgument: ExpressibleByArgument, Sendable {
    let value: IPAddress

    init?(argument: String) {
        guard let value = try? IPAddress(parsing: argument) else { return nil }
        self.value = value
    }
}
#endif
