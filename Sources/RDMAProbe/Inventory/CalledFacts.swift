import ClusterCore
import FoundationEssentials
import HostTopology
import RDMAModel
import Verbs

/// What only calls tell of a host and no file: the answers of verbs, and the addresses of network interfaces.
///
/// A captured tree holds them as files of its own, so that it tells as much as the host did.
struct CalledFacts: Sendable {
    /// By the device's name; absent where the device could not be opened.
    var verbs: [String: VerbsAnswer] = [:]
    /// Why a device gave no answer, by its name.
    var failures: [String: String] = [:]
    /// `nil` where they cannot be had.
    var addresses: [InterfaceFact]?

    /// Where a captured tree keeps them.
    static let verbsFolder = "rdmaprobe/verbs"
    static let addressesFile = "rdmaprobe/addresses.json"

    /// What `ibv_query_device`, `ibv_query_port` and `ibv_query_gid_table` said.
    struct VerbsAnswer: Sendable, Hashable, Codable {
        var firmware: String
        var limits: DeviceLimits
        var ports: [Port]
        var gids: [GID]?

        struct Port: Sendable, Hashable, Codable {
            var number, state, physicalState: Int
            var activeMTUBytes, maximumMTUBytes: UInt64
        }

        struct GID: Sendable, Hashable, Codable {
            var index, port: Int
            /// As sysfs writes it.
            var gid: String
            var type: UInt32
            var netdev: String?
        }
    }

    /// An address of a network interface.
    struct InterfaceFact: Sendable, Hashable, Codable {
        var interface: String
        /// With the length of its prefix: `10.0.0.1/24`.
        var address: String
    }

    /// What the host or the tree tells.
    init(of devices: [String], at root: HostRoot) {
        if root == .live { self.init(live: devices) } else { self.init(captured: devices, at: root) }
    }

    private init(live devices: [String]) {
        let names = Dictionary(
            InterfaceAddress.all().map { ($0.index, $0.interface) }
                + NetworkInterface.names(at: .live).compactMap { name in
                    NetworkInterface(named: name, at: .live)?.index.flatMap { UInt32(exactly: $0) }.map { ($0, name) }
                }, uniquingKeysWith: { first, _ in first })
        for device in devices {
            do throws(VerbsError) {
                verbs[device] = VerbsAnswer(try DeviceQuery(of: device), interfaces: names)
            } catch {
                failures[device] = "\(error.call): \(ErrorNumber(rawValue: error.code).words)"
            }
        }
        addresses = InterfaceAddress.all().map {
            InterfaceFact(interface: $0.interface, address: "\($0.address)/\($0.prefixLength)")
        }
    }

    private init(captured devices: [String], at root: HostRoot) {
        for device in devices {
            verbs[device] = CalledFacts.read(VerbsAnswer.self, "\(CalledFacts.verbsFolder)/\(device).json", root)
            if verbs[device] == nil { failures[device] = "the tree was captured without it" }
        }
        addresses = CalledFacts.read([InterfaceFact].self, CalledFacts.addressesFile, root)
    }

    private static func read<Value: Decodable>(_ type: Value.Type, _ path: String, _ root: HostRoot) -> Value? {
        guard let bytes = root.bytes(of: path), JSONShape.isShallow(bytes) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }
}

extension CalledFacts.VerbsAnswer {
    init(_ query: DeviceQuery, interfaces: [UInt32: String]) {
        firmware = query.firmware
        let own = query.limits
        limits = DeviceLimits(
            queuePairs: own.queuePairs, workRequests: own.workRequests, scatterGatherEntries: own.scatterGatherEntries,
            completionQueues: own.completionQueues, completionQueueEntries: own.completionQueueEntries,
            memoryRegions: own.memoryRegions, memoryRegionBytes: own.memoryRegionBytes,
            protectionDomains: own.protectionDomains, readsAsResponder: own.readsAsResponder,
            readsAsInitiator: own.readsAsInitiator)
        ports = query.ports.map {
            Port(
                number: $0.number, state: $0.state, physicalState: $0.physicalState, activeMTUBytes: $0.activeMTUBytes,
                maximumMTUBytes: $0.maximumMTUBytes)
        }
        gids = query.gids.map { gids in
            gids.map {
                GID(
                    index: $0.index, port: $0.port, gid: GIDText.text($0.value), type: $0.type,
                    netdev: interfaces[$0.interface])
            }
        }
    }
}

/// A GID as the kernel writes it: eight groups of four hexadecimal digits.
enum GIDText {
    static func text(_ bytes: [UInt8]) -> String {
        func digits(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return stride(from: 0, to: bytes.count - 1, by: 2).map { digits(bytes[$0]) + digits(bytes[$0 + 1]) }
            .joined(separator: ":")
    }
}
