import HostTopology
import RDMAModel
import Verbs

/// The memory that one session exposes: its own mapping in its own protection domain, with no more rights than the
/// plan needs.
///
/// Nothing in it is believed: the far end may write what it likes there, and no length, pointer or result is read
/// from it.
final class ResponderMemory {
    let domain: ProtectionDomain
    let memory: ScratchMemory
    /// Two slots for messages that arrive.
    let slots: [MemorySlot]
    /// What a send is answered with.
    let answer: MemoryRegion
    let write: MemoryRegion?
    let read: MemoryRegion?
    /// The eight bytes that the far end compares and swaps.
    private let atomic: MemoryRegion?
    /// Where the far end may write, read and swap; `nil` where the plan has no such operation.
    let writeWindow: RemoteSlice?
    let readWindow: RemoteSlice?
    let atomicWindow: RemoteSlice?
    /// Where the far end swaps: a multiple of eight, as adapters ask for.
    private let atomicOffset: Int
    /// Where the far end writes.
    let writeOffset: Int
    /// Where the far end reads.
    let readOffset: Int
    /// How long a slot for a message is.
    let slotBytes: Int
    let windowBytes: Int
    let registeredBytes: UInt64

    /// A slot for one message.
    final class MemorySlot {
        let region: MemoryRegion
        init(_ region: consuming MemoryRegion) { self.region = region }
    }

    /// The most that the memory of a plan takes, whatever the transport.
    /// - Precondition: the payloads are within the limits of a server, so that sums fit.
    static func largestByteCount(for plan: ProbePlan) -> UInt64 {
        let small = UInt64(SessionSettings.smallMessage)
        let largest = max(plan.largestBytes, small)
        return 2 * (plan.operations.contains(.send) ? largest : small) + small
            + (plan.operations.contains(.write) ? largest : 0) + (plan.reads(overIWARP: true) ? largest : 0)
            + (plan.operations.contains(.compareAndSwap) ? 16 : 0)
    }

    init(for plan: ProbePlan, on binding: AddressBinding) throws(VerbsError) {
        let small = SessionSettings.smallMessage
        let largest = max(Int(clamping: plan.largestBytes), small)
        let slotBytes = plan.operations.contains(.send) ? largest : small
        let writes = plan.operations.contains(.write)
        let reads = plan.reads(overIWARP: binding.channelAndID.isIWARP == true)
        writeOffset = 2 * slotBytes + small
        self.slotBytes = slotBytes
        readOffset = writeOffset + (writes ? largest : 0)
        let swaps = plan.operations.contains(.compareAndSwap)
        atomicOffset = (readOffset + (reads ? largest : 0) + 7) / 8 * 8
        let total = swaps ? atomicOffset + 8 : readOffset + (reads ? largest : 0)
        windowBytes = largest
        registeredBytes = UInt64(total)
        let domain = try ProtectionDomain(onDeviceOf: binding.channelAndID)
        let memory = try ScratchMemory(byteCount: total)
        slots = [
            MemorySlot(try MemoryRegion(memory, range: 0..<slotBytes, in: domain, access: .localWrite)),
            MemorySlot(try MemoryRegion(memory, range: slotBytes..<2 * slotBytes, in: domain, access: .localWrite)),
        ]
        answer = try MemoryRegion(memory, range: 2 * slotBytes..<2 * slotBytes + small, in: domain, access: [])
        if writes {
            let region = try MemoryRegion(
                memory, range: writeOffset..<writeOffset + largest, in: domain, access: .remoteWrite)
            writeWindow = region.remote
            write = consume region
        } else {
            writeWindow = nil
            write = nil
        }
        if reads {
            let region = try MemoryRegion(
                memory, range: readOffset..<readOffset + largest, in: domain, access: .remoteRead)
            readWindow = region.remote
            read = consume region
        } else {
            readWindow = nil
            read = nil
        }
        if swaps {
            let region = try MemoryRegion(
                memory, range: atomicOffset..<atomicOffset + 8, in: domain, access: .remoteAtomic)
            atomicWindow = region.remote
            atomic = consume region
        } else {
            atomicWindow = nil
            atomic = nil
        }
        self.domain = domain
        self.memory = memory
    }

    /// What the eight bytes hold that the far end swaps; `nil` where the plan has no such operation.
    var swappedNumber: UInt64? { atomicWindow == nil ? nil : memory.number(at: atomicOffset) }
}
