/// What the kernel's RDMA netlink tells of devices: of the live host, or from the answers that a captured tree holds.
///
/// An answer that cannot be had or read is an error, and so no answer is taken for "nothing there".
public struct RDMANetlink: Sendable, Hashable {
    private let root: HostRoot

    /// Where a captured tree keeps the answers, byte for byte as they came.
    public static let captureFolder = "rdmaprobe/netlink"

    public init(at root: HostRoot) { self.root = root }

    /// What can be asked. Each only reads, and needs no privilege.
    public enum Question: Sendable, Hashable {
        /// Every device.
        case devices
        /// The ports of the device with this number.
        case ports(device: UInt32)
        /// What holds for all devices.
        case system
        /// How many objects of each device exist.
        case resources
        /// The character device through which programs use the device with this number.
        case userDevice(device: UInt32)
        /// The counters of a port of the device with this number, all read at one moment.
        case statistics(device: UInt32, port: UInt32)

        /// The file that holds the answer in a captured tree.
        public var fileName: String {
            switch self {
            case .devices: "devices"
            case .ports(let device): "ports-\(device)"
            case .system: "system"
            case .resources: "resources"
            case .userDevice(let device): "user-device-\(device)"
            case .statistics(let device, let port): "statistics-\(device)-\(port)"
            }
        }

        /// `RDMA_NLDEV_CMD_…` of rdma_netlink.h.
        var command: UInt16 {
            switch self {
            case .devices: 1
            case .ports: 5
            case .system: 6
            case .resources: 9
            case .userDevice: 15
            case .statistics: 17
            }
        }

        var attributes: [UInt8] {
            switch self {
            case .devices, .system, .resources: []
            case .ports(let device): NetlinkSocket.attribute(Attribute.deviceIndex, device)
            case .userDevice(let device):
                NetlinkSocket.attribute(Attribute.userDeviceKind, "uverbs")
                    + NetlinkSocket.attribute(Attribute.deviceIndex, device)
            case .statistics(let device, let port):
                NetlinkSocket.attribute(Attribute.deviceIndex, device)
                    + NetlinkSocket.attribute(Attribute.portIndex, port)
            }
        }

        var dumps: Bool {
            switch self {
            case .devices, .ports, .resources: true
            case .system, .userDevice, .statistics: false
            }
        }
    }

    /// The bytes of an answer, not yet read.
    /// - Throws: `NetlinkError.notCaptured` where a captured tree has none, `unfinished` where it has a part; `call` where
    ///   the kernel cannot be asked.
    public func answer(to question: Question) throws(NetlinkError) -> [UInt8] {
        let file = "\(RDMANetlink.captureFolder)/\(question.fileName)"
        guard root != .live else {
            // NETLINK_RDMA is 20; a message's type is the client (RDMA_NL_NLDEV, 5) and the command.
            let bytes = try NetlinkSocket.ask(
                family: 20, type: 5 << 10 | question.command, dumps: question.dumps, attributes: question.attributes)
            if bytes.count < HostRoot.fileLimit { root.recorder?.record(.content(bytes), at: file) }
            return bytes
        }
        guard let bytes = root.bytes(of: file) else {
            throw .notCaptured
        }
        guard bytes.count < HostRoot.fileLimit else { throw .tooMany(limit: HostRoot.fileLimit) }
        // A file that was cut between two messages would look like a shorter answer.
        if question.dumps, !NetlinkSocket.isLast(bytes) {
            _ = try NetlinkMessage.messages(in: bytes)
            throw .unfinished
        }
        return bytes
    }

    /// `RDMA_NLDEV_ATTR_…` of rdma_netlink.h, which says that the numbers never change.
    enum Attribute {
        static let deviceIndex: UInt16 = 1
        static let deviceName: UInt16 = 2
        static let portIndex: UInt16 = 3
        static let firmware: UInt16 = 5
        static let portState: UInt16 = 12
        static let physicalState: UInt16 = 13
        static let nodeType: UInt16 = 14
        static let resources: UInt16 = 15
        static let resource: UInt16 = 16
        static let resourceName: UInt16 = 17
        static let resourceCount: UInt16 = 18
        static let interfaceIndex: UInt16 = 50
        static let interfaceName: UInt16 = 51
        static let namespaceMode: UInt16 = 66
        static let protocolName: UInt16 = 67
        static let userDeviceKind: UInt16 = 69
        static let userDeviceName: UInt16 = 70
        static let driverNumber: UInt16 = 73
        static let counters: UInt16 = 80
        static let counter: UInt16 = 81
        static let counterName: UInt16 = 82
        static let counterValue: UInt16 = 83
    }
}

// MARK: Answers

extension RDMANetlink {
    /// A device.
    public struct Device: Sendable, Hashable {
        /// The kernel's number for it, which later questions need.
        public var index: UInt32
        public var name: String
        /// `ib`, `iw`, `roce`, `usnic`, `opa`.
        public var protocolName: String?
        public var nodeType: Int?
        public var firmware: String?
    }

    /// A port of a device.
    public struct Port: Sendable, Hashable {
        /// Counted from 1.
        public var number: Int
        public var state: Int?
        public var physicalState: Int?
        /// The network interface behind it, also where sysfs tells of none.
        public var interface: String?
    }

