public import ClusterCore

/// An RDMA operation whose latency is measured.
public enum Operation: String, Sendable, Hashable, Codable, CaseIterable {
    /// A send that the far end's processor receives and answers.
    case send
    /// An RDMA write, acknowledged by the far end's adapter.
    case write
    /// An RDMA read, answered by the far end's adapter.
    case read
    /// An atomic compare and swap of eight bytes in the far end's memory, answered by its adapter with what was there.
    /// Not every adapter has it, and iWARP has none.
    case compareAndSwap = "compare_and_swap"

    /// Those of storage, which every adapter with reliable connections has.
    public static let storage: [Operation] = [.send, .write, .read]

    /// The size that the operation has whatever the plan says, in bytes; `nil` for those of the plan's sizes.
    public var fixedSizeBytes: UInt64? { self == .compareAndSwap ? 8 : nil }

    /// Whether the payload can cross the wire both ways.
    public var hasEcho: Bool { self == .send || self == .write }
}

/// Which way the payload crosses the wire.
public enum Pattern: String, Sendable, Hashable, Codable, CaseIterable {
    /// The payload crosses once, as in a storage request; the answer is small.
    case request
    /// The payload crosses both ways, as in perftest's ping-pong; the whole round trip is counted.
    case echo
}

/// What else is on the wire while a latency is measured.
public enum Load: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing of ours.
    case idle
    /// RDMA writes from the end that measures, as many as the path takes, on queue pairs of their own.
    case writeFlow = "write_flow"
}

/// What a probe is going to measure, as agreed between both ends.
public struct ProbePlan: Sendable, Hashable, Codable {
    /// The operations, in the order in which they are measured.
    public var operations: [Operation]
    /// Which way the payload crosses the wire.
    public var pattern: Pattern
    /// Payload sizes in bytes, in the order in which they are measured.
    public var sizesBytes: [UInt64]
    /// A cell ends after this many samples …
    public var count: UInt64
    /// … or after this time, whichever comes first; `nil` is no limit of time.
    @Explicit public var cellDurationNanoseconds: UInt64?
    /// Operations before each cell that are not counted.
    public var warmup: UInt64
    /// An operation that has not completed after this time is lost.
    public var operationTimeoutNanoseconds: UInt64
    /// The load under which every cell is measured once more; `nil` measures them idle only.
    @Explicit public var load: LoadPlan?
    /// Messages of each operation and size of which every byte is compared before anything is measured; `nil` compares
    /// none.
    @Explicit public var verifiedMessages: UInt64?
    /// The bandwidth to measure after the latency; `nil` measures none.
    @Explicit public var bandwidth: BandwidthPlan?
    /// The unreliable datagrams to measure after the latency; `nil` measures none.
    @Explicit public var datagrams: DatagramPlan?

    private enum CodingKeys: String, CodingKey {
        case operations, pattern, count, warmup, load, bandwidth, datagrams
        case sizesBytes = "sizes_bytes"
        case verifiedMessages = "verified_messages"
        case cellDurationNanoseconds = "cell_duration_ns"
        case operationTimeoutNanoseconds = "operation_timeout_ns"
    }

    public init(
        operations: [Operation] = Operation.storage, pattern: Pattern = .request,
        sizesBytes: [UInt64] = [64, 4096, 65536, 524_288], count: UInt64 = 10_000,
        cellDurationNanoseconds: UInt64? = 5_000_000_000, warmup: UInt64 = 100,
        operationTimeoutNanoseconds: UInt64 = 5_000_000_000, load: LoadPlan? = nil, bandwidth: BandwidthPlan? = nil,
        verifiedMessages: UInt64? = nil, datagrams: DatagramPlan? = nil
    ) {
        self.operations = operations
        self.pattern = pattern
        self.sizesBytes = sizesBytes
        self.count = count
        self.cellDurationNanoseconds = cellDurationNanoseconds
        self.warmup = warmup
        self.operationTimeoutNanoseconds = operationTimeoutNanoseconds
        self.load = load
        self.bandwidth = bandwidth
        self.verifiedMessages = verifiedMessages
        self.datagrams = datagrams
    }
}

extension ProbePlan {
    /// One operation at one size, idle or under load: the unit that is measured and reported.
    public struct Cell: Sendable, Hashable, Codable {
        public var operation: Operation
        public var pattern: Pattern
        public var sizeBytes: UInt64
        /// What else of ours is on the wire meanwhile.
        public var load: Load

        private enum CodingKeys: String, CodingKey {
            case operation, pattern, load
            case sizeBytes = "size_bytes"
        }

        public init(operation: Operation, pattern: Pattern, sizeBytes: UInt64, load: Load = .idle) {
            self.operation = operation
            self.pattern = pattern
            self.sizeBytes = sizeBytes
            self.load = load
        }

        /// Reads a cell; one that names no load is idle, as every cell was before there were loads.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            operation = try container.decode(Operation.self, forKey: .operation)
            pattern = try container.decode(Pattern.self, forKey: .pattern)
            sizeBytes = try container.decode(UInt64.self, forKey: .sizeBytes)
            load = try container.decodeIfPresent(Load.self, forKey: .load) ?? .idle
        }
    }

    /// The cells in the order in which they are measured: all of them idle, then all of them under the plan's load. A
    /// read and a compare and swap have no echo: their payload crosses once, whatever the pattern of the plan.
    public var cells: [Cell] {
        loads.flatMap { load in
            operations.flatMap { operation in
                sizes(of: operation).map { size in
                    Cell(operation: operation, pattern: pattern(of: operation), sizeBytes: size, load: load)
                }
            }
        }
    }

    /// The sizes at which an operation is measured.
    public func sizes(of operation: Operation) -> [UInt64] { operation.fixedSizeBytes.map { [$0] } ?? sizesBytes }

    /// The pattern with which an operation is measured.
    public func pattern(of operation: Operation) -> Pattern { operation.hasEcho ? pattern : .request }

    /// The loads under which the cells are measured, in order.
    public var loads: [Load] { [.idle] + (load.map { [$0.kind] } ?? []) }
}
