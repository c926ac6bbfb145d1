public import ClusterCore

/// The addresses of management that a deployment takes for itself, and what a deployment's validator asks of them
/// (Azure/AzureLocal-Supportability, TSG/EnvironmentValidator).
public struct InfrastructurePool: Sendable, Hashable {
    /// The ranges in their order, each from its first to its last address.
    public var ranges: [AddressRange]
    /// The subnet of management.
    public var management: Subnet
    /// The addresses of the hosts.
    public var hosts: [IPAddress]
    /// The subnets of storage.
    public var storage: [Subnet]
    /// Whether an appliance governs without a cloud, whose containers have a range of their own.
    public var isDisconnected: Bool

    /// A pool to be checked.
    public init(
        ranges: [AddressRange], management: Subnet, hosts: [IPAddress] = [], storage: [Subnet] = [],
        isDisconnected: Bool = false
    ) {
        self.ranges = ranges
        self.management = management
        self.hosts = hosts
        self.storage = storage
        self.isDisconnected = isDisconnected
    }

    /// The rule under which a pool's faults are told.
    public static let rule: RuleID = "network.infrastructure_pool"
}

/// IPv4 addresses from a first to a last.
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    /// The first.
    public let first: IPAddress
    /// The last; the first or one after it.
    public let last: IPAddress
    let numbers: ClosedRange<UInt32>

    /// A range.
    /// - Throws: where an address is not IPv4, or the last is before the first.
    public init(_ first: IPAddress, _ last: IPAddress) throws(TopologyError) {
        guard let low = first.number, let high = last.number, low <= high else {
            throw TopologyError(
                "range of addresses", "\(first)-\(last)", bound: "two IPv4 addresses in order",
                remedy: "write the lower one first")
        }
        self.first = first
        self.last = last
        numbers = low...high
    }

    /// Reads `10.0.0.10-10.0.0.20`, or one address.
    public init(parsing text: String) throws(TopologyError) {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let addresses = ends.compactMap { try? IPAddress(parsing: $0) }
        guard addresses.count == ends.count, let first = addresses.first, let last = addresses.last else {
            throw TopologyError(
                "range of addresses", text, bound: "two IPv4 addresses in order",
                remedy: "write 10.0.0.10-10.0.0.20")
        }
        try self.init(first, last)
    }

    /// How many addresses it has.
    public var count: Int { Int(numbers.upperBound - numbers.lowerBound) + 1 }

    public var description: String { count == 1 ? "\(first)" : "\(first)-\(last)" }
}

extension IPAddress {
    /// An IPv4 address as a number.
    var number: UInt32? {
        let plain = unmapped
        return plain.isIPv4 ? plain.bytes.reduce(0) { $0 << 8 | UInt32($1) } : nil
    }
}

extension Subnet {
    /// The addresses of an IPv4 subnet as numbers.
    var numbers: ClosedRange<UInt32>? {
        guard address.isIPv4, let number = address.number else { return nil }
        let mask: UInt32 = prefixLength == 0 ? 0 : UInt32.max << UInt32(32 - prefixLength)
        return (number & mask)...(number & mask | ~mask)
    }

    func overlaps(_ other: Subnet) -> Bool {
        guard let own = numbers, let its = other.numbers else { return false }
        return own.overlaps(its)
    }
}

extension InfrastructurePool {
    /// What is wrong with the pool, one finding for each; empty where nothing is.
    public var findings: [Finding] {
        var findings: [Finding] = []
        func tell(_ required: String, _ measured: String, _ remedy: String) {
            findings.append(
                Finding(
                    rule: InfrastructurePool.rule, severity: .critical, subject: "infrastructure-pool",
                    required: .text(required), measured: .text(measured), remedy: remedy,
                    reference: Reference(
                        document: "Azure/AzureLocal-Supportability, TSG/EnvironmentValidator")))
        }
        let total = ranges.map(\.count).reduce(0, +)
        if !(1...2).contains(ranges.count) {
            tell("one or two ranges", "\(ranges.count)", "write one range of at least six addresses")
        }
        if ranges.count == 2, ranges[0].count != 1 {
            tell("one address in the first of two ranges", "\(ranges[0].count)", "write the single address first")
        }
        if !(6...255).contains(total) { tell("6 to 255 addresses", "\(total)", "take more, or fewer, addresses") }
        if let longest = ranges.map(\.count).max(), longest < 6, total >= 6 {
            tell("6 addresses in a row", "\(longest)", "take six addresses that follow each other")
        }
        if ranges.count == 2, ranges[0].numbers.overlaps(ranges[1].numbers) {
            tell("ranges apart", "\(ranges[0]) and \(ranges[1])", "take each address once")
        }
        for range in ranges {
            if let subnet = management.numbers,
                !(subnet.contains(range.numbers.lowerBound) && subnet.contains(range.numbers.upperBound))
            {
                tell("addresses within \(management)", "\(range)", "take addresses of the management subnet")
            }
            for host in hosts {
                if let number = host.number, range.numbers.contains(number) {
                    tell("addresses that no host has", "\(host) in \(range)", "leave the hosts' addresses out")
                }
            }
        }
        for subnet in storage where subnet.overlaps(management) {
            tell(
                "management and storage in subnets of their own", "\(management) and \(subnet)", "renumber one of them")
        }
        for (text, what) in InfrastructurePool.reserved where what != InfrastructurePool.appliance || isDisconnected {
            guard let subnet = try? Subnet(parsing: text), let numbers = subnet.numbers else { continue }
            for range in ranges where range.numbers.overlaps(numbers) {
                tell("addresses outside \(subnet), which \(what)", "\(range)", "take other addresses")
            }
        }
        return findings
    }

    private static let appliance = "the appliance's containers use"

    /// Ranges that are in use inside: pods and services of the resource bridge, and the appliance (Microsoft,
    /// disconnected-operations-network, 2025-03-19).
    private static let reserved: [(String, String)] = [
        ("10.244.0.0/16", "pods use"), ("10.96.0.0/12", "services of Kubernetes use"), ("10.131.19.0/24", appliance),
    ]
}
