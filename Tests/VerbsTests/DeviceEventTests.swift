import Testing
import Verbs

extension OnDevice {
    /// What a device tells unasked, of a completion queue that holds less than completes: the one event that a program
    /// can bring about by itself.
    @Suite struct DeviceEventsOfQueues {
        /// Receives on a queue pair that fails come back all at once, and the queue has room for few of them.
        private static func overrun(_ body: (borrowing DeviceEvents, borrowing CompletionQueue) throws -> Void) throws {
            let channel = try EventChannel()
            let id = try CommunicationID(on: channel)
            try id.bind(to: LabDevice.address())
            let events = try DeviceEvents(ofDeviceOf: id)
            let domain = try ProtectionDomain(onDeviceOf: id)
            let memory = try ScratchMemory(byteCount: 64)
            let region = try MemoryRegion(memory, range: 0..<64, in: domain, access: .localWrite)
            let completions = try CompletionQueue(onDeviceOf: id, depth: 1)
            let pair = try QueuePair(
                for: id, in: domain, completions: completions, sendDepth: 1, receiveDepth: 64, inlineBytes: 0)
            for number in 0..<64 as Range<UInt64> { try pair.postReceive(number, region.slice(count: 64)) }
            try pair.fail()
            try body(events, completions)
            // The libraries wait here for an event that was taken and not acknowledged.
            try pair.close()
            try completions.close()
        }

        private static func awaitOverrun(_ events: borrowing DeviceEvents) throws -> DeviceEvent {
            let deadline = ContinuousClock.now + patience
            while ContinuousClock.now < deadline {
                // IBV_EVENT_CQ_ERR; software iWARP tells besides that a queue pair has drained.
                while let event = try events.next() { if event.code == 0 { return event } }
                awaitReadable([events.fileDescriptor], until: deadline)
            }
            throw Missed(description: "no event of the queue that overran")
        }

        @Test func `a queue that overran is named by its event, and goes without waiting, as does its queue pair`()
            throws
        {
            try Self.overrun { events, completions in
                let event = try Self.awaitOverrun(events)
                #expect(event.subject == completions.subject && event.port == nil)
            }
        }

        @Test func `an event that nobody takes keeps nothing alive`() throws {
            try Self.overrun { events, _ in awaitReadable([events.fileDescriptor], until: .now + patience) }
        }

        @Test func `where nothing waits there is no event, at once`() throws {
            let id = try CommunicationID(on: EventChannel())
            try id.bind(to: LabDevice.address())
            let events = try DeviceEvents(ofDeviceOf: id)
            // What earlier tests left.
            while try events.next() != nil {}
            #expect(try events.next() == nil)
        }
    }
}