    /// Every device.
    public func devices() throws(NetlinkError) -> [Device] {
        try RDMANetlink.devices(in: try answer(to: .devices))
    }

    static func devices(in bytes: [UInt8]) throws(NetlinkError) -> [Device] {
        var devices: [Device] = []
        for message in try NetlinkMessage.messages(in: bytes) {
            let attributes = try message.attributes()
            guard let index = try attributes.uint32(Attribute.deviceIndex),
                let name = try attributes.text(Attribute.deviceName)
            else { continue }
            devices.append(
                Device(
                    index: index, name: name, protocolName: try attributes.text(Attribute.protocolName),
                    nodeType: try attributes.uint8(Attribute.nodeType).map { Int($0) },
                    firmware: try attributes.text(Attribute.firmware)))
        }
        return devices
    }

    /// The ports of a device.
    public func ports(ofDevice index: UInt32) throws(NetlinkError) -> [Port] {
        try RDMANetlink.ports(in: try answer(to: .ports(device: index)))
    }

    static func ports(in bytes: [UInt8]) throws(NetlinkError) -> [Port] {
        var ports: [Port] = []
        for message in try NetlinkMessage.messages(in: bytes) {
            let attributes = try message.attributes()
            guard let number = try attributes.uint32(Attribute.portIndex) else { continue }
            ports.append(
                Port(
                    number: Int(number), state: try attributes.uint8(Attribute.portState).map { Int($0) },
                    physicalState: try attributes.uint8(Attribute.physicalState).map { Int($0) },
                    interface: try attributes.text(Attribute.interfaceName)))
        }
        return ports
    }

    /// Whether network namespaces share the devices; `nil` where the kernel is too old to say.
    public func sharesNetworkNamespaces() throws(NetlinkError) -> Bool? {
        for message in try NetlinkMessage.messages(in: try answer(to: .system)) {
            if let mode = try message.attributes().uint8(Attribute.namespaceMode) { return mode == 1 }
        }
        return nil
    }

    /// How many objects exist, by the device's number and the kernel's name of their kind: `qp`, `cq`, `mr`, `pd`, `cm_id`.
    public func objectCounts() throws(NetlinkError) -> [UInt32: [String: UInt64]] {
        try RDMANetlink.objectCounts(in: try answer(to: .resources))
    }

    static func objectCounts(in bytes: [UInt8]) throws(NetlinkError) -> [UInt32: [String: UInt64]] {
        var counts: [UInt32: [String: UInt64]] = [:]
        for message in try NetlinkMessage.messages(in: bytes) {
            let attributes = try message.attributes()
            guard let device = try attributes.uint32(Attribute.deviceIndex),
                let table = try attributes.nested(Attribute.resources)
            else { continue }
            for entry in try table.all(Attribute.resource) {
                guard let name = try entry.text(Attribute.resourceName),
                    let count = try entry.uint64(Attribute.resourceCount)
                else { continue }
                counts[device, default: [:]][name] = count
            }
        }
        return counts
    }

    /// The counters of a port by the driver's names, all read at one moment and none of them cached. Counters that an
    /// administrator turned on (`rdma statistic set … optional-counters`) are told only here.
    /// - Throws: `refused` where the driver has none.
    public func statistics(ofDevice index: UInt32, port: Int) throws(NetlinkError) -> [(name: String, value: UInt64)] {
        guard let port = UInt32(exactly: port) else { return [] }
        return try RDMANetlink.statistics(in: try answer(to: .statistics(device: index, port: port)))
    }

    static func statistics(in bytes: [UInt8]) throws(NetlinkError) -> [(name: String, value: UInt64)] {
        var counters: [(name: String, value: UInt64)] = []
        for message in try NetlinkMessage.messages(in: bytes) {
            guard let table = try message.attributes().nested(Attribute.counters) else { continue }
            for entry in try table.all(Attribute.counter) {
                guard let name = try entry.text(Attribute.counterName),
                    let value = try entry.uint64(Attribute.counterValue)
                else { continue }
                counters.append((name, value))
            }
        }
        return counters
    }

    /// The name of the file below `/dev/infiniband` through which programs use a device, and the driver behind it.
    public func userDevice(ofDevice index: UInt32) throws(NetlinkError) -> (name: String?, driver: String?) {
        for message in try NetlinkMessage.messages(in: try answer(to: .userDevice(device: index))) {
            let attributes = try message.attributes()
            guard let name = try attributes.text(Attribute.userDeviceName) else { continue }
            // The header calls it 64 bits wide; what the kernel sends has 32.
            return (name, try attributes.uint32(Attribute.driverNumber).flatMap(RDMANetlink.driverName))
        }
        return (nil, nil)
    }

    /// `enum rdma_driver_id` of ib_user_ioctl_verbs.h.
    static func driverName(_ number: UInt32) -> String? {
        let names = [
            nil, "mlx5", "mlx4", "cxgb3", "cxgb4", "mthca", "bnxt_re", "ocrdma", "nes", "irdma", "vmw_pvrdma", "qedr",
            "hns", "usnic", "rxe", "hfi1", "qib", "efa", "siw", "erdma", "mana",
        ]
        return number < UInt32(names.count) ? names[Int(number)] : nil
    }
}
