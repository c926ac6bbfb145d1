#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs

/// One end of an RDMA connection before, while and after it is connected.
///
/// The C object is `rdma_cm_id`. The device context belongs to the connection manager and lives as long as an id that
/// is bound to the device, so everything made on the context keeps the id.
@safe public struct CommunicationID: ~Copyable, Sendable {
    typealias Object = VerbsObject<UnsafeMutablePointer<rdma_cm_id>>
    let object: Object
    private let hold: Object.Hold

    /// Creates an id whose events go to a channel. The C function is `rdma_create_id`.
    public init(on channel: borrowing EventChannel) throws(VerbsError) {
        var pointer: UnsafeMutablePointer<rdma_cm_id>?
        try check(unsafe cverbs_create_id(channel.object.pointer, &pointer), "rdma_create_id")
        guard let pointer = unsafe pointer else { throw VerbsError(call: "rdma_create_id", code: EIO) }
        unsafe object = CommunicationID.own(pointer, channel: channel.object)
        unsafe hold = unsafe object.hold()
    }

    /// Takes the id that a connection request brought; `nil` for every other event, and once the id was destroyed. Taken
    /// more than once, it is the same id, which lives as long as one of the handles or the event.
    public init?(newcomerOf event: ConnectionEvent) {
        guard let newcomer = unsafe event.newcomer, let hold = unsafe newcomer.holdUnlessDestroyed() else { return nil }
        unsafe object = unsafe newcomer
        unsafe self.hold = unsafe hold
    }

    static func own(_ pointer: UnsafeMutablePointer<rdma_cm_id>, channel: EventChannel.Object) -> Object {
        unsafe Object(pointer, keeping: [channel], destroyedBy: "rdma_destroy_id") { unsafe cverbs_destroy_id($0) }
    }

    /// Destroys the id. The C function is `rdma_destroy_id`.
    /// - Throws: `EBUSY` where something made from the id is alive, or another handle of it; the id goes with them.
    public consuming func close() throws(VerbsError) { try unsafe object.close(besides: 1) }

    /// Whether an event is about this id.
    public func isSubject(of event: ConnectionEvent) -> Bool { unsafe UInt(bitPattern: object.pointer) == event.id }
}

// MARK: What it is bound to

extension CommunicationID {
    /// The device's name once the id is bound to one, else `nil`.
    public var deviceName: String? {
        guard let context = unsafe cverbs_id_context(object.pointer) else { return nil }
        return unsafe String(cString: cverbs_context_device_name(context))
    }

    /// Whether the device speaks iWARP; `nil` before the id is bound to one.
    public var isIWARP: Bool? {
        guard let context = unsafe cverbs_id_context(object.pointer) else { return nil }
        return unsafe cverbs_context_is_iwarp(context)
    }

    /// The port of the device, counted from 1; 0 before the id is bound to one.
    public var devicePort: Int { Int(unsafe cverbs_id_port(object.pointer)) }

    /// The port number that the id is bound to.
    public var sourcePort: UInt16 { unsafe cverbs_id_source_port(object.pointer) }

    /// The GID that stands for this end on the wire, or `nil` before the address is resolved.
    public var sourceGID: [UInt8]? {
        var gid = [UInt8](repeating: 0, count: 16)
        return unsafe cverbs_id_source_gid(object.pointer, &gid) ? gid : nil
    }

    /// The bytes of the far end's socket address, empty where there is none. The C function is `rdma_get_peer_addr`.
    public var peerAddressBytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = unsafe cverbs_id_peer_address(object.pointer, &bytes, bytes.count)
        return Array(bytes.prefix(count))
    }

    /// The bytes of this end's socket address, empty where there is none. The C function is `rdma_get_local_addr`.
    public var localAddressBytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = unsafe cverbs_id_local_address(object.pointer, &bytes, bytes.count)
        return Array(bytes.prefix(count))
    }

    /// The state of the device's port as the kernel tells it now. The C function is `ibv_query_port`.
    public func queryPort() throws(VerbsError) -> PortAttributes {
        guard let context = unsafe cverbs_id_context(object.pointer) else {
            throw VerbsError(call: "ibv_query_port", code: ENODEV)
        }
        var raw = ibv_port_attr()
        let port = unsafe max(1, cverbs_id_port(object.pointer))
        try check(unsafe cverbs_query_port(context, port, &raw), "ibv_query_port", deviceName ?? "")
        return PortAttributes(
            state: CInt(bitPattern: raw.state.rawValue),
            activeMTUBytes: 128 << UInt64(min(raw.active_mtu.rawValue, 5)),
            isEthernet: Int32(raw.link_layer) == Int32(IBV_LINK_LAYER_ETHERNET), lid: raw.lid)
    }
}

