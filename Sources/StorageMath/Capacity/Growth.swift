public import ClusterCore

/// What changes when a pool gets another server or other drives.
public struct Growth: Sendable, Hashable {
    public let before: Pool
    public let after: Pool
    /// Bytes that rebalancing moves, so that every server is equally full in the end as far as stripes allow.
    public let moved: ByteCount
    /// What lies on each server before: evenly, as after the last rebalancing, and nothing on the new one.
    public let heldBefore: [ByteCount]
    /// What lies on each server afterwards; as much in all as before.
    public let heldAfter: [ByteCount]
    /// What becomes of volumes that stay as they are while new ones would be made otherwise.
    public let findings: [Finding]
}

extension Pool {
    /// This pool with one more server at the end.
    ///
    /// A rack-aware cluster grows by pairs; it refuses one.
    public func adding(_ server: ServerDrives) throws(StorageMathError) -> Pool {
        try Pool(servers: servers + [server], racks: shape.racks, media: shape.media, reserve: reserve)
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
        var old = Array(repeating: ByteCount.zero, count: servers.count)
        var new = Array(repeating: ByteCount.zero, count: larger.servers.count)
        var findings: [Finding] = []
        for volume in volumes {
            let layout = try volume.resiliency.layout(in: shape)
            let total = try volume.allocatedSize.multiplied(by: layout.overhead(), rounding: .up)
            let cap = try Pool.cap(volume.allocatedSize, layout)
            old = try Pool.fill(old, with: total, over: servers, cap: cap)
            new = try Pool.fill(new, with: total, over: larger.servers, cap: cap)
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
        let padded = old + Array(repeating: .zero, count: new.count - old.count)
        var moved = ByteCount.zero
        for (now, then) in zip(padded, new) where then > now { moved = try moved.adding(then.subtracting(now)) }
        return Growth(
            before: self, after: larger, moved: moved, heldBefore: padded, heldAfter: new, findings: findings.ordered())
    }

    private static func change(_ subject: ComponentIdentifier, _ text: String, remedy: String?) -> Finding {
        Finding(
            rule: "storage.growth", severity: .information, subject: subject, measured: .text(text), remedy: remedy,
            reference: Reference(architecture: [124]))
    }

    /// The most that one server may hold of a volume: one symbol of every stripe; a nested volume's half.
    private static func cap(_ size: ByteCount, _ layout: Layout) throws(UnitError) -> ByteCount {
        var most = Fraction.zero
        for stripe in try layout.demandOnServers(ofEachOf: 1).stripes { most = try most.adding(stripe.symbolShare) }
        return try size.multiplied(by: most, rounding: .up)
    }

    /// Adds a total to what servers hold so that they become equally full, as far as `cap` a server allows.
    ///
    /// The level is found by halving the range of full shares in steps of a millionth, which needs no fractions; the rest
    /// goes server by server, so that the sum is exact.
    private static func fill(
        _ held: [ByteCount], with total: ByteCount, over servers: [ServerDrives], cap: ByteCount
    ) throws -> [ByteCount] {
        let steps: UInt64 = 1_000_000
        func added(_ level: UInt64) throws(UnitError) -> [ByteCount] {
            var result: [ByteCount] = []
            for (have, server) in zip(held, servers) {
                let target = try server.capacityBytes.multiplied(
                    by: .ratio(Int32(level), Int32(steps)), rounding: .down)
                let room = target > have ? ByteCount(bytes: target.bytes - have.bytes) : .zero
                result.append(min(room, cap))
            }
            return result
        }
        var (low, high) = (UInt64(0), steps)
        while low < high {
            let middle = (low + high) / 2
            let sum = try added(middle).reduce(ByteCount.zero) { try $0.adding($1) }
            if sum >= total { high = middle } else { low = middle + 1 }
        }
        var parts = try added(low == 0 ? 0 : low - 1)
        var left = try total.subtracting(parts.reduce(ByteCount.zero) { try $0.adding($1) })
        let ceiling = try added(low)
        for index in parts.indices where left > .zero {
            let more = min(left, try ceiling[index].subtracting(parts[index]))
            parts[index] = try parts[index].adding(more)
            left = try left.subtracting(more)
        }
        guard left == .zero else {
            throw StorageMathError(
                "volumes", total.humanText, bound: "within the pool", remedy: "plan them first: they do not all fit")
        }
        var result: [ByteCount] = []
        for (have, part) in zip(held, parts) { result.append(try have.adding(part)) }
        return result
    }
}
