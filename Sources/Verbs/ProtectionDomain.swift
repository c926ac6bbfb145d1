#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
// Public because the data path is inlined where it is used.
public import CVerbs

/// What may be used together: memory and queue pairs of one domain never reach those of another.
///
/// The C object is `ibv_pd`.
@safe public struct ProtectionDomain: ~Copyable {
    typealias Object = VerbsObject<UnsafeMutablePointer<ibv_pd>>
    let object: Object

    /// Allocates a domain on the device that an id is bound to. The C function is `ibv_alloc_pd`.
    public init(onDeviceOf id: borrowing CommunicationID) throws(VerbsError) {
        guard let context = unsafe cverbs_id_context(id.object.pointer) else {
            throw VerbsError(call: "ibv_alloc_pd", code: ENODEV)
        }
        var pointer: UnsafeMutablePointer<ibv_pd>?
        try check(unsafe cverbs_alloc_pd(context, &pointer), "ibv_alloc_pd", id.deviceName ?? "")
        guard let pointer = unsafe pointer else { throw VerbsError(call: "ibv_alloc_pd", code: EIO) }
        unsafe object = Object(pointer, keeping: [id.object.hold()], destroyedBy: "ibv_dealloc_pd") {
            unsafe cverbs_dealloc_pd($0)
        }
    }

    /// Gives the domain back. The C function is `ibv_dealloc_pd`.
    /// - Throws: `EBUSY` where something made in the domain is alive.
    public consuming func close() throws(VerbsError) { try unsafe object.close() }
}

/// What an adapter may do with registered memory.
public struct MemoryAccess: OptionSet, Sendable, Hashable {
    public let rawValue: CInt
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// The local adapter may write: needed for receives and for the target of reads. `IBV_ACCESS_LOCAL_WRITE`.
    public static let localWrite = MemoryAccess(rawValue: 1)
    /// The far end may write; includes local writes, which the library asks for. `IBV_ACCESS_REMOTE_WRITE`.
    public static let remoteWrite = MemoryAccess(rawValue: 1 | 2)
    /// The far end may read. `IBV_ACCESS_REMOTE_READ`.
    public static let remoteRead = MemoryAccess(rawValue: 4)
    /// The far end may compare and swap; includes local writes, which the library asks for. `IBV_ACCESS_REMOTE_ATOMIC`.
    public static let remoteAtomic = MemoryAccess(rawValue: 1 | 8)
}

/// Memory that an adapter can reach. The C object is `ibv_mr`.
@safe public struct MemoryRegion: ~Copyable {
    typealias Object = VerbsObject<UnsafeMutablePointer<ibv_mr>>
    let object: Object
    @usableFromInline let start: UInt64
    @usableFromInline let localKey: UInt32
    /// The number of bytes registered.
    public let byteCount: Int

    /// Registers a part of scratch memory, which is pinned by it. The C function is `ibv_reg_mr`.
    /// - Throws: `ENOMEM` where the limit of locked memory is too small.
    /// - Precondition: the range is not empty and lies within the memory.
    public init(
        _ memory: borrowing ScratchMemory, range: Range<Int>, in domain: borrowing ProtectionDomain,
        access: MemoryAccess
    ) throws(VerbsError) {
        precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= memory.byteCount, "range outside")
        let address = unsafe memory.storage.start + range.lowerBound
        var pointer: UnsafeMutablePointer<ibv_mr>?
        let code = unsafe cverbs_reg_mr(domain.object.pointer, address, range.count, access.rawValue, &pointer)
        try check(code, "ibv_reg_mr", "\(range.count) bytes")
        guard let pointer = unsafe pointer else { throw VerbsError(call: "ibv_reg_mr", code: EIO) }
        unsafe object = Object(pointer, keeping: [domain.object.hold(), memory.storage], destroyedBy: "ibv_dereg_mr") {
            unsafe cverbs_dereg_mr($0)
        }
        start = UInt64(UInt(bitPattern: address))
        localKey = unsafe pointer.pointee.lkey
        byteCount = range.count
    }

    /// Takes the memory back from the adapter. The C function is `ibv_dereg_mr`.
    public consuming func close() throws(VerbsError) { try unsafe object.close() }

    /// A part of the region for a work request. Post it only while the region is there: what travels within the
    /// request (`QueuePair.inlineBytes`) is copied from memory by the processor, and no adapter checks that.
    /// - Precondition: the part lies within the region and is shorter than 4 GiB.
    @inlinable @inline(__always)
    public func slice(offset: Int = 0, count: Int) -> Slice {
        precondition(offset >= 0 && count >= 0 && offset <= byteCount && count <= byteCount - offset, "slice outside")
        return Slice(address: start + UInt64(offset), count: UInt32(count), localKey: localKey)
    }

    /// Where the far end finds the region.
    public var remote: RemoteSlice { RemoteSlice(address: start, key: unsafe object.pointer.pointee.rkey) }

    /// A part of a registered region.
    public struct Slice: Sendable {
        @usableFromInline let address: UInt64
        @usableFromInline let count: UInt32
        @usableFromInline let localKey: UInt32

        @inlinable init(address: UInt64, count: UInt32, localKey: UInt32) {
            self.address = address
            self.count = count
            self.localKey = localKey
        }

        @inlinable var raw: cverbs_slice { cverbs_slice(address: address, length: count, local_key: localKey) }
    }
}

/// Memory of the far end, as the far end named it.
public struct RemoteSlice: Sendable, Hashable {
    public var address: UInt64
    public var key: UInt32

    public init(address: UInt64, key: UInt32) {
        self.address = address
        self.key = key
    }
}
