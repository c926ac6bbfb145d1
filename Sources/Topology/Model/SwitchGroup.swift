public import ClusterCore

/// Switches that are alike.
public struct SwitchGroup: Sendable, Hashable, Codable {
    public var names: [String]
    public var role: Role
    public var vendor: String?
    public var model: String?
    public var rack: String?
    /// The lowest unit of the first one; the others sit above it, one after another.
    public var unit: Int?
    /// Units of height of each.
    public var height: Int?
    /// Ports of each.
    public var ports: Int?
    /// What each port carries.
    public var rate: BitRate?
    /// Whether all ports can run at their rate at once.
    public var lineRate: Bool?
    /// From port to port.
    public var latency: Duration?
    /// The largest frame.
    public var mtu: Int?
    public var capabilities: [Capability]?
    public var airflow: Airflow?
    public var draw: PowerDraw?
    /// The PDUs, one a power supply.
    public var supplies: [String]?

    public init(names: [String], role: Role) {
        self.names = names
        self.role = role
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case names, role, vendor, model, rack, unit, height, ports, rate
        case lineRate = "line_rate"
        case latency, mtu, capabilities, airflow, draw, supplies
    }

    /// What a switch is for.
    public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
        case topOfRack = "top_of_rack"
        case management
        case interRack = "inter_rack"
    }

    /// What a switch can do.
    public enum Capability: String, Sendable, Hashable, Codable, CaseIterable {
        case layer2 = "layer_2"
        case layer3 = "layer_3"
        case vlan, lacp, lldp
        case dhcpRelay = "dhcp_relay"
        case rdma
        /// Priority flow control, IEEE 802.1Qbb.
        case pfc
        /// Enhanced transmission selection, IEEE 802.1Qaz.
        case ets
        /// Explicit congestion notification.
        case ecn
    }
}

/// A cable between two ports.
public struct Cable: Sendable, Hashable, Codable {
    /// `node1/storage.1`, `tor1/48`.
    public var from: String
    public var to: String

    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case from, to }
}
