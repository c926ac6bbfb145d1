public import ClusterCore

/// What a server must catch up on when it returns: the regions that were written while it was away.
///
/// Only stale regions are copied and not all that the server stores (Microsoft, understand-storage-resync, 2019-01-14).
/// How large a region is, is not published, so it is an input.
public struct DirtyRegions: Sendable, Hashable {
    /// Bytes written while the server was away that it should have stored.
    public let written: ByteCount
    /// The bytes of one write.
    public let requestSize: ByteCount
    /// The bytes that are tracked together.
    public let regionSize: ByteCount
    /// What the server stores: no more than this can be stale.
    public let footprint: ByteCount

    /// A server that was away.
    /// - Throws: where the size of a write or of a region is zero.
    public init(
        written: ByteCount, requestSize: ByteCount, regionSize: ByteCount, footprint: ByteCount
    ) throws(StorageMathError) {
        for (quantity, size) in [("size of a write", requestSize), ("size of a region", regionSize)] {
            guard size > .zero else {
                throw StorageMathError(
                    quantity, "\(size)", bound: "above 0 B", remedy: "write a size such as 64KiB")
            }
        }
        self.written = written
        self.requestSize = requestSize
        self.regionSize = regionSize
        self.footprint = footprint
    }

    /// Stale bytes where writes followed one another and none was repeated: whole regions, at most the footprint.
    public var sequential: ByteCount {
        let regions = DirtyRegions.ceiling(written.bytes, regionSize.bytes)
        return bounded(regions)
    }

    /// Stale bytes where every write fell into regions of its own, at the worst alignment: the most that there can be,
    /// at most the footprint.
    ///
    /// A write of *w* bytes touches at most ⌈(w − 1) / region⌉ + 1 regions.
    public var scattered: ByteCount {
        let writes = DirtyRegions.ceiling(written.bytes, requestSize.bytes)
        let each = DirtyRegions.ceiling(min(requestSize.bytes, max(written.bytes, 1)) - 1, regionSize.bytes)
        let (touched, addOverflow) = each.addingReportingOverflow(1)
        let (regions, overflow) = writes.multipliedReportingOverflow(by: touched)
        return overflow || addOverflow ? footprint : bounded(regions)
    }

    /// A plan's lost bytes become what is stale here, at the most.
    /// - Throws: what the initialiser of a plan does.
    public func resync(like plan: RebuildPlan) throws(StorageMathError) -> RebuildPlan {
        try RebuildPlan(
            lost: scattered, cost: plan.cost, sources: plan.sources, targets: plan.targets, network: plan.network,
            repairShare: plan.repairShare, detection: plan.detection, encryption: plan.encryption, speed: plan.speed,
            requests: plan.requests, codingRate: plan.codingRate)
    }

    private func bounded(_ regions: UInt64) -> ByteCount {
        let (bytes, overflow) = regions.multipliedReportingOverflow(by: regionSize.bytes)
        return overflow ? footprint : min(ByteCount(bytes: bytes), footprint)
    }

    private static func ceiling(_ value: UInt64, _ divisor: UInt64) -> UInt64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest == 0 ? quotient : quotient + 1
    }
}
