import ClusterCore

/// Bridges, PCI functions and what the kernel made of them.
extension HwlocReader {
    mutating func readBridge(_ object: XMLElement, _ place: inout Place) throws(HwlocXMLError) {
        guard object.attribute("pci_busid") != nil else {
            // A host bridge: `0000:[00-06]` is domain and buses.
            let buses = object.attribute("bridge_pci") ?? ""
            let parts = buses.split(whereSeparator: { ":[-]".contains($0) })
            guard let domain = parts.first, parts.count == 3 else {
                throw HwlocDocument.error(object, "bridge_pci=\"\(buses.prefix(64))\" is no domain with its buses")
            }
            place.bridges = ["pci\(domain):\(parts[1])"]
            return
        }
        try readFunction(object, &place)
        if let address = place.pciAddress { place.bridges.append(address) }
        place.pciAddress = nil
    }

    mutating func readFunction(_ object: XMLElement, _ place: inout Place) throws(HwlocXMLError) {
        let address = object.attribute("pci_busid") ?? ""
        guard PCIFunction.isAddress(address) else {
            throw HwlocDocument.error(object, "pci_busid=\"\(address.prefix(64))\" is no address such as 0000:3b:00.0")
        }
        guard pciDevices.count < 65_536 else {
            throw HwlocDocument.error(object, "there are more than 65536 PCI functions")
        }
        let source = FactSource.hwloc("PCI \(address)")
        var device = ObservedHost.PCIDevice(address: address, unknownFrom: source)
        device.ancestors = place.bridges.isEmpty ? .unknown(.absent, source) : .known(place.bridges, source)
        readIdentity(object, &device, source)
        device.slot = HwlocReader.fact(HwlocDocument.infos(of: object)["PCISlot"], "info PCISlot")
        // The machine as a whole is no place.
        device.localCPUs = place.near.map { .known($0, source) } ?? .unknown(.notTold, source)
        device.numaNode = .unknown(.notTold, source)
        for unsaid in [\ObservedHost.PCIDevice.speed, \.maximumSpeed, \.width, \.maximumWidth] {
            device[keyPath: unsaid] = .unknown(.notTold, source)
        }
        place.pciAddress = address
        pciDevices.append(device)
    }

    /// `0604 [8086:3c02] [0000:0000] 07 00`: class, vendor and device, those of the subsystem, revision, and in version 3 the
    /// programming interface.
    private func readIdentity(_ object: XMLElement, _ device: inout ObservedHost.PCIDevice, _ source: FactSource) {
        let words = (object.attribute("pci_type") ?? "").split(whereSeparator: { " [:]".contains($0) }).map(String.init)
        func digits(_ index: Int) -> Observed<String> {
            guard index < words.count else { return .unknown(.absent, source) }
            let isNumber = words[index].utf8.count == 4 && words[index].allSatisfy { $0.isASCII && $0.isHexDigit }
            return isNumber ? .known(words[index].lowercased(), source) : .unknown(.malformed, source)
        }
        device.classCode = digits(0)
        if case .known(let code, _) = device.classCode, words.count > 6, words[6].utf8.count == 2 {
            device.classCode = .known(code + words[6].lowercased(), source)
        }
        device.vendorID = digits(1)
        device.deviceID = digits(2)
        device.subsystemVendorID = digits(3)
        device.subsystemDeviceID = digits(4)
    }

    mutating func readDevice(_ object: XMLElement, _ place: Place) throws(HwlocXMLError) {
        guard let name = object.attribute("name"), !name.isEmpty,
            let type = try HwlocDocument.number(object, "osdev_type")
        else { return }
        let infos = HwlocDocument.infos(of: object)
        let source = FactSource.hwloc("OSDev \(name)")
        let address: Observed<String> =
            place.pciAddress.map { .known($0, source) } ?? .unknown(.absent, source)
        // Version 2 numbers the types, version 3 has a bit for each: storage 1, memory 2, network 16, RDMA 32.
        let (isBlock, isNetwork, isRDMA) =
            isVersion3
            ? (type & 3 == 1, type & 48 == 16, type & 32 != 0) : (type == 0, type == 2, type == 3)
        if isBlock {
            var device = ObservedHost.BlockDevice(name: name, unknownFrom: source)
            device.isPhysical = place.pciAddress == nil ? .unknown(.notTold, source) : .known(true, source)
            device.size = HwlocReader.fact(infos["Size"], "info Size").map { HwlocReader.bytes($0) }
            device.logicalBlock = HwlocReader.fact(infos["SectorSize"], "info SectorSize").map { text in
                UInt64(text).map { ByteCount(bytes: $0) }
            }
            device.model = HwlocReader.fact(infos["Model"], "info Model")
            device.vendor = HwlocReader.fact(infos["Vendor"], "info Vendor")
            (device.pciAddress, device.numaNode) = (address, .unknown(.notTold, source))
            blockDevices.append(device)
        }
        if isNetwork {
            var interface = ObservedHost.Interface(name: name, unknownFrom: source)
            interface.isPhysical = place.pciAddress == nil ? .unknown(.notTold, source) : .known(true, source)
            interface.hardwareAddress = HwlocReader.fact(infos["Address"], "info Address")
            (interface.pciAddress, interface.numaNode) = (address, .unknown(.notTold, source))
            interfaces.append(interface)
        }
        if isRDMA {
            var device = ObservedHost.RDMA(name: name, unknownFrom: source)
            device.isSoftware = place.pciAddress == nil ? .unknown(.notTold, source) : .known(false, source)
            device.nodeGUID = HwlocReader.fact(infos["NodeGUID"], "info NodeGUID")
            (device.pciAddress, device.numaNode) = (address, .unknown(.notTold, source))
            device.ports = ports(infos, source)
            rdmaDevices.append(device)
        }
    }

    private func ports(_ infos: [String: String], _ source: FactSource) -> Observed<[ObservedHost.RDMAPort]> {
        let numbers = infos.keys.compactMap { name -> Int? in
            guard name.hasPrefix("Port"), name.hasSuffix("State") else { return nil }
            return Int(name.dropFirst(4).dropLast(5)).flatMap { (1...255).contains($0) ? $0 : nil }
        }.sorted()
        guard !numbers.isEmpty else { return .unknown(.absent, source) }
        return .known(
            numbers.map { number in
                .init(
                    number: number,
                    state: HwlocReader.fact(infos["Port\(number)State"], "info Port\(number)State").map { Int($0) },
                    linkLayer: .unknown(.notTold, source), rate: .unknown(.notTold, source),
                    localIdentifier: HwlocReader.fact(infos["Port\(number)LID"], "info Port\(number)LID").map { text in
                        text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
                    }, interface: .unknown(.notTold, source))
            }, source)
    }
}
