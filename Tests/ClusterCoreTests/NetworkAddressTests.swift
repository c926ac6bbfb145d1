import ClusterCore
import TestSupport
import Testing

/// IP addresses: RFC 4291 says what is read, RFC 5952 what is written.
@Suite struct `IP addresses` {
    @Test(arguments: [
        // RFC 4291, section 2.2
        ("ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"),
        ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"),
        ("2001:DB8::8:800:200C:417A", "2001:db8::8:800:200c:417a"),
        ("FF01:0:0:0:0:0:0:101", "ff01::101"),
        ("FF01::101", "ff01::101"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("::1", "::1"),
        ("0:0:0:0:0:0:0:0", "::"),
        ("::", "::"),
        ("0:0:0:0:0:0:13.1.68.3", "::d01:4403"),
        ("::13.1.68.3", "::d01:4403"),
        ("0:0:0:0:0:FFFF:129.144.52.38", "::ffff:129.144.52.38"),
        ("::FFFF:129.144.52.38", "::ffff:129.144.52.38"),
        // RFC 5952, section 1 and 4
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0db8::0001", "2001:db8::1"),
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa"),
        ("1:0:0:0:0:0:0:0", "1::"),
        ("0:0:0:0:0:0:1:0", "::1:0"),
        ("0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"),
        ("fe80::1:2:3:4", "fe80::1:2:3:4"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        // IPv4
        ("10.0.0.1", "10.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("255.255.255.255", "255.255.255.255"),
    ])
    func `RFC 4291 texts are read and written as RFC 5952 has it`(text: String, canonical: String) throws {
        #expect(try IPAddress(parsing: text).description == canonical)
    }

    @Test(arguments: [
        "", " ", ".", ":", ":::", "1", "10.0.0", "10.0.0.0.1", "10.0.0.", ".10.0.0", "10..0.1",
        "010.0.0.1", "10.0.0.01", "10.0.0.00", "10.0.0.256", "10.0.0.1000", "10.0.0.-1", "10.0.0.+1", "10.0.0.0x1",
        " 10.0.0.1", "10.0.0.1 ", "10.0.0.1\n", "10.0.0.1\0", "10,0,0,1", "１０.0.0.1", "١٠.0.0.1", "10.0.0.१",
        "1:2:3:4:5", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "::1::", "1:::2", ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "12345::", "::12345", "::g", "::-1", "::+1",
        "::1 ",
        "fe80::1%eth0", "fe80::1%2", "[::1]", "::1/128", "10.0.0.1/32", "::ffff:10.0.0", "::ffff:10.0.0.256",
        "::ffff:010.0.0.1",
        "10.0.0.1::", "::10.0.0.1:1", "1:2:3:4:5:6:7:10.0.0.1", "::１", "::ａ", "::1\u{200B}", "localhost", "0x7f000001",
    ])
    func `a text that is no address is refused`(text: String) {
        let error = #expect(throws: AddressError.self) { try IPAddress(parsing: text) }
        #expect(error?.input == text)
        #expect(error?.description == "\"\(text)\" is not an IP address: write 10.0.0.1 or fd00::1")
    }

    @Test func `a message quotes no more than 64 characters of what was typed`() {
        let error = #expect(throws: AddressError.self) {
            try IPAddress(parsing: String(repeating: "1", count: 100_000))
        }
        #expect(error?.input == String(repeating: "1", count: 64) + "…")
        #expect(throws: AddressError.self) { try IPAddress(parsing: String(repeating: "1:", count: 100_000)) }
        #expect(throws: AddressError.self) { try IPAddress(parsing: String(repeating: ":", count: 100_000)) }
    }

    @Test(arguments: 0...40)
    func `bytes are an address where there are 4 or 16 of them`(count: Int) {
        let address = IPAddress(bytes: [UInt8](repeating: 1, count: count))
        #expect((address != nil) == (count == 4 || count == 16))
        if let address { #expect(address.isIPv4 == (count == 4)) }
    }

    /// An address of which each group is zero half of the time, so that runs of zeros of every length come up.
    private static func address(_ random: inout SeededRandom) -> IPAddress? {
        if random.next() % 4 == 0 { return IPAddress(bytes: (0..<4).map { _ in random.edgy() }) }
        var bytes: [UInt8] = []
        for _ in 0..<8 {
            let group: UInt16 = random.next() % 2 == 0 ? 0 : random.edgy()
            bytes += [UInt8(group >> 8), UInt8(group & 0xff)]
        }
        return IPAddress(bytes: bytes)
    }

    @Test func `every address reads back from what is written`() {
        forRandom(20_000) { random in
            guard let address = Self.address(&random) else { return false }
            return try IPAddress(parsing: address.description) == address
                && IPAddress(parsing: address.description.uppercased()) == address
        }
    }

    /// RFC 5952 in other words than the code's: of all ways to write the eight groups, the shortest text wins, the first one
    /// where two are as short; a single zero is never shortened.
    @Test func `the written text is the one that RFC 5952 asks for`() {
        forRandom(20_000) { random in
            guard let address = Self.address(&random), !address.isIPv4, address.unmapped == address else { return true }
            let groups = (0..<8).map {
                String(UInt16(address.bytes[2 * $0]) << 8 | UInt16(address.bytes[2 * $0 + 1]), radix: 16)
            }
            var best = groups.joined(separator: ":")
            var removed = 0
            for start in 0..<8 {
                for end in (start + 2)..<9
                where start + 2 <= 8 && groups[start..<end].allSatisfy({ $0 == "0" }) && end - start > removed {
                    removed = end - start
                    best = groups[..<start].joined(separator: ":") + "::" + groups[end...].joined(separator: ":")
                }
            }
            return address.description == best
        }
    }

    @Test func `no text makes the reader trap`() {
        let alphabet = Array("0123456789abcdefABCDEFx:::...%/[] +-\u{0}é١１")
        forRandom(20_000) { random in
            var text = ""
            if random.next() % 2 == 0, let address = Self.address(&random) { text = address.description }
            for _ in 0..<(random.next() % 8) {
                let character = alphabet[Int(random.next() % UInt64(alphabet.count))]
                let place = text.index(text.startIndex, offsetBy: Int(random.next() % UInt64(text.count + 1)))
                text.insert(character, at: place)
            }
            // Whatever is read must be what it writes.
            guard let read = try? IPAddress(parsing: text) else { return true }
            return try IPAddress(parsing: read.description) == read
        }
    }
}

@Suite struct `Kinds of addresses` {
    @Test(arguments: [
        ("169.254.0.0", true), ("169.254.255.255", true), ("169.253.255.255", false), ("169.255.0.0", false),
        ("10.254.0.1", false),
        ("fe80::", true), ("fe80::1", true), ("febf:ffff::1", true), ("fec0::1", false), ("fe7f::1", false),
        ("ff80::1", false),
        ("fd00::1", false),
    ])
    func `169_254 and fe80 of 10 bits are link-local`(text: String, isLinkLocal: Bool) throws {
        #expect(try IPAddress(parsing: text).isLinkLocal == isLinkLocal)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.255.255", true), ("128.0.0.1", false), ("126.0.0.1", false), ("0.0.0.0", false),
        ("::1", true), ("::", false), ("::2", false), ("1::1", false), ("::ffff:0:1", false),
    ])
    func `127 and ::1 are loopback`(text: String, isLoopback: Bool) throws {
        #expect(try IPAddress(parsing: text).isLoopback == isLoopback)
    }

    @Test func `IPv4 within IPv6 unmaps to IPv4 and nothing else does`() throws {
        #expect(try IPAddress(parsing: "::ffff:10.1.2.3").unmapped.description == "10.1.2.3")
        for text in ["10.1.2.3", "::10.1.2.3", "::fffe:10.1.2.3", "::ffff:0:10.1.2.3", "1::ffff:10.1.2.3", "::1", "::"]
        {
            let address = try IPAddress(parsing: text)
            #expect(address.unmapped == address)
        }
    }
}
