/// An IPv4 or IPv6 address without a port or zone.
public struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    public let bytes: [UInt8]

    /// - Returns: `nil` unless there are 4 or 16 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Whether this is an IPv4 address.
    public var isIPv4: Bool { bytes.count == 4 }

    /// Whether the address is valid on one link only: `fe80::/10` or `169.254.0.0/16`.
    public var isLinkLocal: Bool {
        isIPv4 ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
    }

    /// Whether the address names the host itself: `127.0.0.0/8` or `::1`.
    public var isLoopback: Bool {
        isIPv4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// The IPv4 address inside `::ffff:a.b.c.d`, else the address itself: the form in which two addresses compare.
    public var unmapped: IPAddress {
        guard !isIPv4, bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff else {
            return self
        }
        return IPAddress(bytes: Array(bytes.suffix(4))) ?? self
    }
}

/// A text that should be an address or a subnet and is not.
public struct AddressError: Error, Sendable, Hashable, CustomStringConvertible {
    public var input: String
    public var problem: String

    public init(input: String, problem: String) {
        self.input = input
        self.problem = problem
    }

    public var description: String { "\"\(input)\" \(problem)" }
}

// MARK: Text

extension IPAddress: CustomStringConvertible {
    /// The address as RFC 5952 writes it: lower case, the longest run of zeros shortened.
    public var description: String {
        if isIPv4 { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        if groups.prefix(5).allSatisfy({ $0 == 0 }), groups[5] == 0xffff { return "::ffff:\(unmapped)" }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start + 1)
        }
        func text(_ range: Range<Int>) -> String {
            range.map { String(groups[$0], radix: 16) }.joined(separator: ":")
        }
        return longest.isEmpty ? text(0..<8) : "\(text(0..<longest.lowerBound))::\(text(longest.upperBound..<8))"
    }

    /// Reads dotted decimal (four numbers, no leading zeros) or RFC 4291 text.
    public init(parsing text: String) throws(AddressError) {
        let parsed = text.utf8.contains(UInt8(ascii: ":")) ? IPAddress.parseIPv6(text) : IPAddress.parseIPv4(text)
        guard let parsed, let address = IPAddress(bytes: parsed) else {
            throw AddressError(
                input: text.count > 64 ? "\(text.prefix(64))…" : text,
                problem: "is not an IP address: write 10.0.0.1 or fd00::1")
        }
        self = address
    }

    private static func parseIPv4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                part == "0" || part.first != "0", let value = UInt8(part)
            else { return nil }
            bytes.append(value)
        }
        return bytes
    }

    private static func parseIPv6(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 45 else { return nil }
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        var sides: [[UInt8]] = []
        for (index, half) in halves.enumerated() {
            guard let side = parseGroups(half, mayEndInIPv4: index == halves.count - 1) else { return nil }
            sides.append(side)
        }
        if halves.count == 1 { return sides[0].count == 16 ? sides[0] : nil }
        let missing = 16 - sides[0].count - sides[1].count
        guard missing >= 2 else { return nil }
        return sides[0] + [UInt8](repeating: 0, count: missing) + sides[1]
    }

    private static func parseGroups(_ text: Substring, mayEndInIPv4: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, group) in groups.enumerated() {
            if mayEndInIPv4, index == groups.count - 1, group.contains(".") {
                guard let tail = parseIPv4(group) else { return nil }
                bytes += tail
            } else {
                guard (1...4).contains(group.utf8.count), group.first != "+", group.first != "-",
                    let value = UInt16(group, radix: 16)
                else { return nil }
                bytes += [UInt8(value >> 8), UInt8(value & 0xff)]
            }
        }
        return bytes.count <= 16 ? bytes : nil
    }
}

// MARK: Subnets

/// The addresses that share a prefix: `10.0.0.0/24`.
public struct Subnet: Sendable, Hashable, CustomStringConvertible {
    /// An address of the subnet; bits behind the prefix do not matter.
    public let address: IPAddress
    /// The number of leading bits that are the same.
    public let prefixLength: Int

    /// - Returns: `nil` where the length is not within the address.
    public init?(address: IPAddress, prefixLength: Int) {
        guard (0...address.bytes.count * 8).contains(prefixLength) else { return nil }
        self.address = address
        self.prefixLength = prefixLength
    }

    /// Reads `10.0.0.0/24`; an address without a length is a subnet of one.
    public init(parsing text: String) throws(AddressError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let address = try IPAddress(parsing: String(parts[0]))
        let full = address.bytes.count * 8
        var length = full
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
                let given = Int(parts[1])
            else { throw AddressError(input: text, problem: "is not a subnet: write 10.0.0.0/24") }
            length = given
        }
        guard let subnet = Subnet(address: address, prefixLength: length) else {
            throw AddressError(input: text, problem: "has a prefix longer than the \(full) bits of its address")
        }
        self = subnet
    }

    /// Whether an address belongs to the subnet. IPv4 within IPv6 counts as IPv4.
    public func contains(_ other: IPAddress) -> Bool {
        // A prefix within `::ffff:0:0/96` counts the 96 bits before the IPv4 address.
        let isMapped = address.unmapped != address && prefixLength >= 96
        let own = isMapped ? address.unmapped.bytes : address.bytes
        let length = isMapped ? prefixLength - 96 : prefixLength
        let its = other.unmapped.bytes
        guard own.count == its.count else { return false }
        for index in own.indices {
            let bits = min(8, max(0, length - 8 * index))
            let mask = UInt8(truncatingIfNeeded: 0xff00 >> bits)
            if own[index] & mask != its[index] & mask { return false }
        }
        return true
    }

    public var description: String { "\(address)/\(prefixLength)" }
}
