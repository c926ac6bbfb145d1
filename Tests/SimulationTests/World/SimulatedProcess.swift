import ClusterCore
@testable import HostTopology
import TestSupport

@testable import RDMAProbe

/// A host: an address, one RDMA device, the files that tell of it.
final class SimulatedHost: @unchecked Sendable {
    let name: String
    let address: IPAddress
    let device: String
    let isIWARP: Bool
    let root: HostRoot
    let interfaces: [InterfaceAddress]
    /// Whether the device has atomic operations; no iWARP device has.
    var hasAtomics: Bool

    init(name: String, address: IPAddress, device: String, isIWARP: Bool, root: HostRoot) {
        self.name = name
        self.address = address
        self.device = device
        self.isIWARP = isIWARP
        self.root = root
        hasAtomics = !isIWARP
        interfaces = [
            InterfaceAddress(interface: "eth0", address: address, prefixLength: 24, index: 2, isUp: true)
        ]
    }
}

/// A program on a host, with what it holds. One that crashed runs on without any effect until its threads have ended.
final class SimulatedProcess: @unchecked Sendable {
    let name: String
    let host: SimulatedHost
    /// Stops the program's threads when it has crashed, so that they end.
    var cancellation: Cancellation?
    var hasCrashed = false
    /// The clock of what runs on after a crash.
    var clockAfterCrash: UInt64 = 0
    /// How many calls of the outside the program has made.
    var calls = 0
    /// What happens at a call with this number.
    var atCall: [(number: Int, action: () -> Void)] = []
    /// Verbs calls that fail.
    var injection: Injection?
    /// How many operations it has posted.
    var posted = 0
    /// How often each verbs call was made.
    var reached: [CallSite: Int] = [:]

    init(_ name: String, on host: SimulatedHost) {
        self.name = name
        self.host = host
    }
}

/// A call that fails: the n-th of a site, once or from then on.
struct Injection {
    var site: CallSite
    var number: Int
    var code: Int32
    var isLasting: Bool
    /// Whether it came to it.
    var wasMet = false

    init(_ site: CallSite, number: Int, code: Int32, isLasting: Bool) {
        self.site = site
        self.number = number
        self.code = code
        self.isLasting = isLasting
    }
}

/// The files of the hosts, made once for many worlds.
final class HostTrees: Sendable {
    private let near: TemporaryTree
    private let far: TemporaryTree
    private let nearIWARP: TemporaryTree
    private let farIWARP: TemporaryTree

    init() throws {
        near = try HostTrees.tree(device: "near0", isIWARP: false)
        far = try HostTrees.tree(device: "far0", isIWARP: false)
        nearIWARP = try HostTrees.tree(device: "near0", isIWARP: true)
        farIWARP = try HostTrees.tree(device: "far0", isIWARP: true)
    }

    func nearRoot(isIWARP: Bool) -> HostRoot { HostRoot(path: (isIWARP ? nearIWARP : near).path) }
    func farRoot(isIWARP: Bool) -> HostRoot { HostRoot(path: (isIWARP ? farIWARP : far).path) }

    private static func tree(device: String, isIWARP: Bool) throws -> TemporaryTree {
        let tree = try TemporaryTree()
        let base = "sys/class/infiniband/\(device)"
        for (path, text) in [
            ("\(base)/node_type", isIWARP ? "4: RNIC\n" : "1: CA\n"),
            ("\(base)/fw_ver", "1.2.3\n"),
            ("\(base)/device/numa_node", "0\n"),
            ("\(base)/ports/1/state", "4: ACTIVE\n"),
            ("\(base)/ports/1/link_layer", "Ethernet\n"),
            ("sys/class/infiniband_verbs/uverbs0/ibdev", "\(device)\n"),
            ("sys/class/net/eth0/mtu", "9000\n"),
            ("dev/infiniband/uverbs0", ""),
            ("dev/infiniband/rdma_cm", ""),
        ] { try tree.write(text, to: path) }
        return tree
    }
}