extension CommunicationID {
    /// Whether the device has atomic operations on the memory of its host. The C function is `ibv_query_device`.
    public func offersAtomics() throws(VerbsError) -> Bool {
        guard let context = unsafe cverbs_id_context(object.pointer) else {
            throw VerbsError(call: "ibv_query_device", code: ENODEV)
        }
        var raw = ibv_device_attr()
        try check(unsafe cverbs_query_device(context, &raw), "ibv_query_device", deviceName ?? "")
        return raw.atomic_cap != IBV_ATOMIC_NONE
    }
}

/// A GID in use, as the kernel tells it.
public struct GIDEntry: Sendable, Hashable {
    /// Its place in the port's table.
    public let index: Int
    /// 16 bytes.
    public let value: [UInt8]
    /// The port that it belongs to, counted from 1.
    public let port: Int
    /// `IBV_GID_TYPE_…`: 0 InfiniBand (iWARP devices say so too), 1 RoCE v1, 2 RoCE v2.
    public let type: UInt32
}

extension CommunicationID {
    /// The GIDs in use on the device, in one call: a table may have a thousand slots, and reading each from sysfs takes
    /// seconds on a slow machine. The C function is `ibv_query_gid_table`.
    public func gidEntries() throws(VerbsError) -> [GIDEntry] {
        guard let context = unsafe cverbs_id_context(object.pointer) else {
            throw VerbsError(call: "ibv_query_gid_table", code: ENODEV)
        }
        var entries = [ibv_gid_entry](repeating: ibv_gid_entry(), count: 256)
        var count = 0
        try check(
            unsafe cverbs_query_gid_table(context, &entries, entries.count, &count), "ibv_query_gid_table",
            deviceName ?? "")
        return entries.prefix(count).map { entry in
            GIDEntry(
                index: Int(entry.gid_index), value: unsafe withUnsafeBytes(of: entry.gid) { unsafe [UInt8]($0) },
                port: Int(entry.port_num),
                type: entry.gid_type)
        }
    }
}

/// What a port says of itself, as far as a probe needs it.
public struct PortAttributes: Sendable, Hashable {
    /// `IBV_PORT_…`; 4 is active.
    public let state: CInt
    /// The payload of a packet in bytes.
    public let activeMTUBytes: UInt64
    public let isEthernet: Bool
    /// The port's number in its InfiniBand subnet; 0 on Ethernet.
    public let lid: UInt16
}

// MARK: Coming together

/// How a connection is asked for or accepted.
public struct ConnectionParameters: Sendable, Hashable {
    /// At most 56 bytes in a request, 196 in an acceptance.
    public var privateData: [UInt8]
    /// Reads that the far end may have outstanding here.
    public var responderResources: UInt8
    /// Reads that this end may have outstanding there.
    public var initiatorDepth: UInt8
    /// Retries after the acknowledgement timeout; 7 is endless on some devices, so 6 is the most.
    public var retryCount: UInt8
    /// Retries after "receiver not ready"; 7 is endless.
    public var rnrRetryCount: UInt8

    public init(
        privateData: [UInt8] = [], responderResources: UInt8 = 1, initiatorDepth: UInt8 = 1, retryCount: UInt8 = 3,
        rnrRetryCount: UInt8 = 6
    ) {
        self.privateData = privateData
        self.responderResources = responderResources
        self.initiatorDepth = initiatorDepth
        self.retryCount = min(retryCount, 6)
        self.rnrRetryCount = min(rnrRetryCount, 6)
    }

    fileprivate func withOptions(_ body: (UnsafePointer<cverbs_connect_options>) -> CInt) -> CInt {
        // The length has eight bits, and data that is cut is worse than none. Below that the transport has its own limit.
        guard privateData.count <= Int(UInt8.max) else { return EINVAL }
        return unsafe privateData.withUnsafeBytes { bytes in
            var options = unsafe cverbs_connect_options(
                private_data: bytes.baseAddress, private_data_length: UInt8(bytes.count),
                responder_resources: responderResources, initiator_depth: initiatorDepth, retry_count: retryCount,
                rnr_retry_count: rnrRetryCount)
            return unsafe body(&options)
        }
    }
}

/// Hands the bytes of a socket address to C, which reads as many as the family has, whatever it is given.
private func withSocketAddress(_ bytes: [UInt8], _ body: (UnsafeRawPointer?) -> CInt) -> CInt {
    unsafe bytes.withUnsafeBytes { address in
        guard address.count >= MemoryLayout<sa_family_t>.size else { return EINVAL }
        let needed: Int
        switch CInt(unsafe address.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET: needed = MemoryLayout<sockaddr_in>.size
        case AF_INET6: needed = MemoryLayout<sockaddr_in6>.size
        default: return EAFNOSUPPORT
        }
        return address.count < needed ? EINVAL : unsafe body(address.baseAddress)
    }
}

