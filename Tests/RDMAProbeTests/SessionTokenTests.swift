import TestSupport
import Testing

@testable import RDMAProbe

@Suite struct `Session tokens` {
    @Test func `a token is 16 bytes and 32 lower-case hexadecimal digits`() throws {
        let bytes = (0..<16).map { UInt8($0 * 17) }
        let token = try #require(SessionToken(bytes: bytes))
        #expect(token.hexadecimal == "00112233445566778899aabbccddeeff")
        #expect(SessionToken(hexadecimal: "00112233445566778899aabbccddeeff") == token)
        #expect(SessionToken(hexadecimal: "00112233445566778899AABBCCDDEEFF") == token)
    }

    @Test func `every token reads back from its digits`() {
        forRandom(2000) { random in
            let bytes = (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            guard let token = SessionToken(bytes: bytes) else { return false }
            return SessionToken(hexadecimal: token.hexadecimal) == token && token.hexadecimal.utf8.count == 32
        }
    }

    @Test(arguments: [
        "", "0", "00112233445566778899aabbccddeef", "00112233445566778899aabbccddeeff0",
        "00112233445566778899aabbccddeefg",
        " 0112233445566778899aabbccddeeff", "0x112233445566778899aabbccddeeff", "+0112233445566778899aabbccddeeff",
        "٠٠112233445566778899aabbccddee", "０0112233445566778899aabbccdde",
    ])
    func `digits that are no token are refused`(text: String) {
        #expect(SessionToken(hexadecimal: text) == nil)
    }

    @Test(arguments: Array(0...40))
    func `only 16 bytes are a token`(count: Int) {
        #expect((SessionToken(bytes: [UInt8](repeating: 0, count: count)) != nil) == (count == 16))
    }

    @Test func `1000 tokens of the system's random source differ, and so does each byte of them`() {
        let tokens = (0..<1000).map { _ in SessionToken() }
        #expect(Set(tokens).count == 1000)
        for place in 0..<16 { #expect(Set(tokens.map { $0.bytes[place] }).count > 200, "byte \(place)") }
    }
}

@Suite struct `Private data of a connection request` {
    private static let token = SessionToken()

    @Test func `it is RDPQ, version 1, length 16 and the token: 24 of the 56 bytes that there are`() {
        let bytes = RequestData(token: Self.token).bytes
        #expect(bytes == [0x52, 0x44, 0x50, 0x51, 0, 1, 0, 16] + Self.token.bytes)
        #expect(bytes.count <= 56)
        #expect(RequestData(bytes: bytes)?.token == Self.token)
    }

    /// rdma_connect(3): what arrives may be padded with zeros, and 196 bytes are the most that any transport carries.
    @Test(arguments: Array(24...196))
    func `padding with zeros up to 196 bytes changes nothing`(length: Int) {
        let bytes = RequestData(token: Self.token).bytes
        let padded = bytes + [UInt8](repeating: 0, count: length - bytes.count)
        #expect(RequestData(bytes: padded)?.token == Self.token)
    }

    @Test func `every truncation is refused`() {
        let bytes = RequestData(token: Self.token).bytes
        for length in 0..<bytes.count {
            #expect(RequestData(bytes: Array(bytes.prefix(length))) == nil, "\(length) bytes")
        }
    }

    @Test func `every change of one byte of the header is refused, every change of the token is another token`() {
        let bytes = RequestData(token: Self.token).bytes
        for place in bytes.indices {
            for value in UInt8.min...UInt8.max where value != bytes[place] {
                var changed = bytes
                changed[place] = value
                let read = RequestData(bytes: changed)
                if place < 8 {
                    #expect(read == nil, "byte \(place) is \(value)")
                } else {
                    #expect(read != nil && read?.token != Self.token, "byte \(place) is \(value)")
                }
            }
        }
    }

    @Test func `random bytes are never a request and never trap`() {
        forRandom(20_000) { random in
            let bytes = (0..<random.next() % 200).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            return RequestData(bytes: bytes) == nil
        }
    }
}
