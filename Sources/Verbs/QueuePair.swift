#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
// Public because the data path is inlined where it is used.
public import CVerbs

/// A reliable connected queue pair of an id. The C object is `ibv_qp`.
@safe public struct QueuePair: ~Copyable {
    typealias Object = VerbsObject<UnsafeMutablePointer<ibv_qp>>
    let object: Object
    /// The object's own pointer, for the data path.
    @usableFromInline let pointer: UnsafeMutablePointer<ibv_qp>
    /// Where its completions wait; the object keeps it.
    let completions: UnsafeMutablePointer<ibv_cq>
    /// Payloads up to this many bytes travel within the work request.
    public let inlineBytes: Int
    /// By which an event of the device names the queue pair.
    public let subject: EventSubject

    /// Creates the queue pair. The C function is `rdma_create_qp`.
    /// - Throws: `EINVAL` where id and domain are of different devices, `ENOMEM` where memory or its limit is short.
    public init(
        for id: borrowing CommunicationID, in domain: borrowing ProtectionDomain,
        completions: borrowing CompletionQueue, sendDepth: UInt32, receiveDepth: UInt32, inlineBytes: UInt32
    ) throws(VerbsError) {
        var granted: (pointer: UnsafeMutablePointer<ibv_qp>?, inlineBytes: UInt32) = (nil, 0)
        var code: CInt = 0
        let subject = EventSubject.next()
        // Devices differ in how much they carry inline and refuse more, so ask again for none.
        for wanted in inlineBytes > 0 ? [inlineBytes, 0] : [0] {
            var options = unsafe cverbs_qp_options(
                pd: domain.object.pointer, send_cq: completions.object.pointer,
                receive_cq: completions.object.pointer, subject: subject.rawValue, send_depth: sendDepth,
                receive_depth: receiveDepth, inline_bytes: wanted)
            code = unsafe cverbs_create_qp(id.object.pointer, &options, &granted.pointer)
            unsafe granted.inlineBytes = options.inline_bytes
            if code == 0 { break }
        }
        try check(code, "rdma_create_qp", id.deviceName ?? "")
        guard let pointer = unsafe granted.pointer else { throw VerbsError(call: "rdma_create_qp", code: EIO) }
        self.inlineBytes = Int(unsafe granted.inlineBytes)
        self.subject = subject
        let idObject = unsafe id.object
        unsafe object = Object(
            pointer, keeping: [idObject.hold(), domain.object.hold(), completions.object.hold()],
            destroyedBy: "rdma_destroy_qp"
        ) { _ in
            unsafe cverbs_destroy_qp(idObject.pointer)
            return 0
        }
        unsafe self.pointer = unsafe pointer
        unsafe self.completions = completions.pointer
    }

    /// Destroys the queue pair. The C function is `rdma_destroy_qp`.
    public consuming func close() throws(VerbsError) { try unsafe object.close() }

    /// Moves to the error state: everything posted comes back as flushed. The C function is `ibv_modify_qp`.
    public func fail() throws(VerbsError) { try check(unsafe cverbs_fail_qp(object.pointer), "ibv_modify_qp") }

    /// Sets how long a sender waits that found no receive posted, as a code of the InfiniBand specification: 12 is
    /// 0.64 ms, 0 is 655 ms. The C function is `ibv_modify_qp`.
    public func setReceiverNotReadyTimer(code: UInt8) throws(VerbsError) {
        try check(unsafe cverbs_set_min_rnr_timer(object.pointer, code), "ibv_modify_qp")
    }

    /// The traffic class with which the queue pair sends once it is connected; `nil` where its packets have no global
    /// header, and over iWARP, whose connection belongs to TCP. The C function is `ibv_query_qp`.
    public func trafficClass() throws(VerbsError) -> UInt8? {
        var value: UInt8 = 0
        var isKnown = false
        try check(unsafe cverbs_query_traffic_class(object.pointer, &value, &isKnown), "ibv_query_qp")
        return isKnown ? value : nil
    }

    /// Posts room for one message. The C function is `ibv_post_recv`.
    @inlinable @inline(__always)
    public func postReceive(_ request: UInt64, _ slice: MemoryRegion.Slice) throws(VerbsError) {
        let code = unsafe cverbs_post_receive(pointer, request, slice.raw)
        if code != 0 { throw VerbsError(call: "ibv_post_recv", code: code) }
    }

    /// Posts a send. The C function is `ibv_post_send`.
    /// - Parameter isSignaled: whether a completion tells of it. Requests complete in order, so that of a later one tells
    ///   of those before it; a failure is always told.
    @inlinable @inline(__always)
    public func postSend(
        _ request: UInt64, _ slice: MemoryRegion.Slice, isSignaled: Bool = true
    ) throws(VerbsError) {
        let code = unsafe cverbs_post_send(pointer, request, slice.raw, Int(slice.count) <= inlineBytes, isSignaled)
        if code != 0 { throw VerbsError(call: "ibv_post_send", code: code) }
    }

    /// Posts an RDMA write, as `postSend` does a send. The C function is `ibv_post_send`.
    @inlinable @inline(__always)
    public func postWrite(
        _ request: UInt64, _ slice: MemoryRegion.Slice, to remote: RemoteSlice, isSignaled: Bool = true
    ) throws(VerbsError) {
        let code = unsafe cverbs_post_write(
            pointer, request, slice.raw, Int(slice.count) <= inlineBytes, isSignaled, remote.address, remote.key)
        if code != 0 { throw VerbsError(call: "ibv_post_send", code: code) }
    }

    /// Posts an RDMA read, as `postSend` does a send. The C function is `ibv_post_send`.
    @inlinable @inline(__always)
    public func postRead(
        _ request: UInt64, _ slice: MemoryRegion.Slice, from remote: RemoteSlice, isSignaled: Bool = true
    ) throws(VerbsError) {
        let code = unsafe cverbs_post_read(pointer, request, slice.raw, isSignaled, remote.address, remote.key)
        if code != 0 { throw VerbsError(call: "ibv_post_send", code: code) }
    }

    /// Posts an atomic compare and swap of eight bytes: where the far memory holds `compare`, `swap` takes its place. The
    /// slice takes what was there. The address must be a multiple of eight. The C function is `ibv_post_send`.
    @inline(__always)
    public func postCompareAndSwap(
        _ request: UInt64, _ slice: MemoryRegion.Slice, at remote: RemoteSlice, compare: UInt64, swap: UInt64
    ) throws(VerbsError) {
        let code = unsafe cverbs_post_compare_and_swap(
            object.pointer, request, slice.raw, remote.address, remote.key, compare, swap)
        if code != 0 { throw VerbsError(call: "ibv_post_send", code: code) }
    }
}
