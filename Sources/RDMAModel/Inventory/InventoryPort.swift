public import ClusterCore

/// A port of an RDMA device.
public struct InventoryPort: Sendable, Hashable, Codable {
    /// Counted from 1.
    public var number: Int
    /// How RDMA crosses the wire with the GID that would be used.
    public var transport: Transport
    /// Every way that the port's GIDs allow.
    public var transports: [Transport]
    /// `InfiniBand`, `Ethernet`, or what the kernel calls it.
    @Explicit public var linkLayer: String?
    /// `down`, `init`, `armed`, `active`, `active_defer`.
    @Explicit public var state: String?
    /// `link_up`, `polling`, `disabled` and so on.
    @Explicit public var physicalState: String?
    /// The speed of the link; of an Ethernet port that of its network interface.
    @Explicit public var rate: UInt64?
    /// What the RDMA device itself says of its speed: `100 Gb/sec (4X EDR)`.
    @Explicit public var rateText: String?
    /// The payload of a packet in bytes, as it is now and at most.
    @Explicit public var activeMTUBytes: UInt64?
    @Explicit public var maximumMTUBytes: UInt64?
    /// The local identifier that an InfiniBand subnet manager gave.
    @Explicit public var localIdentifier: UInt64?
    /// The network interface that it belongs to; `nil` where there is none or it is not told.
    @Explicit public var netdev: InventoryInterface?
    /// The GIDs in use, in order of their index; `nil` where they cannot be read.
    @Explicit public var gids: [InventoryGID]?
    /// The GID that would be used, and why; `nil` where there is none to use.
    @Explicit public var chosen: GIDChoice?

    private enum CodingKeys: String, CodingKey {
        case number, transport, transports, state, netdev, gids
        case linkLayer = "link_layer"
        case physicalState = "physical_state"
        case rate = "rate_bits_per_second"
        case rateText = "rate_text"
        case activeMTUBytes = "active_mtu_bytes"
        case maximumMTUBytes = "maximum_mtu_bytes"
        case localIdentifier = "local_identifier"
        case chosen = "chosen_gid"
    }

    public init(number: Int, transport: Transport = .unknown, transports: [Transport] = []) {
        self.number = number
        self.transport = transport
        self.transports = transports
    }

    /// Whether the port is active; `nil` where that is not told.
    public var isActive: Bool? { state.map { $0 == "active" } }

    /// The name of a port's state for the number that the kernel gives it.
    public static func stateName(_ number: Int) -> String {
        let names = ["nop", "down", "init", "armed", "active", "active_defer"]
        return names.indices.contains(number) ? names[number] : "unknown_\(number)"
    }

    /// The name of a port's physical state for the number that the kernel gives it.
    public static func physicalStateName(_ number: Int) -> String {
        let names = [
            "no_state", "sleep", "polling", "disabled", "port_configuration_training", "link_up",
            "link_error_recovery", "phy_test",
        ]
        return names.indices.contains(number) ? names[number] : "unknown_\(number)"
    }

    /// The payload of a RoCE packet that a network interface's MTU leaves room for, in bytes.
    ///
    /// The largest of 256, 512, 1024, 2048 and 4096 that fits beside the headers: GRH 40, UDP 8, BTH 12, XRC 4,
    /// AtomicETH 28 and ICRC 4 bytes. As `iboe_get_mtu` of Linux, `include/rdma/ib_addr.h`.
    /// - Returns: `nil` where not even 256 bytes fit.
    public static func roceMTU(netdevMTUBytes: UInt64) -> UInt64? {
        [4096, 2048, 1024, 512, 256].first { $0 + 96 <= netdevMTUBytes }
    }
}

/// The network interface of an RDMA port.
public struct InventoryInterface: Sendable, Hashable, Codable {
    public var name: String
    /// Whether it is set up (`ip link set … up`).
    @Explicit public var up: Bool?
    /// What it says of itself: `up`, `down`, `lowerlayerdown`.
    @Explicit public var operationalState: String?
    @Explicit public var mtuBytes: UInt64?
    @Explicit public var speed: UInt64?
    /// The hardware address.
    @Explicit public var hardwareAddress: String?
    /// The NUMA node of the adapter behind it.
    @Explicit public var numaNode: Int?
    /// Its IP addresses with the length of the prefix; `nil` where they cannot be asked.
    @Explicit public var addresses: [String]?

    private enum CodingKeys: String, CodingKey {
        case name, up, addresses
        case operationalState = "operational_state"
        case mtuBytes = "mtu_bytes"
        case speed = "speed_bits_per_second"
        case hardwareAddress = "hardware_address"
        case numaNode = "numa_node"
    }

    public init(name: String) { self.name = name }
}

/// A GID of a port.
public struct InventoryGID: Sendable, Hashable, Codable {
    public var index: Int
    /// Eight groups of four hexadecimal digits, as the kernel writes it.
    public var gid: String
    /// `nil` on iWARP, which has no types whatever the kernel calls them, and where it is not told.
    @Explicit public var type: GIDType?
    /// The network interface that it belongs to.
    @Explicit public var netdev: String?
    /// The IP address that it stands for; `nil` where it stands for none.
    @Explicit public var address: String?
    /// The MTU of that interface in bytes, from which the connection manager takes the size of RoCE packets: a VLAN's may
    /// be smaller than that of the port's own.
    @Explicit public var netdevMTUBytes: UInt64?

    private enum CodingKeys: String, CodingKey {
        case index, gid, type, netdev, address
        case netdevMTUBytes = "netdev_mtu_bytes"
    }

    public init(
        index: Int, gid: String, type: GIDType? = nil, netdev: String? = nil, address: String? = nil,
        netdevMTUBytes: UInt64? = nil
    ) {
        self.netdevMTUBytes = netdevMTUBytes
        self.index = index
        self.gid = gid
        self.type = type
        self.netdev = netdev
        self.address = address
    }
}

/// What a GID means on the wire.
public enum GIDType: String, Sendable, Hashable, Codable, CaseIterable {
    case infiniBand = "infiniband"
    case roceV1 = "roce_v1"
    case roceV2 = "roce_v2"

    /// The way of RDMA with such a GID.
    public var transport: Transport {
        switch self {
        case .infiniBand: .infiniBand
        case .roceV1: .roceV1
        case .roceV2: .roceV2
        }
    }
}
