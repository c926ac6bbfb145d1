import HostTopology

/// Whether an RDMA device that was there is still there.
///
/// Most drivers can be taken from under a process: it gets `IBV_EVENT_DEVICE_FATAL`, and every call fails from then on.
/// Others, those of software RDMA among them, cannot. Their removal waits until every process has closed the device, and
/// nobody is told: what was opened goes on as before, only the device's node is gone. So it is looked at.
struct DevicePresence: Sendable {
    let device: String
    /// What names the device of a node; `nil` where there was no node of it.
    private let file: String?
    private let root: HostRoot

    /// - Parameter root: where `/sys` is read.
    init(of device: String, at root: HostRoot = ThisHost.root) {
        self.device = device
        self.root = root
        file = (root.names(in: DevicePresence.nodes) ?? []).lazy
            .map { "\(DevicePresence.nodes)/\($0)/ibdev" }
            .first { root.text(of: $0) == device }
    }

    /// Every device of a host that has a node.
    static func all(at root: HostRoot = ThisHost.root) -> [DevicePresence] {
        (root.names(in: nodes) ?? []).compactMap { root.text(of: "\(nodes)/\($0)/ibdev") }
            .map { DevicePresence(of: $0, at: root) }
    }

    /// Whether the device had a node when this was made.
    var isKnown: Bool { file != nil }

    /// Whether the device's node is gone, or another device has it; never of one that had none.
    var isGone: Bool { file.map { root.text(of: $0) != device } ?? false }

    private static let nodes = "sys/class/infiniband_verbs"
}
