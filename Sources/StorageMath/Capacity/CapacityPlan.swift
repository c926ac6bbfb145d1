public import ClusterCore

/// Which volumes fit in a pool, what they take, and what deserves attention.
public struct CapacityPlan: Sendable, Hashable {
    public let pool: Pool
    /// The volumes in the order in which they were asked for; each has the room that those before it leave.
    public let volumes: [PlannedVolume]
    /// What all volumes with a layout take once they are full, also those that do not fit.
    public let footprint: ByteCount
    /// What is left of the available bytes beside the volumes that fit.
    public let free: ByteCount
    /// Capacity of unequal servers that none of the volumes' layouts can use, beside the volumes that fit and the reserve not
    /// kept; of the widest mirror that the cluster can have where there is no volume.
    public let stranded: ByteCount
    /// What keeps a layout from using it: the servers or drives that would be full.
    public let strandedBy: Allocation.Limit
    /// How much more of each layout fits, the reserve kept; in the order of the volumes.
    public let room: [Room]
    /// What deserves attention, in order.
    public let findings: [Finding]
    /// What was taken for granted because no source says it.
    public let assumptions: [String]

    /// What is left for more volumes of a type.
    public struct Room: Sendable, Hashable {
        public let resiliency: Resiliency
        /// The largest volume that would still fit.
        public let size: ByteCount
    }
}

/// A volume of a plan.
public struct PlannedVolume: Sendable, Hashable {
    public let volume: Volume
    /// Its layout; `nil` where its resiliency cannot be had in this cluster.
    public let layout: Layout?
    /// Size over footprint, exact; `nil` without a layout.
    public let efficiency: Fraction?
    /// Bytes in the pool: size / efficiency, rounded up to whole bytes (Microsoft, plan-volumes). A thin volume's once it
    /// is full. `nil` without a layout.
    public let footprint: ByteCount?
    /// Bytes in the pool now: less than the footprint for a thin volume.
    public let allocated: ByteCount?
    /// Logical bytes that it holds with its reduction; `nil` where none was given.
    public let logical: ByteCount?
    /// Whether it has room beside the volumes before it, the reserve kept free; of a thin volume what is written.
    public let fits: Bool
}

extension Pool {
    /// Plans volumes: which of them fit, in this order.
    /// - Parameter profile: what is asked of drives, pool and volumes (``StorageProfile``).
    public func plan(_ volumes: [Volume], by profile: ResolvedProfile) throws -> CapacityPlan {
        try StorageMathError.require(
            volumes.count, in: 0...Pool.largestPlan, "volumes", remedy: "plan them in parts")
        if let twice = Pool.repeatedName(volumes) {
            throw StorageMathError(
                "name of a volume", "\"\(twice)\"", bound: "different from the others", remedy: "name each volume once")
        }
        var allocation = try Allocation(self)
        // The same without a reserve, to tell what is stranded from what is kept.
        var bare = try Allocation(self, keepsReserve: false)
        var planned: [PlannedVolume] = []
        var findings: [Finding] = []
        var footprint = ByteCount.zero
        for volume in volumes {
            switch volume.resiliency.suitability(in: shape) {
            case .unsuitable(var finding):
                finding.subject = volume.subject
                findings.append(finding)
                planned.append(
                    PlannedVolume(
                        volume: volume, layout: nil, efficiency: nil, footprint: nil, allocated: nil, logical: nil,
                        fits: false))
            case .suitable(let layout):
                let (room, limit) = try allocation.largest(layout)
                let fits = try allocation.take(volume.allocatedSize, layout)
                if fits { _ = try bare.take(volume.allocatedSize, layout) }
                let overhead = try layout.overhead()
                let taken = try volume.size.multiplied(by: overhead, rounding: .up)
                footprint = try footprint.adding(taken)
                planned.append(
                    PlannedVolume(
                        volume: volume, layout: layout, efficiency: try layout.efficiency(), footprint: taken,
                        allocated: try volume.allocatedSize.multiplied(by: overhead, rounding: .up),
                        logical: try volume.reduction?.logicalBytes(in: volume.size), fits: fits))
                if !fits { findings.append(try missingRoom(volume, room, limit, overhead)) }
            }
        }
        let types = typesInUse(planned)
        let (stranded, strandedBy) = try leastUnusable(bare, types.map(\.layout))
        var room: [CapacityPlan.Room] = []
        for (resiliency, layout) in types where !planned.isEmpty {
            room.append(.init(resiliency: resiliency, size: try allocation.largest(layout).size))
        }
        findings += try findingsOfPool(profile, stranded, strandedBy)
        findings += try findingsOfVolumes(planned, allocation.free, profile)
        return CapacityPlan(
            pool: self, volumes: planned, footprint: footprint, free: allocation.free, stranded: stranded,
            strandedBy: strandedBy, room: room, findings: findings.ordered(), assumptions: assumptions(of: planned))
    }

