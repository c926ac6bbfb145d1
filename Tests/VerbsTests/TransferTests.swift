import TestSupport
import Testing
import Verbs

extension OnDevice {
    /// Real bytes over a connection.
    @Suite struct Transfers {
        private static let sizes = [1, 7, 64, 1023, 1024, 1025, 4096]

        @Test(arguments: [0, 64] as [UInt32])
        func `a send moves its bytes into the posted receive, and nothing beside it`(inlineBytes: UInt32) throws {
            let connection = try Loopback(through: Listener(), inlineBytes: inlineBytes)
            let (client, server) = (connection.client, connection.server)
            for (round, size) in Self.sizes.enumerated() {
                // Initiator first, then the other way.
                for (from, to) in [(client, server), (server, client)] {
                    let value = UInt8(round + (from === client ? 1 : 101))
                    try to.fill(0..<8192, with: 0xEE)
                    try from.fill(0..<8192, with: value)
                    try to.postReceive(to.slice(count: 4096))
                    try from.postSend(from.slice(count: size))
                    let sent = try from.awaitCompletion()
                    let received = try to.awaitCompletion()
                    #expect(sent.status == 0 && sent.request == 2)
                    #expect(received.status == 0 && received.request == 1 && received.byteCount == size)
                    let expected: [UInt8: Int] = [value: size, 0xEE: 8192 - size]
                    #expect(try to.contents() == expected)
                    #expect(try to.bytes(0..<size).allSatisfy { $0 == value })
                }
            }
        }

        @Test(arguments: [0, 64] as [UInt32])
        func `a write moves its bytes without a word at the far end`(inlineBytes: UInt32) throws {
            let connection = try Loopback(through: Listener(), inlineBytes: inlineBytes)
            let (client, server) = (connection.client, connection.server)
            #expect(try client.inlineBytes() >= Int(inlineBytes))
            for (round, size) in Self.sizes.enumerated() {
                try server.fill(0..<8192, with: 0xEE)
                try client.fill(0..<4096, with: UInt8(round))
                var target = try server.remote()
                target.address += UInt64(4096 - size)
                try client.postWrite(client.slice(count: size), to: target)
                #expect(try connection.clientOutcome(provenBy: server.remote()) == .done)
                #expect(try server.bytes(4096 - size..<4096).allSatisfy { $0 == UInt8(round) })
                let expected: [UInt8: Int] = [UInt8(round): size, 0xEE: 8192 - size]
                #expect(try server.contents() == expected)
                #expect(try server.completion() == nil)
            }
        }

        @Test func `a read brings the far end's bytes`() throws {
            let connection = try Loopback(through: Listener())
            let (client, server) = (connection.client, connection.server)
            for (round, size) in Self.sizes.enumerated() {
                try client.fill(0..<8192, with: 0xEE)
                try server.fill(0..<8192, with: UInt8(round))
                try client.postRead(client.slice(offset: 4096 - size, count: size), from: server.remote())
                let completion = try client.awaitCompletion()
                #expect(completion.status == 0 && completion.request == 4)
                #expect(try client.bytes(4096 - size..<4096).allSatisfy { $0 == UInt8(round) })
                let expected: [UInt8: Int] = [UInt8(round): size, 0xEE: 8192 - size]
                #expect(try client.contents() == expected)
                #expect(try server.completion() == nil)
            }
        }

        @Test func `random bytes at random places arrive as they left`() throws {
            let connection = try Loopback(through: Listener())
            let (client, server) = (connection.client, connection.server)
            var random = SeededRandom(seed: 1)
            for _ in 0..<20 {
                let count = Int(random.next() % 256) + 1
                // The payload lies in the upper half, what is read back in the lower.
                let from = 2048 + Int(random.next() % 1792)
                let to = Int(random.next() % 3840)
                for offset in from..<from + count {
                    try client.fill(offset..<offset + 1, with: UInt8(truncatingIfNeeded: random.next()))
                }
                var target = try server.remote()
                target.address += UInt64(to)
                try client.postWrite(client.slice(offset: from, count: count), to: target)
                #expect(try client.awaitCompletion().status == 0)
                try client.postRead(client.slice(offset: 0, count: count), from: target)
                #expect(try client.awaitCompletion().status == 0)
                let sent = try client.bytes(from..<from + count)
                #expect(try server.bytes(to..<to + count) == sent)
                #expect(try client.bytes(0..<count) == sent)
            }
        }

        @Test func `messages keep their order and their numbers`() throws {
            let connection = try Loopback(through: Listener())
            let (client, server) = (connection.client, connection.server)
            for slot in 0..<8 { try server.postReceive(server.slice(offset: 64 * slot, count: 64)) }
            for slot in 0..<8 {
                try client.fill(64 * slot..<64 * slot + 64, with: UInt8(slot + 1))
                try client.postSend(client.slice(offset: 64 * slot, count: 8 * slot + 1))
            }
            for slot in 0..<8 {
                let received = try server.awaitCompletion()
                #expect(received.status == 0 && received.byteCount == 8 * slot + 1)
                #expect(try server.bytes(64 * slot..<64 * slot + 1) == [UInt8(slot + 1)])
            }
        }
    }
}
