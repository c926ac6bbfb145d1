public import ClusterCore

/// What is taken in a pool and what is left, exactly, also where servers differ.
///
/// Symbols of one stripe lie on different servers. So, if `n` servers have room for anything and `s` others are the small
/// ones, each stripe of `w` symbols has at least `w − n` of them on the small ones. Volumes fit if and only if that much
/// fits on the `s` smallest servers, for every `s` from none to all (the max-flow min-cut theorem for volumes as sources,
/// servers as sinks, and one symbol a stripe and server as the limit between them). Within the servers of a nested volume
/// the same holds of drives.
///
/// Bytes are rounded up for each volume, so that what is called fitting fits.
public struct Allocation: Sendable, Hashable {
    private var places: [Places]
    private let available: ByteCount
    private var footprint = ByteCount.zero
    private let shape: ClusterShape

    /// A pool with nothing in it.
    /// - Parameter keepsReserve: whether the reserve is left free: as one more stripe of a drive on each of so many servers,
    ///   so that what is kept lies where a repair can use it, and not in what no stripe reaches.
    public init(_ pool: Pool, keepsReserve: Bool = true) throws(UnitError) {
        shape = pool.shape
        available = keepsReserve ? pool.availableBytes : pool.rawBytes
        places = []
        var number = 0
        for rack in pool.racks {
            let numbers = rack.indices.map { $0 + number }
            number += rack.count
            places.append(Places(.servers, rack.map(\.capacityBytes), numbers: numbers))
        }
        if keepsReserve, let servers = pool.reserveServers {
            let stripe = Demand(stripes: [.init(symbolShare: .one, width: servers / shape.racks)])
            for drive in pool.largestDrives.values {
                for index in places.indices { try places[index].take(drive, stripe) }
            }
        }
        guard shape.servers == 2, shape.racks == 1 else { return }
        for (index, server) in pool.servers.enumerated() {
            let sizes = server.driveSizes
            places.append(Places(.drives(ofServer: index + 1), sizes, numbers: Array(sizes.indices)))
        }
    }

    /// What keeps a volume from being larger.
    public enum Limit: Sendable, Hashable {
        /// All of the pool but the reserve.
        case available
        /// The room of some servers or drives, numbered from 1: each of the others holds at most one symbol of a stripe.
        case places(Scope, [Int])

        /// What the numbers count.
        public enum Scope: Sendable, Hashable {
            case servers
            case drives(ofServer: Int)
        }
    }

    /// The largest volume of a layout that still fits, rounded down to whole bytes, and what keeps it from being larger.
    public func largest(_ layout: Layout) throws(UnitError) -> (size: ByteCount, limit: Limit) {
        let overhead = try layout.overhead()
        var best = try available.subtracting(footprint).multiplied(
            by: Fraction.one.divided(by: overhead), rounding: .down)
        var limit = Limit.available
        for place in places {
            guard let demand = try place.demand(of: layout, racks: shape.racks) else { continue }
            for few in 0...place.count {
                let need = try demand.need(outside: place.count - few)
                guard need > .zero else { continue }
                let size = try place.room(onSmallest: few).multiplied(
                    by: Fraction.one.divided(by: need), rounding: .down)
                if size < best {
                    best = size
                    limit = .places(place.scope, place.smallest(few))
                }
            }
        }
        return (best, limit)
    }

    /// Takes the room of a volume, or leaves everything as it is where it does not fit.
    /// - Returns: whether it fits.
    public mutating func take(_ size: ByteCount, _ layout: Layout) throws(UnitError) -> Bool {
        guard try size <= largest(layout).size else { return false }
        footprint = try footprint.adding(size.multiplied(by: layout.overhead(), rounding: .up))
        for index in places.indices {
            guard let demand = try places[index].demand(of: layout, racks: shape.racks) else { continue }
            try places[index].take(size, demand)
        }
        return true
    }

    /// What is left of the bytes, whatever a layout can make of them.
    public var free: ByteCount { ByteCount(bytes: available.bytes - footprint.bytes) }

    /// What a layout cannot use of what is left, and what keeps it from that; nothing where all of it can be used but for
    /// what rounding to whole bytes leaves.
    func unusable(by layout: Layout) throws(UnitError) -> (bytes: ByteCount, limit: Limit) {
        let (size, limit) = try largest(layout)
        guard limit != .available else { return (.zero, limit) }
        return (try free.subtracting(size.multiplied(by: layout.overhead(), rounding: .up)), limit)
    }
}

/// Places of one kind, the smallest first: what lies on the smallest of them at least, and how much fits there.
private struct Places: Sendable, Hashable {
    let scope: Allocation.Limit.Scope
    private let order: [Int]
    /// The room of the `n` smallest, for `n` from none to all.
    private let room: [ByteCount]
    /// What must lie on the `n` smallest.
    private var taken: [ByteCount]

    init(_ scope: Allocation.Limit.Scope, _ sizes: [ByteCount], numbers: [Int]) {
        self.scope = scope
        let sorted = zip(sizes, numbers).sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        order = sorted.map { $0.1 + 1 }
        var sums = [ByteCount.zero]
        for (size, _) in sorted { sums.append(ByteCount(bytes: (sums.last?.bytes ?? 0) + size.bytes)) }
        room = sums
        taken = Array(repeating: .zero, count: sums.count)
    }

    var count: Int { room.count - 1 }

    func smallest(_ few: Int) -> [Int] { order.prefix(few).sorted() }

    /// What is left on the smallest; nothing where the reserve alone asks for more.
    func room(onSmallest few: Int) throws(UnitError) -> ByteCount {
        room[few] > taken[few] ? try room[few].subtracting(taken[few]) : .zero
    }

    func demand(of layout: Layout, racks: Int) throws(UnitError) -> Demand? {
        scope == .servers ? try layout.demandOnServers(ofEachOf: racks) : try layout.demandOnDrives()
    }

    mutating func take(_ size: ByteCount, _ demand: Demand) throws(UnitError) {
        for few in 0...count {
            let need = try demand.need(outside: count - few)
            guard need > .zero else { continue }
            taken[few] = try taken[few].adding(size.multiplied(by: need, rounding: .up))
        }
    }
}