    /// The rule by which a volume is found to be too large.
    public static let fitRule: RuleID = "storage.fit"
    /// Far above what a cluster may have, so that a plan stays readable.
    static let largestPlan = 1024

    private static func repeatedName(_ volumes: [Volume]) -> String? {
        var seen: Set<String> = []
        return volumes.first { !seen.insert($0.name).inserted }?.name
    }

    private func missingRoom(
        _ volume: Volume, _ room: ByteCount, _ limit: Allocation.Limit, _ overhead: Fraction
    ) throws(UnitError) -> Finding {
        let needed = try volume.allocatedSize.multiplied(by: overhead, rounding: .up)
        let why =
            switch limit {
            case .available: "what the reserve leaves is taken"
            case .places(.servers, let servers):
                "each other server holds at most one copy or symbol of a stripe, and \(Pool.names("server", servers)) "
                    + "have no more room"
            case .places(.drives(let server), let drives):
                "the drives of server \(server) hold no more stripes over distinct drives (\(drives.count) of them bind)"
            }
        return Finding(
            rule: Pool.fitRule, severity: .critical, subject: volume.subject,
            required: .text("\(needed.humanText) in the pool for \(volume.allocatedSize.humanText)"),
            measured: .text("room for \(room.humanText) of \(volume.resiliency)"),
            evidence: [Evidence(source: "limit", value: why)],
            remedy: room > .zero
                ? "make it at most \(room.decimalText), take a resiliency that stores more, or add drives or servers"
                : "take a resiliency that stores more, shrink another volume, or add drives or servers",
            reference: Reference(document: "Microsoft, plan-volumes"))
    }

    static func names(_ kind: String, _ numbers: [Int]) -> String {
        numbers.count == 1
            ? "\(kind) \(numbers[0])" : "\(kind)s \(numbers.map { "\($0)" }.joined(separator: ", "))"
    }

    /// The types of the volumes, each once; the widest mirror that there can be where there is no volume.
    private func typesInUse(_ planned: [PlannedVolume]) -> [(resiliency: Resiliency, layout: Layout)] {
        var types: [(resiliency: Resiliency, layout: Layout)] = []
        for one in planned {
            guard let layout = one.layout, !types.contains(where: { $0.resiliency == one.volume.resiliency }) else {
                continue
            }
            types.append((one.volume.resiliency, layout))
        }
        guard types.isEmpty else { return types }
        let usual: [Resiliency] = [.fourWayMirror, .threeWayMirror, .twoWayMirror, .simple]
        return usual.lazy.compactMap { type in type.suitability(in: self.shape).layout.map { (type, $0) } }.prefix(1)
            .map { $0 }
    }

    /// What even the layout that can use most cannot use.
    private func leastUnusable(
        _ bare: Allocation, _ layouts: [Layout]
    ) throws(UnitError) -> (ByteCount, Allocation.Limit) {
        var least: (bytes: ByteCount, limit: Allocation.Limit)?
        for layout in layouts {
            let one = try bare.unusable(by: layout)
            if least == nil || one.bytes < least?.bytes ?? .zero { least = one }
        }
        return least ?? (.zero, .available)
    }

    private func assumptions(of planned: [PlannedVolume]) -> [String] {
        var assumptions = reserveAssumptions + Set(planned.compactMap(\.layout).flatMap(\.assumptions)).sorted()
        let kinds = Set(servers.flatMap(\.capacity).map(\.kind))
        if kinds.count > 1, planned.contains(where: { ($0.layout?.parts.count ?? 1) > 1 }) {
            assumptions.append(
                "mirror and parity of one volume may lie on any kind of capacity drive: tiers are not planned")
        }
        return assumptions
    }
}

extension Volume {
    var subject: ComponentIdentifier { ComponentIdentifier(rawValue: "volume:\(name)") }
}
