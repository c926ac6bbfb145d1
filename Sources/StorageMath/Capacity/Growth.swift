public import ClusterCore

/// What changes when a pool gets another server or other drives.
public struct Growth: Sendable, Hashable {
    public let before: Pool
    public let after: Pool
    /// Bytes that rebalancing moves, between servers and within one that got drives, so that all are equally full in the end
    /// as far as stripes allow.
    public let moved: ByteCount
    /// What lies on each server before: evenly, as after the last rebalancing, and nothing on the new one.
    public let heldBefore: [ByteCount]
    /// What lies on each server afterwards; as much in all as before.
    public let heldAfter: [ByteCount]
    /// What becomes of volumes that stay as they are while new ones would be made otherwise.
    public let findings: [Finding]

    static let rule: RuleID = "storage.growth"
}

extension Pool {
    /// This pool with more servers at the end; two racks grow by pairs, of which the first half goes to the first rack.
    public func adding(_ more: [ServerDrives]) throws(StorageMathError) -> Pool {
        guard shape.racks == 2 else {
            return try Pool(servers: servers + more, racks: 1, media: shape.media, reserve: reserve)
        }
        let (half, added) = (servers.count / 2, more.count / 2)
        return try Pool(
            servers: Array(servers.prefix(half) + more.prefix(added) + servers.dropFirst(half) + more.dropFirst(added)),
            racks: 2, media: shape.media, reserve: reserve)
    }

    /// This pool with more capacity drives in one server, numbered from 1.
    public func adding(_ drives: DriveGroup, toServer number: Int) throws(StorageMathError) -> Pool {
        try StorageMathError.require(number, in: 1...servers.count, "server", remedy: "servers are numbered from 1")
        var all = servers
        all[number - 1] = try ServerDrives(
            capacity: all[number - 1].capacity + [drives], cache: all[number - 1].cache)
        return try Pool(servers: all, racks: shape.racks, media: shape.media, reserve: reserve)
    }

    /// What becomes of volumes when this pool grows to another: what rebalancing moves, and what stays as it is.
    ///
    /// Volumes keep the layout with which they were made: a two-way mirror stays one when a third server comes, and dual
    /// parity keeps its code when a larger cluster would have a better one (Microsoft, Storage Spaces Direct FAQ).
    /// - Parameter volumes: volumes that fit in this pool.
    public func growth(to larger: Pool, with volumes: [Volume]) throws -> Growth {
        guard larger.servers.count >= servers.count, larger.shape.racks == shape.racks else {
            throw StorageMathError(
                "servers afterwards", "\(larger.servers.count)", bound: "\(servers.count) or more",
                remedy: "a cluster grows; plan a smaller one by itself")
        }
        var placed: [(Volume, Layout)] = []
        var findings: [Finding] = []
        for volume in volumes {
            let layout = try volume.resiliency.layout(in: shape)
            placed.append((volume, layout))
            let better = volume.resiliency.suitability(in: larger.shape).layout
            if let better, try better.efficiency() > layout.efficiency() {
                findings.append(
                    Pool.change(
                        volume.subject, "keeps its layout, \(layout.parts.last?.code.description ?? "")",
                        remedy: "a volume made anew would have \(better.parts.last?.code.description ?? "")"))
            } else if volume.resiliency == .twoWayMirror, larger.shape.servers >= 3 {
                findings.append(
                    Pool.change(
                        volume.subject, "stays a two-way mirror",
                        remedy: "make a three-way mirror and move the data, to survive two failures"))
            }
        }
        let old = try filled(with: placed)
        let new = try larger.filled(with: placed)
        let padded = old + Array(repeating: .zero, count: new.count - old.count)
        var moved = ByteCount.zero
        for (index, (now, then)) in zip(padded, new).enumerated() {
            let before = index < servers.count ? servers[index].capacity : []
            moved = try moved.adding(
                Pool.moved(from: now, over: before, to: then, over: larger.servers[index].capacity))
        }
        return Growth(
            before: self, after: larger, moved: moved, heldBefore: padded, heldAfter: new, findings: findings.ordered())
    }

    /// Bytes of volumes on each server, as after a rebalancing.
    ///
    /// One copy alone lies on either rack: each rack takes it in proportion to the room that the other volumes leave there.
    private func filled(with volumes: [(Volume, Layout)]) throws -> [ByteCount] {
        var stripes: [EvenFill.Stripes] = []
        var anywhere = ByteCount.zero
        for (volume, layout) in volumes {
            let demand = try layout.demandOnServers(ofEachOf: shape.racks).stripes
            if demand.isEmpty { anywhere = try anywhere.adding(volume.allocatedSize) }
            for stripe in demand {
                let bytes = try volume.allocatedSize.multiplied(by: stripe.symbolShare, rounding: .up)
                stripes.append(.init(bytes: bytes, width: stripe.width))
            }
        }
        let taken = stripes.reduce(UInt64(0)) { $0 + $1.bytes.bytes * UInt64($1.width) }
        let rooms = racks.map { rack in rack.map(\.capacityBytes) }
        let left = rooms.map { room in
            let sum = room.reduce(UInt64(0)) { $0 + $1.bytes }
            return ByteCount(bytes: sum - min(sum, taken))
        }
        let allLeft = ByteCount(bytes: left.reduce(0) { $0 + $1.bytes })
        var result: [ByteCount] = []
        var rest = anywhere
        for (index, room) in rooms.enumerated() {
            // The last one takes what rounding leaves, so that nothing is lost.
            var own = rest
            if index + 1 < rooms.count {
                own =
                    allLeft > .zero
                    ? try anywhere.multiplied(by: left[index].share(of: allLeft), rounding: .down) : .zero
                rest = try rest.subtracting(own)
            }
            result += try EvenFill.bytes(of: stripes + [.init(bytes: own, width: 1)], on: room)
        }
        return result
    }

    /// Bytes that come to a server's drives, all of which are as full as each other before and after.
    private static func moved(
        from now: ByteCount, over before: [DriveGroup], to then: ByteCount, over after: [DriveGroup]
    ) throws(UnitError) -> ByteCount {
        guard before != after else { return then > now ? try then.subtracting(now) : .zero }
        func share(_ bytes: ByteCount, _ groups: [DriveGroup]) throws(UnitError) -> Fraction {
            let room = ByteCount(bytes: groups.reduce(0) { $0 + $1.total.bytes })
            return room == .zero ? .zero : try bytes.share(of: room)
        }
        let (old, new) = (try share(now, before), try share(then, after))
        var sum = ByteCount.zero
        for (index, group) in after.enumerated() {
            let target = try group.total.multiplied(by: new, rounding: .up)
            let held =
                index < before.count && before[index] == group
                ? try group.total.multiplied(by: old, rounding: .up) : .zero
            if target > held { sum = try sum.adding(target.subtracting(held)) }
        }
        return sum
    }

    private static func change(_ subject: ComponentIdentifier, _ text: String, remedy: String?) -> Finding {
        Finding(
            rule: Growth.rule, severity: .information, subject: subject, measured: .text(text), remedy: remedy,
            reference: Reference(architecture: [124]))
    }
}
