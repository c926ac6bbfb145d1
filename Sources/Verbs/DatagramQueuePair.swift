#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs

/// An unreliable datagram queue pair: each message is a packet of its own, to whomever an ``AddressHandle`` names, and
/// nobody repeats one that is lost. The C object is `ibv_qp`.
@safe public struct DatagramQueuePair: ~Copyable {
    typealias Object = VerbsObject<UnsafeMutablePointer<ibv_qp>>
    private let object: Object
    /// Payloads up to this many bytes travel within the work request.
    public let inlineBytes: Int
    /// By which an event of the device names the queue pair.
    public let subject: EventSubject
    /// By which others send to it.
    public let number: UInt32

    /// What a receive has before its message: the packet's global header, or room for it.
    public static let headerBytes = 40

    /// Creates the queue pair. The C function is `ibv_create_qp`.
    /// - Throws: `EINVAL` or `EOPNOTSUPP` where the device has none of the kind, `ENOMEM` where memory or its limit is
    ///   short.
    public init(
        in domain: borrowing ProtectionDomain, completions: borrowing CompletionQueue, sendDepth: UInt32,
        receiveDepth: UInt32, inlineBytes: UInt32
    ) throws(VerbsError) {
        let subject = EventSubject.next()
        var granted: (pointer: UnsafeMutablePointer<ibv_qp>?, inlineBytes: UInt32) = (nil, 0)
        var code: CInt = 0
        // Devices differ in how much they carry inline and refuse more, so ask again for none.
        for wanted in inlineBytes > 0 ? [inlineBytes, 0] : [0] {
            var options = unsafe cverbs_qp_options(
                pd: domain.object.pointer, send_cq: completions.object.pointer,
                receive_cq: completions.object.pointer, subject: subject.rawValue, send_depth: sendDepth,
                receive_depth: receiveDepth, inline_bytes: wanted)
            code = unsafe cverbs_create_datagram_qp(&options, &granted.pointer)
            unsafe granted.inlineBytes = options.inline_bytes
            if code == 0 { break }
        }
        try check(code, "ibv_create_qp")
        guard let pointer = unsafe granted.pointer else { throw VerbsError(call: "ibv_create_qp", code: EIO) }
        self.inlineBytes = Int(unsafe granted.inlineBytes)
        self.subject = subject
        number = unsafe cverbs_qp_number(pointer)
        unsafe object = Object(
            pointer, keeping: [domain.object.hold(), completions.object.hold()], destroyedBy: "ibv_destroy_qp"
        ) {
            unsafe cverbs_destroy_datagram_qp($0)
        }
    }

    /// Destroys the queue pair. The C function is `ibv_destroy_qp`.
    public consuming func close() throws(VerbsError) { try unsafe object.close() }

    /// Lets it send and receive on a port; only what carries the key arrives. The C function is `ibv_modify_qp`.
    public func start(port: Int, key: UInt32) throws(VerbsError) {
        try check(unsafe cverbs_start_datagram_qp(object.pointer, UInt8(clamping: port), key), "ibv_modify_qp")
    }

    /// Posts room for one message and its header. The C function is `ibv_post_recv`.
    @inline(__always)
    public func postReceive(_ request: UInt64, _ slice: MemoryRegion.Slice) throws(VerbsError) {
        let code = unsafe cverbs_post_receive(object.pointer, request, slice.raw)
        if code != 0 { throw VerbsError(call: "ibv_post_recv", code: code) }
    }

    /// Posts a message. The C function is `ibv_post_send`.
    @inline(__always)
    public func postSend(
        _ request: UInt64, _ slice: MemoryRegion.Slice, to address: borrowing AddressHandle, queuePair: UInt32,
        key: UInt32
    ) throws(VerbsError) {
        let code = unsafe cverbs_post_datagram(
            object.pointer, request, slice.raw, Int(slice.count) <= inlineBytes, address.object.pointer, queuePair, key)
        if code != 0 { throw VerbsError(call: "ibv_post_send", code: code) }
    }
}

/// The way to another port, for datagrams. The C object is `ibv_ah`.
@safe public struct AddressHandle: ~Copyable {
    typealias Object = VerbsObject<UnsafeMutablePointer<ibv_ah>>
    let object: Object

    /// Finds the way to a GID. The C function is `ibv_create_ah`.
    /// - Parameters:
    ///   - gid: 16 bytes.
    ///   - lid: the far port's number in its InfiniBand subnet; 0 on Ethernet.
    ///   - source: the place in the table of the port of the GID that the packets come from.
    ///   - trafficClass: the DSCP in its upper six bits.
    /// - Throws: `EINVAL` for what is no GID, `ETIMEDOUT` or `EHOSTUNREACH` where nobody answers for it.
    public init(
        to gid: [UInt8], lid: UInt16, from source: Int, port: Int, trafficClass: UInt8,
        in domain: borrowing ProtectionDomain
    ) throws(VerbsError) {
        guard gid.count == 16, let source = UInt8(exactly: source) else {
            throw VerbsError(call: "ibv_create_ah", code: EINVAL)
        }
        var address = cverbs_datagram_address()
        unsafe withUnsafeMutableBytes(of: &address.gid) { unsafe $0.copyBytes(from: gid) }
        address.source_gid_index = source
        address.port = UInt8(clamping: port)
        address.traffic_class = trafficClass
        address.lid = lid
        var pointer: UnsafeMutablePointer<ibv_ah>?
        try check(unsafe cverbs_create_ah(domain.object.pointer, &address, &pointer), "ibv_create_ah")
        guard let pointer = unsafe pointer else { throw VerbsError(call: "ibv_create_ah", code: EIO) }
        unsafe object = Object(pointer, keeping: [domain.object.hold()], destroyedBy: "ibv_destroy_ah") {
            unsafe cverbs_destroy_ah($0)
        }
    }

    /// Gives the handle back. The C function is `ibv_destroy_ah`.
    public consuming func close() throws(VerbsError) { try unsafe object.close() }
}
