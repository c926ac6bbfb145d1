public import ClusterCore

/// A network that carries storage: a VLAN and a subnet of its own for the ports of one place in each host.
public struct StorageNetwork: Sendable, Hashable {
    /// From 1 on.
    public let number: Int
    /// The VLAN; 0 is untagged.
    public let vlan: Int
    /// The addresses: `10.71.1.0/24` for the first (Microsoft, network-atc, 2024-11-13).
    public let subnet: Subnet
    /// The port of each host in it.
    public let ports: [Port]

    /// A port of a host.
    public struct Port: Sendable, Hashable {
        /// The host, from 1 on.
        public let node: Int
        /// The storage adapter of that host, from 1 on.
        public let adapter: Int
        /// The address.
        public let address: IPAddress
    }
}

extension StorageNetwork {
    /// VLANs of storage adapters: 710 and the adapter's number, up to the eighth; 719 is kept for the future (Microsoft,
    /// network-atc, 2024-11-13).
    public static func defaultVLAN(adapter: Int) throws(TopologyError) -> Int {
        try TopologyError.require(adapter, in: 1...8, "storage adapter", remedy: "an intent has at most eight adapters")
        return 710 + adapter
    }

    /// Networks over switches: the first port of each host in the first, and so on.
    static func switched(nodes: Int, ports: Int, vlans: [Int]) throws(TopologyError) -> [StorageNetwork] {
        var networks: [StorageNetwork] = []
        for number in 1...ports {
            var members: [Port] = []
            for node in 1...nodes {
                members.append(Port(node: node, adapter: number, address: try address(10, 71, number, node)))
            }
            networks.append(
                StorageNetwork(
                    number: number, vlan: vlans[number - 1], subnet: try subnet(10, 71, number), ports: members))
        }
        return networks
    }

    /// Networks over cables: one for each, pair by pair, the lower host with the address 2 and the higher with 3; a host's
    /// adapters go to the other hosts in order (Microsoft, four-node-switchless-two-switches-two-links, 2025-01-14).
    /// One VLAN serves all, or each cable of a pair has its own.
    static func switchless(nodes: Int, linksPerPair: Int, vlans: [Int]) throws(TopologyError) -> [StorageNetwork] {
        var networks: [StorageNetwork] = []
        for low in 1...nodes {
            for high in (low + 1)..<max(low + 1, nodes + 1) {
                for link in 0..<linksPerPair {
                    let number = networks.count + 1
                    // The other hosts in order: `high` is the one before its own number in the lower host's list.
                    let ports = [
                        Port(
                            node: low, adapter: (high - 2) * linksPerPair + link + 1,
                            address: try address(10, 0, number, 2)),
                        Port(
                            node: high, adapter: (low - 1) * linksPerPair + link + 1,
                            address: try address(10, 0, number, 3)),
                    ]
                    networks.append(
                        StorageNetwork(
                            number: number, vlan: vlans[link % vlans.count], subnet: try subnet(10, 0, number),
                            ports: ports))
                }
            }
        }
        return networks
    }

    private static func address(_ a: UInt8, _ b: UInt8, _ c: Int, _ d: Int) throws(TopologyError) -> IPAddress {
        guard let c = UInt8(exactly: c), let d = UInt8(exactly: d), let address = IPAddress(bytes: [a, b, c, d]) else {
            throw TopologyError(
                "storage network", "\(c)", bound: "1 to 254", remedy: "plan fewer networks or hosts")
        }
        return address
    }

    private static func subnet(_ a: UInt8, _ b: UInt8, _ c: Int) throws(TopologyError) -> Subnet {
        guard let subnet = Subnet(address: try address(a, b, c, 0), prefixLength: 24) else {
            throw TopologyError("storage network", "\(c)", bound: "1 to 254", remedy: "plan fewer networks")
        }
        return subnet
    }
}
