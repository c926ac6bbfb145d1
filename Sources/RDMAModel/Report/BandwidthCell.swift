public import ClusterCore

/// What was measured of one flow: an operation in one direction at one size. Measured both ways, each way is a flow with
/// a cell of its own.
public struct BandwidthCell: Sendable, Hashable, Codable {
    public var operation: Operation
    /// Whether the other end posted the same at the same time.
    public var direction: FlowDirection
    /// The end that posted the operations. A read brings the payload to it, a send and a write take it away.
    public var postedBy: PostingEnd
    public var sizeBytes: UInt64
    public var queuePairs: Int
    /// From the first post until the last completion.
    public var durationNanoseconds: UInt64
    /// Messages that completed: for a send those that the far program received, for a write or a read those that the
    /// far adapter answered.
    public var messages: UInt64
    @Explicit public var meanBitsPerSecond: UInt64?
    @Explicit public var lowestSecondBitsPerSecond: UInt64?
    @Explicit public var longestStallNanoseconds: UInt64?
    @Explicit public var messagesPerSecond: Double?
    /// What the flow cost both ends.
    public var cpuShare: ProcessorUse

    private enum CodingKeys: String, CodingKey {
        case operation, direction, messages
        case postedBy = "posted_by"
        case sizeBytes = "size_bytes"
        case queuePairs = "queue_pairs"
        case durationNanoseconds = "duration_ns"
        case meanBitsPerSecond = "mean_bits_per_second"
        case lowestSecondBitsPerSecond = "lowest_second_bits_per_second"
        case longestStallNanoseconds = "longest_stall_ns"
        case messagesPerSecond = "messages_per_second"
        case cpuShare = "cpu_share"
    }

    public init(
        cell: BandwidthPlan.Cell, postedBy: PostingEnd, queuePairs: Int, figures: FlowFigures, cpuShare: ProcessorUse
    ) {
        operation = cell.operation
        direction = cell.direction
        self.postedBy = postedBy
        sizeBytes = cell.sizeBytes
        self.queuePairs = queuePairs
        durationNanoseconds = figures.durationNanoseconds
        messages = figures.messages
        meanBitsPerSecond = figures.meanBitsPerSecond
        lowestSecondBitsPerSecond = figures.lowestSecondBitsPerSecond
        longestStallNanoseconds = figures.longestStallNanoseconds
        messagesPerSecond = figures.messagesPerSecond
        self.cpuShare = cpuShare
    }

    /// An end of a flow.
    public enum PostingEnd: String, Sendable, Hashable, Codable, CaseIterable {
        /// The end that wrote the report.
        case host
        /// The far end.
        case peer
    }

    /// Processor time of the threads that ran the flow, user and kernel, divided by the time that it took: 1 is a
    /// processor that did nothing else. What the kernel does for software RDMA outside of these threads is not in it.
    public struct ProcessorUse: Sendable, Hashable, Codable {
        /// Of the end that wrote the report; `nil` where it is not known.
        @Explicit public var host: Double?
        /// Of the far end; `nil` where it is not known.
        @Explicit public var peer: Double?

        public init(host: Double?, peer: Double?) {
            self.host = host
            self.peer = peer
        }
    }
}

extension BandwidthPlan.Cell {
    /// The cell in words: `write 64 KiB flow`, `send 4 KiB flow both ways`.
    public var words: String {
        let size = ByteCount(bytes: sizeBytes).binaryText
        return "\(operation.rawValue) \(size.isExact ? size.text : "\(sizeBytes) B") flow"
            + (direction == .bothWays ? " both ways" : "")
    }
}
