extension ObservedHost {
    /// Reads a host: the running one, or a captured tree. Changes nothing, wakes nothing, and waits for nothing but the
    /// kernel's own files.
    ///
    /// Takes time in proportion to the number of processors and of devices.
    public static func read(at root: HostRoot = .live) -> ObservedHost {
        let reader = FactReader(root: root.held())
        var host = ObservedHost(unknownFrom: .derived("nothing"), isCaptured: !reader.isLive)
        host.name = reader.text("proc/sys/kernel/hostname")
        host.kernel = reader.text("proc/sys/kernel/osrelease")
        host.numaNodes = NodeReader(facts: reader).nodes()
        let processors = ProcessorReader(facts: reader)
        host.cpus = processors.cpus(nodes: host.numaNodes)
        host.packages = PackageGrouping.packages(of: host.cpus.list)
        host.caches = processors.caches(of: host.cpus)
        host.memory = MemoryReader(facts: reader).memory()
        let devices = PCIReader(facts: reader)
        host.pciDevices = devices.devices()
        host.networkInterfaces = InterfaceReader(facts: reader).interfaces()
        host.rdmaDevices = RDMAReader(facts: reader).devices()
        host.blockDevices = BlockReader(facts: reader).devices()
        host.firmware = FirmwareReader(facts: reader).firmware(flags: host.cpus.flags)
        host.thermalZones = FirmwareReader(facts: reader).thermalZones()
        if reader.isLive { host.compare(with: LibNUMA.read(nodes: host.numaNodes)) }
        return host
    }
}
