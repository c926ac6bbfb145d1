#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
// Public because the data path is inlined where it is used.
public import CVerbs

/// Memory of its own mapping, with a page before and after it that nothing may touch.
///
/// An adapter reads and writes here on a peer's behalf, so it shares no page with anything else of the program.
@safe public struct ScratchMemory: ~Copyable {
    @safe final class Storage: @unchecked Sendable {
        // Unchecked: the mapping never moves; who touches which bytes is decided by the protocol above.
        let mapping: UnsafeMutableRawPointer
        let mappingLength: Int
        let start: UnsafeMutableRawPointer
        let count: Int

        init(count: Int) throws(VerbsError) {
            let page = Int(sysconf(Int32(_SC_PAGESIZE)))
            let (padded, overflow) = count.addingReportingOverflow(3 * page)
            guard count > 0, !overflow else { throw VerbsError(call: "mmap", code: EINVAL) }
            let inner = (count + page - 1) / page * page
            let total = min(padded, inner + 2 * page)
            let flags = MAP_PRIVATE | MAP_ANONYMOUS
            guard let mapping = unsafe mmap(nil, total, PROT_NONE, flags, -1, 0), unsafe mapping != MAP_FAILED else {
                throw VerbsError(call: "mmap", code: ENOMEM)
            }
            let start = unsafe mapping + page
            guard unsafe mprotect(start, inner, PROT_READ | PROT_WRITE) == 0 else {
                unsafe munmap(mapping, total)
                throw VerbsError(call: "mprotect", code: ENOMEM)
            }
            unsafe self.mapping = mapping
            mappingLength = total
            unsafe self.start = start
            self.count = count
        }

        deinit { unsafe munmap(mapping, mappingLength) }
    }

    let storage: Storage
    /// The storage's own, for the data path.
    @usableFromInline let start: UnsafeMutableRawPointer
    @usableFromInline let count: Int

    /// Maps zeroed memory.
    /// - Throws: `ENOMEM` where there is none, `EINVAL` for a size that is not positive.
    public init(byteCount: Int) throws(VerbsError) {
        storage = try Storage(count: byteCount)
        unsafe start = unsafe storage.start
        count = storage.count
    }

    /// The number of bytes that may be used.
    public var byteCount: Int { storage.count }

    /// Sets every byte of a range to a value.
    /// - Precondition: the range lies within the memory.
    public func fill(_ range: Range<Int>, with value: UInt8) {
        precondition(range.lowerBound >= 0 && range.upperBound <= storage.count, "range outside the memory")
        unsafe memset(storage.start + range.lowerBound, Int32(value), range.count)
    }

    /// The bytes of a range, as they are now.
    /// - Precondition: the range lies within the memory.
    public func bytes(_ range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= storage.count, "range outside the memory")
        return unsafe [UInt8](UnsafeRawBufferPointer(start: storage.start + range.lowerBound, count: range.count))
    }

    /// Puts bytes at an offset.
    /// - Precondition: they lie within the memory.
    public func store(_ bytes: [UInt8], at offset: Int) {
        precondition(
            offset >= 0 && offset <= storage.count && bytes.count <= storage.count - offset, "bytes outside the memory")
        unsafe bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { unsafe memcpy(storage.start + offset, start, source.count) }
        }
    }

    /// The eight bytes at an offset as a number in the byte order of this host.
    /// - Precondition: they lie within the memory.
    public func number(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && storage.count >= 8 && offset <= storage.count - 8, "number outside the memory")
        return unsafe UnsafeRawPointer(storage.start + offset).loadUnaligned(as: UInt64.self)
    }

    /// Puts a number at an offset in the byte order of this host.
    /// - Precondition: its eight bytes lie within the memory.
    public func store(number: UInt64, at offset: Int) {
        precondition(offset >= 0 && storage.count >= 8 && offset <= storage.count - 8, "number outside the memory")
        unsafe (storage.start + offset).storeBytes(of: number, as: UInt64.self)
    }

    /// The byte at an offset, read after everything that an adapter wrote before it.
    /// - Precondition: the offset lies within the memory.
    @inlinable @inline(__always)
    public func loadAcquire(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < count, "offset outside the memory")
        return unsafe cverbs_load_acquire((start + offset).assumingMemoryBound(to: UInt8.self))
    }

    /// Sets the byte at an offset so that an adapter that is told afterwards sees it.
    /// - Precondition: the offset lies within the memory.
    @inlinable @inline(__always)
    public func storeRelease(_ value: UInt8, at offset: Int) {
        precondition(offset >= 0 && offset < count, "offset outside the memory")
        unsafe cverbs_store_release((start + offset).assumingMemoryBound(to: UInt8.self), value)
    }
}
