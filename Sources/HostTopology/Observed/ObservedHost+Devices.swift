public import ClusterCore

extension ObservedHost {
    /// A network interface.
    public struct Interface: Sendable, Hashable, Codable {
        public var name: String
        /// Whether hardware, or what a hypervisor shows as hardware, stands behind it: not for `lo`, bridges and VLANs.
        public var isPhysical: Observed<Bool>
        /// The number that the kernel gives it.
        public var index: Observed<Int>
        /// What kind of address it has, as `if_arp.h` numbers them: 1 is Ethernet, 32 InfiniBand, 772 the loopback.
        public var hardwareType: Observed<Int>
        public var hardwareAddress: Observed<String>
        /// The largest packet.
        public var mtu: Observed<ByteCount>
        /// The speed of the link.
        public var speed: Observed<BitRate>
        /// `full`, `half`.
        public var duplex: Observed<String>
        /// Whether it is set up.
        public var isUp: Observed<Bool>
        /// Whether there is a signal on the wire. An interface that is not set up does not tell.
        public var hasCarrier: Observed<Bool>
        /// `up`, `down`, `lowerlayerdown`.
        public var operationalState: Observed<String>
        /// The kernel's driver.
        public var driver: Observed<String>
        /// The PCI function behind it.
        public var pciAddress: Observed<String>
        /// The NUMA node that it is near to.
        public var numaNode: Observed<Int>
        /// The port of an adapter with several behind one function, counted from 0.
        public var devicePort: Observed<Int>

        /// An interface of which nothing is known yet but its name.
        public init(name: String, unknownFrom source: FactSource) {
            self.name = name
            isPhysical = .unknown(.notRead, source)
            index = .unknown(.notRead, source)
            hardwareType = .unknown(.notRead, source)
            hardwareAddress = .unknown(.notRead, source)
            mtu = .unknown(.notRead, source)
            speed = .unknown(.notRead, source)
            duplex = .unknown(.notRead, source)
            isUp = .unknown(.notRead, source)
            hasCarrier = .unknown(.notRead, source)
            operationalState = .unknown(.notRead, source)
            driver = .unknown(.notRead, source)
            pciAddress = .unknown(.notRead, source)
            numaNode = .unknown(.notRead, source)
            devicePort = .unknown(.notRead, source)
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case isPhysical = "physical"
            case index
            case hardwareType = "hardware_type"
            case hardwareAddress = "hardware_address"
            case mtu = "mtu_bytes"
            case speed = "speed_bits_per_second"
            case duplex
            case isUp = "up"
            case hasCarrier = "carrier"
            case operationalState = "operational_state"
            case driver
            case pciAddress = "pci_address"
            case numaNode = "numa_node"
            case devicePort = "device_port"
        }
    }

    /// An RDMA device.
    public struct RDMA: Sendable, Hashable, Codable {
        public var name: String
        /// 1 is a channel adapter, 4 an iWARP adapter.
        public var nodeType: Observed<Int>
        /// Whether no hardware stands behind it (rxe, siw).
        public var isSoftware: Observed<Bool>
        /// The version of its firmware.
        public var firmware: Observed<String>
        /// `0002:c903:0010:e4a2`; four words of 16 bits.
        public var nodeGUID: Observed<String>
        /// The kernel's driver.
        public var driver: Observed<String>
        /// The PCI function behind it.
        public var pciAddress: Observed<String>
        /// The NUMA node that it is near to: its own, or that of a software device's interface.
        public var numaNode: Observed<Int>
        /// Its ports, in order of their numbers.
        public var ports: Observed<[RDMAPort]>

        /// A device of which nothing is known yet but its name.
        public init(name: String, unknownFrom source: FactSource) {
            self.name = name
            nodeType = .unknown(.notRead, source)
            isSoftware = .unknown(.notRead, source)
            firmware = .unknown(.notRead, source)
            nodeGUID = .unknown(.notRead, source)
            driver = .unknown(.notRead, source)
            pciAddress = .unknown(.notRead, source)
            numaNode = .unknown(.notRead, source)
            ports = .unknown(.notRead, source)
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case nodeType = "node_type"
            case isSoftware = "software"
            case firmware
            case nodeGUID = "node_guid"
            case driver
            case pciAddress = "pci_address"
            case numaNode = "numa_node"
            case ports
        }
    }

    /// A port of an RDMA device.
    public struct RDMAPort: Sendable, Hashable, Codable {
        /// Counted from 1.
        public var number: Int
        /// 1 is down, 4 active.
        public var state: Observed<Int>
        /// `InfiniBand` or `Ethernet`.
        public var linkLayer: Observed<String>
        /// What the port says of its speed. Speeds that the kernel has no name for are told as too low.
        public var rate: Observed<BitRate>
        /// The address in its subnet; 0 on Ethernet.
        public var localIdentifier: Observed<Int>
        /// Its network interface.
        public var interface: Observed<String>

        private enum CodingKeys: String, CodingKey {
            case number, state
            case linkLayer = "link_layer"
            case rate = "rate_bits_per_second"
            case localIdentifier = "lid"
            case interface
        }
    }

    /// A block device.
    public struct BlockDevice: Sendable, Hashable, Codable {
        public var name: String
        /// Whether hardware, or what a hypervisor shows as hardware, stands behind it: not for `loop0`, `dm-0`, `md0`.
        public var isPhysical: Observed<Bool>
        public var size: Observed<ByteCount>
        /// Whether a disk turns.
        public var isRotational: Observed<Bool>
        public var isRemovable: Observed<Bool>
        /// Whether writing is refused.
        public var isReadOnly: Observed<Bool>
        public var model: Observed<String>
        public var vendor: Observed<String>
        /// What a program may write at once: 512 or 4096.
        public var logicalBlock: Observed<ByteCount>
        /// What the device writes at once.
        public var physicalBlock: Observed<ByteCount>
        /// How many requests wait for it at most.
        public var queueDepth: Observed<UInt64>
        /// How it is connected: `nvme`, `ata`, `scsi`, `usb`, `virtio`, `mmc`.
        public var transport: Observed<String>
        /// The PCI function that it is behind.
        public var pciAddress: Observed<String>
        /// The NUMA node that it is near to.
        public var numaNode: Observed<Int>

        /// A device of which nothing is known yet but its name.
        public init(name: String, unknownFrom source: FactSource) {
            self.name = name
            isPhysical = .unknown(.notRead, source)
            size = .unknown(.notRead, source)
            isRotational = .unknown(.notRead, source)
            isRemovable = .unknown(.notRead, source)
            isReadOnly = .unknown(.notRead, source)
            model = .unknown(.notRead, source)
            vendor = .unknown(.notRead, source)
            logicalBlock = .unknown(.notRead, source)
            physicalBlock = .unknown(.notRead, source)
            queueDepth = .unknown(.notRead, source)
            transport = .unknown(.notRead, source)
            pciAddress = .unknown(.notRead, source)
            numaNode = .unknown(.notRead, source)
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case isPhysical = "physical"
            case size = "size_bytes"
            case isRotational = "rotational"
            case isRemovable = "removable"
            case isReadOnly = "read_only"
            case model, vendor
            case logicalBlock = "logical_block_bytes"
            case physicalBlock = "physical_block_bytes"
            case queueDepth = "queue_depth"
            case transport
            case pciAddress = "pci_address"
            case numaNode = "numa_node"
        }
    }
}
