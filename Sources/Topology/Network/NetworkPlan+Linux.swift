import ClusterCore

extension NetworkPlan {
    /// What an operator types on a Linux host to set up its storage ports: frames, VLANs, addresses, and the classes of data
    /// centre bridging (iproute2's `ip` and `dcb`, and `ethtool`).
    ///
    /// Nothing is run here, and nothing is made permanent: that is the distribution's own business. Commands may be repeated,
    /// but for the one that adds a VLAN interface, which fails where there is one.
    /// - Parameters:
    ///   - node: the host, from 1 on.
    ///   - interfaces: its storage interfaces in the order of the storage adapters.
    /// - Throws: where there is no such host, or the interfaces are not as many as its storage ports or not names of
    ///   interfaces.
    public func linuxCommands(node: Int, interfaces: [String]) throws(TopologyError) -> [String] {
        try TopologyError.require(node, in: 1...demand.nodes, "host", remedy: "count the hosts from 1 on")
        let ports = storagePorts(of: node)
        guard interfaces.count == ports.count else {
            throw TopologyError(
                "storage interfaces of host \(node)", interfaces.joined(separator: " "),
                bound: "\(ports.count) of them",
                remedy: "name the interface of each storage adapter, in their order")
        }
        var commands: [String] = []
        for (interface, entry) in zip(interfaces, ports) {
            let place = "storage interface \(entry.port.adapter) of host \(node)"
            try NetworkPlan.checkInterface(interface, place)
            commands.append("ip link set dev \(interface) mtu \(demand.jumbo.mtu) up")
            let carrier = try vlanInterface(interface, entry.network.vlan, place)
            if let carrier { commands += carrier.commands }
            commands.append(
                "ip address replace \(entry.port.address)/\(entry.network.subnet.prefixLength) dev \(carrier?.name ?? interface)"
            )
            if let classes, demand.rdma == .roce { commands += dcbCommands(interface, classes) }
        }
        return commands
    }

    /// The interface of a VLAN, whose frames carry the priorities of storage and heartbeats; `nil` where it is not tagged.
    private func vlanInterface(
        _ interface: String, _ vlan: Int, _ place: String
    ) throws(TopologyError) -> (name: String, commands: [String])? {
        guard vlan > 0 else { return nil }
        let name = "\(interface).\(vlan)"
        guard name.utf8.count <= NetworkPlan.interfaceNameLimit else {
            throw TopologyError(
                place, name, bound: "at most \(NetworkPlan.interfaceNameLimit) bytes long with its VLAN",
                remedy: "give the interface a shorter name")
        }
        let map = classes.map { classes in
            " egress-qos-map"
                + [classes[.storage], classes[.cluster]].map { " \($0.priority):\($0.priority)" }.joined()
        }
        return (
            name,
            [
                "ip link add link \(interface) name \(name) type vlan id \(vlan)\(map ?? "")",
                "ip link set dev \(name) mtu \(demand.jumbo.mtu) up",
            ]
        )
    }

    /// The classes on a port: set on the host and never learned from the switch (Azure/AzureLocal-Supportability,
    /// Reference-TOR-QOS-Policy-Configuration).
    private func dcbCommands(_ interface: String, _ classes: TrafficClasses) -> [String] {
        let numbered = classes.classes.enumerated().map { (number: $0.offset, traffic: $0.element) }
        func map(_ value: (Int, TrafficClasses.TrafficClass) -> String) -> String {
            numbered.map { value($0.number, $0.traffic) }.joined(separator: " ")
        }
        return [
            // Pause frames of the whole link would stop what priority flow control lets through.
            "ethtool -A \(interface) autoneg off rx off tx off",
            "dcb dcbx set dev \(interface) host ieee",
            "dcb ets set dev \(interface) willing off prio-tc all:0 "
                + numbered.dropFirst().map { "\($0.traffic.priority):\($0.number)" }.joined(separator: " ")
                + " tc-tsa all:strict " + map { number, _ in "\(number):ets" } + " tc-bw all:0 "
                + map { number, traffic in "\(number):\(traffic.percent)" },
            "dcb pfc set dev \(interface) prio-pfc all:off \(classes[.storage].priority):on",
            // RoCE v2 is UDP to port 4791, the cluster's heartbeat UDP to 3343.
            "dcb app replace dev \(interface) dgram-port-prio 4791:\(classes[.storage].priority) "
                + "3343:\(classes[.cluster].priority)",
        ]
    }

    /// The longest name of an interface, in bytes (IFNAMSIZ of linux/if.h, without the end).
    static let interfaceNameLimit = 15

    /// A name that Linux takes and that a shell leaves alone.
    private static func checkInterface(_ name: String, _ place: String) throws(TopologyError) {
        let isSafe = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (48...57).contains(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
        }
        guard isSafe, (1...interfaceNameLimit).contains(name.utf8.count), name.utf8.first != UInt8(ascii: "-"),
            name != ".", name != ".."
        else {
            throw TopologyError(
                place, name, bound: "the name of an interface",
                remedy: "write letters, digits, -, _ and ., such as ens1f0np0")
        }
    }
}
