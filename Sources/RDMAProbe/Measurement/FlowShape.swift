import RDMAModel

/// How a flow is cut into messages under way: both ends must go by the same, so the client tells the server.
struct FlowShape: Sendable, Hashable, Codable {
    /// Messages that may be under way on a queue pair.
    var window: Int
    /// Messages that a credit of a receiver, or a read behind writes, stands for.
    var group: Int

    /// What is under way altogether: enough for the fastest links (400 Gbit/s over 40 µs are 2 MB) and little enough
    /// to come to an end within a second or two on software over an emulated wire (3 MB/s).
    static let bytesUnderWay: UInt64 = 2 << 20
    static let largestWindow = 128
    /// Queue pairs of a session beside its first one.
    static let queuePairLimit = 32

    /// Messages, reads behind them, and credits.
    static var sendDepth: Int { 2 * largestWindow + 8 }
    static var receiveDepth: Int { largestWindow + 32 }

    /// Of so many messages of one queue pair the last one alone is told complete, and answers for those before it: the
    /// adapter has less to tell, and the next ones are posted together.
    var stride: Int { max(1, window / 4) }

    init(window: Int, group: Int) {
        self.window = window
        self.group = group
    }

    /// The shape for messages of a size over a number of queue pairs.
    init(sizeBytes: UInt64, queuePairs: Int) {
        let pairs = UInt64(max(1, queuePairs))
        let fitting = FlowShape.bytesUnderWay / pairs / max(1, min(sizeBytes, FlowShape.bytesUnderWay))
        window = min(max(Int(fitting), queuePairs == 1 ? 2 : 1), FlowShape.largestWindow)
        group = max(1, window / 2)
    }

    /// Receives that must be posted where messages or credits of this shape arrive.
    var receives: Int { window + window / max(1, group) + 2 }

    /// Whether queues of this program can hold it; a peer may say anything.
    var isUsable: Bool {
        (1...FlowShape.largestWindow).contains(window) && (1...window).contains(group)
            && receives <= FlowShape.receiveDepth
    }
}

extension ProbePlan {
    /// Whether queue pairs beside the first one are needed.
    var hasFlows: Bool { bandwidth != nil || load != nil }

    /// How many of them.
    var flowQueuePairs: Int { max(bandwidth?.queuePairs ?? 0, load?.queuePairs ?? 0) }

    /// The largest message of a flow.
    var largestFlowBytes: UInt64 { max(bandwidth?.sizesBytes.max() ?? 0, load?.sizeBytes ?? 0) }

    /// Whether an operation is part of a flow.
    func flows(_ operation: Operation) -> Bool {
        bandwidth?.operations.contains(operation) == true || (operation == .write && load != nil)
    }

    /// Whether the far end posts, too.
    var flowsBothWays: Bool { bandwidth?.directions.contains(.bothWays) == true }
}
