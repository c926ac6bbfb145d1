/// Who gives a signal that built-in rules judge.
public enum SignalGiver: Sendable, Hashable {
    /// HealthHost's recorder, from the host's `/proc` and `/sys`.
    case host
    /// A report of smartctl that the recorder is given.
    case smartctl
    /// A report of rdmaprobe that the recorder is given.
    case rdmaprobe
    /// An export of the system log of Windows that the recorder is given.
    case log
    /// Nobody in this suite: whoever has it, as is said, gives it as exposition text of that name.
    case other(String)

    /// Who gives the signal of that name, or `nil` where no built-in rule judges it.
    public static func of(_ signal: String) -> SignalGiver? { givers[signal] }

    private static let hypervisor = SignalGiver.other("the hypervisor")
    private static let volumes = SignalGiver.other("the performance history of the cluster")

    private static let givers: [String: SignalGiver] = [
        "node_cpu_usage_ratio": .host, "node_memory_usage_ratio": .host, "node_memory_available_bytes": .host,
        "node_memory_available_ratio": .host, "drive_latency_seconds": .host, "node_network_usage_ratio": .host,
        "node_network_receive_bytes_per_second": .host, "node_network_transmit_bytes_per_second": .host,
        "drive_endurance_used_ratio": .smartctl, "storage_network_round_trip_seconds": .rdmaprobe,
        "drive_bad_blocks_total": .log, "drive_io_failures_total": .log, "drive_io_retries_total": .log,
        "node_up_state": .other("whoever watches the nodes from outside"),
        "node_memory_root_partition_ratio": hypervisor, "node_virtual_processors_per_logical": hypervisor,
        "vm_memory_demand_ratio": hypervisor, "vhd_used_ratio": hypervisor, "volume_used_ratio": volumes,
        "volume_latency_seconds": volumes, "volume_read_latency_seconds": volumes,
        "volume_write_latency_seconds": volumes,
        "node_rdma_disconnects_total": .other("the health service of the cluster"),
        "cluster_heartbeat_round_trip_seconds": .other("the cluster service"),
        "region_round_trip_seconds": .other("a probe of the management endpoints"),
        "site_temperature_celsius": .other("a sensor in the room"),
    ]

    /// How to give it, in words.
    public var words: String {
        switch self {
        case .host: "this host's proc/ and sys/ give it"
        case .smartctl: "give reports with --smartctl"
        case .rdmaprobe: "give reports with --rdmaprobe"
        case .log: "give the System log of Windows with --log"
        case .other(let who): "\(who) has it: give it with --exposition"
        }
    }
}
