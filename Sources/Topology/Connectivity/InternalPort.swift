public import ClusterCore

/// A port that must be open between the machines of a cluster, or between them and those that govern them.
public struct InternalPort: Sendable, Hashable {
    /// What the traffic is for.
    public let purpose: String
    /// Where connections come from.
    public let from: Peer
    /// Where they go.
    public let to: Peer
    /// The protocol, or `nil` for ICMP, which has no ports.
    public let transport: EndpointTransport?
    /// The ports; empty for ICMP, and for ``dynamicPorts``.
    public let ports: [UInt16]
    /// How many ports above 5000 are asked for, for remote procedure calls.
    public let dynamicPorts: Int

    /// An end of a connection.
    public enum Peer: String, Sendable, Hashable, Codable, CaseIterable {
        case node
        case managementSystem = "management_system"
        case directory
    }

    private init(
        _ purpose: String, _ from: Peer, _ to: Peer, _ transport: EndpointTransport?, _ ports: [UInt16],
        dynamic: Int = 0
    ) {
        self.purpose = purpose
        self.from = from
        self.to = to
        self.transport = transport
        self.ports = ports
        dynamicPorts = dynamic
    }

    /// Where all of them are written.
    public static let source = Reference(document: "Microsoft, firewall-requirements", date: "2024-10-17")

    /// The ports that every cluster needs, and those that depend on what it uses.
    /// - Parameter usesIWARP: whether storage goes over iWARP, whose SMB Direct has a port of its own.
    public static func all(usesIWARP: Bool) -> [InternalPort] {
        let always = [
            InternalPort("the service of Azure Local on its machines", .node, .node, .tcp, [30301]),
            InternalPort("SMB", .node, .node, .tcp, [445]),
            InternalPort("WS-Management", .node, .node, .tcp, [5985]),
            InternalPort("ICMP", .node, .node, nil, []),
            InternalPort("WinRM over HTTP, or over HTTPS", .managementSystem, .node, .tcp, [5985, 5986]),
            InternalPort("directory web services", .directory, .node, .tcp, [9389]),
            InternalPort("cluster validation", .managementSystem, .node, .tcp, [445]),
            InternalPort("remote procedure calls", .managementSystem, .node, .tcp, [135]),
            InternalPort(
                "remote procedure calls, ports given out on demand", .managementSystem, .node, .tcp, [], dynamic: 100),
            InternalPort("cluster administrator", .managementSystem, .node, .udp, [137]),
            InternalPort("cluster service", .managementSystem, .node, .udp, [3343]),
            InternalPort("cluster service while a server joins", .managementSystem, .node, .tcp, [3343]),
            InternalPort("ICMP for cluster validation", .managementSystem, .node, nil, []),
            InternalPort("Hyper-V over HTTP, or over HTTPS", .managementSystem, .node, .tcp, [80, 443]),
            InternalPort("live migration", .managementSystem, .node, .tcp, [6600]),
            InternalPort("management of virtual machines", .managementSystem, .node, .tcp, [2179]),
        ]
        return usesIWARP ? always + [InternalPort("SMB Direct over iWARP", .node, .node, .tcp, [5445])] : always
    }
}
