#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import TestSupport
import Testing
@testable import Verbs

extension OnDevice {
    /// Each test runs in a process of its own, so that what the process holds and what it logs is this test's alone.
    @Suite struct Teardown {
        @Test func `handles that go in any order leave nothing behind and log nothing`() async {
            let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                // The library opens the device at its first use and keeps it.
                _ = try ConnectionEnd.alone()
                let before = try Holdings()
                do {
                    let end = try ConnectionEnd.alone()
                    let held = try Holdings()
                    for kind in Holdings.kinds {
                        // The library has a domain of its own on each device that an id is bound to.
                        let more = held.resources[kind, default: 0] - before.resources[kind, default: 0]
                        #expect(more == (kind == "pd" ? 2 : 1), "\(kind)")
                    }
                    #expect(held.descriptors == before.descriptors + 2, "an event channel and a completion channel")
                    end.drop(.channel)
                }
                for (index, order) in permutations(of: ConnectionEnd.Part.allCases.filter { $0 != .memory })
                    .enumerated()
                {
                    let end = try ConnectionEnd.alone()
                    for (step, part) in order.enumerated() {
                        // The memory goes in between, at one place after the other.
                        if step == index % order.count { end.drop(.memory) }
                        end.drop(part)
                    }
                }
                #expect(try Holdings.settled(at: before) == before)
            }
            expectSilence(result)
        }

        @Test func `closing what others were made from is EBUSY, and it goes with the last of them`() async {
            let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                _ = try ConnectionEnd.alone()
                let before = try Holdings()
                let closable: [ConnectionEnd.Part] = [.id, .domain, .region, .completions, .pair]
                let users: [ConnectionEnd.Part: Set<ConnectionEnd.Part>] = [
                    .id: [.domain, .region, .completions, .pair], .domain: [.region, .pair], .completions: [.pair],
                ]
                for order in permutations(of: closable) {
                    let end = try ConnectionEnd.alone()
                    var open = Set(closable)
                    for part in order {
                        open.remove(part)
                        // What waits for its users counts as open for what it was itself made from; here every such
                        // user of a user is a user of both.
                        let isUsed = !open.isDisjoint(with: users[part] ?? [])
                        do throws(VerbsError) {
                            try end.close(part)
                            #expect(!isUsed, "\(part) closed in the order \(order)")
                        } catch {
                            #expect(error.code == EBUSY && isUsed, "\(part) in the order \(order): \(error)")
                        }
                    }
                }
                #expect(try Holdings.settled(at: before) == before)
            }
            expectSilence(result)
        }

        @Test func `200 connections that end in 200 orders leave as many descriptors and objects as before`() async {
            let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                let listener = try Listener()
                _ = try Loopback(through: listener)
                let before = try Holdings()
                for seed in 0..<200 as Range<UInt64> {
                    var random = SeededRandom(seed: seed)
                    let connection = try Loopback(through: listener)
                    var steps: [() -> Void] = [connection.client, connection.server].flatMap { end in
                        ConnectionEnd.Part.allCases.map { part in { end.drop(part) } }
                    }
                    if seed % 2 == 0 { steps.append { try? connection.client.disconnect() } }
                    steps.shuffle(using: &random)
                    for step in steps { step() }
                }
                #expect(try Holdings.settled(at: before) == before)
            }
            expectSilence(result)
        }

        @Test func `work that is still posted does not keep anything alive`() async {
            let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                let listener = try Listener()
                _ = try Loopback(through: listener)
                let before = try Holdings()
                for order in permutations(of: [ConnectionEnd.Part.id, .region, .completions, .pair]) {
                    let connection = try Loopback(through: listener)
                    for end in [connection.server, connection.client] {
                        for _ in 0..<8 { try end.postReceive(end.slice(count: 64)) }
                    }
                    try connection.client.postSend(connection.client.slice(count: 64))
                    for part in order {
                        connection.client.drop(part)
                        connection.server.drop(part)
                    }
                }
                #expect(try Holdings.settled(at: before) == before)
            }
            expectSilence(result)
        }

        @Test func `a request that nobody takes is refused and leaves nothing`() async {
            let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                let listener = try Listener()
                _ = try ConnectionEnd.alone()
                let before = try Holdings()
                for _ in 0..<3 {
                    let client = try ConnectionEnd.resolved(to: listener.address())
                    try client.connect()
                    _ = try listener.awaitRequest()
                    _ = try client.awaitEvent(.rejected)
                }
                #expect(try Holdings.settled(at: before) == before)
            }
            expectSilence(result)
        }

        @Test func `an id that is taken twice from its request is one id, and is never used after its end`() throws {
            let listener = try Listener()
            let client = try ConnectionEnd.resolved(to: listener.address())
            try client.connect()
            let request = try listener.awaitRequest()
            let first = try #require(Self.taken(from: request))
            let second = try #require(Self.taken(from: request))
            let busy = #expect(throws: VerbsError.self) { try first.close() }
            #expect(busy?.code == EBUSY)
            #expect(second.deviceName == LabDevice.name)
            try second.close()
            #expect(Self.taken(from: request) == nil)
            _ = try client.awaitEvent(.rejected)
        }

        private func expectSilence(_ result: ExitTest.Result?) {
            let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(result != nil && !text.contains("hyperconverged.verbs"), "\(text)")
        }

        /// A reference to a newcomer, since a handle cannot be unwrapped by a macro.
        private final class Newcomer {
            private var id: CommunicationID?
            init?(_ event: ConnectionEvent) {
                guard let id = CommunicationID(newcomerOf: event) else { return nil }
                self.id = consume id
            }
            func close() throws(VerbsError) { try id.take()?.close() }
            var deviceName: String? { id?.deviceName }
        }

        private static func taken(from event: ConnectionEvent) -> Newcomer? { Newcomer(event) }
    }
}

@Suite struct `Verbs objects` {
    @Test func `an object that cannot be destroyed when its last handle goes says so in the log`() async throws {
        let result = try #require(
            await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
                _ = VerbsObject(0, keeping: [], destroyedBy: "ibv_dealloc_pd") { _ in EBUSY }
            })
        let text = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(
            text.contains("hyperconverged.verbs") && text.contains("ibv_dealloc_pd failed with errno 16"), "\(text)")
    }

    @Test func `an object is destroyed once`() throws {
        let count = Count()
        do {
            let object = VerbsObject(count, keeping: [], destroyedBy: "ibv_dealloc_pd") { $0.next() }
            try object.close()
            try object.close()
        }
        #expect(count.value == 1)
    }

    @Test func `an object that was busy is destroyed when its last handle goes`() throws {
        let count = Count(failures: 1)
        do {
            let object = VerbsObject(count, keeping: [], destroyedBy: "ibv_dealloc_pd") { $0.next() }
            let error = #expect(throws: VerbsError.self) { try object.close() }
            #expect(error?.code == EBUSY && count.value == 1)
        }
        #expect(count.value == 2)
    }

    /// Counts calls from one thread; the first few fail.
    private final class Count: @unchecked Sendable {
        var value: CInt = 0
        let failures: CInt
        init(failures: CInt = 0) { self.failures = failures }
        func next() -> CInt {
            value += 1
            return value <= failures ? EBUSY : 0
        }
    }
}

/// All orders of a few things.
func permutations<Element>(of elements: [Element]) -> [[Element]] {
    guard elements.count > 1 else { return [elements] }
    return elements.indices.flatMap { index in
        var rest = elements
        let first = rest.remove(at: index)
        return permutations(of: rest).map { [first] + $0 }
    }
}
