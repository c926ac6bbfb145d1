import ClusterCore
import HostTopology

extension HostDocument {
    struct Interface: Encodable {
        let name: String
        @Explicit var physical: Bool?
        @Explicit var hardwareAddress: String?
        @Explicit var mtu: UInt64?
        @Explicit var speed: UInt64?
        @Explicit var isUp: Bool?
        @Explicit var carrier: Bool?
        @Explicit var driver: String?
        @Explicit var pciAddress: String?
        @Explicit var numaNode: Int?

        enum CodingKeys: String, CodingKey {
            case name, physical
            case hardwareAddress = "hardware_address"
            case mtu = "mtu_bytes"
            case speed = "speed_bits_per_second"
            case isUp = "up"
            case carrier, driver
            case pciAddress = "pci_address"
            case numaNode = "numa_node"
        }

        init(_ interface: ObservedHost.Interface) {
            name = interface.name
            physical = interface.isPhysical.value
            hardwareAddress = interface.hardwareAddress.value
            mtu = interface.mtu.value?.bytes
            speed = interface.speed.value?.bitsPerSecond
            isUp = interface.isUp.value
            carrier = interface.hasCarrier.value
            driver = interface.driver.value
            pciAddress = interface.pciAddress.value
            numaNode = interface.numaNode.value
        }
    }

    struct RDMA: Encodable {
        let name: String
        @Explicit var software: Bool?
        @Explicit var firmware: String?
        @Explicit var nodeGUID: String?
        @Explicit var driver: String?
        @Explicit var pciAddress: String?
        @Explicit var numaNode: Int?
        @Explicit var ports: [Port]?

        struct Port: Encodable {
            let number: Int
            @Explicit var state: Int?
            @Explicit var linkLayer: String?
            @Explicit var rate: UInt64?
            @Explicit var interface: String?

            enum CodingKeys: String, CodingKey {
                case number, state
                case linkLayer = "link_layer"
                case rate = "rate_bits_per_second"
                case interface
            }
        }

        enum CodingKeys: String, CodingKey {
            case name, software, firmware
            case nodeGUID = "node_guid"
            case driver
            case pciAddress = "pci_address"
            case numaNode = "numa_node"
            case ports
        }

        init(_ device: ObservedHost.RDMA) {
            name = device.name
            software = device.isSoftware.value
            firmware = device.firmware.value
            nodeGUID = device.nodeGUID.value
            driver = device.driver.value
            pciAddress = device.pciAddress.value
            numaNode = device.numaNode.value
            ports = device.ports.value?.map { port in
                Port(
                    number: port.number, state: port.state.value, linkLayer: port.linkLayer.value,
                    rate: port.rate.value?.bitsPerSecond, interface: port.interface.value)
            }
        }
    }

    struct Drive: Encodable {
        let name: String
        @Explicit var physical: Bool?
        @Explicit var size: UInt64?
        @Explicit var rotational: Bool?
        @Explicit var removable: Bool?
        @Explicit var model: String?
        @Explicit var transport: String?
        @Explicit var pciAddress: String?
        @Explicit var numaNode: Int?

        enum CodingKeys: String, CodingKey {
            case name, physical
            case size = "size_bytes"
            case rotational, removable, model, transport
            case pciAddress = "pci_address"
            case numaNode = "numa_node"
        }

        init(_ drive: ObservedHost.BlockDevice) {
            name = drive.name
            physical = drive.isPhysical.value
            size = drive.size.value?.bytes
            rotational = drive.isRotational.value
            removable = drive.isRemovable.value
            model = drive.model.value
            transport = drive.transport.value
            pciAddress = drive.pciAddress.value
            numaNode = drive.numaNode.value
        }
    }

    struct Firmware: Encodable {
        @Explicit var vendor: String?
        @Explicit var product: String?
        @Explicit var biosVersion: String?
        @Explicit var biosDate: String?
        @Explicit var uefi: Bool?
        @Explicit var secureBoot: Bool?
        /// The newest major version; 0 where there is no module.
        @Explicit var tpm: Int?
        @Explicit var iommus: Int?
        @Explicit var guest: Bool?

        enum CodingKeys: String, CodingKey {
            case vendor, product
            case biosVersion = "bios_version"
            case biosDate = "bios_date"
            case uefi
            case secureBoot = "secure_boot"
            case tpm = "tpm_major_version"
            case iommus, guest
        }

        init(_ firmware: ObservedHost.Firmware) {
            vendor = firmware.vendor.value
            product = firmware.product.value
            biosVersion = firmware.biosVersion.value
            biosDate = firmware.biosDate.value
            uefi = firmware.isUEFI.value
            secureBoot = firmware.secureBoot.value
            tpm = firmware.tpms.value.flatMap { modules in
                modules.isEmpty ? 0 : modules.compactMap(\.majorVersion.value).max()
            }
            iommus = firmware.iommus.value?.count
            guest = firmware.virtualization.isGuest.value
        }
    }
}
