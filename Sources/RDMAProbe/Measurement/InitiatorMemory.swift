import HostTopology
import RDMAModel
import Verbs

/// The memory of the end that measures: what it sends, where answers arrive.
///
/// One mapping of its own in three parts: the payload, the sink of reads and echoes, a small message.
final class InitiatorMemory {
    let domain: ProtectionDomain
    let memory: ScratchMemory
    let payload: MemoryRegion
    let sink: MemoryRegion
    let answer: MemoryRegion
    /// What a compare and swap brings back; `nil` where the plan has none.
    let swapped: MemoryRegion?
    /// Where that lies in the memory.
    let swappedOffset: Int
    /// Where the sink begins in the memory.
    let sinkOffset: Int
    let registeredBytes: UInt64

    /// - Throws: `ProbeFailure` at the step `resources`; locked memory that is short is named with the bytes needed.
    init(for plan: ProbePlan, on binding: AddressBinding) throws(ProbeFailure) {
        // No host registers a tebibyte for a probe: what is above fails as that does, and sums fit.
        let largest = max(Int(min(plan.largestBytes, 1 << 40)), SessionSettings.smallMessage)
        let small = SessionSettings.smallMessage
        let swaps = plan.operations.contains(.compareAndSwap)
        let swappedOffset = (2 * largest + small + 7) / 8 * 8
        let total = swaps ? swappedOffset + 8 : 2 * largest + small
        registeredBytes = UInt64(total)
        sinkOffset = largest
        do {
            let domain = try ProtectionDomain(onDeviceOf: binding.channelAndID)
            let memory = try ScratchMemory(byteCount: total)
            // Over iWARP a read arrives as a write of the far end, so its target must allow one.
            let isIWARP = binding.channelAndID.isIWARP == true
            let written = plan.pattern == .echo && plan.operations.contains(.write)
            let sinkAccess: MemoryAccess =
                written || (isIWARP && plan.reads(overIWARP: true)) ? .remoteWrite : .localWrite
            payload = try MemoryRegion(memory, range: 0..<largest, in: domain, access: [])
            sink = try MemoryRegion(memory, range: largest..<2 * largest, in: domain, access: sinkAccess)
            answer = try MemoryRegion(
                memory, range: 2 * largest..<2 * largest + small, in: domain, access: .localWrite)
            if swaps {
                let region = try MemoryRegion(
                    memory, range: swappedOffset..<swappedOffset + 8, in: domain, access: .localWrite)
                swapped = consume region
            } else {
                swapped = nil
            }
            self.swappedOffset = swappedOffset
            memory.fill(0..<largest, with: 0x5a)
            self.domain = domain
            self.memory = memory
        } catch {
            throw .resources(error, neededBytes: UInt64(total), device: binding.deviceName)
        }
    }
}

extension ProbeFailure {
    /// Calls that pin memory, whose `ENOMEM` means the limit of locked memory.
    private static let pinningCalls = ["ibv_reg_mr", "ibv_create_cq", "ibv_create_qp", "rdma_create_qp"]

    /// A resource that this host does not grant.
    static func resources(_ error: VerbsError, neededBytes: UInt64, device: String) -> ProbeFailure {
        if error.code == ErrorNumber.noMemory.rawValue, pinningCalls.contains(error.call) {
            return ProbeFailure(
                .resources,
                .lockedMemory(
                    limitBytes: Host.lockedMemoryLimit(at: ThisHost.root), neededBytes: neededBytes, call: error.call),
                device: device)
        }
        return ProbeFailure(.resources, error.cause, device: device)
    }

    init(_ step: Step, _ error: VerbsError, device: String? = nil) {
        self.init(step, error.cause, device: device)
    }
}

extension VerbsError {
    /// The cause in a report.
    var cause: ProbeFailure.Cause { .errno(call: call, code: ErrorNumber(rawValue: code)) }
}
