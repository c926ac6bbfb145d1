public import ClusterCore

/// The RDMA devices of a host, with all that decides how they can be used: the document `rdmaprobe.devices/1`.
///
/// As a document it has the key `schema` besides, which whoever writes it puts first; every key is described in
/// `Docs/Schemas/rdmaprobe.devices-1.schema.json`. What is not known is `null`, and a finding says why.
public struct DeviceInventory: Sendable, Hashable, Codable {
    /// The program that wrote the document.
    public var tool: ProbeReport.Tool
    /// What holds for all devices.
    public var host: InventoryHost
    /// In order of their names; `nil` where the kernel has no RDMA, or is not asked.
    @Explicit public var devices: [InventoryDevice]?
    /// What was found out, the gravest first.
    public var findings: [Finding]

    /// The name and major version of the document.
    public static let schema = "rdmaprobe.devices/1"

    public init(
        tool: ProbeReport.Tool, host: InventoryHost, devices: [InventoryDevice]?, findings: [Finding] = []
    ) {
        self.tool = tool
        self.host = host
        self.devices = devices
        self.findings = findings
    }
}

/// What holds for all RDMA devices of a host.
public struct InventoryHost: Sendable, Hashable, Codable {
    /// The host's name.
    @Explicit public var name: String?
    /// The kernel's release, as `uname -r` says it.
    @Explicit public var kernel: String?
    /// Whether this was read from a captured tree.
    public var captured: Bool
    /// Whether network namespaces share the devices (`shared`) or each has its own (`exclusive`).
    @Explicit public var networkNamespaceMode: NetworkNamespaceMode?
    /// The limit of locked memory of the reading process in bytes; `nil` where there is none or it is not known.
    @Explicit public var memlockLimitBytes: UInt64?
    /// Whether there is no limit of locked memory.
    @Explicit public var memlockUnlimited: Bool?

    /// How RDMA devices and network namespaces go together.
    public enum NetworkNamespaceMode: String, Sendable, Hashable, Codable {
        case exclusive, shared
    }

    private enum CodingKeys: String, CodingKey {
        case name, kernel, captured
        case networkNamespaceMode = "network_namespace_mode"
        case memlockLimitBytes = "memlock_limit_bytes"
        case memlockUnlimited = "memlock_unlimited"
    }

    public init(
        name: String? = nil, kernel: String? = nil, captured: Bool = false,
        networkNamespaceMode: NetworkNamespaceMode? = nil, memlockLimitBytes: UInt64? = nil,
        memlockUnlimited: Bool? = nil
    ) {
        self.name = name
        self.kernel = kernel
        self.captured = captured
        self.networkNamespaceMode = networkNamespaceMode
        self.memlockLimitBytes = memlockLimitBytes
        self.memlockUnlimited = memlockUnlimited
    }
}

/// An RDMA device.
public struct InventoryDevice: Sendable, Hashable, Codable {
    public var name: String
    /// Whether no hardware stands behind it (rxe, siw); `nil` where a captured tree does not tell.
    @Explicit public var software: Bool?
    /// The kernel's driver: `mlx5_core`, `bnxt_re`, `rxe`.
    @Explicit public var driver: String?
    /// What kind of node it is: `channel_adapter`, `rnic`, `switch`, `router`, `usnic`, `unspecified`.
    @Explicit public var nodeType: String?
    /// The version of its firmware.
    @Explicit public var firmware: String?
    /// The kind of adapter as its driver calls it: `MT4123`.
    @Explicit public var adapterType: String?
    /// The board as its driver calls it: `MT_0000000224`, the key under which firmware is published.
    @Explicit public var board: String?
    /// What the administrator calls it; `node_desc`.
    @Explicit public var description: String?
    @Explicit public var nodeGUID: String?
    @Explicit public var systemImageGUID: String?
    /// The file through which programs use it: `/dev/infiniband/uverbs0`.
    @Explicit public var node: String?
    /// Where it sits; `nil` for software.
    @Explicit public var pci: PCIPlace?
    /// The NUMA node that it is near to; `nil` where the firmware does not tell.
    @Explicit public var numaNode: Int?
    /// The processors that are near to it, as the kernel lists them: `0-15,32-47`.
    @Explicit public var localCPUs: String?
    /// How much of each kind of object it can hold.
    @Explicit public var limits: DeviceLimits?
    /// How many objects exist now, of all processes and of the kernel.
    @Explicit public var inUse: DeviceObjects?
    public var ports: [InventoryPort]

    private enum CodingKeys: String, CodingKey {
        case name, software, driver, firmware, board, description, node, pci, limits, ports
        case nodeType = "node_type"
        case adapterType = "adapter_type"
        case nodeGUID = "node_guid"
        case systemImageGUID = "system_image_guid"
        case numaNode = "numa_node"
        case localCPUs = "local_cpus"
        case inUse = "in_use"
    }

    public init(name: String, software: Bool?, ports: [InventoryPort] = []) {
        self.name = name
        self.software = software
        self.ports = ports
    }
}

