extension ObservedHost {
    /// A function on a PCI bus.
    public struct PCIDevice: Sendable, Hashable, Codable {
        /// `0000:3b:00.0`
        public var address: String
        /// What it hangs below, the outermost first: the host bridge and the bridges between, as in
        /// `["pci0000:3a", "0000:3a:00.0"]`.
        public var ancestors: Observed<[String]>
        /// Six hexadecimal digits: class, subclass and programming interface, such as `020000`.
        public var classCode: Observed<String>
        /// Four hexadecimal digits, as the following.
        public var vendorID: Observed<String>
        public var deviceID: Observed<String>
        public var subsystemVendorID: Observed<String>
        public var subsystemDeviceID: Observed<String>
        /// The kernel's driver.
        public var driver: Observed<String>
        /// The NUMA node that it is near to.
        public var numaNode: Observed<Int>
        /// The processors that it is near to.
        public var localCPUs: Observed<NumberSet>
        /// Megatransfers a second on each lane, now.
        public var speed: Observed<UInt64>
        /// Megatransfers a second on each lane, at most.
        public var maximumSpeed: Observed<UInt64>
        /// Lanes, now.
        public var width: Observed<UInt64>
        /// Lanes, at most.
        public var maximumWidth: Observed<UInt64>
        /// The slot that it is plugged into, as the firmware calls it.
        public var slot: Observed<String>
        /// The physical function that it is a virtual function of; absent for others.
        public var physicalFunction: Observed<String>
        /// How many virtual functions it may have.
        public var maximumVirtualFunctions: Observed<UInt64>
        /// How many virtual functions it has.
        public var virtualFunctions: Observed<UInt64>

        /// A function of which nothing is known yet but its address.
        public init(address: String, unknownFrom source: FactSource) {
            self.address = address
            ancestors = .unknown(.notRead, source)
            classCode = .unknown(.notRead, source)
            vendorID = .unknown(.notRead, source)
            deviceID = .unknown(.notRead, source)
            subsystemVendorID = .unknown(.notRead, source)
            subsystemDeviceID = .unknown(.notRead, source)
            driver = .unknown(.notRead, source)
            numaNode = .unknown(.notRead, source)
            localCPUs = .unknown(.notRead, source)
            speed = .unknown(.notRead, source)
            maximumSpeed = .unknown(.notRead, source)
            width = .unknown(.notRead, source)
            maximumWidth = .unknown(.notRead, source)
            slot = .unknown(.notRead, source)
            physicalFunction = .unknown(.notRead, source)
            maximumVirtualFunctions = .unknown(.notRead, source)
            virtualFunctions = .unknown(.notRead, source)
        }

        /// The bridge that it hangs below; `nil` at a host bridge, and where that is not known.
        public var parent: String? { ancestors.value?.dropFirst().last }

        /// The host bridge that it hangs below: `pci0000:3a`.
        public var hostBridge: String? { ancestors.value?.first }

        /// Whether it is a bridge between PCI buses; `nil` where its class is not known.
        public var isBridge: Bool? { classCode.value.map { $0.hasPrefix("0604") } }

        private enum CodingKeys: String, CodingKey {
            case address, ancestors
            case classCode = "class"
            case vendorID = "vendor_id"
            case deviceID = "device_id"
            case subsystemVendorID = "subsystem_vendor_id"
            case subsystemDeviceID = "subsystem_device_id"
            case driver
            case numaNode = "numa_node"
            case localCPUs = "local_cpus"
            case speed = "speed_mega_transfers_per_second"
            case maximumSpeed = "maximum_speed_mega_transfers_per_second"
            case width = "width_lanes"
            case maximumWidth = "maximum_width_lanes"
            case slot
            case physicalFunction = "physical_function"
            case maximumVirtualFunctions = "maximum_virtual_functions"
            case virtualFunctions = "virtual_functions"
        }
    }
}
