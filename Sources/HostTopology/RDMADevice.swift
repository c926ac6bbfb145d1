/// An RDMA device as sysfs tells it.
public struct RDMADevice: Sendable, Hashable {
    /// The device's name, such as `mlx5_0` or `rxe0`.
    public var name: String
    /// What kind of node it is: 1 is a channel adapter, 4 an iWARP adapter; `nil` where it is not told.
    public var nodeType: Int?
    /// Whether no hardware stands behind it (rxe, siw); `nil` where a captured tree does not tell.
    public var isSoftware: Bool?
    /// The version of its firmware.
    public var firmware: String?
    /// The NUMA node that it is near to; `nil` where it is not known.
    public var numaNode: Int?
    public var ports: [Port]

    /// Whether it speaks iWARP. A software iWARP device calls its GIDs RoCE v1, so only the node type tells.
    public var isIWARP: Bool { nodeType == 4 }

    /// A port of a device.
    public struct Port: Sendable, Hashable {
        /// Counted from 1.
        public var number: Int
        /// 1 is down, 4 active; `nil` where it is not told.
        public var state: Int?
        /// `InfiniBand` or `Ethernet`.
        public var linkLayer: String?
        public var gids: [GID]

        public var isActive: Bool? { state.map { $0 == 4 } }
    }

    /// An address of a port; empty slots are left out.
    public struct GID: Sendable, Hashable {
        public var index: Int
        /// 16 bytes.
        public var value: [UInt8]
        /// `RoCE v2`, `IB/RoCE v1`; `nil` where it is not told.
        public var type: String?
        /// The network interface that it belongs to; `nil` where it is not told.
        public var netdev: String?
    }
}

extension RDMADevice {
    /// Every device of a host, in order of their names; `nil` where the kernel has no RDMA.
    /// - Parameters:
    ///   - root: the host, or a captured tree.
    ///   - readsGIDs: a table may have a thousand slots, a file each; who needs no GID need not read them.
    public static func all(at root: HostRoot, readsGIDs: Bool = true) -> [RDMADevice]? {
        // A link to a device that is not there, as a captured tree may hold, tells nothing of it.
        root.names(in: "sys/class/infiniband")?.filter { root.names(in: "sys/class/infiniband/\($0)") != nil }
            .map { RDMADevice(named: $0, at: root, readsGIDs: readsGIDs) }
    }

    init(named name: String, at root: HostRoot, readsGIDs: Bool) {
        let base = "sys/class/infiniband/\(name)"
        self.name = name
        nodeType = root.text(of: "\(base)/node_type").flatMap(RDMADevice.leadingInteger)
        isSoftware = RDMADevice.isSoftware(base, at: root)
        firmware = root.text(of: "\(base)/fw_ver").flatMap { $0.isEmpty ? nil : $0 }
        numaNode = FactReader(root: root).numaNode(behind: base).value
        ports = (root.names(in: "\(base)/ports") ?? []).compactMap { Int($0) }.sorted().map { number in
            Port(
                number: number,
                state: root.text(of: "\(base)/ports/\(number)/state").flatMap(RDMADevice.leadingInteger),
                linkLayer: root.text(of: "\(base)/ports/\(number)/link_layer"),
                gids: readsGIDs ? RDMADevice.gids(of: "\(base)/ports/\(number)", at: root) : [])
        }
    }

