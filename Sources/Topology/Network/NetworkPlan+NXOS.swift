import ClusterCore

extension NetworkPlan {
    /// The quality of service of a top-of-rack switch as lines of its configuration, in the language of the published
    /// reference, Cisco NX-OS (Azure/AzureLocal-Supportability, Reference-TOR-QOS-Policy-Configuration).
    ///
    /// Empty without RDMA, and where no switch carries storage. As in the reference everything else gets 98 % less storage's
    /// share of what remains, and 1 % more is left than on hosts of more than 10 Gbit/s.
    public var nxosQualityOfService: [String] {
        guard let classes, cables.isEmpty, storageNetworks.count > 0 else { return [] }
        let (storage, cluster) = (classes[.storage], classes[.cluster])
        let unused = (1...7).filter { $0 != storage.priority && $0 != cluster.priority }
        var lines = [
            "policy-map type network-qos QOS_NETWORK",
            "  class type network-qos c-8q-nq\(storage.priority)",
            "    mtu \(NetworkPlan.switchMTU)",
            "    pause pfc-cos \(storage.priority)",
            "  class type network-qos c-8q-nq-default",
            "    mtu \(NetworkPlan.switchMTU)",
            "  class type network-qos c-8q-nq\(cluster.priority)",
            "    mtu \(NetworkPlan.switchMTU)",
            "!",
            "class-map type qos match-all RDMA",
            "  match cos \(storage.priority)",
            "class-map type qos match-all CLUSTER",
            "  match cos \(cluster.priority)",
            "!",
            "policy-map type qos AZLocal_SERVICES",
            "  class RDMA",
            "    set qos-group \(storage.priority)",
            "  class CLUSTER",
            "    set qos-group \(cluster.priority)",
            "!",
            "policy-map type queuing QOS_EGRESS_PORT",
            "  class type queuing c-out-8q-q\(storage.priority)",
            "    bandwidth remaining percent \(storage.percent)",
            "    random-detect minimum-threshold 300 kbytes maximum-threshold 300 kbytes drop-probability 100 weight 0 ecn",
            "  class type queuing c-out-8q-q-default",
            "    bandwidth remaining percent \(98 - storage.percent)",
            "  class type queuing c-out-8q-q\(cluster.priority)",
            "    bandwidth percent \(cluster.percent)",
        ]
        for queue in unused {
            lines += ["  class type queuing c-out-8q-q\(queue)", "    bandwidth remaining percent 0"]
        }
        return lines + [
            "!",
            "system qos",
            "  service-policy type queuing output QOS_EGRESS_PORT",
            "  service-policy type network-qos QOS_NETWORK",
        ]
    }

    /// The frames of a switch that carries storage.
    public static let switchMTU = 9216

    /// The lines for the ports of one top-of-rack switch that carry storage: each switch has the storage networks of its own,
    /// the first the first, so that storage stays within it.
    /// - Parameters:
    ///   - tor: the switch, from 1 on.
    ///   - ports: its ports that lead to hosts, such as `Ethernet1/17`, in the order of the hosts and of their adapters on it.
    ///   - nativeVLAN: the VLAN of untagged frames.
    ///   - otherVLANs: VLANs beside storage's on the same ports, where adapters are shared.
    /// - Throws: where there is no such switch, the ports are not as many as the plan has or not names of ports, or a VLAN is
    ///   none.
    public func nxosInterfaces(
        tor: Int, ports: [String], nativeVLAN: Int, otherVLANs: [Int] = []
    ) throws(TopologyError) -> [String] {
        try TopologyError.require(
            tor, in: 1...demand.torSwitches, "top-of-rack switch", remedy: "count the switches from 1 on")
        let networks = cables.isEmpty ? storageNetworks.filter { ($0.number - 1) % demand.torSwitches == tor - 1 } : []
        let wanted = networks.count * demand.nodes / demand.zones
        guard ports.count == wanted else {
            throw TopologyError(
                "ports of switch \(tor)", ports.joined(separator: " "), bound: "\(wanted) of them",
                remedy: "name the port of each host's storage adapter on this switch")
        }
        for vlan in [nativeVLAN] + otherVLANs {
            try TopologyError.require(
                vlan, in: ModelRange.usableVLAN, "VLAN of switch \(tor)", remedy: "write a VLAN that the switch has")
        }
        var lines: [String] = []
        for (index, name) in ports.enumerated() {
            let isName =
                (1...32).contains(name.utf8.count)
                && name.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (47...57).contains(byte)
                }
            guard isName else {
                throw TopologyError(
                    "port \(index + 1) of switch \(tor)", name, bound: "the name of a port",
                    remedy: "write Ethernet1/17")
            }
            // Untagged frames need no place in the list.
            let allowed = (otherVLANs + [networks[index % networks.count].vlan]).filter { $0 > 0 }.sorted()
            lines += [
                "interface \(name)",
                "  description \(demand.option.isolatesStorage ? "Storage Intent" : "Storage and other intents")",
                "  switchport",
                "  switchport mode trunk",
                "  switchport trunk native vlan \(nativeVLAN)",
                "  switchport trunk allowed vlan \(allowed.map(String.init).joined(separator: ","))",
            ]
            if classes != nil, demand.rdma == .roce { lines.append("  priority-flow-control mode on send-tlv") }
            lines += [
                "  spanning-tree port type edge trunk", "  mtu \(NetworkPlan.switchMTU)",
                "  no logging event port link-status",
            ]
            if classes != nil { lines.append("  service-policy type qos input AZLocal_SERVICES") }
            lines.append("  no shutdown")
        }
        return lines
    }
}
