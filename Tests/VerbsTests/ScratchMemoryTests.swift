#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import TestSupport
import Testing
@testable import Verbs

@Suite struct `Scratch memory` {
    private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

    @Test(arguments: [0, -1, Int.min, Int.max, Int.max - 3 * 4096 + 1])
    func `a size that is no size is refused`(size: Int) {
        let error = #expect(throws: VerbsError.self) { _ = try ScratchMemory(byteCount: size) }
        #expect(error?.call == "mmap" && error?.code == EINVAL)
    }

    @Test(arguments: [1 << 50, Int.max - 3 * 4096])
    func `a size that no machine has is refused for lack of memory`(size: Int) {
        let error = #expect(throws: VerbsError.self) { _ = try ScratchMemory(byteCount: size) }
        #expect(error?.code == ENOMEM)
    }

    @Test(arguments: [1, 4095, 4096, 4097, 1 << 20])
    func `memory is zeroed and every byte can be stored and loaded`(size: Int) throws {
        let memory = try ScratchMemory(byteCount: size)
        #expect(memory.byteCount == size)
        for offset in Set([0, 1, size / 2, size - 1]) where offset < size {
            #expect(memory.loadAcquire(at: offset) == 0)
            memory.storeRelease(0xC3, at: offset)
            #expect(memory.loadAcquire(at: offset) == 0xC3)
        }
    }

    @Test func `a fill changes its range and nothing beside it`() {
        forRandom(40) { random in
            let size = Int(random.next() % 9000) + 1
            let memory = try ScratchMemory(byteCount: size)
            let lower = Int(random.next() % UInt64(size + 1))
            let upper = Int(random.next() % UInt64(size + 1))
            let range = min(lower, upper)..<max(lower, upper)
            memory.fill(range, with: 0x5A)
            return (0..<size).allSatisfy { memory.loadAcquire(at: $0) == (range.contains($0) ? 0x5A : 0) }
        }
    }

    // MARK: Guard pages

    @Test(arguments: [1, 4096, 4097])
    func `the pages before and after are closed to everything`(size: Int) throws {
        let memory = try ScratchMemory(byteCount: size)
        let start = UInt(bitPattern: memory.storage.start)
        let page = UInt(Self.page)
        let end = start + (UInt(size) + page - 1) / page * page
        let map = try Self.map()
        #expect(map(start - page) == "---p" && map(start - 1) == "---p")
        #expect(map(start) == "rw-p" && map(end - 1) == "rw-p")
        #expect(map(end) == "---p" && map(end + page - 1) == "---p")
        // A handle may go after its last use.
        #expect(memory.byteCount == size)
    }

    @Test func `memory that is gone is no longer mapped`() throws {
        let start: UInt
        do {
            let memory = try ScratchMemory(byteCount: 64 << 20)
            start = UInt(bitPattern: memory.storage.start)
            #expect(try Self.map()(start) == "rw-p")
            #expect(memory.byteCount == 64 << 20)
        }
        #expect(try Self.map()(start) != "rw-p")
    }

    /// The rights of the mapping that holds an address, from `/proc/PID/maps`.
    private static func map() throws -> (UInt) -> String? {
        // Not by Foundation, which takes no more than a page of a file that says it is empty.
        let text = try output(of: "cat /proc/\(getpid())/maps")
        let entries: [(range: Range<UInt>, rights: String)] = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            return ends.count == 2 ? (ends[0]..<ends[1], String(words[1])) : nil
        }
        return { address in entries.first { $0.range.contains(address) }?.rights }
    }

    // SIGSEGV, or what a sanitizer makes of it.

    @Test func `a byte before the memory ends the process that touches it`() async {
        await #expect(processExitsWith: .failure) {
            let memory = try ScratchMemory(byteCount: 4096)
            memory.storage.start.storeBytes(of: 1, toByteOffset: -1, as: UInt8.self)
            // The memory lives until here, and so the process does not end for lack of it.
            memory.storeRelease(1, at: 0)
        }
    }

    @Test func `a byte after the memory ends the process that touches it`() async {
        await #expect(processExitsWith: .failure) {
            let memory = try ScratchMemory(byteCount: 4096)
            memory.storage.start.storeBytes(of: 1, toByteOffset: 4096, as: UInt8.self)
            // The memory lives until here, and so the process does not end for lack of it.
            memory.storeRelease(1, at: 0)
        }
    }

    // MARK: Bounds. A caller's bug, and so the documented end of the process rather than a stray write.

    @Test(arguments: [[-1, 1], [0, 101], [Int.max - 1, Int.max]])
    func `a fill outside the memory is refused`(ends: [Int]) async {
        await #expect(processExitsWith: .failure) { [ends] in
            let memory = try ScratchMemory(byteCount: 100)
            memory.fill(ends[0]..<ends[1], with: 1)
            exit(EXIT_SUCCESS)
        }
    }

    @Test(arguments: [-1, 100, Int.max])
    func `a load or store outside the memory is refused`(offset: Int) async {
        await #expect(processExitsWith: .failure) { [offset] in
            let memory = try ScratchMemory(byteCount: 100)
            _ = memory.loadAcquire(at: offset)
            exit(EXIT_SUCCESS)
        }
        await #expect(processExitsWith: .failure) { [offset] in
            let memory = try ScratchMemory(byteCount: 100)
            memory.storeRelease(1, at: offset)
            exit(EXIT_SUCCESS)
        }
    }

    @Test func `an empty fill at either end is none`() throws {
        let memory = try ScratchMemory(byteCount: 100)
        memory.fill(0..<0, with: 1)
        memory.fill(100..<100, with: 1)
        #expect((0..<100).allSatisfy { memory.loadAcquire(at: $0) == 0 })
    }
}
