#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import CVerbs

/// What a device says of itself when it is opened and asked; closed again at once.
public struct DeviceQuery: Sendable, Hashable {
    public var firmware: String
    public var limits: Limits
    /// In order; a port that gives no answer is left out.
    public var ports: [Port]
    /// The GIDs in use of all ports; `nil` where the table cannot be asked.
    public var gids: [GID]?

    /// How much of each kind of object a device can hold, as `struct ibv_device_attr` names it.
    public struct Limits: Sendable, Hashable {
        public var queuePairs, workRequests, scatterGatherEntries: Int
        public var completionQueues, completionQueueEntries: Int
        public var memoryRegions: Int
        public var memoryRegionBytes: UInt64
        public var protectionDomains: Int
        public var readsAsResponder, readsAsInitiator: Int
    }

    /// A port, as `struct ibv_port_attr` names it.
    public struct Port: Sendable, Hashable {
        /// Counted from 1.
        public var number: Int
        /// `IBV_PORT_…`; 4 is active.
        public var state: Int
        /// 5 is "link up".
        public var physicalState: Int
        /// Bytes.
        public var activeMTUBytes, maximumMTUBytes: UInt64
    }

    /// An entry of the GID table.
    public struct GID: Sendable, Hashable {
        public var index: Int
        /// Counted from 1.
        public var port: Int
        /// 16 bytes.
        public var value: [UInt8]
        /// `IBV_GID_TYPE_…`: 0 InfiniBand (iWARP devices say so too), 1 RoCE v1, 2 RoCE v2.
        public var type: UInt32
        /// The network interface's number; 0 where there is none.
        public var interface: UInt32
    }

    /// More entries than any device that is known has.
    static let gidLimit = 4096

    /// Opens a device, asks it, and closes it. The C functions are `ibv_open_device`, `ibv_query_device`,
    /// `ibv_query_port`, `ibv_query_gid_table` and `ibv_close_device`.
    /// - Throws: `ENODEV` where there is no such device, `ENOENT` also where its node may not be opened.
    public init(of name: String) throws(VerbsError) {
        let context = try unsafe DeviceList.open(name)
        defer { _ = unsafe cverbs_close_device(context) }
        var raw = ibv_device_attr()
        try check(unsafe cverbs_query_device(context, &raw), "ibv_query_device", name)
        firmware = unsafe withUnsafeBytes(of: raw.fw_ver) { bytes in
            unsafe String(decoding: unsafe bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        limits = Limits(
            queuePairs: Int(raw.max_qp), workRequests: Int(raw.max_qp_wr), scatterGatherEntries: Int(raw.max_sge),
            completionQueues: Int(raw.max_cq), completionQueueEntries: Int(raw.max_cqe),
            memoryRegions: Int(raw.max_mr), memoryRegionBytes: raw.max_mr_size, protectionDomains: Int(raw.max_pd),
            readsAsResponder: Int(raw.max_qp_rd_atom), readsAsInitiator: Int(raw.max_qp_init_rd_atom))
        let count = raw.phys_port_cnt
        ports = []
        for number in 0..<count {
            var port = ibv_port_attr()
            guard unsafe cverbs_query_port(context, number + 1, &port) == 0 else { continue }
            ports.append(
                Port(
                    number: Int(number) + 1, state: Int(port.state.rawValue), physicalState: Int(port.phys_state),
                    activeMTUBytes: 128 << UInt64(min(port.active_mtu.rawValue, 5)),
                    maximumMTUBytes: 128 << UInt64(min(port.max_mtu.rawValue, 5))))
        }
        gids = unsafe DeviceQuery.gids(of: context)
    }

    private static func gids(of context: UnsafeMutablePointer<ibv_context>) -> [GID]? {
        var entries = [ibv_gid_entry](repeating: ibv_gid_entry(), count: gidLimit)
        var count = 0
        guard unsafe cverbs_query_gid_table(context, &entries, entries.count, &count) == 0 else { return nil }
        return entries.prefix(count).map { entry in
            GID(
                index: Int(entry.gid_index), port: Int(entry.port_num),
                value: unsafe withUnsafeBytes(of: entry.gid) { unsafe [UInt8]($0) }, type: entry.gid_type,
                interface: entry.ndev_ifindex)
        }
    }
}
