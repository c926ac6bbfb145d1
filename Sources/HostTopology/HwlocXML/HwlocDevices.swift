import ClusterCore

/// The PCI functions of a host below the parts of the machine that they are near to.
struct HwlocDevices {
    /// A bridge or a function with what is below it.
    struct Device {
        enum Kind {
            /// With the domain and the buses below it.
            case hostBridge(String)
            case bridge(ObservedHost.PCIDevice, String)
            case function(ObservedHost.PCIDevice)
        }

        var kind: Kind
        var depth: Int
        var inner: [Device] = []

        var pci: ObservedHost.PCIDevice? {
            switch kind {
            case .hostBridge: nil
            case .bridge(let pci, _), .function(let pci): pci
            }
        }
    }

    /// What is attached to each part, by the part's number.
    private(set) var atPart: [Int: [Device]] = [:]
    private(set) var interfaces: [String: [ObservedHost.Interface]] = [:]
    private(set) var rdmaDevices: [String: [ObservedHost.RDMA]] = [:]
    private(set) var blockDevices: [String: [ObservedHost.BlockDevice]] = [:]

    /// Bridges within bridges that are written; a tree of the kernel's is never as deep.
    private static let depthLimit = 32

    init() {}

    /// - Parameter tree: `nil` where no processors are known; then all is near to the machine as a whole.
    init(_ host: ObservedHost, _ tree: HwlocTree? = nil) {
        for interface in host.networkInterfaces.elements {
            if let address = interface.pciAddress.value { interfaces[address, default: []].append(interface) }
        }
        for device in host.rdmaDevices.elements {
            if let address = device.pciAddress.value { rdmaDevices[address, default: []].append(device) }
        }
        for device in host.blockDevices.elements {
            if let address = device.pciAddress.value { blockDevices[address, default: []].append(device) }
        }
        var below: [String: [ObservedHost.PCIDevice]] = [:]
        var hostBridges: [String] = []
        var loose: [ObservedHost.PCIDevice] = []
        let known = Set(host.pciDevices.elements.map(\.address))
        for device in host.pciDevices.elements {
            guard let bridges = device.ancestors.value, let top = bridges.first, let parent = bridges.last,
                bridges.count <= HwlocDevices.depthLimit, parent != device.address,
                bridges.count == 1 || known.contains(parent)
            else {
                loose.append(device)
                continue
            }
            if bridges.count == 1, below[top] == nil { hostBridges.append(top) }
            below[parent, default: []].append(device)
        }
        for name in hostBridges {
            // `pci0000:3a` is domain and first bus.
            let words = name.dropFirst(3).split(separator: ":")
            guard name.hasPrefix("pci"), words.count == 2, let first = UInt8(words[1], radix: 16) else {
                loose += below[name] ?? []
                continue
            }
            var buses: Set<UInt8> = [first]
            let inner = (below[name] ?? []).map { HwlocDevices.device($0, below, depth: 1, &buses) }
            let range = HwlocDevices.range(String(words[0]), buses)
            let nodes = Set(HwlocDevices.nodes(of: inner))
            // A bridge whose devices tell different nodes is nobody's.
            let part = nodes.count == 1 ? nodes.first.flatMap { tree?.partOfNode[$0] } ?? 0 : 0
            atPart[part, default: []].append(Device(kind: .hostBridge(range), depth: 0, inner: inner))
        }
        for device in loose {
            let part = device.numaNode.value.flatMap { tree?.partOfNode[$0] } ?? 0
            atPart[part, default: []].append(Device(kind: .function(device), depth: 0))
        }
    }

    /// What devices and those below them tell of nodes; many functions of the chipset tell nothing.
    private static func nodes(of devices: [Device]) -> [Int] {
        devices.flatMap { ($0.pci?.numaNode.value).map { [$0] } ?? nodes(of: $0.inner) }
    }

    private static func device(
        _ device: ObservedHost.PCIDevice, _ below: [String: [ObservedHost.PCIDevice]], depth: Int,
        _ buses: inout Set<UInt8>
    ) -> Device {
        if let bus = bus(of: device.address) { buses.insert(bus) }
        let children = below[device.address] ?? []
        guard !children.isEmpty, depth < depthLimit else { return Device(kind: .function(device), depth: depth) }
        var own: Set<UInt8> = []
        let inner = children.map { HwlocDevices.device($0, below, depth: depth + 1, &own) }
        buses.formUnion(own)
        let domain = String(device.address.prefix { $0 != ":" })
        return Device(kind: .bridge(device, range(domain, own)), depth: depth, inner: inner)
    }

    private static func bus(of address: String) -> UInt8? {
        let words = address.split(separator: ":")
        return words.count == 3 ? UInt8(words[1], radix: 16) : nil
    }

    /// `0000:[01-04]`
    private static func range(_ domain: String, _ buses: Set<UInt8>) -> String {
        func digits(_ bus: UInt8?) -> String {
            let text = String(bus ?? 0, radix: 16)
            return text.utf8.count < 2 ? "0" + text : text
        }
        return "\(domain):[\(digits(buses.min()))-\(digits(buses.max()))]"
    }

    /// The attributes of a function: hwloc needs each, so what is not known is its own sign for that, zeros.
    static func attributes(of pci: ObservedHost.PCIDevice) -> [(String, String)] {
        let code = String((pci.classCode.value ?? "0000").prefix(4))
        func id(_ fact: Observed<String>) -> String { fact.value ?? "0000" }
        let type =
            "\(code) [\(id(pci.vendorID)):\(id(pci.deviceID))] [\(id(pci.subsystemVendorID)):\(id(pci.subsystemDeviceID))] 00"
        return [
            ("pci_busid", pci.address), ("pci_type", type), ("pci_link_speed", linkSpeed(pci)),
        ]
    }

    /// Gigabytes a second as hwloc writes them, `7.876923`; zero where speed or width is not known.
    private static func linkSpeed(_ pci: ObservedHost.PCIDevice) -> String {
        guard let rate = PCILink.rate(megatransfers: pci.speed.value, lanes: pci.width.value) else { return "0.000000" }
        // Kilobytes are exact enough for six digits.
        let kilobytes = rate.bitsPerSecond / 8000
        let fraction = String(kilobytes % 1_000_000)
        return "\(kilobytes / 1_000_000)." + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
    }
}
