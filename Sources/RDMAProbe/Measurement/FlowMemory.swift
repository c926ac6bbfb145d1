import RDMAModel
import Verbs

/// The memory of one end's flows: what leaves, and where messages arrive. Each queue pair has a part of its own as long
/// as they fit; messages on one queue pair share their part, since only their number counts.
final class FlowMemory {
    private let memory: ScratchMemory
    private let source: MemoryRegion
    private let target: MemoryRegion
    private let slots: Int
    private let slotBytes: Int
    let registeredBytes: UInt64

    /// Parts beyond this many bytes are shared.
    static let fittingBytes: UInt64 = 4 << 20

    /// What the memory of a plan's flows takes.
    static func byteCount(for plan: ProbePlan) -> UInt64 {
        let (slots, slotBytes) = layout(plan)
        return 2 * slots * slotBytes
    }

    private static func layout(_ plan: ProbePlan) -> (slots: UInt64, slotBytes: UInt64) {
        // What is above fails when it is registered, and sums fit.
        let size = min(max(plan.largestFlowBytes, 64), 1 << 40)
        return (max(1, min(UInt64(max(1, plan.flowQueuePairs)), fittingBytes / size)), size)
    }

    /// - Parameters:
    ///   - isInitiator: the end that measures; the far end posts only where the plan has flows both ways.
    ///   - isIWARP: there the target of a read is written by the far end, and a read follows writes.
    init(
        for plan: ProbePlan, isInitiator: Bool, isIWARP: Bool, in domain: borrowing ProtectionDomain
    ) throws(VerbsError) {
        let (slots, slotBytes) = FlowMemory.layout(plan)
        self.slots = Int(slots)
        self.slotBytes = Int(slotBytes)
        let half = Int(slots * slotBytes)
        memory = try ScratchMemory(byteCount: 2 * half)
        memory.fill(0..<half, with: 0x5a)
        let (posts, isServed) = isInitiator ? (true, plan.flowsBothWays) : (plan.flowsBothWays, true)
        let fences = isIWARP && plan.flows(.write)
        let reads = plan.flows(.read)
        let written = (isServed && plan.flows(.write)) || (posts && isIWARP && (reads || fences))
        source = try MemoryRegion(
            memory, range: 0..<half, in: domain, access: isServed && (reads || fences) ? .remoteRead : [])
        target = try MemoryRegion(
            memory, range: half..<2 * half, in: domain, access: written ? .remoteWrite : .localWrite)
        registeredBytes = UInt64(2 * half)
    }

    private func offset(of lane: Int) -> Int { lane % slots * slotBytes }

    /// What leaves from a queue pair.
    func source(of lane: Int, count: Int) -> MemoryRegion.Slice { source.slice(offset: offset(of: lane), count: count) }

    /// Where messages of a queue pair arrive.
    func target(of lane: Int, count: Int) -> MemoryRegion.Slice { target.slice(offset: offset(of: lane), count: count) }

    /// Room for any message of a plan.
    func room(of lane: Int) -> MemoryRegion.Slice { target(of: lane, count: slotBytes) }

    /// Where the far end reads from, and where it writes to, for one queue pair.
    func windows(of lane: Int) -> (read: ControlMessage.Window, write: ControlMessage.Window) {
        func window(_ region: borrowing MemoryRegion) -> ControlMessage.Window {
            let remote = region.remote
            return .init(
                address: remote.address + UInt64(offset(of: lane)), key: remote.key, byteCount: UInt64(slotBytes))
        }
        return (window(source), window(target))
    }
}
