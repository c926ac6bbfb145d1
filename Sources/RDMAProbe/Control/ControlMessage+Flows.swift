import RDMAModel

extension ControlMessage {
    /// One more queue pair for flows.
    struct FlowQueuePair: Sendable, Hashable, Codable {
        /// As in the welcome: to show in the connection request.
        var token: String
        /// The server's memory that the client's reads, and its writes, are about.
        var read: Window
        var write: Window
    }

    /// The next flow.
    struct Flow: Sendable, Hashable, Codable {
        var cell: BandwidthPlan.Cell
        /// On the first so many of the queue pairs.
        var queuePairs: Int
        var shape: FlowShape
        /// For how long messages are posted.
        var postingNanoseconds: UInt64
        /// The client's memory for what the server posts, a window for each queue pair; empty where it posts nothing.
        var read: [Window]
        var write: [Window]
    }

    /// The client has posted its last message of a flow.
    struct FlowEndNotice: Sendable, Hashable, Codable {
        /// Messages that it posted.
        var messages: UInt64
    }

    /// The server's side of a flow is over.
    struct FlowDone: Sendable, Hashable, Codable {
        /// Messages that it posted.
        var messages: UInt64
        /// What it posted, as it saw it; `nil` where it posted nothing.
        var sent: FlowFigures?
        /// What arrived at its program; `nil` where only its adapter saw it.
        var received: FlowFigures?
        /// The processor time of its thread as a share of the flow's time.
        var processorShare: Double?
    }
}

/// What an end can do beside the latency of send, write and read, by the names that a welcome has.
enum Feature: String, Sendable, Hashable, CaseIterable {
    /// Bandwidth, and latency under load.
    case flows
    /// Payloads that are compared byte by byte.
    case verification
    /// Unreliable datagrams.
    case datagrams
}

extension ProbePlan {
    /// What a server must be able to do for this plan.
    var neededFeatures: [Feature] {
        (hasFlows ? [.flows] : []) + (verifiedMessages != nil ? [.verification] : [])
            + (datagrams != nil ? [.datagrams] : [])
    }
}

extension ControlMessage.Welcome {
    /// What the plan needs and the far end does not know.
    func missing(for plan: ProbePlan) -> [Feature] {
        plan.neededFeatures.filter { !(features ?? []).contains($0.rawValue) }
    }
}
