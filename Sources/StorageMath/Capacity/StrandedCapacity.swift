public import ClusterCore

/// The capacity of unequal servers that no volume of a layout can use, with the proof that none could use more.
///
/// The largest volume `T` of `r` copies has max `t` with Σ min(`cᵢ`, `t`) ≥ `r`·`t` over the capacities `cᵢ` of the
/// servers; what is stranded is Σ `cᵢ` − `r`·`T` (Microsoft, drive-symmetry-considerations, gives the examples; the
/// formula is derived). Other layouts follow the same rule with their symbols in place of copies.
public struct StrandedCapacity: Sendable, Hashable {
    /// The largest volume that an empty pool can hold, the reserve not kept.
    public let largestVolume: ByteCount
    /// What it takes in the pool.
    public let footprint: ByteCount
    /// What is left over, of no use for this layout.
    public let stranded: ByteCount
    /// What proves that no volume is larger: all of these servers (or drives) are full, and each other one holds a symbol of
    /// every stripe already. Everything, where nothing is stranded.
    public let witness: Allocation.Limit
    /// Bytes of the largest volume on each server, which shows that it fits; no server holds more than its share of a
    /// stripe allows.
    public let onServers: [ByteCount]
}

extension Pool {
    /// What a layout strands in this pool, alone and without a reserve.
    public func stranded(by layout: Layout) throws(UnitError) -> StrandedCapacity {
        let empty = try Allocation(self, keepsReserve: false)
        let (size, limit) = try empty.largest(layout)
        let footprint = try size.multiplied(by: layout.overhead(), rounding: .up)
        // Where the pool as a whole is the limit, what is left over is only what rounding to whole bytes leaves.
        let left = limit == .available ? .zero : try rawBytes.subtracting(footprint)
        return StrandedCapacity(
            largestVolume: size, footprint: footprint, stranded: left, witness: limit,
            onServers: try spread(size, layout))
    }

    /// Bytes on each server, filled evenly as far as each has room: server `i` holds min(`cᵢ`, `level`).
    private func spread(_ size: ByteCount, _ layout: Layout) throws(UnitError) -> [ByteCount] {
        let demand = try layout.demandOnServers(ofEachOf: shape.racks)
        guard !demand.stripes.isEmpty else {
            // One copy, which no rack is asked for.
            return Pool.level(
                try size.multiplied(by: layout.overhead(), rounding: .up), over: servers.map(\.capacityBytes))
        }
        var result: [ByteCount] = []
        for rack in racks {
            let total = try size.multiplied(by: demand.need(outside: 0), rounding: .up)
            result += Pool.level(total, over: rack.map(\.capacityBytes))
        }
        return result
    }

    /// A total over places of limited room, as level as the room allows. What does not divide goes to the first.
    static func level(_ total: ByteCount, over room: [ByteCount]) -> [ByteCount] {
        var held = Array(repeating: UInt64(0), count: room.count)
        var left = total.bytes
        // From the smallest on, each takes its share of what is left, or is full.
        let order = room.indices.sorted { (room[$0], $0) < (room[$1], $1) }
        for (done, index) in order.enumerated() {
            let others = UInt64(order.count - done)
            let share = left / others + (left % others == 0 ? 0 : 1)
            held[index] = min(share, room[index].bytes, left)
            left -= held[index]
        }
        return held.map(ByteCount.init(bytes:))
    }
}