extension CommunicationID {
    /// Binds the id to an address of this host, given as the bytes of a socket address. The C function is
    /// `rdma_bind_addr`.
    /// - Throws: `ENODEV` where no RDMA device has the address, `EADDRINUSE` where the port is taken, `EINVAL` or
    ///   `EAFNOSUPPORT` for what is neither a whole IPv4 nor IPv6 address.
    public func bind(to address: [UInt8]) throws(VerbsError) {
        let code = unsafe withSocketAddress(address) { unsafe cverbs_bind_addr(object.pointer, $0) }
        try check(code, "rdma_bind_addr")
    }

    /// Waits for connection requests. The C function is `rdma_listen`.
    public func listen(backlog: CInt) throws(VerbsError) {
        try check(unsafe cverbs_listen(object.pointer, backlog), "rdma_listen")
    }

    /// Starts to find the device and the peer's hardware address; an event tells the end. The C function is
    /// `rdma_resolve_addr`.
    public func resolveAddress(from source: [UInt8], to destination: [UInt8], milliseconds: CInt) throws(VerbsError) {
        let code = unsafe withSocketAddress(source) { from in
            unsafe withSocketAddress(destination) { to in
                unsafe cverbs_resolve_addr(object.pointer, from, to, milliseconds)
            }
        }
        try check(code, "rdma_resolve_addr")
    }

    /// Starts to find the path; an event tells the end. The C function is `rdma_resolve_route`.
    public func resolveRoute(milliseconds: CInt) throws(VerbsError) {
        try check(unsafe cverbs_resolve_route(object.pointer, milliseconds), "rdma_resolve_route", deviceName ?? "")
    }

    /// Sets how long the queue pair to come waits for an acknowledgement: 4.096 µs · 2^exponent. iWARP has no such
    /// timeout: there the value is taken and changes nothing. The C function is `rdma_set_option`.
    public func setAcknowledgementTimeout(exponent: UInt8) throws(VerbsError) {
        try check(unsafe cverbs_set_ack_timeout(object.pointer, exponent), "rdma_set_option", deviceName ?? "")
    }

    /// Sets the type of service with which the connection to come sends: the DSCP in its upper six bits, as the traffic
    /// class of IPv6. Takes effect where it is set before the address is resolved. The C function is `rdma_set_option`.
    public func setTypeOfService(_ value: UInt8) throws(VerbsError) {
        try check(unsafe cverbs_set_type_of_service(object.pointer, value), "rdma_set_option")
    }

    /// Asks for the connection; an event tells the end. On software iWARP the call itself blocks until TCP has
    /// connected. The C function is `rdma_connect`.
    public func connect(_ parameters: ConnectionParameters) throws(VerbsError) {
        let code = unsafe parameters.withOptions { unsafe cverbs_connect(object.pointer, $0) }
        try check(code, "rdma_connect", deviceName ?? "")
    }

    /// Accepts a connection request; an event tells the end. The C function is `rdma_accept`.
    public func accept(_ parameters: ConnectionParameters) throws(VerbsError) {
        let code = unsafe parameters.withOptions { unsafe cverbs_accept(object.pointer, $0) }
        try check(code, "rdma_accept", deviceName ?? "")
    }

    /// Refuses a connection request. The C function is `rdma_reject`.
    /// - Throws: `EINVAL` for more private data than the transport carries: 148 bytes on RoCE.
    public func reject(privateData: [UInt8]) throws(VerbsError) {
        guard privateData.count <= Int(UInt8.max) else { throw VerbsError(call: "rdma_reject", code: EINVAL) }
        let code = unsafe privateData.withUnsafeBytes {
            unsafe cverbs_reject(object.pointer, $0.baseAddress, UInt8($0.count))
        }
        try check(code, "rdma_reject")
    }

    /// Ends the connection. The C function is `rdma_disconnect`.
    public func disconnect() throws(VerbsError) {
        try check(unsafe cverbs_disconnect(object.pointer), "rdma_disconnect")
    }

    /// Lets the events of this id go to another channel from now on. The C function is `rdma_migrate_id`.
    public func migrate(to channel: borrowing EventChannel) throws(VerbsError) {
        try check(unsafe cverbs_migrate_id(object.pointer, channel.object.pointer), "rdma_migrate_id")
        unsafe object.keep(channel.object)
    }
}
