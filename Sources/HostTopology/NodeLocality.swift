/// The NUMA node that a device belongs to, and that node's processors.
public struct NodeLocality: Sendable, Hashable {
    /// The node's number.
    public var node: Int
    /// The node's processors as the kernel lists them: `0-7,16-23`.
    public var processors: String

    public init(node: Int, processors: String) {
        self.node = node
        self.processors = processors
    }

    /// Why no node is named.
    public enum Absence: Error, Sendable, Hashable {
        /// The host has one node, so that everything is local.
        case oneNode
        /// The kernel does not tell of nodes.
        case noNodes
        /// The device's node is not told: -1, or nothing.
        case unknownNode
    }

    /// Finds the node of a device.
    /// - Parameters:
    ///   - device: the RDMA device's name.
    ///   - netdev: its network interface: software devices have no place of their own, but their interface does.
    ///   - root: the host, or a captured tree.
    /// - Throws: why there is none.
    public static func of(
        device: String, netdev: String?, at root: HostRoot = .live
    ) throws(Absence) -> NodeLocality {
        let facts = FactReader(root: root)
        let nodes = NodeReader(facts: facts).numbers().elements
        guard !nodes.isEmpty else { throw .noNodes }
        guard nodes.count > 1 else { throw .oneNode }
        guard let node = RDMAReader.numaNode(of: device, interface: netdev, facts).value,
            let processors = facts.list("sys/devices/system/node/node\(node)/cpulist").value, !processors.isEmpty
        else { throw .unknownNode }
        return NodeLocality(node: node, processors: processors.listText)
    }
}
