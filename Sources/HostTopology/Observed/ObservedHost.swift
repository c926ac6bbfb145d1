public import ClusterCore

/// What a host really is, as its own files tell it: a document that can be written, read again and compared.
///
/// Every fact says where it comes from, and what is not known says why. Lists are in order of numbers or names.
public struct ObservedHost: Sendable, Hashable, Codable {
    /// What the host is called.
    public var name: Observed<String>
    /// The kernel's release.
    public var kernel: Observed<String>
    /// Whether it was read from a captured tree or a document, not from the running kernel.
    public var isCaptured: Bool
    /// The processors.
    public var cpus: CPUs
    /// The packages, which are sockets, with their cores.
    public var packages: Observed<[Package]>
    /// Every cache once.
    public var caches: Observed<[Cache]>
    /// The NUMA nodes, those without processors and those without memory too.
    public var numaNodes: Observed<[NUMANode]>
    /// The memory.
    public var memory: Memory
    /// The functions on the PCI buses, bridges too.
    public var pciDevices: Observed<[PCIDevice]>
    /// The network interfaces of the reader's network namespace.
    public var networkInterfaces: Observed<[Interface]>
    /// The RDMA devices.
    public var rdmaDevices: Observed<[RDMA]>
    /// The block devices, without partitions.
    public var blockDevices: Observed<[BlockDevice]>
    /// Firmware and what it guards.
    public var firmware: Firmware
    /// The sensors of temperature that the kernel regulates by.
    public var thermalZones: Observed<[ThermalZone]>
    /// Where sources disagree.
    public var findings: [Finding]

    /// A host of which nothing is known yet.
    /// - Parameters:
    ///   - source: who is going to tell.
    ///   - isCaptured: whether it is not the running kernel.
    public init(unknownFrom source: FactSource, isCaptured: Bool) {
        self.isCaptured = isCaptured
        name = .unknown(.notRead, source)
        kernel = .unknown(.notRead, source)
        cpus = CPUs(unknownFrom: source)
        packages = .unknown(.notRead, source)
        caches = .unknown(.notRead, source)
        numaNodes = .unknown(.notRead, source)
        memory = Memory(unknownFrom: source)
        pciDevices = .unknown(.notRead, source)
        networkInterfaces = .unknown(.notRead, source)
        rdmaDevices = .unknown(.notRead, source)
        blockDevices = .unknown(.notRead, source)
        firmware = Firmware(unknownFrom: source)
        thermalZones = .unknown(.notRead, source)
        findings = []
    }

    private enum CodingKeys: String, CodingKey {
        case name, kernel
        case isCaptured = "captured"
        case cpus, packages, caches
        case numaNodes = "numa_nodes"
        case memory
        case pciDevices = "pci_devices"
        case networkInterfaces = "network_interfaces"
        case rdmaDevices = "rdma_devices"
        case blockDevices = "block_devices"
        case firmware
        case thermalZones = "thermal_zones"
        case findings
    }
}
