import ClusterCore

extension HealthRuleForm {
    /// All forms, by name.
    public static let all: [HealthRuleForm] = (computeForms + storageForms + networkForms + siteForms).sorted {
        $0.rule < $1.rule
    }

    private static let node = ["cluster", "node"]
    private static let drive = ["cluster", "node", "drive"]
    private static let volume = ["cluster", "volume"]

    private static let computeForms: [HealthRuleForm] = [
        HealthRuleForm(
            "health.node_up", "node_up_state", .state, of: node, isAvailability: true, "The node does not answer",
            remedy: "look at its power, its console and its management port"),
        HealthRuleForm(
            "health.cpu_usage", "node_cpu_usage_ratio", .ratio, of: node, "The processors of the node are busy",
            remedy: "move virtual machines to another node, or add one"),
        HealthRuleForm(
            "health.cpu_overloaded", "node_cpu_usage_ratio", .ratio, of: node,
            "The processors of the node have been overloaded for long",
            remedy: "move virtual machines to another node, or add one"),
        HealthRuleForm(
            "health.memory_usage", "node_memory_usage_ratio", .ratio, of: node, "The memory of the node is used up",
            remedy: "move virtual machines to another node, or add memory"),
        HealthRuleForm(
            "health.memory_available", "node_memory_available_bytes", .bytes, of: node, "Little memory is available",
            remedy: "move virtual machines to another node, or add memory"),
        HealthRuleForm(
            "health.memory_free", "node_memory_available_ratio", .ratio, of: node,
            "Little memory is available after reclamation",
            remedy: "move virtual machines to another node, or add memory"),
        HealthRuleForm(
            "health.root_memory_usage", "node_memory_root_partition_ratio", .ratio, of: node,
            "The operating system of the host takes much of the memory",
            remedy: "look for a process that grows, and restart what leaks"),
        HealthRuleForm(
            "health.virtual_processors", "node_virtual_processors_per_logical", .count, of: node,
            "Very many virtual processors share a logical one", remedy: "move virtual machines to another node"),
        HealthRuleForm(
            "health.vm_memory", "vm_memory_demand_ratio", .ratio, of: ["cluster", "vm"],
            "The guest wants nearly all the memory that it may have", remedy: "raise the maximum of the virtual machine"
        ),
        HealthRuleForm(
            "health.vhd_full", "vhd_used_ratio", .ratio, of: ["cluster", "vm", "vhd"],
            "The virtual disk is nearly full",
            remedy: "enlarge the virtual disk, or free space in it"),
    ]

    private static let storageForms: [HealthRuleForm] = [
        HealthRuleForm(
            "health.capacity_usage", "volume_used_ratio", .ratio, of: volume, "The volume is filling up",
            remedy: "delete or move data, extend the volume, or add drives"),
        HealthRuleForm(
            "health.volume_latency", "volume_latency_seconds", .seconds, of: volume, "The volume answers slowly",
            remedy: "look for a slow drive, a repair that runs, or a workload that takes all"),
        HealthRuleForm(
            "health.volume_read_latency", "volume_read_latency_seconds", .seconds, of: volume,
            "Reads of the volume are slow",
            remedy: "look for a slow drive, a repair that runs, or a workload that takes all"),
        HealthRuleForm(
            "health.volume_write_latency", "volume_write_latency_seconds", .seconds, of: volume,
            "Writes to the volume are slow",
            remedy: "look for a slow drive, a repair that runs, or a workload that takes all"),
        HealthRuleForm(
            "health.drive_latency.hdd", "drive_latency_seconds", .seconds, [("media", "hdd")], of: drive,
            "The hard disk answers slowly", remedy: "compare it with its peers; replace it where it alone is slow"),
        HealthRuleForm(
            "health.drive_latency.scm", "drive_latency_seconds", .seconds, [("media", "scm")], of: drive,
            "The storage-class memory answers slowly",
            remedy: "compare it with its peers; replace it where it alone is slow"),
        HealthRuleForm(
            "health.drive_latency.ssd", "drive_latency_seconds", .seconds, [("media", "ssd")], of: drive,
            "The solid-state drive answers slowly",
            remedy: "compare it with its peers; replace it where it alone is slow"),
        HealthRuleForm(
            "health.drive_wear", "drive_endurance_used_ratio", .ratio, of: drive,
            "The drive has used up most of its endurance", remedy: "plan its replacement"),
        HealthRuleForm(
            "health.drive_bad_blocks", "drive_bad_blocks_total", .count, of: drive, "The drive reports bad blocks",
            remedy: "replace the drive"),
        HealthRuleForm(
            "health.drive_io_failures", "drive_io_failures_total", .count, of: drive, "The drive fails requests",
            remedy: "look at its cable and slot; replace the drive"),
        HealthRuleForm(
            "health.drive_io_retries", "drive_io_retries_total", .count, of: drive, "The drive retries many requests",
            remedy: "look at its cable and slot; replace the drive"),
    ]

    private static let networkForms: [HealthRuleForm] = [
        HealthRuleForm(
            "health.network_usage", "node_network_usage_ratio", .ratio, of: ["cluster", "node", "adapter"],
            "The network adapter is busy", remedy: "spread the traffic, or add faster adapters"),
        HealthRuleForm(
            "health.network_in", "node_network_receive_bytes_per_second", .bytesPerSecond,
            of: ["cluster", "node", "adapter"], "Much is received", remedy: "look for what sends it"),
        HealthRuleForm(
            "health.network_out", "node_network_transmit_bytes_per_second", .bytesPerSecond,
            of: ["cluster", "node", "adapter"], "Much is sent", remedy: "look for what sends it"),
        HealthRuleForm(
            "health.rdma_disconnects", "node_rdma_disconnects_total", .count, of: node,
            "RDMA connections of storage break", remedy: "test the RDMA path with rdmaprobe between the two nodes"),
        HealthRuleForm(
            "health.storage_network_latency", "storage_network_round_trip_seconds", .seconds, of: node,
            "The storage network answers slowly", remedy: "test the RDMA path with rdmaprobe between the two nodes"),
        HealthRuleForm(
            "health.heartbeat_latency", "cluster_heartbeat_round_trip_seconds", .seconds, of: node,
            "Heartbeats of the cluster are slow", remedy: "look at the cluster network for loss and load"),
        HealthRuleForm(
            "health.region_round_trip", "region_round_trip_seconds", .seconds, of: ["cluster"],
            "The cloud region answers slowly: management is degraded",
            remedy: "look at the link to the Internet, or take a nearer region"),
    ]

    private static let siteForms: [HealthRuleForm] = [
        HealthRuleForm(
            "health.temperature_high", "site_temperature_celsius", .celsius, of: ["site"], "The room is too warm",
            remedy: "look at the cooling"),
        HealthRuleForm(
            "health.temperature_low", "site_temperature_celsius", .celsius, of: ["site"], "The room is too cold",
            remedy: "look at the cooling"),
    ]
}
