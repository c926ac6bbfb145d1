import ClusterCore

// What the drivers of network interfaces count beside RDMA: flow control by priority, drops, errors of the link.
// Sources: Linux, Documentation/networking/device_drivers/ethernet/mellanox/mlx5/counters.rst (physical port and priority
// port counters); drivers/net/ethernet/broadcom/bnxt/bnxt_ethtool.c (`bnxt_port_stats_arr`, `bnxt_port_stats_ext_arr`);
// drivers/net/ethernet/intel/ice/ice_ethtool.c (`ice_gstrings_pf_stats` and the priorities after them).

extension CounterDefinition {
    /// Names below `ethtool/`; `#` stands for each of the eight priorities.
    private static func ethtool(_ patterns: String...) -> [String] {
        patterns.flatMap { pattern in
            pattern.contains("#")
                ? (0..<8).map { ethernetFolder + pattern.replacing("#", with: "\($0)") } : [ethernetFolder + pattern]
        }
    }

    /// Counters that rise where somebody was slowed down: what congestion and flow control do.
    static let slowing: Set<String> = [
        "marked_packets", "congestion_sent", "congestion_handled", "priority_pauses_received", "priority_pauses_sent",
        "global_pauses_received", "global_pauses_sent",
    ]

    static let ethernet: [CounterDefinition] = pauses + ethernetDiscards + ethernetErrors

    private static let pauses: [CounterDefinition] = [
        .init(
            "priority_pauses_received",
            ethtool("rx_prio#_pause", "rx_pfc_ena_frames_pri#", "rx_priority_#_xoff.nic"), .packets,
            meaning: "The switch asked this end to pause a priority: it is congested. The name tells which."),
        .init(
            "priority_pauses_sent",
            ethtool("tx_prio#_pause", "tx_pfc_ena_frames_pri#", "tx_priority_#_xoff.nic"), .packets,
            meaning: "This end asked the switch to pause a priority: it could not take more. The name tells which."),
        .init(
            "priority_paused", ethtool("rx_prio#_pause_duration", "pfc_pri#_rx_duration_us"),
            .microseconds,
            meaning: "For so long this end might not send a priority."),
        .init(
            "priority_pausing", ethtool("tx_prio#_pause_duration", "pfc_pri#_tx_duration_us"), .microseconds,
            meaning: "For so long this end kept the switch from sending a priority."),
        .init(
            "priority_pause_ends", ethtool("rx_prio#_pause_transition", "pfc_pri#_rx_transitions"),
            meaning: "A priority went from paused to sending."),
        .init(
            "priority_sent_bytes", ethtool("tx_prio#_bytes", "tx_bytes_pri#"), .bytes,
            meaning: "Data was sent in a priority. The name tells which."),
        .init(
            "priority_received_bytes", ethtool("rx_prio#_bytes", "rx_bytes_pri#"), .bytes,
            meaning: "Data came in a priority. The name tells which."),
        .init(
            "global_pauses_received",
            ethtool("rx_global_pause", "rx_pause_ctrl_phy", "rx_pause_frames", "link_xoff_rx.nic"), .packets,
            meaning: "The switch asked this end to pause everything."),
        .init(
            "global_pauses_sent",
            ethtool("tx_global_pause", "tx_pause_ctrl_phy", "tx_pause_frames", "link_xoff_tx.nic"), .packets,
            meaning: "This end asked the switch to pause everything."),
        .init(
            "global_paused", ethtool("rx_global_pause_duration"), .microseconds,
            meaning: "For so long this end might not send at all."),
        .init(
            "global_pausing", ethtool("tx_global_pause_duration"), .microseconds,
            meaning: "For so long this end kept the switch from sending at all."),
        .init(
            "pause_storm_warnings", ethtool("tx_pause_storm_warning_events"), severity: .warning,
            meaning: "This end kept the switch paused for a long time.", remedy: slowHost),
        .init(
            "pause_storms", ethtool("tx_pause_storm_error_events"), severity: .critical,
            meaning: "This end kept the switch paused for so long that it stopped asking, and packets may be lost.",
            remedy: slowHost),
    ]

    private static let slowHost =
        "This host takes packets too slowly: see the PCIe link, the NUMA node of the adapter and of the memory, and that "
        + "no driver or firmware hangs."

    private static let ethernetDiscards: [CounterDefinition] = [
        .init(
            "port_received_discards",
            ethtool(
                "rx_discards_phy", "rx_stat_discard", "rx_dropped.nic", "rx_prio#_discards", "rx_prio#_buf_discard",
                "rx_prio#_cong_discard", "rx_discard_packets_cos#"), .packets,
            severity: .warning,
            meaning: "The port dropped packets that came, for want of room. Lossless traffic must not see that.",
            remedy:
                "See that flow control (PFC) holds for the priority of RDMA at both ends of the link, that the traffic "
                + "comes in that priority, and the PCIe link of the adapter."),
        .init(
            "port_sent_discards", ethtool("tx_discards_phy", "tx_stat_discard", "tx_dropped_link_down.nic"), .packets,
            severity: .warning, meaning: "The port dropped packets before they were sent.", remedy: lostOnTheWay),
        .init(
            "pci_overflows", ethtool("outbound_pci_buffer_overflow"), .packets, severity: .warning,
            meaning: "Packets came faster than PCIe took them, and were dropped.",
            remedy: "See the link speed and width of the adapter's slot: `rdmaprobe devices`."),
        .init(
            "pci_stalls",
            ethtool("outbound_pci_stalled_rd_events", "outbound_pci_stalled_wr_events"), severity: .information,
            meaning: "For seconds the adapter waited for PCIe more than a third of the time."),
        .init(
            "oversized_packets",
            ethtool(
                "rx_out_of_range_len_phy", "rx_oversize_pkts_phy", "rx_ovrsz_frames", "rx_mtu_err_frames",
                "rx_oversize.nic"), .packets, severity: .warning,
            meaning: "Packets came that are larger than this port takes: the far end or a switch has a larger MTU.",
            remedy: "Give both interfaces, and every switch port between them, one MTU."),
    ]

    private static let ethernetErrors: [CounterDefinition] = [
        .init(
            "checksum_errors_on_link",
            ethtool("rx_crc_errors_phy", "rx_fcs_err_frames", "rx_crc_errors.nic"), .packets, severity: .warning,
            meaning: "Packets came damaged from the link.", remedy: cable),
        .init(
            "uncorrected_symbols", ethtool("rx_symbol_err_phy", "rx_pcs_symbol_err_phy"), severity: .warning,
            meaning: "The link had errors that were not corrected.", remedy: cable),
        .init(
            "link_downed_on_port", ethtool("link_down_events_phy"), severity: .critical, meaning: "The link went down.",
            remedy: cable),
        .init(
            "link_faults", ethtool("mac_local_faults.nic", "mac_remote_faults.nic"), severity: .warning,
            meaning: "An end of the link reported a fault.", remedy: cable),
        .init(
            "module_too_hot", ethtool("module_high_temp"), severity: .warning,
            meaning: "The transceiver was too hot.", remedy: "See the air flow, and the transceiver."),
    ]
}
