import RDMAModel
import Verbs

// MARK: Comparing payloads

extension ProbeSession {
    /// How many bytes behind a message are looked at, too.
    static var guardBytes: Int { 256 }

    /// Compares every byte of the messages that the plan asks for.
    func verifyAll(_ initiator: Initiator) throws {
        guard let messages = options.plan.verifiedMessages else { return }
        let seed = SessionToken().bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var number: UInt64 = 0
        // What a compare and swap brings back is compared each time.
        for operation in options.plan.operations where operation != .compareAndSwap {
            for size in options.plan.sizesBytes {
                var verified: UInt64 = 0
                defer {
                    verification.append(VerifiedCell(operation: operation, sizeBytes: size, messages: verified))
                }
                while verified < messages, !runDeadline.isOver {
                    do {
                        try verify(
                            operation, size: Int(clamping: size), PayloadPattern(seed: seed, number: number), initiator)
                    } catch {
                        throw try classified(error, step: .measurement)
                    }
                    verified += 1
                    number += 1
                }
            }
        }
        // What is measured afterwards is as it was without a comparison.
        initiator.memory.memory.fill(0..<initiator.memory.sinkOffset, with: 0x5a)
    }

    private func verify(
        _ operation: Operation, size: Int, _ pattern: PayloadPattern, _ initiator: Initiator
    ) throws {
        let memory = initiator.memory
        try tellVerify(operation, size, pattern, isArrived: false)
        switch operation {
        case .send, .write:
            memory.memory.store(pattern.bytes(size), at: 0)
            try initiator.transfer(operation, size: size)
            try tellVerify(operation, size, pattern, isArrived: true)
        case .read:
            let end = memory.sinkOffset + size
            let guardEnd = min(end + ProbeSession.guardBytes, 2 * memory.sinkOffset)
            memory.memory.fill(memory.sinkOffset..<guardEnd, with: PayloadPattern.guardValue)
            try initiator.transfer(.read, size: size)
            let found = memory.memory.bytes(memory.sinkOffset..<end)
            guard let difference = pattern.difference(in: found, guardBytes: memory.memory.bytes(end..<guardEnd)) else {
                return
            }
            throw ProbeFailure(.measurement, .dataDiffers("read of \(size) bytes: \(difference.words)"))
        case .compareAndSwap: break
        }
    }

    /// That the far end finds in its memory what was swapped last.
    func compareSwapped(_ initiator: Initiator) throws {
        guard let swap = initiator.swap else { return }
        try tellVerify(.compareAndSwap, 8, PayloadPattern(seed: swap.value, number: 0), isArrived: true)
    }

    private func tellVerify(
        _ operation: Operation, _ size: Int, _ pattern: PayloadPattern, isArrived: Bool
    ) throws {
        let answer = try ask(
            .verify(
                .init(
                    operation: operation, sizeBytes: UInt64(size), seed: pattern.seed, number: pattern.number,
                    isArrived: isArrived)), step: .measurement)
        guard case .verified(let verified) = answer else {
            throw ProbeFailure(.measurement, .protocolViolation("verify was answered with \(answer.name)"))
        }
        if let difference = verified.difference {
            throw ProbeFailure(
                .measurement, .dataDiffers("\(operation.rawValue) of \(size) bytes: \(difference)"), end: .far)
        }
    }
}

extension Initiator {
    /// Moves one message without an answer of the far program, and waits until it is known to have left or arrived.
    func transfer(_ operation: Operation, size: Int) throws {
        let cell = ProbePlan.Cell(operation: operation, pattern: .request, sizeBytes: UInt64(size))
        switch operation {
        case .send:
            let start = MonotonicClock.now()
            try link.postSend(Request.post, memory.payload.slice(count: size))
            _ = try next(until: start &+ operationTimeout) as Completion
        case .write: try once(PostedTrip.write(self, cell, .system))
        case .read: try once(PostedTrip.read(self, cell, .system))
        case .compareAndSwap: try once(SwapTrip(self))
        }
    }

    private func once<Trip: RoundTrip & ~Copyable>(_ trip: consuming Trip) throws {
        _ = try trip.perform(self, .system)
    }
}