    /// Whether a device is software; `nil` where nothing tells. A running kernel gives all hardware a link `device`; a captured tree
    /// may be without, and then what only adapters have counts: a kind, a board, firmware.
    private static func isSoftware(_ base: String, at root: HostRoot) -> Bool? {
        if saysSoftware(base, at: root) { return true }
        if root.exists("\(base)/device") { return false }
        if root == .live { return true }
        // The device's own link goes through hardware or does not.
        if let isPhysical = FactReader(root: root).isPhysical(base).value { return !isPhysical }
        if ["hca_type", "board_id"].contains(where: { root.text(of: "\(base)/\($0)")?.isEmpty == false }) {
            return false
        }
        // Software has a line without a version; a file without a line, as a capture that was cut leaves it, tells nothing.
        guard let version = root.bytes(of: "\(base)/fw_ver"), !version.isEmpty else { return nil }
        return !version.contains { $0 != UInt8(ascii: "0") && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "\n") }
    }

    /// Whether a device says that it is software, whatever it names as its own: before Linux 5.11 rxe and siw had a link
    /// `device` to the adapter below their network interface. The file `parent` is rxe's alone, the description siw's.
    static func saysSoftware(_ base: String, at root: HostRoot) -> Bool {
        root.exists("\(base)/parent") || root.text(of: "\(base)/node_desc") == "Software iWARP stack"
    }

    /// A table may have a thousand slots, nearly all empty, and an empty slot's type cannot be read: read the value
    /// first and the rest only where there is one.
    static func gids(of port: String, at root: HostRoot) -> [GID] {
        (root.names(in: "\(port)/gids") ?? []).compactMap { Int($0) }.sorted().compactMap { index in
            guard let value = root.text(of: "\(port)/gids/\(index)").flatMap(gidBytes),
                value.contains(where: { $0 != 0 })
            else { return nil }
            return GID(
                index: index, value: value, type: root.text(of: "\(port)/gid_attrs/types/\(index)"),
                netdev: root.text(of: "\(port)/gid_attrs/ndevs/\(index)"))
        }
    }

    /// The GIDs in use of one port.
    public func gids(ofPort number: Int, at root: HostRoot) -> [GID] {
        RDMADevice.gids(of: "sys/class/infiniband/\(name)/ports/\(number)", at: root)
    }

    /// The kernel's driver, as netlink tells it and else the link of the device's place: `mlx5`, `rxe`. Netlink alone tells
    /// that of a software device.
    /// - Returns: `nil` where neither tells.
    public func driver(at root: HostRoot) -> String? {
        let netlink = RDMANetlink(at: root)
        if let index = (try? netlink.devices())?.first(where: { $0.name == name })?.index,
            let driver = (try? netlink.userDevice(ofDevice: index))?.driver
        {
            return driver
        }
        return PCIFunction(at: "sys/class/infiniband/\(name)/device", of: root)?.driver
    }

    /// The number before the colon of `4: ACTIVE`.
    static func leadingInteger(_ text: String) -> Int? { Int(text.prefix { $0 != ":" }) }

    /// The 16 bytes of `fe80:0000:0000:0000:0202:c9ff:fe00:0001`.
    public static func gidBytes(_ text: String) -> [UInt8]? {
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count == 8 else { return nil }
        var bytes: [UInt8] = []
        for group in groups {
            guard group.utf8.count == 4, group.first?.isHexDigit == true, let value = UInt16(group, radix: 16) else {
                return nil
            }
            bytes += [UInt8(value >> 8), UInt8(value & 0xff)]
        }
        return bytes
    }
}

extension RDMADevice {
    /// The network interface of a port: netlink knows best; without it sysfs tells by one of four ways.
    /// - Parameters:
    ///   - port: the port's number.
    ///   - device: the device's name.
    /// - Returns: `nil` where nothing tells it.
    public static func interface(ofPort port: Int, of device: String, at root: HostRoot) -> String? {
        let netlink = RDMANetlink(at: root)
        if let index = (try? netlink.devices())?.first(where: { $0.name == device })?.index,
            let name = (try? netlink.ports(ofDevice: index))?.first(where: { $0.number == port })?.interface
        {
            return name
        }
        return interfaceInFiles(ofPort: port, of: device, at: root)
    }

    /// The network interface of a port as far as sysfs tells it.
    public static func interfaceInFiles(ofPort port: Int, of device: String, at root: HostRoot) -> String? {
        let base = "sys/class/infiniband/\(device)"
        // A VLAN or a macvlan has entries of its own; the first is the port's.
        let attribute = root.text(of: "\(base)/ports/\(port)/gid_attrs/ndevs/0")
        if let name = attribute ?? root.text(of: "\(base)/parent"), !name.isEmpty { return name }
        let behind = root.names(in: "\(base)/device/net") ?? []
        let ports = (root.names(in: "\(base)/ports") ?? []).count
        if ports > 1,
            let name = behind.first(where: { NetworkInterface(named: $0, at: root)?.devicePort == port - 1 })
        {
            return name
        }
        if behind.count == 1, ports == 1 { return behind.first }
        // iWARP's first GID is the hardware address.
        guard root.text(of: "\(base)/node_type").flatMap(leadingInteger) == 4,
            let gid = root.text(of: "\(base)/ports/\(port)/gids/0").flatMap(gidBytes)
        else { return nil }
        let text = gid.prefix(6).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
        return NetworkInterface.names(at: root).filter {
            NetworkInterface(named: $0, at: root)?.hardwareAddress == text
        }.min()
    }

    /// How RDMA with a given source GID crosses the wire.
    public func wire(port number: Int, gid: [UInt8]?) -> Wire {
        if isIWARP { return .iWARP }
        let port = ports.first { $0.number == number }
        if port?.linkLayer == "InfiniBand" { return .infiniBand }
        let types = (port?.gids ?? []).filter { gid == nil || $0.value == gid }.compactMap(\.type)
        // The kernel keeps the same address twice, once a type, and takes v2 unless told otherwise.
        if types.contains("RoCE v2") { return .roceV2 }
        return types.contains("IB/RoCE v1") ? .roceV1 : .unknown
    }

    /// How RDMA crosses the wire.
    public enum Wire: Sendable, Hashable {
        case infiniBand, roceV1, roceV2, iWARP, unknown
    }
}
