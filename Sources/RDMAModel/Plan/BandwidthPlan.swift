/// Which ends send payload at the same time.
public enum FlowDirection: String, Sendable, Hashable, Codable, CaseIterable {
    /// The end that measures posts the operations, the other one serves them.
    case oneWay = "one_way"
    /// Both ends post the same operations at the same time.
    case bothWays = "both_ways"
}

/// What a probe is going to measure of bandwidth: every operation in every direction at every size.
public struct BandwidthPlan: Sendable, Hashable, Codable {
    /// The operations, in the order in which they are measured: send, write, read.
    public var operations: [Operation]
    /// Which ends post, in the order in which it is measured.
    public var directions: [FlowDirection]
    /// Message sizes in bytes, in the order in which they are measured.
    public var sizesBytes: [UInt64]
    /// Queue pairs that a flow is spread over.
    public var queuePairs: Int
    /// For how long messages are posted; what is under way then is still waited for.
    public var durationNanoseconds: UInt64

    private enum CodingKeys: String, CodingKey {
        case operations, directions
        case sizesBytes = "sizes_bytes"
        case queuePairs = "queue_pairs"
        case durationNanoseconds = "duration_ns"
    }

    public init(
        operations: [Operation], directions: [FlowDirection] = [.oneWay], sizesBytes: [UInt64] = [65536],
        queuePairs: Int = 1, durationNanoseconds: UInt64 = 5_000_000_000
    ) {
        self.operations = operations
        self.directions = directions
        self.sizesBytes = sizesBytes
        self.queuePairs = queuePairs
        self.durationNanoseconds = durationNanoseconds
    }

    /// One operation in one direction at one size.
    public struct Cell: Sendable, Hashable, Codable {
        public var operation: Operation
        public var direction: FlowDirection
        public var sizeBytes: UInt64

        private enum CodingKeys: String, CodingKey {
            case operation, direction
            case sizeBytes = "size_bytes"
        }

        public init(operation: Operation, direction: FlowDirection, sizeBytes: UInt64) {
            self.operation = operation
            self.direction = direction
            self.sizeBytes = sizeBytes
        }
    }

    /// The cells in the order in which they are measured.
    public var cells: [Cell] {
        operations.flatMap { operation in
            directions.flatMap { direction in
                sizesBytes.map { Cell(operation: operation, direction: direction, sizeBytes: $0) }
            }
        }
    }
}

/// A flow that runs beside the latency cells when they are measured under load.
public struct LoadPlan: Sendable, Hashable, Codable {
    /// What the flow does.
    public var kind: Load
    /// The size of its messages in bytes.
    public var sizeBytes: UInt64
    /// Queue pairs that it is spread over, none of which the latency is measured on.
    public var queuePairs: Int

    private enum CodingKeys: String, CodingKey {
        case kind
        case sizeBytes = "size_bytes"
        case queuePairs = "queue_pairs"
    }

    public init(kind: Load = .writeFlow, sizeBytes: UInt64 = 65536, queuePairs: Int = 1) {
        self.kind = kind
        self.sizeBytes = sizeBytes
        self.queuePairs = queuePairs
    }
}
