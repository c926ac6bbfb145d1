import ClusterCore
import HostTopology

/// A host and what is to be said of it: the document `clustermodel.host/1`.
///
/// What is not known is `null`; the findings of the rule `host.unknown` say why. `observed` is the whole host, each fact with its
/// source or why it is not known, so that a reader has what this was made from.
struct HostDocument: Encodable {
    static let schema = "clustermodel.host/1"

    @Explicit var name: String?
    @Explicit var kernel: String?
    let captured: Bool
    let profile: CheckDocument.Profile
    let outcome: CheckDocument.Outcome
    let requirements: CheckDocument.Counts
    let rules: [CheckDocument.Rule]
    let processors: Processors
    @Explicit var memoryBytes: UInt64?
    @Explicit var numaNodes: [Node]?
    @Explicit var packages: [Package]?
    @Explicit var pciDevices: [Function]?
    @Explicit var networkInterfaces: [Interface]?
    @Explicit var rdmaDevices: [RDMA]?
    @Explicit var blockDevices: [Drive]?
    let firmware: Firmware
    /// The ports that carry storage, as far as they were named or found.
    let storagePorts: [String]
    let findings: [Finding]
    let observed: ObservedHost

    enum CodingKeys: String, CodingKey {
        case name, kernel, captured, profile, outcome, requirements, rules, processors
        case memoryBytes = "memory_bytes"
        case numaNodes = "numa_nodes"
        case packages
        case pciDevices = "pci_devices"
        case networkInterfaces = "network_interfaces"
        case rdmaDevices = "rdma_devices"
        case blockDevices = "block_devices"
        case firmware
        case storagePorts = "storage_ports"
        case findings, observed
    }

    init(_ host: ObservedHost, _ check: HostCheck) {
        name = host.name.value
        kernel = host.kernel.value
        captured = host.isCaptured
        profile = CheckDocument.Profile(name: check.profile.name, version: check.profile.version)
        outcome = check.outcome
        requirements = check.counts
        rules = check.rules.map { rule, counts in
            CheckDocument.Rule(
                rule: rule, outcome: counts.notMet > 0 ? .notMet : counts.undetermined > 0 ? .undetermined : .met,
                requirements: counts)
        }
        processors = Processors(host.cpus)
        memoryBytes = host.memory.total.value?.bytes
        numaNodes = host.numaNodes.value?.map { Node($0) }
        packages = host.packages.value?.map { Package($0) }
        pciDevices = host.pciDevices.value?.map { Function($0) }
        networkInterfaces = host.networkInterfaces.value?.map { Interface($0) }
        rdmaDevices = host.rdmaDevices.value?.map { RDMA($0) }
        blockDevices = host.blockDevices.value?.map { Drive($0) }
        firmware = Firmware(host.firmware)
        storagePorts = check.ports.map(\.name)
        findings = check.findings
        observed = host
    }
}

extension HostDocument {
    struct Processors: Encodable {
        /// The kernel's lists, such as `0-7`.
        @Explicit var online: NumberSet?
        @Explicit var offline: NumberSet?
        @Explicit var vendor: String?
        @Explicit var model: String?

        init(_ cpus: ObservedHost.CPUs) {
            online = cpus.online.value
            offline = cpus.offline.value
            vendor = cpus.vendor.value
            model = cpus.model.value
        }
    }

    struct Node: Encodable {
        let id: Int
        @Explicit var online: Bool?
        @Explicit var cpus: NumberSet?
        @Explicit var memoryBytes: UInt64?
        @Explicit var distances: [Distance]?

        struct Distance: Encodable {
            let node: Int
            let value: Int
        }

        enum CodingKeys: String, CodingKey {
            case id, online, cpus
            case memoryBytes = "memory_bytes"
            case distances
        }

        init(_ node: ObservedHost.NUMANode) {
            id = node.number
            online = node.isOnline.value
            cpus = node.cpus.value
            memoryBytes = node.memory.value?.bytes
            distances = node.distances.value?.map { Distance(node: $0.node, value: $0.value) }
        }
    }

    struct Package: Encodable {
        @Explicit var id: Int?
        let cpus: NumberSet
        @Explicit var dies: Int?
        @Explicit var cores: [Core]?

        struct Core: Encodable {
            @Explicit var id: Int?
            let cpus: NumberSet
        }

        init(_ package: ObservedHost.Package) {
            id = package.number.value
            cpus = package.cpus
            dies = package.dies.value?.count
            cores = package.cores.value?.map { Core(id: $0.number.value, cpus: $0.cpus) }
        }
    }

    struct Function: Encodable {
        let address: String
        @Explicit var parent: String?
        @Explicit var classCode: String?
        @Explicit var vendorID: String?
        @Explicit var vendor: String?
        @Explicit var deviceID: String?
        @Explicit var driver: String?
        @Explicit var numaNode: Int?
        @Explicit var speed: UInt64?
        @Explicit var maximumSpeed: UInt64?
        @Explicit var width: UInt64?
        @Explicit var maximumWidth: UInt64?
        @Explicit var rate: UInt64?
        @Explicit var slot: String?
        @Explicit var physicalFunction: String?

        enum CodingKeys: String, CodingKey {
            case address, parent
            case classCode = "class"
            case vendorID = "vendor_id"
            case vendor
            case deviceID = "device_id"
            case driver
            case numaNode = "numa_node"
            case speed = "speed_mega_transfers_per_second"
            case maximumSpeed = "maximum_speed_mega_transfers_per_second"
            case width = "width_lanes"
            case maximumWidth = "maximum_width_lanes"
            case rate = "link_bits_per_second"
            case slot
            case physicalFunction = "physical_function"
        }

        init(_ device: ObservedHost.PCIDevice) {
            address = device.address
            parent = device.ancestors.value?.last
            classCode = device.classCode.value
            vendorID = device.vendorID.value
            vendor = device.vendorName
            deviceID = device.deviceID.value
            driver = device.driver.value
            numaNode = device.numaNode.value
            speed = device.speed.value
            maximumSpeed = device.maximumSpeed.value
            width = device.width.value
            maximumWidth = device.maximumWidth.value
            rate = PCILink.rate(megatransfers: device.speed.value, lanes: device.width.value)?.bitsPerSecond
            slot = device.slot.value
            physicalFunction = device.physicalFunction.value
        }
    }
}
