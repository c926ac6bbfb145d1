public import ClusterCore

/// A port of a host that carries storage, with where it is.
public struct StoragePort: Sendable, Hashable {
    /// The interface, or the RDMA device where it has none.
    public var name: String
    /// Its name in findings: `host:h1/interface:eth0`.
    public var subject: ComponentIdentifier
    /// The PCI function behind it.
    public var function: Observed<String>
    public var numaNode: Observed<Int>
    /// What it carries.
    public var speed: Observed<BitRate>
    /// `nil` where it is an RDMA device without an interface that is known.
    public var interface: ObservedHost.Interface?
    /// The RDMA devices of the same port; unknown where the host's are.
    public var rdmaDevices: Observed<[ObservedHost.RDMA]>
}

extension ObservedHost {
    /// The host's name in findings: `host:h1`.
    public var identifier: ComponentIdentifier { ComponentIdentifier(rawValue: "host:\(name.value ?? "unknown")") }

    /// The ports that carry storage.
    /// - Parameter names: interfaces or RDMA devices; where they are left out, those of every RDMA adapter.
    /// - Returns: the ports, and the names of which there is none.
    public func storagePorts(named names: [String]? = nil) -> (ports: [StoragePort], missing: [String]) {
        let interfaces = networkInterfaces.elements
        let devices = rdmaDevices.elements
        guard let names else {
            let adapters = devices.filter { $0.isSoftware.value != true }
            var ports: [StoragePort] = []
            for device in adapters { ports += self.ports(of: device) }
            return (ObservedHost.distinct(ports), [])
        }
        var (ports, missing): ([StoragePort], [String]) = ([], [])
        for name in names {
            if let interface = interfaces.first(where: { $0.name == name }) {
                ports.append(port(of: interface, devices))
            } else if let device = devices.first(where: { $0.name == name }) {
                ports += self.ports(of: device)
            } else {
                missing.append(name)
            }
        }
        return (ObservedHost.distinct(ports), missing)
    }

    private static func distinct(_ ports: [StoragePort]) -> [StoragePort] {
        var seen: Set<ComponentIdentifier> = []
        return ports.filter { seen.insert($0.subject).inserted }
    }

    /// The ports of an RDMA device: its interfaces, or itself where it has none that is known.
    private func ports(of device: RDMA) -> [StoragePort] {
        let own = networkInterfaces.elements.filter { isBehind($0, device) }
        return own.isEmpty ? [port(of: device)] : own.map { port(of: $0, rdmaDevices.elements) }
    }

    /// Whether an interface and an RDMA device are one port: the port names the interface or, where it names none, both are
    /// behind the same function.
    private func isBehind(_ interface: Interface, _ device: RDMA) -> Bool {
        let named = device.ports.elements.compactMap { $0.interface.value }
        if !named.isEmpty { return named.contains(interface.name) }
        guard let address = device.pciAddress.value else { return false }
        return interface.pciAddress.value == address
    }

    private func port(of interface: Interface, _ devices: [RDMA]) -> StoragePort {
        let own = devices.filter { isBehind(interface, $0) }
        let rate = own.flatMap(\.ports.elements).first { $0.interface.value == interface.name }?.rate
        return StoragePort(
            name: interface.name, subject: identifier.appending("interface", interface.name),
            function: interface.pciAddress, numaNode: interface.numaNode,
            speed: rate.map { interface.speed.or($0) } ?? interface.speed,
            interface: interface, rdmaDevices: rdmaDevices.map { _ in own })
    }

    private func port(of device: RDMA) -> StoragePort {
        let rates = device.ports.elements.map(\.rate)
        return StoragePort(
            name: device.name, subject: identifier.appending("device", device.name), function: device.pciAddress,
            numaNode: device.numaNode, speed: rates.first ?? .unknown(.absent, .derived("ports of \(device.name)")),
            interface: nil, rdmaDevices: rdmaDevices.map { _ in [device] })
    }
}
