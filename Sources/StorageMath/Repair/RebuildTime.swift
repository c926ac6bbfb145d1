public import ClusterCore

/// How long a rebuild takes, what holds it back, and on what this rests.
public struct RebuildTime: Sendable, Hashable {
    /// What can hold a rebuild back.
    public enum Limit: String, Sendable, Hashable, Codable, CaseIterable {
        /// Reading from the drives that hold the rest.
        case sources
        /// Writing what was rebuilt.
        case targets
        /// Moving what was read.
        case network
        /// The requests that may wait at a drive.
        case queueDepth = "queue_depth"
        /// Computing what was lost.
        case coding
    }

    /// The time that the rebuild would take if one limit were the only one.
    public struct Stage: Sendable, Hashable {
        /// The limit.
        public let limit: Limit
        /// The bytes that pass it.
        public let bytes: ByteCount
        /// How fast they can, in whole bytes a second, rounded down.
        public let rate: ByteRate
        /// The time that it takes.
        public let time: Duration
    }

    /// From the failure until the last byte is rebuilt: detection and transfer.
    public let total: Duration
    /// From the first byte to the last.
    public let transfer: Duration
    /// The limit that binds: the slowest stage. `nil` where there is nothing to rebuild.
    public let limit: Limit?
    /// Every stage that was looked at.
    public let stages: [Stage]
    /// All inputs.
    public let plan: RebuildPlan
    /// What was taken for granted.
    public let assumptions: [String]
}

extension RebuildPlan {
    /// The time to rebuild.
    ///
    /// t = detection + max over stages of bytes / (rate × count × share): lost bytes × reads pass the source drives,
    /// lost bytes × transfers the network, lost bytes the target drives. A queue depth is a throttle of its own, so the
    /// share does not lower it further; nor does it a coding rate, which is what decoders have.
    ///
    /// Where one byte is read for one lost, and as many streams read as write, that is the usual
    /// detection + lost × reads / (min(source, network, target) × parallel width × repair share), which for parity
    /// charges the targets with what was read and not with what is written.
    ///
    /// - Throws: where a stage has no rate left, its bytes do not fit, or it takes more than 285 years.
    public func time() throws(StorageMathError) -> RebuildTime {
        let stages = try stages()
        var slowest: RebuildTime.Stage?
        for stage in stages where stage.time > slowest?.time ?? .zero { slowest = stage }
        let transfer = slowest?.time ?? .zero
        return RebuildTime(
            total: detection + transfer, transfer: transfer, limit: slowest?.limit, stages: stages, plan: self,
            assumptions: assumptions)
    }

    private func stages() throws(StorageMathError) -> [RebuildTime.Stage] {
        var quantity = "bytes that a repair reads"
        var loads: [(RebuildTime.Limit, ByteCount, ByteRate)] = []
        do throws(UnitError) {
            let read = try lost.multiplied(by: cost.reads, rounding: .up)
            quantity = "rate of a repair's sources"
            loads.append((.sources, read, try sources.total(repairShare)))
            loads.append((.targets, lost, try targets.total(repairShare)))
            if let network, cost.transfers > .zero {
                quantity = "rate of a repair's network"
                loads.append(
                    (
                        .network, try lost.multiplied(by: cost.transfers, rounding: .up),
                        try network.total(repairShare, encryption.bandwidthLeft)
                    ))
            }
            if let depthRate {
                quantity = "rate of a repair's queue depth"
                loads.append((.queueDepth, read, try depthRate.multiplied(by: UInt64(sources.count))))
            }
            if let codingRate, cost.reads > .one {
                quantity = "coding rate"
                let left = try ByteCount(bytes: codingRate.bytesPerSecond)
                    .multiplied(by: encryption.processorLeft, rounding: .down)
                loads.append((.coding, read, ByteRate(bytesPerSecond: left.bytes)))
            }
        } catch {
            throw StorageMathError(quantity, error)
        }
        return try stages(loads)
    }

    private func stages(
        _ loads: [(RebuildTime.Limit, ByteCount, ByteRate)]
    ) throws(StorageMathError) -> [RebuildTime.Stage] {
        var stages: [RebuildTime.Stage] = []
        for (limit, bytes, rate) in loads {
            let time = try Duration(moving: bytes, at: rate, "time of a repair's \(limit.rawValue)")
            stages.append(RebuildTime.Stage(limit: limit, bytes: bytes, rate: rate, time: time))
        }
        return stages
    }

    /// What the queue depth lets one drive read; `nil` where no request is known.
    private var depthRate: ByteRate? {
        // The initialiser has refused requests that give no rate.
        requests.flatMap { try? speed.rate(requestSize: $0.size, latency: $0.latency) }
    }

    private var assumptions: [String] {
        var assumptions = cost.assumptions
        assumptions.append("what is read, moved and written is spread evenly over the drives and links that were given")
        assumptions.append("reading, moving, computing and writing overlap, so that the slowest alone decides")
        assumptions.append(
            requests == nil
                ? "queue depth \(speed.queueDepth) holds nothing back: no request size and latency were given, and no "
                    + "rate is published"
                : "at queue depth \(speed.queueDepth) a drive reads depth x request size / latency")
        if cost.reads > .one, codingRate == nil {
            assumptions.append("computing what was lost holds nothing back: no coding rate was given")
        }
        assumptions.append(encryption.assumption)
        return assumptions
    }
}
