import RDMAModel
import Verbs

/// The end that answers: takes messages, sends answers, writes echoes back.
struct Responder {
    let link: RDMALink
    let memory: ResponderMemory
    /// Descriptors that make a look worth while, watched during a sleep.
    let watched: [CInt]
    /// Whether a receive is posted again once its message was answered; not where flows post their own afterwards.
    var repeatsReceives = true

    private static let answerRequest: UInt64 = 100

    /// What is known of the slots for messages.
    private final class Slots {
        /// Slots whose receive is not posted: a message lies there until its echo has left.
        var unposted = 0
        /// A message that is not answered yet, since the one that its answer brings would find no receive.
        var waiting: UInt64?
    }
    private let slots = Slots()

    /// An operation of this end that completed in error.
    struct Failed: Error {
        let words: String
    }

    /// Waits for the first message and answers it.
    /// - Parameter look: looks at the control connection, so that a client that asks whether this end is alive gets its
    ///   answer also while no message comes.
    func answerFirstMessage(until deadline: Deadline, look: () throws -> Void) throws {
        while true {
            try link.armCompletions()
            while let completion = try link.pollCompletion() {
                if try answer(completion, echo: nil) { return }
            }
            // In turns: an event that is lost costs a fraction of a second and not the session.
            let turn = min(deadline, .after(.milliseconds(200)))
            let ready = FileDescriptor.wait([link.completionDescriptor] + watched, until: turn)
            if ready[0] { try link.takeCompletionEvents() }
            try look()
            if let event = try link.nextEvent() {
                throw Failed(words: "\(event.name) (\(event.status)) before the first message")
            }
            if deadline.isOver { throw Failed(words: "the first message did not arrive in time") }
        }
    }

    /// Gets ready for a cell before the client is told to begin: a marker of an earlier cell must not count.
    func prepare(_ cell: ProbePlan.Cell) {
        guard cell.operation == .write, cell.pattern == .echo, cell.sizeBytes > 0,
            cell.sizeBytes <= UInt64(memory.windowBytes), memory.writeWindow != nil
        else { return }
        memory.memory.storeRelease(0, at: memory.writeOffset + Int(cell.sizeBytes) - 1)
    }

    /// Serves a cell until `look` says that it is over.
    func serve(_ begin: ControlMessage.Begin, look: () throws -> Bool) throws {
        switch begin.cell.operation {
        case .send:
            try serveSends(echo: begin.cell.pattern == .echo ? Int(clamping: begin.cell.sizeBytes) : nil, look: look)
        case .write where begin.cell.pattern == .echo:
            guard let echo = begin.echo, begin.cell.sizeBytes > 0, begin.cell.sizeBytes <= echo.byteCount,
                begin.cell.sizeBytes <= UInt64(memory.windowBytes)
            else { throw ControlConnection.Failure.protocolViolation("the echo of a write has no usable memory") }
            let target = RemoteSlice(address: echo.address, key: echo.key)
            try serveWrites(size: Int(clamping: begin.cell.sizeBytes), to: target, look: look)
        case .write, .read, .compareAndSwap:
            // The adapter answers; the program only waits for the end.
            while try !look() { _ = FileDescriptor.wait(watched, until: .after(.milliseconds(200))) }
        }
    }

    // MARK: Sends

    /// An echo leaves only when a receive is posted for the message that follows it: over iWARP one that finds none ends
    /// the connection. Nearly always one is; but the completion of the echo before, which gives a slot back, may come late
    /// on a busy host.
    private func serveSends(echo size: Int?, look: () throws -> Bool) throws {
        let watch = DescriptorWatch([link.completionDescriptor] + watched)
        var turns: UInt64 = 0
        while true {
            if let completion = try link.pollCompletion() {
                _ = try answer(completion, echo: size)
                turns = 0
                continue
            }
            if link.wait == .event {
                try link.armCompletions()
                if let completion = try link.pollCompletion() {
                    _ = try answer(completion, echo: size)
                    continue
                }
                let ready = watch.wait(until: .after(.milliseconds(200)))
                if ready.first { try link.takeCompletionEvents() }
                if ready.others || !ready.first, try look() { return }
            } else {
                if link.yieldsProcessor { Worker.yield() }
                turns &+= 1
                if turns & (link.yieldsProcessor ? 0x3ff : 0xffff) == 0, try look() { return }
            }
        }
    }

    /// Answers a message that arrived.
    /// - Returns: whether the completion was one.
    private func answer(_ completion: Completion, echo size: Int?) throws -> Bool {
        guard completion.status == 0 else {
            let status = CompletionStatus(rawValue: UInt32(bitPattern: completion.status))
            throw Failed(words: "a completion with \(status.name) (\(completion.status))")
        }
        if completion.request == Responder.answerRequest { return false }
        let index = Int(completion.request & 0xf)
        guard memory.slots.indices.contains(index) else {
            // The echo out of a slot has left: the slot may take the next message.
            let slot = memory.slots[index & 1]
            try link.postReceive(UInt64(index & 1), slot.region.slice(count: slot.region.byteCount))
            slots.unposted -= 1
            if let size, let waiting = slots.waiting {
                slots.waiting = nil
                try postEcho(of: waiting, count: size)
            }
            return false
        }
        let slot = memory.slots[index]
        if let size, size <= slot.region.byteCount {
            slots.unposted += 1
            if slots.unposted < memory.slots.count {
                try postEcho(of: UInt64(index), count: size)
            } else {
                slots.waiting = UInt64(index)
            }
        } else {
            if repeatsReceives {
                try link.postReceive(UInt64(index), slot.region.slice(count: slot.region.byteCount))
            }
            try link.postSend(Responder.answerRequest, memory.answer.slice(count: SessionSettings.smallMessage))
        }
        return true
    }

    private func postEcho(of slot: UInt64, count: Int) throws(VerbsError) {
        try link.postSend(0x8 | slot, memory.slots[Int(slot)].region.slice(count: count))
    }

    // MARK: Echoed writes

    private func serveWrites(size: Int, to target: RemoteSlice, look: () throws -> Bool) throws {
        guard let slice = memory.write?.slice(count: size) else {
            throw ControlConnection.Failure.protocolViolation("a write in a session whose plan has none")
        }
        let last = memory.writeOffset + size - 1
        let yields = link.wait == .event || link.yieldsProcessor
        var seen: UInt8 = 0
        var turns: UInt64 = 0
        while true {
            let marker = memory.memory.loadAcquire(at: last)
            if marker != seen {
                seen = marker
                try link.postWrite(Responder.answerRequest, slice, to: target)
                turns = 0
            }
            while let completion = try link.pollCompletion() { _ = try answer(completion, echo: nil) }
            if yields { Worker.yield() }
            turns &+= 1
            // A yield may give the processor away for milliseconds, a look among others does not.
            if turns & (yields ? 0x3f : 0x3ff) == 0, try look() { return }
        }
    }
}