/// A device's place on the PCI bus, and how it is linked there.
public struct PCIPlace: Sendable, Hashable, Codable {
    /// `0000:3b:00.0`
    @Explicit public var address: String?
    /// The numbers of vendor and device, four hexadecimal digits each.
    @Explicit public var vendorID: String?
    @Explicit public var deviceID: String?
    @Explicit public var subsystemVendorID: String?
    @Explicit public var subsystemDeviceID: String?
    /// The vendor's name, where it is one that makes RDMA adapters.
    @Explicit public var vendor: String?
    /// Megatransfers a second on each lane: 16000 for PCIe 4.0.
    @Explicit public var speed: UInt64?
    @Explicit public var maximumSpeed: UInt64?
    /// Lanes.
    @Explicit public var width: UInt64?
    @Explicit public var maximumWidth: UInt64?

    private enum CodingKeys: String, CodingKey {
        case address, vendor
        case vendorID = "vendor_id"
        case deviceID = "device_id"
        case subsystemVendorID = "subsystem_vendor_id"
        case subsystemDeviceID = "subsystem_device_id"
        case speed = "speed_megatransfers_per_second"
        case maximumSpeed = "maximum_speed_megatransfers_per_second"
        case width = "width_lanes"
        case maximumWidth = "maximum_width_lanes"
    }

    public init(address: String? = nil) { self.address = address }

    /// Whether the link runs below what the device can do; `nil` where that is not known.
    ///
    /// Either figure below its maximum is enough for that; that neither is must be known of both.
    public var isBelowMaximum: Bool? {
        func isBelow(_ now: UInt64?, _ most: UInt64?) -> Bool? {
            guard let now, let most else { return nil }
            return now < most
        }
        let (isSlower, isNarrower) = (isBelow(speed, maximumSpeed), isBelow(width, maximumWidth))
        if isSlower == true || isNarrower == true { return true }
        return isSlower == nil || isNarrower == nil ? nil : false
    }

    /// The vendor's name for a PCI vendor number, where it is one that makes RDMA adapters.
    public static func vendorName(_ vendorID: String) -> String? {
        switch vendorID.lowercased() {
        case "15b3": "NVIDIA Mellanox"
        case "14e4": "Broadcom"
        case "8086": "Intel"
        case "1d0f": "Amazon"
        case "1077": "Marvell QLogic"
        case "1425": "Chelsio"
        case "19e5": "Huawei"
        case "1414": "Microsoft"
        case "1137": "Cisco"
        case "15ad": "VMware"
        case "1ded": "Alibaba"
        default: nil
        }
    }
}

/// How much a device can hold, by its own word.
public struct DeviceLimits: Sendable, Hashable, Codable {
    public var queuePairs: Int
    public var workRequests: Int
    public var scatterGatherEntries: Int
    public var completionQueues: Int
    public var completionQueueEntries: Int
    public var memoryRegions: Int
    public var memoryRegionBytes: UInt64
    public var protectionDomains: Int
    /// Reads that a queue pair may have outstanding as responder and as initiator.
    public var readsAsResponder: Int
    public var readsAsInitiator: Int

    private enum CodingKeys: String, CodingKey {
        case queuePairs = "queue_pairs"
        case workRequests = "work_requests_per_queue"
        case scatterGatherEntries = "scatter_gather_entries"
        case completionQueues = "completion_queues"
        case completionQueueEntries = "completion_queue_entries"
        case memoryRegions = "memory_regions"
        case memoryRegionBytes = "memory_region_bytes"
        case protectionDomains = "protection_domains"
        case readsAsResponder = "reads_as_responder"
        case readsAsInitiator = "reads_as_initiator"
    }

    public init(
        queuePairs: Int, workRequests: Int, scatterGatherEntries: Int, completionQueues: Int,
        completionQueueEntries: Int, memoryRegions: Int, memoryRegionBytes: UInt64, protectionDomains: Int,
        readsAsResponder: Int, readsAsInitiator: Int
    ) {
        self.queuePairs = queuePairs
        self.workRequests = workRequests
        self.scatterGatherEntries = scatterGatherEntries
        self.completionQueues = completionQueues
        self.completionQueueEntries = completionQueueEntries
        self.memoryRegions = memoryRegions
        self.memoryRegionBytes = memoryRegionBytes
        self.protectionDomains = protectionDomains
        self.readsAsResponder = readsAsResponder
        self.readsAsInitiator = readsAsInitiator
    }
}

/// How many objects of a device exist, of all processes and of the kernel.
public struct DeviceObjects: Sendable, Hashable, Codable {
    @Explicit public var queuePairs: UInt64?
    @Explicit public var completionQueues: UInt64?
    @Explicit public var memoryRegions: UInt64?
    @Explicit public var protectionDomains: UInt64?
    @Explicit public var connections: UInt64?

    private enum CodingKeys: String, CodingKey {
        case queuePairs = "queue_pairs"
        case completionQueues = "completion_queues"
        case memoryRegions = "memory_regions"
        case protectionDomains = "protection_domains"
        case connections
    }

    public init(
        queuePairs: UInt64? = nil, completionQueues: UInt64? = nil, memoryRegions: UInt64? = nil,
        protectionDomains: UInt64? = nil, connections: UInt64? = nil
    ) {
        self.queuePairs = queuePairs
        self.completionQueues = completionQueues
        self.memoryRegions = memoryRegions
        self.protectionDomains = protectionDomains
        self.connections = connections
    }
}
