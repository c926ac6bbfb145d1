import ClusterCore
public import HostTopology
import RDMAModel
import Verbs

/// An address of this host bound to the RDMA device that the connection manager takes for it.
///
/// Only the connection manager's own answer counts: with two devices on one interface it takes the one that it likes,
/// whatever was asked for. While the binding lives, the device stays open, so that memory can be registered before
/// there is a connection.
final class AddressBinding: Sendable {
    let channelAndID: CommunicationID
    let deviceName: String
    let devicePort: Int

    /// - Throws: `ENODEV` where no RDMA device has the address; `ENOENT` where the connection manager's node may not be
    ///   opened or is absent.
    init(_ address: SocketAddress) throws(VerbsError) {
        let channel = try EventChannel()
        let id = try CommunicationID(on: channel)
        var free = address
        free.port = 0
        try id.bind(to: free.bytes)
        guard let name = id.deviceName else {
            throw VerbsError(call: "rdma_bind_addr", code: ErrorNumber.noDevice.rawValue, subject: "\(address.address)")
        }
        deviceName = name
        devicePort = id.devicePort
        channelAndID = id
    }

    /// What a plan asks for that the device does not have, in words; `nil` where it has everything.
    func lack(for plan: ProbePlan) throws(VerbsError) -> String? {
        // iWARP has neither atomic operations (RFC 5040) nor datagrams, so its devices are not asked.
        let isIWARP = channelAndID.isIWARP == true
        if plan.operations.contains(.compareAndSwap) {
            guard !isIWARP, try channelAndID.offersAtomics() else {
                return "\(Operation.compareAndSwap.rawValue) is not offered by this device: it has no atomic operations"
            }
        }
        guard let largest = plan.datagrams?.sizesBytes.max() else { return nil }
        guard !isIWARP else { return "datagrams are not offered by this device: iWARP has none" }
        let mtu = try channelAndID.queryPort().activeMTUBytes
        return largest > mtu ? "a datagram of \(largest) bytes: one is a packet, and the RDMA MTU is \(mtu)" : nil
    }

    /// The network interface of the address.
    var netdev: String? {
        let local = SocketAddress(bytes: channelAndID.localAddressBytes)?.address
        return ThisHost.interfaces.first { $0.address == local }?.interface
    }

    /// What the report says of the device.
    func account(at root: HostRoot = ThisHost.root) -> DeviceAccount {
        let devices = RDMADevice.all(at: root, readsGIDs: false) ?? []
        let device = devices.first { $0.name == deviceName }
        let local = SocketAddress(bytes: channelAndID.localAddressBytes)?.address
        let netdev = self.netdev
        let gid = channelAndID.sourceGID ?? local.map(AddressBinding.mappedGID)
        let attributes = try? channelAndID.queryPort()
        return DeviceAccount(
            name: deviceName, port: devicePort, transport: transport(of: device, gid: gid),
            software: device?.isSoftware ?? false, netdev: netdev, driver: device?.driver(at: root),
            firmware: device?.firmware, rate: rate(of: device, netdev: netdev, at: root),
            activeMTUBytes: channelAndID.isIWARP == true ? nil : attributes?.activeMTUBytes,
            netdevMTUBytes: netdev.flatMap { root.integer(of: "sys/class/net/\($0)/mtu") }.flatMap {
                UInt64(exactly: $0)
            },
            gid: gid.flatMap { IPAddress(bytes: $0)?.description })
    }

    private func rate(of device: RDMADevice?, netdev: String?, at root: HostRoot) -> UInt64? {
        InventoryPort.rate(
            text: root.text(of: "sys/class/infiniband/\(deviceName)/ports/\(devicePort)/rate"),
            linkLayer: device?.ports.first { $0.number == devicePort }?.linkLayer,
            netdevBitsPerSecond: netdev.flatMap { NetworkInterface(named: $0, at: root)?.bitsPerSecond })
    }

    private func transport(of device: RDMADevice?, gid: [UInt8]?) -> Transport {
        if channelAndID.isIWARP == true { return .iWARP }
        guard (try? channelAndID.queryPort())?.isEthernet == true else {
            return device?.ports.first { $0.number == devicePort }?.linkLayer == "InfiniBand" ? .infiniBand : .unknown
        }
        let entries = ((try? channelAndID.gidEntries()) ?? [])
            .filter { $0.port == devicePort && (gid == nil || $0.value == gid) }
        // The kernel keeps the same address twice, once a type.
        let candidates = entries.enumerated().map { index, entry in
            GIDChoice.Candidate(
                index: index, value: entry.value, type: entry.type == 2 ? .roceV2 : entry.type == 1 ? .roceV1 : nil)
        }
        return GIDChoice.best(of: candidates).flatMap { candidates[$0.index].type?.transport } ?? .unknown
    }

    /// The GID that stands for an IP address: an IPv4 address is mapped into IPv6.
    static func mappedGID(_ address: IPAddress) -> [UInt8] {
        address.isIPv4 ? [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + address.bytes : address.bytes
    }
}

/// An address of this host over which RDMA works, by the connection manager's own word.
public struct RDMAAddress: Sendable, Hashable {
    public var interface: InterfaceAddress
    /// The device that the connection manager takes for it.
    public var device: String

    /// Every such address of this host, without loopback and link-local ones, which no storage network uses.
    public static func all() -> [RDMAAddress] { search().found }

    /// As `all()`, with the first call that failed for another reason than that there is no RDMA: no device of the
    /// address, no node of the connection manager.
    static func search() -> (found: [RDMAAddress], failure: VerbsError?) {
        var found: [RDMAAddress] = []
        var failure: VerbsError?
        for interface in ThisHost.interfaces
        where interface.isUp && !interface.address.isLoopback && !interface.address.isLinkLocal {
            do throws(VerbsError) {
                let binding = try AddressBinding(SocketAddress(address: interface.address, port: 0, scope: 0))
                found.append(RDMAAddress(interface: interface, device: binding.deviceName))
            } catch {
                let isAbsent = [.noDevice, .noSuchFile, .notImplemented].contains(ErrorNumber(rawValue: error.code))
                if !isAbsent { failure = failure ?? error }
            }
        }
        return (found, failure)
    }

    /// The address that is used where several would do, by the same decision as for GIDs.
    static func best(of addresses: [RDMAAddress]) -> RDMAAddress? {
        let candidates = addresses.enumerated().map { index, address in
            GIDChoice.Candidate(
                index: index, value: AddressBinding.mappedGID(address.interface.address), isUp: address.interface.isUp)
        }
        return GIDChoice.best(of: candidates).map { addresses[$0.index] }
    }
}
