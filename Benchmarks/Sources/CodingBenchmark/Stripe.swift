import Glibc
import StorageMath

/// Streams of one length in a memory of their own: the symbols of a code, and what else an operation takes.
///
/// Unchecked, because the compiler does not know the memory: threads that work at once are given ranges or stripes apart.
final class Stripe: @unchecked Sendable {
    typealias Stream = UnsafeMutablePointer<UInt8>

    /// All of the memory.
    let bytes: UnsafeMutableBufferPointer<UInt8>
    let length: Int
    let streams: [Stream]

    init(streams count: Int, length: Int, buffers: Buffers) throws {
        let stride = length + buffers.gap
        let size = count * stride
        guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED
        else { throw Failure("no memory of \(size) bytes: measure smaller fragments (--fragments)") }
        let start = memory.assumingMemoryBound(to: UInt8.self)
        bytes = UnsafeMutableBufferPointer(start: start, count: size)
        self.length = length
        streams = (0..<count).map { start + $0 * stride }
        // The same bytes in every run; none is zero for long.
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        memory.withMemoryRebound(to: UInt64.self, capacity: size / 8) { words in
            for index in 0..<size / 8 {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                words[index] = state
            }
        }
    }

    deinit { munmap(bytes.baseAddress, bytes.count) }

    /// Where some of the streams lie, for StorageMath.
    func regions(_ range: Range<Int>) throws -> ShardRegions {
        let start = streams[0]
        return try ShardRegions(offsets: range.map { streams[$0] - start }, length: length)
    }

    func span(_ stream: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: streams[stream], count: length)
    }

    /// A copy of some streams' bytes.
    func copy(_ numbers: [Int]) -> [[UInt8]] { numbers.map { Array(span($0)) } }

    func restore(_ numbers: [Int], _ copies: [[UInt8]]) {
        for (number, copy) in zip(numbers, copies) {
            copy.withUnsafeBufferPointer {
                streams[number].update(from: $0.baseAddress.unsafelyUnwrapped, count: length)
            }
        }
    }

    /// Where streams are not what copies say.
    func differs(_ numbers: [Int], from copies: [[UInt8]]) -> Int? {
        zip(numbers, copies).first { number, copy in
            copy.withUnsafeBufferPointer { memcmp(streams[number], $0.baseAddress.unsafelyUnwrapped, length) != 0 }
        }?.0
    }
}

/// What went wrong, in a sentence.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
