import CodingRivals
import Dispatch
import Foundation
import StorageMath

extension Subject {
    /// The calls that encode a small stripe, beside the kernel without StorageMath: what checking and dispatch cost.
    func calls() throws -> [Workload] {
        let field = GaloisField.storage
        let products = (0..<65_536).map { field.multiply(UInt8($0 >> 8), UInt8($0 & 255)) }
        let powers = shape.isLocal ? shape.global : shape.parities - 1
        let made = stripe.streams.map(Optional.some).withUnsafeBufferPointer { streams in
            raw_encoding_make(
                coder.kernel.rawValue, shape.data, shape.local, powers, coder.code.parityMatrix.elements, products,
                streams.baseAddress, CodingCaches.detected.mostAlike ?? 0)
        }
        let (length, sum) = (stripe.length, shape.symbols * stripe.length)
        let shards = (0..<shape.symbols).map { UnsafeMutableRawBufferPointer(start: stripe.streams[$0], count: length) }
        var together = encoding(.vandermondePowers)
        var apart = Workload(
            operation: "call-separate", reads: together.reads, writes: together.writes,
            dataBytes: together.dataBytes,
            ours: { times in for _ in 0..<times { try coder.encode(shards) } })
        // Of large codes there is no kernel to call as it is.
        guard let made else { return [apart] }
        let raw = RawEncoding(made)
        let isPastCaches = sum > CodingCaches.detected.streamingThreshold
        together.rivalName = "raw kernel"
        together.rival = { raw_encode(raw.encoding, length, isPastCaches, $0) }
        apart.rivalName = together.rivalName
        apart.rival = together.rival
        let joined = Workload(
            operation: "call", reads: together.reads, writes: together.writes, dataBytes: together.dataBytes,
            ours: together.ours, rivalName: together.rivalName, rival: together.rival)
        return [joined, apart]
    }

    /// Two threads, each with a stripe of its own, beside one.
    func pair(with other: Stripe) throws -> Workload {
        let second = try Subject(coder.code, shape, kernel: coder.kernel, stripe: other, isal: nil)
        let one = encoding(.vandermondePowers).ours
        let another = second.encoding(.vandermondePowers).ours
        return Workload(
            operation: "encode", reads: Array(0..<shape.data), writes: Array(shape.data..<shape.symbols),
            dataBytes: 2 * shape.data * stripe.length,
            ours: { times in try atOnce([{ try one(times) }, { try another(times) }]) },
            rivalName: "one thread", rival: one, rivalDataBytes: shape.data * stripe.length, threads: 2)
    }
}

private final class RawEncoding {
    let encoding: OpaquePointer
    init(_ encoding: OpaquePointer) { self.encoding = encoding }
    deinit { raw_encoding_free(encoding) }
}

/// Runs each in a thread of its own, the first in this one; an error of any of them in the end.
func atOnce(_ work: [() throws -> Void]) throws {
    // Unchecked: the work does not change, and the errors are touched under a lock.
    final class Shared: @unchecked Sendable {
        let work: [() throws -> Void]
        var errors: [(any Error)?]
        init(_ work: [() throws -> Void]) {
            self.work = work
            errors = work.map { _ in nil }
        }
        func run(_ index: Int) -> (any Error)? {
            do { try work[index]() } catch { return error }
            return nil
        }
    }
    let shared = Shared(work)
    let ended = DispatchSemaphore(value: 0)
    let lock = NSLock()
    // Not concurrentPerform, which takes one thread where it finds the processors busy.
    for index in work.indices.dropFirst() {
        Thread.detachNewThread {
            let error = shared.run(index)
            lock.withLock { shared.errors[index] = error }
            ended.signal()
        }
    }
    let first = shared.run(0)
    for _ in work.dropFirst() { ended.wait() }
    if let error = first ?? lock.withLock({ shared.errors.compactMap(\.self).first }) { throw error }
}

extension Workload {
    /// Three copies of one stream, beside as many calls of memcpy.
    static func mirror(on stripe: Stripe, kernel: CodingKernel) throws -> Workload {
        let mirror = try MirrorCopies(count: 3)
        let regions = try stripe.regions(1..<4)
        let source = stripe.span(0)
        let memory = stripe.bytes
        let (from, copies, length) = (stripe.streams[0], stripe.streams[1...3], stripe.length)
        return Workload(
            operation: "mirror", convention: nil, reads: [0], writes: [1, 2, 3], dataBytes: length,
            ours: { times in
                var bytes = memory.mutableSpan
                for _ in 0..<times { try mirror.write(source.span, to: &bytes, at: regions, kernel: kernel) }
            }, rivalName: "3 x memcpy",
            rival: { times in
                for _ in 0..<times { for copy in copies { memcpy(copy, from, length) } }
            })
    }
}
