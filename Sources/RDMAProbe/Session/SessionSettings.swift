import RDMAModel

/// How long the steps of a session may take, and how the transport is set. Named here and printed by the tool, so that
/// no limit is a secret.
enum SessionSettings {
    /// An acknowledgement is waited for 4.096 µs · 2¹⁷ = 0.54 s; with three retries a dead path shows in about two
    /// seconds. A delay of up to half a second is still measured.
    static let acknowledgementTimeoutExponent: UInt8 = 17
    static let retryCount: UInt8 = 3
    static let rnrRetryCount: UInt8 = 6
    /// 0.64 ms (InfiniBand specification, table 45).
    static let receiverNotReadyTimer: UInt8 = 12
    /// A first message or an answer without payload.
    static let smallMessage = 64
    /// Between the server's welcome and the connection request.
    static let tokenLife = Duration.seconds(10)
    static let helloTime = Duration.seconds(5)
    /// For the answer to a question on the control connection.
    static let answerTime = Duration.seconds(5)
    /// A client says once a second that it is there; the server ends a session of which it hears nothing for so long.
    static let silenceLimit = Duration.seconds(30)
    /// For a peer to show that it is alive while RDMA is not.
    static let aliveTime = Duration.seconds(4)
    /// For one end to accept and the connection to stand.
    static let acceptTime = Duration.seconds(10)
    /// For what is under way of a flow to arrive once nothing more is posted.
    static let drainTime = Duration.seconds(10)
    /// To compare the messages of a cell byte by byte; more of them may be measured less.
    static let comparisonTime = Duration.seconds(20)
    /// To connect one more queue pair.
    static let queuePairTime = Duration.seconds(2)
    /// What a run may take beside its cells.
    static let overhead = Duration.seconds(45)
    /// A cell without a limit of its own ends after this time.
    static let defaultCellTime: UInt64 = 60_000_000_000
    /// Two years, for ever to a measurement: times of a plan count as this at most, so that sums of them fit.
    static let longestTime: UInt64 = 1 << 56
}

extension ProbePlan {
    /// When a cell's samples end at the latest.
    var cellTime: UInt64 {
        min(cellDurationNanoseconds ?? SessionSettings.defaultCellTime, SessionSettings.longestTime)
    }

    /// Operations that are not counted end after a tenth of the cell's time, however few they were.
    var warmupTime: UInt64 { cellTime / 10 }

    /// When an operation is lost.
    var operationTime: UInt64 { min(operationTimeoutNanoseconds, SessionSettings.longestTime) }

    /// The time in which a run of this plan must have ended.
    var budget: Duration {
        .nanoseconds(Int64(cellTime + warmupTime + operationTime)) * cells.count + SessionSettings.overhead
            + SessionSettings.queuePairTime * max(0, min(flowQueuePairs, FlowShape.queuePairLimit)) + flowsTime
            + SessionSettings.comparisonTime * (verifiedMessages == nil ? 0 : operations.count * sizesBytes.count)
            + datagramsTime
    }

    /// The time of all datagrams: each size has a warm-up and its cell, and the last message of either may be lost.
    private var datagramsTime: Duration {
        guard let datagrams else { return .zero }
        let timeout = min(datagrams.timeoutNanoseconds, SessionSettings.longestTime)
        return .nanoseconds(Int64(cellTime + warmupTime) + 4 * Int64(timeout)) * datagrams.sizesBytes.count
    }

    /// When a flow's posting ends.
    var flowTime: UInt64 { min(bandwidth?.durationNanoseconds ?? 0, SessionSettings.longestTime) }

    /// The time of all flows: each is posted, comes to its end, and may lose an operation at either end.
    private var flowsTime: Duration {
        guard let bandwidth else { return .zero }
        let flow = Duration.nanoseconds(Int64(flowTime + 2 * operationTime)) + SessionSettings.drainTime
        return flow * bandwidth.cells.count
    }

    /// Whether the far end's memory is read. iWARP completes a write as soon as TCP has taken it, so there each write is
    /// followed by a read of one byte, which the far adapter answers only after it has placed the write.
    func reads(overIWARP isIWARP: Bool) -> Bool {
        operations.contains(.read) || (isIWARP && pattern == .request && operations.contains(.write))
    }

    /// The largest payload.
    var largestBytes: UInt64 { sizesBytes.max() ?? 0 }
}
