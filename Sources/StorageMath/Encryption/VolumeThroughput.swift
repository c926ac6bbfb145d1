public import ClusterCore

/// The most that volumes of one layout move in a cluster, bounded by drives and network, in large requests.
///
/// With *n* servers and *c* stored bytes for one written, a written byte costs the drives *c* bytes and the links
/// *c*·(*n* − 1)/*n*, as on average one part in *n* stays on the server that writes; a byte read costs one and
/// (*n* − 1)/*n*. Counted, not measured: no source publishes a formula.
public struct VolumeThroughput: Sendable, Hashable {
    /// What bounds a rate.
    public enum Limit: String, Sendable, Hashable, Codable, CaseIterable {
        /// The drives.
        case drives
        /// The links, less what encryption takes.
        case network
    }

    /// A rate of all volumes together, and what bounds it.
    public struct Bound: Sendable, Hashable {
        /// Payload, in whole bytes a second, rounded down.
        public let rate: ByteRate
        /// What bounds it.
        public let limit: Limit
    }

    /// Reading.
    public let reads: Bound
    /// Writing.
    public let writes: Bound
    /// What was taken for granted.
    public let assumptions: [String]

    /// The bounds.
    ///
    /// - Parameters:
    ///   - layout: how the volumes are stored.
    ///   - shape: the cluster, of which the number of servers counts.
    ///   - drives: all capacity drives, at the slower of their rates to read and to write.
    ///   - network: all storage links of all servers, in the direction that receives.
    ///   - encryption: what SMB encryption takes of the links.
    /// - Throws: where a rate does not fit its unit.
    public init(
        layout: Layout, shape: ClusterShape, drives: AggregateRate, network: AggregateRate,
        encryption: EncryptionCost
    ) throws(StorageMathError) {
        do throws(UnitError) {
            let remote = Fraction.ratio(Int32(shape.servers - 1), Int32(shape.servers))
            let driveRate = try drives.total()
            let linkRate = try network.total(encryption.bandwidthLeft)
            let stored = try layout.overhead()
            func bound(_ cost: Fraction) throws(UnitError) -> Bound {
                let byDrives = try ByteCount(bytes: driveRate.bytesPerSecond)
                    .multiplied(by: Fraction.one.divided(by: cost), rounding: .down)
                let crossing = try cost.multiplied(by: remote)
                guard crossing > .zero else {
                    return Bound(rate: ByteRate(bytesPerSecond: byDrives.bytes), limit: .drives)
                }
                let byLinks = try ByteCount(bytes: linkRate.bytesPerSecond)
                    .multiplied(by: Fraction.one.divided(by: crossing), rounding: .down)
                return Bound(
                    rate: ByteRate(bytesPerSecond: min(byDrives, byLinks).bytes),
                    limit: byDrives <= byLinks ? .drives : .network)
            }
            reads = try bound(.one)
            writes = try bound(stored)
        } catch {
            throw StorageMathError("throughput of a volume", error)
        }
        var assumptions = [
            "requests are large: parity is written in whole stripes and nothing waits for a queue",
            "data and requests are spread evenly over servers and drives, and no read is served by a cache",
            encryption.assumption,
        ]
        if layout.parts.count > 1 {
            assumptions.append("what moves from mirror to parity later is not counted")
        }
        self.assumptions = assumptions
    }
}
