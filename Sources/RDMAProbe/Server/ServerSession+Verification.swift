import RDMAModel
import Verbs

// MARK: Comparing payloads on the far end

extension ServerSession {
    /// Prepares for a message that is compared, or compares it.
    func verify(_ request: ControlMessage.Verify, _ link: RDMALink, _ memory: ResponderMemory) throws {
        if request.operation == .compareAndSwap { return try compareSwapped(request.seed, memory) }
        guard plan.verifiedMessages != nil, plan.operations.contains(request.operation),
            plan.sizesBytes.contains(request.sizeBytes), request.sizeBytes <= UInt64(memory.windowBytes)
        else { throw ControlConnection.Failure.protocolViolation("a comparison that the plan does not have") }
        let size = Int(request.sizeBytes)
        let pattern = PayloadPattern(seed: request.seed, number: request.number)
        var difference: PayloadDifference?
        switch (request.operation, request.isArrived) {
        case (.read, _): memory.memory.store(pattern.bytes(size), at: memory.readOffset)
        case (.write, false):
            memory.memory.fill(guarded(memory.writeOffset, size, memory), with: PayloadPattern.guardValue)
        case (.write, true):
            difference = compare(pattern, at: memory.writeOffset, size, limit: memory.windowBytes, memory)
        case (.send, false):
            memory.memory.fill(0..<2 * memory.slotBytes, with: PayloadPattern.guardValue)
        case (.send, true):
            difference = try compareMessage(pattern, size, link, memory)
        case (.compareAndSwap, _): break
        }
        try control.send(
            .verified(.init(difference: difference?.words)), until: .after(SessionSettings.answerTime))
    }

    /// Compares what the client swapped last with what lies here.
    private func compareSwapped(_ wanted: UInt64, _ memory: ResponderMemory) throws {
        guard let found = memory.swappedNumber else {
            throw ControlConnection.Failure.protocolViolation("a comparison that the plan does not have")
        }
        let difference = found == wanted ? nil : SwapTarget.words(found: found, wanted: wanted)
        try control.send(.verified(.init(difference: difference)), until: .after(SessionSettings.answerTime))
    }

    private func guarded(_ offset: Int, _ size: Int, _ memory: ResponderMemory) -> Range<Int> {
        offset..<offset + min(size + ProbeSession.guardBytes, memory.windowBytes)
    }

    private func compare(
        _ pattern: PayloadPattern, at offset: Int, _ size: Int, limit: Int, _ memory: ResponderMemory
    ) -> PayloadDifference? {
        let end = offset + size
        let guardEnd = min(end + ProbeSession.guardBytes, offset + limit)
        return pattern.difference(
            in: memory.memory.bytes(offset..<end), guardBytes: memory.memory.bytes(end..<guardEnd))
    }

    /// Waits for the message that was sent, compares it where it lies, and posts its receive again.
    private func compareMessage(
        _ pattern: PayloadPattern, _ size: Int, _ link: RDMALink, _ memory: ResponderMemory
    ) throws -> PayloadDifference? {
        let limit = min(deadline, .after(SessionSettings.answerTime))
        while true {
            try link.armCompletions()
            while let completion = try link.pollCompletion() {
                guard completion.status == 0 else {
                    let status = CompletionStatus(rawValue: UInt32(bitPattern: completion.status))
                    throw ControlConnection.Failure.protocolViolation("a completion with \(status.name)")
                }
                let index = Int(clamping: completion.request)
                // An answer that was sent before completes here, too.
                guard completion.request < 2, memory.slots.indices.contains(index) else { continue }
                let slot = memory.slots[index]
                let difference = compare(
                    pattern, at: index * memory.slotBytes, size, limit: memory.slotBytes, memory)
                try link.postReceive(UInt64(index), slot.region.slice(count: slot.region.byteCount))
                let isWhole = Int(completion.byteCount) == size
                return isWhole ? difference : difference ?? short(size, completion.byteCount)
            }
            if limit.isOver { throw ControlConnection.Failure.deadline }
            let ready = try FileDescriptor.wait(
                [link.completionDescriptor], until: min(limit, .after(.milliseconds(200))), cancellation: cancellation)
            if ready[0] { try link.takeCompletionEvents() }
        }
    }

    private func short(_ size: Int, _ count: UInt32) -> PayloadDifference {
        PayloadDifference(
            kind: .short, offset: Int(count), found: PayloadPattern.guardValue, wanted: 0,
            differing: abs(size - Int(count)), size: size)
    }
}
