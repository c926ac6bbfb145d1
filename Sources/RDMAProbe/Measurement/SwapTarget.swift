import RDMAModel
import Verbs

/// Eight bytes of the far end that are compared and swapped, and what they must hold: only this end writes them.
final class SwapTarget {
    let remote: RemoteSlice
    /// What the far memory holds, by this end's account.
    var value: UInt64 = 0

    init(_ remote: RemoteSlice) { self.remote = remote }

    /// What the next swap puts there. An odd step visits every number before it comes to one again, and changes all bytes.
    var next: UInt64 { value &+ 0x9e37_79b9_7f4a_7c15 }

    /// That the far memory held what this end put there.
    func check(_ found: UInt64) throws(ProbeFailure) {
        guard found != value else { return }
        throw ProbeFailure(.measurement, .dataDiffers(SwapTarget.words(found: found, wanted: value)))
    }

    static func words(found: UInt64, wanted: UInt64) -> String {
        "compare_and_swap: the far memory held 0x\(String(found, radix: 16)) where 0x\(String(wanted, radix: 16)) was put"
    }
}

extension Initiator {
    /// That a comparison which does not hold swaps nothing: the first swap that is timed finds the value unchanged.
    func refuseSwap() throws {
        guard let swap else { throw Initiator.noWindow("compare and swap") }
        _ = try compareAndSwap(swap, compare: ~swap.value, with: swap.next, request: Request.refusal, .system)
        try swap.check(memory.memory.number(at: memory.swappedOffset))
    }
}
