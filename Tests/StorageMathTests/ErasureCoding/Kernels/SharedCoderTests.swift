import StorageMath
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One coder, many threads: nothing in it changes.
@Suite struct SharedCoderTests {
    /// Runs a body in so many threads at once, each with its number, and waits for all.
    private func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws {
        final class Work: Sendable {
            let number: Int
            let body: @Sendable (Int) -> Void
            init(_ number: Int, _ body: @escaping @Sendable (Int) -> Void) {
                self.number = number
                self.body = body
            }
        }
        var threads: [pthread_t] = []
        for number in 0..<count {
            let work = Unmanaged.passRetained(Work(number, body))
            var thread = pthread_t()
            let result = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                    work.body(work.number)
                    return nil
                }, work.toOpaque())
            try #require(result == 0)
            threads.append(thread)
        }
        for thread in threads { pthread_join(thread, nil) }
    }

    @Test(arguments: CodingKernel.available)
    func `eight threads with one coder make the bytes that one makes`(kernel: CodingKernel) throws {
        let code = try LocalReconstructionCode(data: 6, localParities: 2, globalParities: 2)
        let coder = try ErasureCoder(
            code, kernel: kernel, caches: CodingCaches(secondLevel: 65_536, streamingThreshold: 1 << 16, mostAlike: 3))
        let prepared = try coder.reconstruction(of: [0, 1, 7])
        let length = kernel == .reference ? 256 : 4_099
        let regions = try ShardRegions(count: 10, length: length)
        try inThreads(8) { number in
            do {
                var random = SeededRandom(seed: UInt64(number))
                for _ in 0..<(kernel == .reference ? 2 : 4) {
                    let data = (0..<6).map { _ in randomBytes(length, using: &random) }
                    let whole = data + (try code.encode(data))
                    var buffer = Array(data.joined()) + [UInt8](repeating: 0, count: 4 * length)
                    var span = buffer.mutableSpan
                    try coder.encode(&span, at: regions)
                    #expect(try coder.verify(buffer.span, at: regions))
                    for symbol in [0, 1, 7] { for byte in 0..<length { buffer[symbol * length + byte] = 9 } }
                    var damaged = buffer.mutableSpan
                    try coder.reconstruct(prepared, in: &damaged, at: regions)
                    #expect(buffer == Array(whole.joined()))
                }
            } catch {
                Issue.record(error)
            }
        }
    }

    private struct Shards: @unchecked Sendable {
        let all: [UnsafeMutableRawBufferPointer]
    }

    @Test func `eight threads code ranges of one stripe side by side`() throws {
        let code = try ReedSolomon(data: 4, parity: 2, convention: .vandermondePowers)
        let coder = try ErasureCoder(code)
        let length = 64 * 1_031 + 5
        var random = SeededRandom(seed: 3)
        let data = (0..<4).map { _ in randomBytes(length, using: &random) }
        let shards = Shards(all: (0..<6).map { _ in .allocate(byteCount: length, alignment: 1) })
        defer { for shard in shards.all { shard.deallocate() } }
        for (shard, bytes) in zip(shards.all, data) { shard.copyBytes(from: bytes) }
        try inThreads(8) { number in
            do {
                try coder.encode(shards.all, range: length * number / 8..<length * (number + 1) / 8)
            } catch {
                Issue.record(error)
            }
        }
        let parities = try code.encode(data)
        #expect(shards.all[4...].map(Array.init) == parities)
    }
}
