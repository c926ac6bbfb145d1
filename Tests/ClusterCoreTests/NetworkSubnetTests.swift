import ClusterCore
import TestSupport
import Testing

@Suite struct `Subnets` {
    @Test(arguments: [
        ("10.0.0.0/24", 24, "10.0.0.0/24"), ("10.0.0.1", 32, "10.0.0.1/32"), ("fd00::/8", 8, "fd00::/8"),
        ("fd00::1", 128, "fd00::1/128"),
        ("0.0.0.0/0", 0, "0.0.0.0/0"), ("::/0", 0, "::/0"), ("10.0.0.0/032", 32, "10.0.0.0/32"),
        ("10.1.2.3/8", 8, "10.1.2.3/8"),
    ])
    func `an address with or without a length is read`(text: String, length: Int, written: String) throws {
        let subnet = try Subnet(parsing: text)
        #expect(subnet.prefixLength == length)
        #expect(subnet.description == written)
    }

    @Test(arguments: [
        ("10.0.0.0/", "\"10.0.0.0/\" is not a subnet: write 10.0.0.0/24"),
        ("10.0.0.0/a", "\"10.0.0.0/a\" is not a subnet: write 10.0.0.0/24"),
        ("10.0.0.0/-1", "\"10.0.0.0/-1\" is not a subnet: write 10.0.0.0/24"),
        ("10.0.0.0/+8", "\"10.0.0.0/+8\" is not a subnet: write 10.0.0.0/24"),
        ("10.0.0.0/２４", "\"10.0.0.0/２４\" is not a subnet: write 10.0.0.0/24"),
        ("10.0.0.0/24 ", "\"10.0.0.0/24 \" is not a subnet: write 10.0.0.0/24"),
        ("10.0.0.0/24/8", "\"10.0.0.0/24/8\" is not a subnet: write 10.0.0.0/24"),
        ("10.0.0.0/0024", "\"10.0.0.0/0024\" is not a subnet: write 10.0.0.0/24"),
        ("10.0.0.0/255.255.255.0", "\"10.0.0.0/255.255.255.0\" is not a subnet: write 10.0.0.0/24"),
        ("10.0.0.0/33", "\"10.0.0.0/33\" has a prefix longer than the 32 bits of its address"),
        ("10.0.0.0/999", "\"10.0.0.0/999\" has a prefix longer than the 32 bits of its address"),
        ("fd00::/129", "\"fd00::/129\" has a prefix longer than the 128 bits of its address"),
        ("/24", "\"\" is not an IP address: write 10.0.0.1 or fd00::1"),
        ("", "\"\" is not an IP address: write 10.0.0.1 or fd00::1"),
        ("10.0.0/24", "\"10.0.0\" is not an IP address: write 10.0.0.1 or fd00::1"),
    ])
    func `a text that is no subnet says why`(text: String, message: String) {
        let error = #expect(throws: AddressError.self) { try Subnet(parsing: text) }
        #expect(error?.description == message)
    }

    @Test func `a length outside of the address makes no subnet`() throws {
        let four = try IPAddress(parsing: "10.0.0.0")
        let six = try IPAddress(parsing: "fd00::")
        for length in [Int.min, -1, 33, 129, Int.max] { #expect(Subnet(address: four, prefixLength: length) == nil) }
        for length in [Int.min, -1, 129, Int.max] { #expect(Subnet(address: six, prefixLength: length) == nil) }
        for length in 0...32 { #expect(Subnet(address: four, prefixLength: length) != nil) }
        for length in 0...128 { #expect(Subnet(address: six, prefixLength: length) != nil) }
    }

    /// Bit by bit, the way a person would do it on paper.
    private static func bruteForce(_ subnet: Subnet, _ address: IPAddress) -> Bool {
        func bits(_ address: IPAddress) -> [Bool] {
            address.bytes.flatMap { byte in (0..<8).map { byte & (0x80 >> UInt8($0)) != 0 } }
        }
        let (own, its) = (bits(subnet.address), bits(address))
        return own.count == its.count && own.prefix(subnet.prefixLength) == its.prefix(subnet.prefixLength)
    }

    @Test func `a subnet holds the addresses that share its leading bits`() {
        forRandom(20_000) { random in
            let count = random.next() % 2 == 0 ? 4 : 16
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let length = Int(random.next() % UInt64(count * 8 + 1))
            // Equal but for one bit: near the prefix's end it matters on which side it lies.
            var others = bytes
            let bit = max(0, min(count * 8 - 1, length + Int(random.next() % 7) - 3))
            if random.next() % 4 != 0 { others[bit / 8] ^= 0x80 >> UInt8(bit % 8) }
            guard let address = IPAddress(bytes: bytes), let other = IPAddress(bytes: others),
                let subnet = Subnet(address: address, prefixLength: length), address.unmapped == address,
                other.unmapped == other
            else { return true }
            return subnet.contains(other) == Self.bruteForce(subnet, other) && subnet.contains(address)
        }
    }

    @Test func `every length of a prefix cuts at its own bit`() throws {
        for length in 0...32 {
            let subnet = try #require(Subnet(address: try IPAddress(parsing: "170.170.170.170"), prefixLength: length))
            for bit in 0..<32 {
                var bytes = subnet.address.bytes
                bytes[bit / 8] ^= 0x80 >> UInt8(bit % 8)
                #expect(
                    subnet.contains(try #require(IPAddress(bytes: bytes))) == (bit >= length),
                    "bit \(bit) of /\(length)")
            }
        }
    }

    @Test func `IPv4 and IPv6 do not hold each other, but IPv4 within IPv6 is IPv4`() throws {
        let everything = try Subnet(parsing: "0.0.0.0/0")
        #expect(everything.contains(try IPAddress(parsing: "10.0.0.1")))
        #expect(everything.contains(try IPAddress(parsing: "::ffff:10.0.0.1")))
        #expect(!everything.contains(try IPAddress(parsing: "fd00::1")))
        let six = try Subnet(parsing: "::/0")
        #expect(six.contains(try IPAddress(parsing: "fd00::1")))
        #expect(!six.contains(try IPAddress(parsing: "10.0.0.1")))
        #expect(try Subnet(parsing: "10.0.0.0/8").contains(try IPAddress(parsing: "::ffff:10.9.9.9")))
        #expect(try !Subnet(parsing: "10.0.0.0/8").contains(try IPAddress(parsing: "::ffff:11.0.0.1")))
    }

    /// What a user means by `--allow ::ffff:10.0.0.0/120`: the last byte is free, not the whole of IPv4.
    @Test func `a subnet written as IPv4 within IPv6 counts its bits within IPv6`() throws {
        let subnet = try Subnet(parsing: "::ffff:10.0.0.0/120")
        #expect(subnet.contains(try IPAddress(parsing: "10.0.0.255")))
        #expect(!subnet.contains(try IPAddress(parsing: "10.0.1.0")))
        #expect(subnet.contains(try IPAddress(parsing: "::ffff:10.0.0.7")))
    }
}
