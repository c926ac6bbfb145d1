import ClusterCore

extension ObservedHost {
    /// Reads a topology that hwloc wrote (`lstopo --of xml`), versions 2 and 3 of its documents.
    ///
    /// Every fact names the object that tells it. What hwloc does not write is not known: drivers, carriers, the two halves of a
    /// PCI link's speed, firmware settings. In particular
    /// - processors that a control group hides from hwloc look as if they were offline, so where the machine's set is not
    ///   complete nothing is said of those;
    /// - nodes that share their processors (one of memory only beside a plain one) look alike, so whose they are is not known;
    /// - devices are placed near the smallest part of the machine that hwloc put them in; in the machine as a whole they have no
    ///   known place.
    ///
    /// - Throws: what is wrong with the document, with line and column.
    public init(hwlocXML bytes: [UInt8]) throws(HwlocXMLError) {
        let document = try HwlocDocument(bytes)
        self.init(unknownFrom: .hwloc("topology"), isCaptured: true)
        var reader = HwlocReader(document)
        try reader.walk(document.machine, HwlocReader.Place())
        reader.finish()
        readMachine(document)
        readProcessors(document, reader)
        readMemory(document, reader)
        pciDevices = .known(reader.pciDevices.sorted { $0.address < $1.address }, .hwloc("PCIDev, Bridge"))
        networkInterfaces = .known(reader.interfaces.sorted { $0.name < $1.name }, .hwloc("OSDev network"))
        rdmaDevices = .known(reader.rdmaDevices.sorted { $0.name < $1.name }, .hwloc("OSDev openfabrics"))
        blockDevices = .known(reader.blockDevices.sorted { $0.name < $1.name }, .hwloc("OSDev storage"))
    }

    private mutating func readMachine(_ document: HwlocDocument) {
        func info(_ name: String) -> Observed<String> {
            document.infos[name].map { .known($0, .hwloc("info \(name)")) } ?? .unknown(.absent, .hwloc("info \(name)"))
        }
        name = info("HostName")
        kernel = info("OSRelease")
        firmware.vendor = info("DMISysVendor")
        firmware.product = info("DMIProductName")
        firmware.board = info("DMIBoardName")
        firmware.biosVendor = info("DMIBIOSVendor")
        firmware.biosVersion = info("DMIBIOSVersion")
        firmware.biosDate = info("DMIBIOSDate")
    }

    private mutating func readProcessors(_ document: HwlocDocument, _ reader: HwlocReader) {
        let source = FactSource.hwloc("Machine")
        let shown = reader.machineCPUs
        cpus.online = shown.map { .known($0, source) } ?? .unknown(.absent, source)
        cpus.present = reader.completeCPUs.map { .known($0, source) } ?? .unknown(.absent, source)
        cpus.allowed = reader.allowedCPUs.map { .known($0, source) } ?? .unknown(.absent, source)
        // What is missing may be offline or hidden.
        cpus.offline =
            shown != nil && shown == reader.completeCPUs ? .known(NumberSet(), source) : .unknown(.notTold, source)
        cpus.vendor = reader.cpuInfo("CPUVendor", document)
        cpus.model = reader.cpuInfo("CPUModel", document)
        cpus.list = .known(reader.cpus.sorted { $0.number < $1.number }, .hwloc("PU"))
        packages = .known(reader.packages, .hwloc("Package"))
        caches = .known(reader.caches, .hwloc("Cache"))
    }

    private mutating func readMemory(_ document: HwlocDocument, _ reader: HwlocReader) {
        let nodes = reader.nodes(document)
        numaNodes = nodes.isEmpty ? .unknown(.notTold, .hwloc("NUMANode")) : .known(nodes, .hwloc("NUMANode"))
        var sum: UInt64? = 0
        for node in nodes {
            guard let bytes = node.memory.value?.bytes, let before = sum else {
                sum = nil
                break
            }
            let (next, overflow) = before.addingReportingOverflow(bytes)
            sum = overflow ? nil : next
        }
        let source = FactSource.derived("memory of all nodes")
        memory.total =
            nodes.isEmpty
            ? .unknown(.absent, source)
            : sum.map { .known(ByteCount(bytes: $0), source) }
                ?? .unknown(.notTold, source)
        memory.modules =
            reader.modules.isEmpty
            ? .unknown(.absent, .hwloc("Misc MemoryModule"))
            : .known(reader.modules, .hwloc("Misc MemoryModule"))
    }
}
