// Public because the data path is inlined where it is used.
public import CVerbs

/// An operation that was made ready once and is done again and again: what it posts, what it waits for, and its time.
///
/// A request is 128 bytes in libibverbs, most of them zero for what is measured here; a loop that makes it anew for each
/// post spends more on that than on the post. And a call of C costs more than what a post or a look at a completion queue
/// does outside the adapter's driver, so that all of a round trip is one.
///
/// It keeps the queue pair and its completion queue alive, not the memory that it names: use it only while the regions are
/// there. Nothing else may be under way on the completion queue. Belongs to one thread at a time.
@safe public struct PreparedRoundTrip: ~Copyable {
    /// What a round trip begins with.
    @safe public struct Request {
        let number: UInt64
        let slice: MemoryRegion.Slice
        let opcode: ibv_wr_opcode
        var remote = RemoteSlice(address: 0, key: 0)

        /// A send.
        public static func send(_ number: UInt64, _ slice: MemoryRegion.Slice) -> Request {
            Request(number: number, slice: slice, opcode: IBV_WR_SEND)
        }

        /// An RDMA write.
        public static func write(_ number: UInt64, _ slice: MemoryRegion.Slice, to remote: RemoteSlice) -> Request {
            Request(number: number, slice: slice, opcode: IBV_WR_RDMA_WRITE, remote: remote)
        }

        /// An RDMA read.
        public static func read(_ number: UInt64, _ slice: MemoryRegion.Slice, from remote: RemoteSlice) -> Request {
            Request(number: number, slice: slice, opcode: IBV_WR_RDMA_READ, remote: remote)
        }
    }

    /// How far a round trip came.
    public enum Progress: Sendable, Hashable {
        case done
        /// Something is still waited for.
        case open
        /// A completion says that a request failed.
        case failed(Completion)
    }

    @usableFromInline let trip: UnsafeMutablePointer<cverbs_trip>
    private let hold: any AnyObject & Sendable
    private var marked: ScratchMemory.Storage?

    fileprivate init(
        _ request: Request, on pair: borrowing QueuePair, timedBy clock: (@convention(c) () -> UInt64)?
    ) {
        unsafe trip = .allocate(capacity: 1)
        let isInline = request.opcode != IBV_WR_RDMA_READ && Int(request.slice.count) <= pair.inlineBytes
        unsafe cverbs_prepare_trip(
            trip, pair.pointer, pair.completions, clock, request.number, request.slice.raw, isInline, request.opcode,
            request.remote.address, request.remote.key)
        hold = unsafe pair.object.hold()
    }

    deinit { unsafe trip.deallocate() }

    /// Adds room for a message that answers the request and ends the time. It is posted before the time begins.
    public mutating func addReceive(_ number: UInt64, _ slice: MemoryRegion.Slice) {
        unsafe cverbs_add_receive(trip, number, slice.raw)
    }

    /// Adds an RDMA read that is posted right behind the request and whose completion ends the time.
    public mutating func addFence(_ number: UInt64, _ slice: MemoryRegion.Slice, from remote: RemoteSlice) {
        unsafe cverbs_add_fence(trip, number, slice.raw, remote.address, remote.key)
    }

    /// Adds a byte that is different with each round trip: it is put at one offset before the request is posted, and the time
    /// ends when it is found at the other, where the far end writes it.
    /// - Precondition: both lie within the memory.
    public mutating func addMarker(in memory: borrowing ScratchMemory, sentFrom sent: Int, awaitedAt awaited: Int) {
        let places = 0..<memory.byteCount
        precondition(places.contains(sent) && places.contains(awaited), "marker outside the memory")
        marked = memory.storage
        memory.storeRelease(0, at: awaited)
        unsafe cverbs_add_marker(
            trip, (memory.start + sent).assumingMemoryBound(to: UInt8.self),
            (memory.start + awaited).assumingMemoryBound(to: UInt8.self))
    }

    /// Posts what belongs to a round trip, then takes what is there already. The C functions are `ibv_post_recv`,
    /// `ibv_post_send` and `ibv_poll_cq`.
    @inlinable @inline(__always)
    public mutating func begin() throws(VerbsError) -> Progress { try progress(unsafe cverbs_begin_trip(trip)) }

    /// Looks so many times for what is still missing. The C function is `ibv_poll_cq`.
    @inlinable
    public mutating func take(looks: UInt32) throws(VerbsError) -> Progress {
        try progress(unsafe cverbs_continue_trip(trip, looks))
    }

    /// Whether what the far end writes into the memory is still missing.
    public var awaitsMarker: Bool { unsafe trip.pointee.open & UInt32(CVERBS_AWAITS_MARKER) != 0 }

    /// When the request of the last round trip was posted, on the clock that was named.
    @inlinable public var start: UInt64 { @inline(__always) get { unsafe trip.pointee.start } }

    /// When the last round trip's answer was taken.
    @inlinable public var end: UInt64 { @inline(__always) get { unsafe trip.pointee.end } }

    @inlinable @inline(__always)
    func progress(_ result: CInt) throws(VerbsError) -> Progress {
        if result == 0 { return .done }
        return try unfinished(result)
    }

    @usableFromInline
    func unfinished(_ result: CInt) throws(VerbsError) -> Progress {
        if result == CInt(CVERBS_TRIP_OPEN) { return .open }
        if result == CInt(CVERBS_TRIP_FAILED) { return .failed(Completion(unsafe trip.pointee.failure)) }
        throw VerbsError(call: unsafe String(cString: trip.pointee.failed_call), code: result)
    }
}

extension QueuePair {
    /// Makes an operation ready that is over when its request has completed.
    /// - Parameter clock: what gives the time; `nil` for the processor's counter.
    public func prepare(
        _ request: PreparedRoundTrip.Request, timedBy clock: (@convention(c) () -> UInt64)?
    ) -> PreparedRoundTrip {
        PreparedRoundTrip(request, on: self, timedBy: clock)
    }
}
