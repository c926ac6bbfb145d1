public import ClusterCore

/// An RDMA operation whose latency is measured.
public enum Operation: String, Sendable, Hashable, Codable, CaseIterable {
    /// A send that the far end's processor receives and answers.
    case send
    /// An RDMA write, acknowledged by the far end's adapter.
    case write
    /// An RDMA read, answered by the far end's adapter.
    case read
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

    private enum CodingKeys: String, CodingKey {
        case operations, pattern, count, warmup
        case sizesBytes = "sizes_bytes"
        case cellDurationNanoseconds = "cell_duration_ns"
        case operationTimeoutNanoseconds = "operation_timeout_ns"
    }

    public init(
        operations: [Operation] = [.send, .write, .read], pattern: Pattern = .request,
        sizesBytes: [UInt64] = [64, 4096, 65536, 524_288], count: UInt64 = 10_000,
        cellDurationNanoseconds: UInt64? = 5_000_000_000, warmup: UInt64 = 100,
        operationTimeoutNanoseconds: UInt64 = 5_000_000_000
    ) {
        self.operations = operations
        self.pattern = pattern
        self.sizesBytes = sizesBytes
        self.count = count
        self.cellDurationNanoseconds = cellDurationNanoseconds
        self.warmup = warmup
        self.operationTimeoutNanoseconds = operationTimeoutNanoseconds
    }
}

extension ProbePlan {
    /// One operation at one size: the unit that is measured and reported.
    public struct Cell: Sendable, Hashable, Codable {
        public var operation: Operation
        public var pattern: Pattern
        public var sizeBytes: UInt64

        private enum CodingKeys: String, CodingKey {
            case operation, pattern
            case sizeBytes = "size_bytes"
        }

        public init(operation: Operation, pattern: Pattern, sizeBytes: UInt64) {
            self.operation = operation
            self.pattern = pattern
            self.sizeBytes = sizeBytes
        }
    }

    /// The cells in the order in which they are measured. A read has no echo: its payload crosses once, whatever the
    /// pattern of the plan.
    public var cells: [Cell] {
        operations.flatMap { operation in
            sizesBytes.map { size in
                Cell(operation: operation, pattern: operation == .read ? .request : pattern, sizeBytes: size)
            }
        }
    }
}
