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
    /// What is wrong with the pool, one finding for each fault; empty where nothing is.
    ///
    /// All figures are the profile's (``NetworkProfile``): whoever asks for the check gets all of it or an error.
    /// - Throws: ClusterCore's `ProfileError` where the profile has no such rule, lacks one of its figures, or has one of
    ///   another kind.
    public func findings(by profile: ResolvedProfile) throws(ProfileError) -> [Finding] {
        let figures = NeededFigures(rule: InfrastructurePool.rule, profile: profile)
        let most = try figures.count("ranges_maximum")
        let single = try figures.count("first_of_several_maximum")
        let row = try figures.count("in_a_row_minimum")
        let (fewest, largest) = (try figures.count("addresses_minimum"), try figures.count("addresses_maximum"))
        let reserved = try InfrastructurePool.reserved(by: figures, isDisconnected: isDisconnected)
        guard profile.mode(of: InfrastructurePool.rule) != .off else { return [] }
        let settings = profile.rule(governing: InfrastructurePool.rule)
        var findings: [Finding] = []
        func tell(_ required: String, _ measured: String, _ remedy: String) {
            findings.append(
                Finding(
                    rule: InfrastructurePool.rule, severity: settings?.severity ?? .critical,
                    subject: "infrastructure-pool", required: .text(required), measured: .text(measured),
                    remedy: remedy, reference: settings?.source))
        }
        let total = ranges.map(\.count).reduce(0, +)
        if !(1...max(1, most)).contains(ranges.count) {
            tell("1 to \(most) ranges", "\(ranges.count)", "write one range of at least \(fewest) addresses")
        }
        if ranges.count > 1, ranges[0].count > single {
            tell(
                "at most \(single) address\(single == 1 ? "" : "es") in the first of several ranges",
                "\(ranges[0].count)", "write the shorter range first")
        }
        if !(fewest...max(fewest, largest)).contains(total) {
            tell("\(fewest) to \(largest) addresses", "\(total)", "take more, or fewer, addresses")
        }
        if let longest = ranges.map(\.count).max(), longest < row, total >= fewest {
            tell("\(row) addresses in a row", "\(longest)", "take \(row) addresses that follow each other")
        }
        for (index, range) in ranges.enumerated() {
            for other in ranges[(index + 1)...] where range.numbers.overlaps(other.numbers) {
                tell("ranges apart", "\(range) and \(other)", "take each address once")
            }
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
        for (subnet, user) in reserved {
            for range in ranges where subnet.numbers.map(range.numbers.overlaps) == true {
                tell("addresses outside \(subnet), which \(user) use", "\(range)", "take other addresses")
            }
        }
        return findings
    }

    /// The subnets that are in use inside, with what uses them.
    private static func reserved(
        by figures: NeededFigures, isDisconnected: Bool
    ) throws(ProfileError) -> [(Subnet, String)] {
        let own = [("pods_subnet", "pods"), ("services_subnet", "services of Kubernetes")]
        let appliance = isDisconnected ? [("appliance_subnet", "the appliance's containers")] : []
        var subnets: [(Subnet, String)] = []
        for (parameter, user) in own + appliance {
            let text = try figures.text(parameter)
            guard let subnet = try? Subnet(parsing: text), subnet.numbers != nil else {
                throw ProfileError(
                    profile: figures.profile.name, path: "/rules/\(rule)/parameters/\(parameter)",
                    problem: .badName(text, expected: "an IPv4 subnet such as 10.244.0.0/16"))
            }
            subnets.append((subnet, user))
        }
        return subnets
    }
}
