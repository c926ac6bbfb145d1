import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// How much of a flow is under way.
@Suite struct `The shape of a flow` {
    @Test func `2 MiB are under way, and 128 messages a queue pair at most`() {
        #expect(FlowShape(sizeBytes: 65536, queuePairs: 1) == FlowShape(window: 32, group: 16))
        #expect(FlowShape(sizeBytes: 65536, queuePairs: 4) == FlowShape(window: 8, group: 4))
        #expect(FlowShape(sizeBytes: 64, queuePairs: 1) == FlowShape(window: 128, group: 64))
    }

    @Test func `one queue pair has at least two messages under way, several have at least one each`() {
        #expect(FlowShape(sizeBytes: 16_777_216, queuePairs: 1).window == 2)
        #expect(FlowShape(sizeBytes: 1_048_576, queuePairs: 32) == FlowShape(window: 1, group: 1))
    }

    @Test func `every shape of this program fits its queues`() {
        forRandom(5000) { random in
            let shape = FlowShape(sizeBytes: random.edgy(), queuePairs: 1 + Int(random.next() % 32))
            return shape.isUsable && shape.receives <= FlowShape.receiveDepth
        }
    }

    /// The usual limit of locked memory, with the sizes that are measured by default.
    @Test func `32 queue pairs of 64 KiB beside the storage sizes fit 8 MiB`() {
        let plan = ProbePlan(bandwidth: BandwidthPlan(operations: [.send, .write, .read], queuePairs: 32))
        #expect(FlowMemory.byteCount(for: plan) == 2 * 32 * 65_536)
        #expect(FlowMemory.byteCount(for: plan) + ResponderMemory.largestByteCount(for: plan) < 8 << 20)
    }

    @Test func `parts of queue pairs are shared where they do not fit 4 MiB, and one is always there`() {
        func bytes(_ size: UInt64, _ pairs: Int) -> UInt64 {
            FlowMemory.byteCount(
                for: ProbePlan(bandwidth: BandwidthPlan(operations: [.read], sizesBytes: [size], queuePairs: pairs)))
        }
        #expect(bytes(1_048_576, 32) == 2 * 4 * 1_048_576)
        #expect(bytes(16_777_216, 32) == 2 * 16_777_216)
        #expect(bytes(1, 1) == 128)
    }

    @Test(
        arguments: [
            (0, 1), (1, 0), (1, 2), (129, 1), (128, 1), (.max, .max), (.min, .min), (-1, -1), (64, .max),
        ] as [(Int, Int)])
    func `a shape of a peer that does not fit is not usable`(window: Int, group: Int) {
        #expect(!FlowShape(window: window, group: group).isUsable)
    }

    /// Otherwise a full window would wait for a completion that nobody asked for.
    @Test(arguments: 1...FlowShape.largestWindow)
    func `among the messages of a full window is one that is told complete, wherever the window begins`(window: Int) {
        let stride = FlowShape(window: window, group: 1).stride
        #expect((0..<stride).allSatisfy { begin in (begin..<begin + window).contains { ($0 + 1) % stride == 0 } })
        #expect(window < 4 || stride * 4 <= window, "and a quarter of the window at most is told by one")
    }

    /// A receiver that grants a group of messages with each credit never lacks a receive: as many credits as can be under
    /// way, and as many messages, find one.
    @Test func `receives suffice for a window of messages and the credits for another`() {
        forRandom(2000) { random in
            let window = 1 + Int(random.next() % 128)
            let shape = FlowShape(window: window, group: max(1, window / 2))
            return shape.receives >= window + window / shape.group
        }
    }
}
