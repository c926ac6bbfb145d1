import HostTopology
import RDMAModel

/// A session's thread beside its device.
struct Placement {
    let account: PlacementAccount
    private let binding: ThreadBinding?

    /// Holds the calling thread, and the memory that it asks for from now on, to the NUMA node of a device.
    /// - Parameter isWanted: `false` leaves the thread where it is and says so.
    init(device: String, netdev: String?, isWanted: Bool) {
        var node: Int?
        var binding: ThreadBinding?
        var reason: String?
        if !isWanted {
            reason = "turned off"
        } else {
            do throws(NodeLocality.Absence) {
                let locality = try NodeLocality.of(device: device, netdev: netdev, at: ThisHost.root)
                node = locality.node
                // The thread is the kernel's, whatever host the session is played on.
                if CurrentOutside.replaced != nil {
                    reason = "the host is simulated"
                } else {
                    do throws(ThreadBinding.Refusal) { binding = try ThreadBinding(to: locality) } catch {
                        reason = Placement.words(error)
                    }
                }
            } catch {
                reason = Placement.words(error)
            }
        }
        self.binding = binding
        account = PlacementAccount(
            numaNode: node, processors: ThreadBinding.processors(at: ThisHost.root), pinned: binding != nil,
            reason: reason)
    }

    /// Whether the thread has one processor, which it must leave to the other end and to the software that moves the data
    /// whenever it finds nothing.
    var isOnOneProcessor: Bool { account.processors.flatMap { Host.processorCount(inList: $0) } == 1 }

    /// Lets the thread run where it could before; on the thread itself.
    func undo() { binding?.undo() }

    private static func words(_ absence: NodeLocality.Absence) -> String {
        switch absence {
        case .oneNode: "the host has one NUMA node"
        case .noNodes: "the kernel tells of no NUMA nodes"
        case .unknownNode: "the device's NUMA node is not known"
        }
    }

    private static func words(_ refusal: ThreadBinding.Refusal) -> String {
        switch refusal {
        case .heldAlready(let processors): "the process is held to processors \(processors) already"
        case .policyAlready: "the process has a memory policy already"
        case .call(let call, let code): "\(call) failed with errno \(code)"
        }
    }
}
