import ClusterCore
import StorageMath

/// A plan of capacity: the document `clustermodel.capacity/1`.
struct CapacityDocument: Encodable {
    static let schema = "clustermodel.capacity/1"

    let profile: String
    let pool: PoolFigures
    let volumes: [VolumeFigures]
    let totals: Totals
    /// How much more of each type fits.
    let room: [RoomFigures]
    /// What changes with more drives or another server, where that was asked.
    @Explicit var growth: GrowthFigures?
    /// How many servers, or drives of each, were found to do, where that was asked.
    @Explicit var sizing: SizingFigures?
    let findings: [Finding]
    let assumptions: [String]

    struct PoolFigures: Encodable {
        let servers: Int
        let racks: Int
        let media: ClusterShape.Media
        let drives: Int
        let rawBytes: UInt64
        let reserveBytes: UInt64
        let availableBytes: UInt64
        let freeBytes: UInt64
        let strandedBytes: UInt64

        enum CodingKeys: String, CodingKey {
            case servers, racks, media, drives
            case rawBytes = "raw_bytes"
            case reserveBytes = "reserve_bytes"
            case availableBytes = "available_bytes"
            case freeBytes = "free_bytes"
            case strandedBytes = "stranded_bytes"
        }
    }

    struct VolumeFigures: Encodable {
        let name: String
        let resiliency: Resiliency
        @Explicit var layout: String?
        let sizeBytes: UInt64
        @Explicit var footprintBytes: UInt64?
        @Explicit var allocatedBytes: UInt64?
        @Explicit var efficiency: Double?
        /// The efficiency exactly: `1/3`.
        @Explicit var efficiencyFraction: String?
        @Explicit var failuresTolerated: Int?
        /// Logical bytes with its reduction, where one was given.
        @Explicit var logicalBytes: UInt64?
        let fits: Bool

        enum CodingKeys: String, CodingKey {
            case name, resiliency, layout, efficiency, fits
            case sizeBytes = "size_bytes"
            case footprintBytes = "footprint_bytes"
            case allocatedBytes = "allocated_bytes"
            case efficiencyFraction = "efficiency_fraction"
            case failuresTolerated = "failures_tolerated"
            case logicalBytes = "logical_bytes"
        }
    }

    struct RoomFigures: Encodable {
        let resiliency: Resiliency
        let sizeBytes: UInt64

        enum CodingKeys: String, CodingKey {
            case resiliency
            case sizeBytes = "size_bytes"
        }
    }

    struct Totals: Encodable {
        let sizeBytes: UInt64
        let footprintBytes: UInt64

        enum CodingKeys: String, CodingKey {
            case sizeBytes = "size_bytes"
            case footprintBytes = "footprint_bytes"
        }
    }

    struct GrowthFigures: Encodable {
        let servers: Int
        let rawBytes: UInt64
        let reserveBytes: UInt64
        let availableBytes: UInt64
        let movedBytes: UInt64
        let findings: [Finding]

        enum CodingKeys: String, CodingKey {
            case servers, findings
            case rawBytes = "raw_bytes"
            case reserveBytes = "reserve_bytes"
            case availableBytes = "available_bytes"
            case movedBytes = "moved_bytes"
        }
    }

    struct SizingFigures: Encodable {
        /// Servers that do.
        let servers: Int
        /// Capacity drives of each.
        let drivesPerServer: Int
        let refused: [Refused]

        enum CodingKeys: String, CodingKey {
            case servers, refused
            case drivesPerServer = "drives_per_server"
        }

        /// Fewer of what was asked for, and why they do not do.
        struct Refused: Encodable {
            let count: Int
            let reason: String
        }
    }
}

extension CapacityDocument {
    init(
        _ plan: CapacityPlan, _ growth: Growth?, _ sizing: SizingAnswer?, _ findings: [Finding],
        _ profile: ResolvedProfile
    ) {
        self.profile = profile.name
        pool = PoolFigures(
            servers: plan.pool.servers.count, racks: plan.pool.shape.racks, media: plan.pool.shape.media,
            drives: plan.pool.driveCount, rawBytes: plan.pool.rawBytes.bytes,
            reserveBytes: plan.pool.reserveBytes.bytes,
            availableBytes: plan.pool.availableBytes.bytes, freeBytes: plan.free.bytes,
            strandedBytes: plan.stranded.bytes)
        volumes = plan.volumes.map {
            VolumeFigures(
                name: $0.volume.name, resiliency: $0.volume.resiliency, layout: $0.layout?.words,
                sizeBytes: $0.volume.size.bytes, footprintBytes: $0.footprint?.bytes,
                allocatedBytes: $0.allocated?.bytes,
                efficiency: $0.efficiency?.doubleValue, efficiencyFraction: $0.efficiency?.description,
                failuresTolerated: $0.layout?.failuresTolerated, logicalBytes: $0.logical?.bytes, fits: $0.fits)
        }
        totals = Totals(
            // Cannot overflow: each size is at most its footprint, and those were added up.
            sizeBytes: plan.volumes.filter { $0.layout != nil }.reduce(0) { $0 &+ $1.volume.size.bytes },
            footprintBytes: plan.footprint.bytes)
        self.growth = growth.map {
            GrowthFigures(
                servers: $0.after.servers.count, rawBytes: $0.after.rawBytes.bytes,
                reserveBytes: $0.after.reserveBytes.bytes, availableBytes: $0.after.availableBytes.bytes,
                movedBytes: $0.moved.bytes, findings: $0.findings)
        }
        room = plan.room.map { RoomFigures(resiliency: $0.resiliency, sizeBytes: $0.size.bytes) }
        self.sizing = sizing.map { answer in
            SizingFigures(
                servers: plan.pool.servers.count, drivesPerServer: plan.pool.servers.first?.capacityCount ?? 0,
                refused: answer.sizing.refused.map { .init(count: $0.count, reason: $0.finding.words) })
        }
        self.findings = findings
        assumptions = plan.assumptions
    }
}

extension Layout {
    /// The codes of its parts with their shares: `3 copies`, `20 % 3 copies, 80 % RS 2+2`.
    var words: String {
        guard parts.count > 1 else { return parts.first?.code.description ?? "" }
        return parts.map { "\($0.share.percentText) \($0.code)" }.joined(separator: ", ")
    }
}
