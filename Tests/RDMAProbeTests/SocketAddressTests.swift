#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
import TestSupport
import Testing

@testable import RDMAProbe

@Suite struct `Socket addresses` {
    private func address(_ text: String, _ port: UInt16 = 0, scope: UInt32 = 0) throws -> SocketAddress {
        SocketAddress(address: try IPAddress(parsing: text), port: port, scope: scope)
    }

    @Test func `the bytes are those of sockaddr_in and sockaddr_in6`() throws {
        #expect(
            try address("10.1.2.3", 0x1234).bytes == [
                UInt8(AF_INET), 0, 0x12, 0x34, 10, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0,
            ])
        #expect(
            try address("fe80::5", 0x1234, scope: 3).bytes
                == [
                    UInt8(AF_INET6), 0, 0x12, 0x34, 0, 0, 0, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 3,
                    0, 0, 0,
                ])
    }

    @Test func `every address reads back from its bytes, IPv4 within IPv6 as IPv4`() {
        forRandom(5000) { random in
            let count = random.next() % 2 == 0 ? 4 : 16
            guard let ip = IPAddress(bytes: (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }) else {
                return false
            }
            let scope: UInt32 = ip.isLinkLocal && !ip.isIPv4 ? random.edgy() : 0
            let address = SocketAddress(address: ip, port: random.edgy(), scope: scope)
            guard ip.unmapped == ip else { return SocketAddress(bytes: address.bytes)?.address == ip.unmapped }
            return SocketAddress(bytes: address.bytes) == address
        }
    }

    @Test func `a scope counts for link-local addresses alone`() throws {
        #expect(SocketAddress(bytes: try address("fe80::1", 1, scope: 7).bytes)?.scope == 7)
        #expect(SocketAddress(bytes: try address("fd00::1", 1, scope: 7).bytes)?.scope == 0)
    }

    @Test func `bytes that are no IP address are none, and never trap`() throws {
        for length in 0..<28 {
            #expect(SocketAddress(bytes: Array(try address("fd00::1").bytes.prefix(length))) == nil)
        }
        for length in 0..<16 {
            #expect(SocketAddress(bytes: Array(try address("10.0.0.1").bytes.prefix(length))) == nil)
        }
        #expect(SocketAddress(bytes: [UInt8(AF_UNIX), 0] + [UInt8](repeating: 0, count: 108)) == nil)
        forRandom(20_000) { random in
            let bytes = (0..<random.next() % 64).map { _ in random.edgy(UInt8.self) }
            _ = SocketAddress(bytes: bytes)
            return true
        }
    }

    @Test func `an address with a port is written so that it can be told apart`() throws {
        #expect(try address("10.0.0.1", 80).description == "10.0.0.1:80")
        #expect(try address("fd00::1", 18_550).description == "[fd00::1]:18550")
    }

    @Test func `an address that is written out resolves to itself`() throws {
        #expect(try SocketAddress.resolve("127.0.0.1", port: 7).get() == [address("127.0.0.1", 7)])
        #expect(try SocketAddress.resolve("::1", port: 7).get() == [address("::1", 7)])
        #expect(try SocketAddress.resolve("::ffff:127.0.0.1", port: 7).get() == [address("127.0.0.1", 7)])
    }

    @Test func `a link-local address takes its interface behind a percent sign`() throws {
        let loopback = if_nametoindex("lo")
        try #require(loopback > 0)
        #expect(try SocketAddress.resolve("fe80::1%lo", port: 7).get() == [address("fe80::1", 7, scope: loopback)])
        #expect(throws: SocketAddress.ResolverError.self) {
            try SocketAddress.resolve("fe80::1%no-such-interface", port: 7).get()
        }
    }

    @Test func `a name that is none says why`() {
        let error = #expect(throws: SocketAddress.ResolverError.self) { try SocketAddress.resolve("", port: 7).get() }
        #expect(error?.words.isEmpty == false)
    }
}

/// Sockets of the control connection, over the loopback interface.
@Suite struct `Control sockets` {
    private func loopback(_ port: UInt16 = 0) throws -> SocketAddress {
        SocketAddress(address: try IPAddress(parsing: "127.0.0.1"), port: port)
    }

    /// A port on which nothing listens: one that was given by the system and is closed again.
    private func closedPort() throws -> UInt16 {
        let listener = try TCP.listen(on: loopback())
        defer { close(listener) }
        return try #require(SocketAddress.bound(to: listener)).port
    }

    @Test func `where nothing listens, connect is refused at once`() throws {
        let port = try closedPort()
        let time = elapsed {
            let error = #expect(throws: CallFailed.self) {
                try TCP.connect(
                    to: loopback(port), from: nil, until: .after(.seconds(3600)), cancellation: Cancellation())
            }
            #expect(error == CallFailed(call: "connect", code: ECONNREFUSED))
        }
        #expect(time < patience)
    }

    @Test func `an address that this host does not have is no source`() throws {
        let source = SocketAddress(address: try IPAddress(parsing: "192.0.2.77"), port: 0)
        let error = #expect(throws: CallFailed.self) {
            try TCP.connect(to: loopback(1), from: source, until: .after(patience), cancellation: Cancellation())
        }
        #expect(error == CallFailed(call: "bind", code: EADDRNOTAVAIL))
    }

    @Test func `two listeners do not share a port`() throws {
        let first = try TCP.listen(on: loopback())
        defer { close(first) }
        let port = try #require(SocketAddress.bound(to: first)).port
        let error = #expect(throws: CallFailed.self) { try TCP.listen(on: loopback(port)) }
        #expect(error == CallFailed(call: "bind", code: EADDRINUSE))
    }

    @Test func `a listener that nobody called has nobody to take`() throws {
        let listener = try TCP.listen(on: loopback())
        defer { close(listener) }
        #expect(TCP.accept(on: listener) == nil)
    }

    /// A full backlog lets a further connection wait, which is the nearest to a silent host without a network.
    @Test func `a far end that does not answer ends the wait at its deadline`() throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = try loopback().bytes
        let isBound = address.withUnsafeMutableBytes { buffer -> Bool in
            guard let start = buffer.baseAddress else { return false }
            return bind(listener, start.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count)) == 0
        }
        try #require(isBound && listen(listener, 0) == 0)
        let port = try #require(SocketAddress.bound(to: listener)).port
        var waiting: [CInt] = []
        defer { for descriptor in waiting { close(descriptor) } }
        let time = elapsed {
            for _ in 0..<8 {
                do {
                    waiting.append(
                        try TCP.connect(
                            to: loopback(port), from: nil, until: .after(.milliseconds(150)),
                            cancellation: Cancellation()))
                } catch {
                    #expect((error as? CallFailed) == CallFailed(call: "connect", code: ETIMEDOUT))
                    return
                }
            }
            Issue.record("the backlog took everyone")
        }
        #expect(time < patience)
    }

    @Test func `the route to this host leads from this host`() throws {
        #expect(TCP.routeSource(to: try loopback(7)) == (try loopback()))
    }
}
