// Public because the data path is inlined where it is used.
public import CVerbs

/// A work request that was made once and is posted again and again, always with a completion.
///
/// A request is 128 bytes in libibverbs, most of them zero for what is measured here; a loop that makes it anew for each
/// post spends more on that than on the post. It keeps the queue pair alive, not the memory that it names: post it only
/// while the region is there. Belongs to one thread at a time.
@safe public struct PreparedRequest: ~Copyable {
    @usableFromInline let prepared: UnsafeMutablePointer<cverbs_prepared_request>
    @usableFromInline let pair: UnsafeMutablePointer<ibv_qp>
    private let hold: any AnyObject & Sendable

    fileprivate init(
        _ request: UInt64, _ slice: MemoryRegion.Slice, isInline: Bool, _ opcode: ibv_wr_opcode, _ remote: RemoteSlice,
        on pair: UnsafeMutablePointer<ibv_qp>, keeping hold: any AnyObject & Sendable
    ) {
        unsafe prepared = .allocate(capacity: 1)
        unsafe cverbs_prepare_request(
            prepared, request, slice.raw, isInline, opcode, remote.address, remote.key)
        unsafe self.pair = unsafe pair
        self.hold = hold
    }

    deinit { unsafe prepared.deallocate() }

    /// Posts it. The C function is `ibv_post_send`.
    @inlinable @inline(__always)
    public func post() throws(VerbsError) {
        let code = unsafe cverbs_post_prepared_request(pair, prepared)
        if code != 0 { throw VerbsError(call: "ibv_post_send", code: code) }
    }
}

/// Room for one message that was made once and is posted again and again, as ``PreparedRequest`` is.
@safe public struct PreparedReceive: ~Copyable {
    @usableFromInline let prepared: UnsafeMutablePointer<cverbs_prepared_receive>
    @usableFromInline let pair: UnsafeMutablePointer<ibv_qp>
    private let hold: any AnyObject & Sendable

    fileprivate init(
        _ request: UInt64, _ slice: MemoryRegion.Slice, on pair: UnsafeMutablePointer<ibv_qp>,
        keeping hold: any AnyObject & Sendable
    ) {
        unsafe prepared = .allocate(capacity: 1)
        unsafe cverbs_prepare_receive(prepared, request, slice.raw)
        unsafe self.pair = unsafe pair
        self.hold = hold
    }

    deinit { unsafe prepared.deallocate() }

    /// Posts it. The C function is `ibv_post_recv`.
    @inlinable @inline(__always)
    public func post() throws(VerbsError) {
        let code = unsafe cverbs_post_prepared_receive(pair, prepared)
        if code != 0 { throw VerbsError(call: "ibv_post_recv", code: code) }
    }
}

extension QueuePair {
    /// A send to be posted again and again.
    public func prepareSend(_ request: UInt64, _ slice: MemoryRegion.Slice) -> PreparedRequest {
        prepare(request, slice, isInline: Int(slice.count) <= inlineBytes, IBV_WR_SEND, RemoteSlice(address: 0, key: 0))
    }

    /// An RDMA write to be posted again and again.
    public func prepareWrite(
        _ request: UInt64, _ slice: MemoryRegion.Slice, to remote: RemoteSlice
    ) -> PreparedRequest {
        prepare(request, slice, isInline: Int(slice.count) <= inlineBytes, IBV_WR_RDMA_WRITE, remote)
    }

    /// An RDMA read to be posted again and again.
    public func prepareRead(
        _ request: UInt64, _ slice: MemoryRegion.Slice, from remote: RemoteSlice
    ) -> PreparedRequest {
        prepare(request, slice, isInline: false, IBV_WR_RDMA_READ, remote)
    }

    /// Room for a message to be posted again and again.
    public func prepareReceive(_ request: UInt64, _ slice: MemoryRegion.Slice) -> PreparedReceive {
        unsafe PreparedReceive(request, slice, on: pointer, keeping: object.hold())
    }

    private func prepare(
        _ request: UInt64, _ slice: MemoryRegion.Slice, isInline: Bool, _ opcode: ibv_wr_opcode, _ remote: RemoteSlice
    ) -> PreparedRequest {
        unsafe PreparedRequest(
            request, slice, isInline: isInline, opcode, remote, on: pointer, keeping: object.hold())
    }
}
