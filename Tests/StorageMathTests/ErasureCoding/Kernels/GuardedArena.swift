#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Memories between pages that nobody may touch: a read or a write beyond an end of one stops the test.
final class GuardedArena {
    /// Where a stream lies in its memory.
    enum Place {
        /// Flush with the guard page before it.
        case beginning
        /// Flush with the guard page after it.
        case end
        /// At this distance from the page, with bytes around that are looked at afterwards.
        case within(Int)
    }

    struct NoMemory: Error {}

    /// All of it, guard pages included, so that one buffer holds shards with guard pages between them.
    let bytes: UnsafeMutableBufferPointer<UInt8>
    let start: UnsafeMutablePointer<UInt8>
    /// Bytes of each memory.
    let room: Int
    private let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    private let margin = 192
    private let mark: UInt8 = 0xA5
    private let marks: [UInt8]

    init(memories: Int, room least: Int) throws {
        room = (least + 2 * margin + page - 1) / page * page
        marks = [UInt8](repeating: mark, count: margin)
        let size = memories * (room + page) + page
        let mapped = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { throw NoMemory() }
        start = mapped.assumingMemoryBound(to: UInt8.self)
        bytes = UnsafeMutableBufferPointer(start: start, count: size)
        for memory in 0..<memories {
            guard mprotect(start + page + memory * (room + page), room, PROT_READ | PROT_WRITE) == 0 else {
                throw NoMemory()
            }
        }
    }

    deinit { munmap(start, bytes.count) }

    /// Where in ``bytes`` a stream begins; what is around it is marked.
    func place(_ memory: Int, length: Int, _ place: Place) -> Int {
        let first = page + memory * (room + page)
        let offset =
            switch place {
            case .beginning: first
            case .end: first + room - length
            case .within(let distance): first + distance
            }
        let (before, after) = around(memory, offset, length)
        memset(start + offset - before, Int32(mark), before)
        memset(start + offset + length, Int32(mark), after)
        return offset
    }

    /// Whether what is around a stream is as it was marked.
    func isUntouched(around offset: Int, in memory: Int, length: Int) -> Bool {
        let (before, after) = around(memory, offset, length)
        return memcmp(start + offset - before, marks, before) == 0 && memcmp(start + offset + length, marks, after) == 0
    }

    func write(_ content: [UInt8], at offset: Int) {
        memcpy(start + offset, content, content.count)
    }

    func holds(_ content: [UInt8], at offset: Int) -> Bool {
        memcmp(start + offset, content, content.count) == 0
    }

    private func around(_ memory: Int, _ offset: Int, _ length: Int) -> (before: Int, after: Int) {
        let first = page + memory * (room + page)
        return (min(margin, offset - first), min(margin, first + room - offset - length))
    }
}
