import ClusterCore

// Sources: Linux, Documentation/ABI/stable/sysfs-class-infiniband (port counters and their widths are those of the IBTA's
// PortCounters attribute); drivers/infiniband/hw/{mlx5/counters.c, bnxt_re/hw_counters.c, irdma/verbs.c, efa/efa_verbs.c},
// drivers/infiniband/sw/rxe/rxe_hw_counters.c; Documentation/networking/device_drivers/ethernet/mellanox/mlx5/counters.rst.

extension CounterDefinition {
    static let lostOnTheWay =
        "Compare the pause, drop and congestion counters of both adapters and of the switch; see that flow control "
        + "(PFC) and congestion marking (ECN) hold for the priority that RDMA uses, and the cables."
    private static let pathOrPeer =
        "See that the peer is alive, and addresses, VLAN, MTU and access lists on the way to it."
    private static let receiver =
        "Not the network: the receiving program posts too few receive requests, or too late. See its queue depth and "
        + "whether its processor is busy."
    static let cable = "See cable, transceiver and the switch's port; clean or replace them."
    private static let program =
        "A program's error, perhaps of another user of the adapter: wrong key, address, length or right."

    /// Every counter that is known.
    public static let dictionary: [CounterDefinition] =
        traffic + retransmission + congestion + errors + link + objects + ethernet

    private static let traffic: [CounterDefinition] = [
        .init("sent_data", ["port_xmit_data"], .words, saturates: true, meaning: "Data was sent."),
        .init("received_data", ["port_rcv_data"], .words, saturates: true, meaning: "Data was received."),
        .init(
            "sent_bytes",
            ["tx_bytes", "send_bytes", "rdma_tx_bytes", "tx_roce_only_bytes", "ip4OutOctets", "ip6OutOctets"], .bytes,
            meaning: "Data was sent."),
        .init(
            "received_bytes",
            [
                "rx_bytes", "recv_bytes", "rdma_rx_bytes", "rx_roce_only_bytes", "rx_roce_good_bytes", "ip4InOctets",
                "ip6InOctets",
            ], .bytes, meaning: "Data was received."),
        .init(
            "sent_packets",
            [
                "port_xmit_packets", "sent_pkts", "tx_pkts", "rdma_tx_packets", "tcpOutSegs", "OutSegs",
                "tx_roce_only_pkts", "TxUDP",
            ], .packets, meaning: "Packets were sent."),
        .init(
            "received_packets",
            [
                "port_rcv_packets", "rcvd_pkts", "rx_pkts", "rdma_rx_packets", "tcpInSegs", "InSegs",
                "rx_roce_only_pkts", "rx_roce_good_pkts", "RxUDP",
            ], .packets,
            meaning: "Packets were received."),
        .init(
            "sent_ip_packets", ["ip4OutPkts", "ip6OutPkts"], .packets,
            meaning: "IP packets were sent."),
        .init(
            "received_ip_packets", ["ip4InPkts", "ip6InPkts"], .packets,
            meaning: "IP packets were received."),
        .init(
            "sent_unicast_packets", ["unicast_xmit_packets"], .packets, meaning: "Packets were sent to one receiver."),
        .init(
            "received_unicast_packets", ["unicast_rcv_packets"], .packets, meaning: "Packets for this port alone came."),
        .init(
            "sent_multicast_packets", ["multicast_xmit_packets", "ip4OutMcastPkts", "ip6OutMcastPkts"], .packets,
            meaning: "Packets were sent to several receivers."),
        .init(
            "received_multicast_packets", ["multicast_rcv_packets", "ip4InMcastPkts", "ip6InMcastPkts"], .packets,
            meaning: "Packets for several receivers came."),
        .init(
            "sent_multicast_bytes", ["ip4OutMcastOctets", "ip6OutMcastOctets"], .bytes,
            meaning: "Data was sent to several receivers."),
        .init(
            "received_multicast_bytes", ["ip4InMcastOctets", "ip6InMcastOctets"], .bytes,
            meaning: "Data for several receivers came."),
        .init(
            "fragmented_packets", ["ip4InReasmRqd", "ip6InReasmRqd", "ip4OutSegRqd", "ip6OutSegRqd"], .packets,
            meaning: "IP packets came or left in fragments."),
        .init(
            "sent_messages", ["rdma_sends", "send_wrs", "OutRdmaSends", "iwOutRdmaSends", "tx_send_req"], .messages,
            meaning: "Send operations were done."),
        .init(
            "received_messages", ["rdma_recvs", "recv_wrs", "InRdmaSends", "iwInRdmaSends", "rx_send_req"], .messages,
            meaning: "Messages were received."),
        .init(
            "read_requests",
            [
                "rx_read_requests", "rdma_read_wrs", "InRdmaReads", "iwInRdmaReads", "OutRdmaReads", "iwOutRdmaReads",
                "tx_read_req", "rx_read_req", "tx_read_resp", "rx_read_resp",
            ], .messages,
            meaning: "Read operations were done."),
        .init(
            "write_requests",
            [
                "rx_write_requests", "rdma_write_wrs", "InRdmaWrites", "iwInRdmaWrites", "OutRdmaWrites",
                "iwOutRdmaWrites", "tx_write_req", "rx_write_req",
            ], .messages,
            meaning: "Write operations were done."),
        .init(
            "atomic_requests", ["rx_atomic_requests", "tx_atomic_req", "rx_atomic_req", "Tx atomics", "Rx atomics"],
            .messages, meaning: "Atomic operations were done."),
        .init(
            "dynamic_connections", ["rx_dct_connect"], .messages,
            meaning: "Far ends asked for dynamic connections (DCT)."),
        .init(
            "memory_windows", ["RdmaBnd", "iwRdmaBnd", "RdmaInv", "iwRdmaInv"],
            meaning: "Memory windows were bound, or keys made invalid."),
        .init(
            "reads_limited", ["ord limit count", "ird limit count"],
            meaning: "Reads waited, since as many were under way as the connection allows."),
        .init("read_bytes", ["rdma_read_bytes", "rdma_read_resp_bytes"], .bytes, meaning: "Data was read."),
        .init("written_bytes", ["rdma_write_bytes", "rdma_write_recv_bytes"], .bytes, meaning: "Data was written."),
        .init("acknowledgements_deferred", ["ack_deferred"], meaning: "Acknowledgements were put off, as is usual."),
    ]

    private static let retransmission: [CounterDefinition] = [
        .init(
            "packets_out_of_order",
            ["out_of_sequence", "out_of_seq_request", "oos_drop_count", "Rcvd Out of order packets"],
            .packets,
            severity: .warning, meaning: "Packets came out of order: some were lost or overtaken on the way here.",
            remedy: lostOnTheWay),
        .init(
            "sequence_errors",
            [
                "packet_seq_err", "implied_nak_seq_err", "seq_err_naks_rcvd", "Nak Sequence Error",
                "Nak Sequence Error Implied", "rcvd_seq_err",
            ], .packets,
            severity: .warning, meaning: "The far end reported missing packets: some were lost on the way there.",
            remedy: lostOnTheWay),
        .init(
            "duplicate_requests", ["duplicate_request", "dup_req"], .packets,
            meaning:
                "Requests came twice: the far end had waited for an acknowledgement that was late or lost. Usual in software.",
            remedy: "Where it goes on rising on hardware: " + lostOnTheWay),
        .init(
            "retransmissions",
            [
                "to_retransmits", "RetransSegs", "tcpRetransSegs", "roce_adp_retrans", "roce_slow_restart_trans",
                "retrans_pkts",
            ], .packets, severity: .warning,
            meaning: "Packets were sent again: some were lost or acknowledged too late.",
            remedy: lostOnTheWay),
        .init(
            "retransmitted_bytes", ["retrans_bytes"], .bytes, severity: .warning, meaning: "Data was sent again.",
            remedy: lostOnTheWay),
        .init(
            "retransmission_timeouts",
            ["local_ack_timeout_err", "roce_adp_retrans_to", "retrans_timeout_events", "missing_resp", "RTO"],
            severity: .warning,
            meaning: "No acknowledgement came in time, and the request was repeated.", remedy: pathOrPeer),
        .init(
            "retries", ["completer_retry_err"],
            meaning: "Requests were tried again after an acknowledgement that was late. Usual in software.",
            remedy: "Where it goes on rising on hardware: " + lostOnTheWay),
        .init(
            "retries_exhausted",
            ["req_transport_retries_exceeded", "retry_exceeded_err", "max_retry_exceeded"], severity: .critical,
            meaning: "A request was given up after all retries: its connection broke.", remedy: pathOrPeer),
        .init(
            "slow_restarts", ["roce_slow_restart", "roce_slow_restart_cnps"], severity: .warning,
            meaning: "The adapter slowed down after losses.", remedy: lostOnTheWay),
        .init(
            "impaired_connections", ["impaired_remote_conn_events"], severity: .warning,
            meaning: "A connection to a far end became worse than it may be.", remedy: pathOrPeer),
        .init(
            "unresponsive_peers", ["unresponsive_remote_events"], severity: .critical,
            meaning: "A far end did not answer any more.",
            remedy: pathOrPeer),
        .init(
            "receiver_not_ready",
            [
                "out_of_buffer", "rx_out_of_buffer", "send_rnr_err", "RNR sent",
            ], severity: .warning, meaning: "Messages came for which nobody had posted a receive request.",
            remedy: receiver),
        .init(
            "receiver_not_ready_there",
            ["rnr_nak_retry_err", "rcvd_rnr_err", "rnr_naks_rcvd", "RNR received"], severity: .warning,
            meaning: "The far end had no receive request posted and asked to wait.", remedy: receiver),
        .init(
            "receiver_not_ready_exhausted", ["req_rnr_retries_exceeded", "retry_rnr_exceeded_err"], severity: .critical,
            meaning: "The far end had no receive request posted until the request was given up.", remedy: receiver),
        .init(
            "connection_messages_repeated",
            [
                "cm_tx_retries/req", "cm_tx_retries/rep", "cm_tx_retries/dreq", "cm_tx_retries/lap",
                "cm_tx_retries/sidr_req",
            ], severity: .warning,
            meaning: "Messages of the connection manager were sent again: they or their answers were lost.",
            remedy: pathOrPeer),
        .init(
            "connection_messages_twice",
            [
                "cm_rx_duplicates/req", "cm_rx_duplicates/rep", "cm_rx_duplicates/rtu", "cm_rx_duplicates/dreq",
                "cm_rx_duplicates/sidr_req",
            ],
            meaning: "Messages of the connection manager came twice."),
    ]

    private static let congestion: [CounterDefinition] = [
        .init(
            "marked_packets", ["np_ecn_marked_roce_packets", "rx_ecn_marked_pkts", "RxECNMrkd", "cc_rx_ce_pkts"],
            .packets,
            meaning: "The switch marked packets on their way here as congested."),
        .init(
            "congestion_sent", ["np_cnp_sent", "np_cnp_pkts", "tx_cnp_pkts", "cnpSent", "cc_tx_cnp_pkts"], .packets,
            meaning: "This end asked senders to slow down, since packets came marked."),
        .init(
            "congestion_handled", ["rp_cnp_handled", "rx_cnp_pkts", "cnpHandled", "cc_rx_cnp_pkts"], .packets,
            meaning: "This end was asked to slow down, and did: there is congestion on the way."),
        .init(
            "congestion_ignored", ["rp_cnp_ignored", "cnpIgnored"], .packets, severity: .warning,
            meaning: "This end was asked to slow down and did not.",
            remedy: "Turn on the adapter's reaction to congestion for the priority that RDMA uses, at both ends."),
        .init(
            "waited_to_send", ["port_xmit_wait"], .ticks, bits: 32, saturates: true,
            meaning: "Data waited to be sent, for want of credit or because another used the link."),
        .init(
            "sent_discards", ["port_xmit_discards"], .packets, bits: 16, saturates: true, severity: .warning,
            meaning: "Packets were dropped before they were sent.", remedy: lostOnTheWay),
        .init(
            "rdma_sent_discards", ["tx_roce_discards"], .packets, severity: .warning,
            meaning: "RDMA packets were dropped before they were sent.", remedy: lostOnTheWay),
        .init(
            "doorbells_paced", ["pacing_reschedule", "pacing_complete", "pacing_alerts"],
            meaning: "Programs rang the adapter faster than it listens, and were slowed down."),
        .init(
            "received_discards",
            [
                "rx_roce_discards", "rx_drops", "ip4InDiscards", "ip6InDiscards", "ip4InTruncatedPkts",
                "ip6InTruncatedPkts",
            ], .packets, severity: .warning, meaning: "Packets that came were dropped.", remedy: lostOnTheWay),
        .init(
            "management_dropped", ["VL15_dropped"], .packets, bits: 16, saturates: true,
            meaning: "Packets of the subnet's management were dropped."),
    ]

    private static let errors: [CounterDefinition] = [
        .init(
            "received_errors",
            [
                "rx_roce_errors", "InProtoErrors", "tcpInProtoErrors", "InOptErrors", "tcpInOptErrors",
                "rxVlanErrors",
            ], .packets,
            severity: .warning, meaning: "Packets that came were faulty.", remedy: cable),
        .init(
            "checksum_errors", ["rx_icrc_encapsulated", "CRC errors"], .packets, severity: .warning,
            meaning: "Packets came with a wrong checksum: they were changed on the way.", remedy: cable),
        .init(
            "completion_errors", ["req_cqe_error", "resp_cqe_error", "local_qp_op_err"],
            severity: .warning,
            meaning: "Operations ended in error.", remedy: "See the errors that the programs report."),
        .init(
            "completions_flushed", ["req_cqe_flush_error", "resp_cqe_flush_error"],
            meaning: "Operations were given back undone, as happens when a connection ends."),
        .init(
            "access_errors",
            [
                "req_remote_access_errors", "resp_remote_access_errors", "remote_access_err", "local_protection_err",
                "req_remote_invalid_request", "remote_invalid_req_err", "bad_resp_err", "resp_local_length_error",
                "remote_op_err", "mem_mgmt_op_err", "rdma_read_wr_err", "rdma_write_wr_err", "res_exceed_max",
                "res_length_mismatch", "res_exceeds_wqe", "res_opcode_err", "res_rx_invalid_rkey",
                "res_rx_domain_err", "res_rx_no_perm", "res_rx_range_err", "res_tx_invalid_rkey", "res_tx_domain_err",
                "res_tx_no_perm", "res_tx_range_err", "res_irrq_oflow", "res_unsup_opcode", "res_unaligned_atomic",
                "res_rem_inv_err", "res_invalid_dup_rkey", "res_wqe_format_err",
            ], severity: .warning, meaning: "Operations were refused.", remedy: program),
        .init(
            "device_errors",
            [
                "unrecoverable_err", "res_mem_err", "res_srq_err", "res_cmp_err", "res_cq_load_err",
                "res_srq_load_err", "res_tx_pci_err", "res_rx_pci_err",
            ], severity: .warning, meaning: "The adapter could not reach its queues or the host's memory.",
            remedy: "See `dmesg`, errors of the PCIe link (AER), and the adapter's firmware."),
        .init(
            "routes_missing", ["ip4OutNoRoutes", "ip6OutNoRoutes"], .packets, severity: .warning,
            meaning: "Packets could not be sent for want of a route.",
            remedy: "See routes and neighbours of the network interface: `ip route`, `ip neigh`."),
        .init(
            "send_errors", ["send_err", "tx_roce_errors"], .packets, severity: .warning,
            meaning: "Packets could not be sent.",
            remedy: "See that the network interface is up, and its own error counters."),
        .init(
            "resource_errors",
            [
                "create_qp_err", "create_cq_err", "create_ah_err", "reg_mr_err", "alloc_pd_err", "alloc_ucontext_err",
                "mmap_err", "cmds_err", "no_completion_cmds",
            ], severity: .warning, meaning: "The device refused to make something.",
            remedy: "See limits of the device and of locked memory, and `rdma resource`."),
        .init(
            "recovered_errors", ["recoverable_errors"], severity: .information,
            meaning: "The device recovered from errors."),
        .init(
            "received_port_errors",
            ["port_rcv_errors", "port_rcv_remote_physical_errors", "port_rcv_switch_relay_errors"], .packets, bits: 16,
            saturates: true, severity: .warning, meaning: "Packets came that were damaged or could not be passed on.",
            remedy: cable),
        .init(
            "constraint_errors", ["port_xmit_constraint_errors", "port_rcv_constraint_errors"], .packets, bits: 8,
            saturates: true, severity: .warning, meaning: "Packets were dropped that the partition does not allow.",
            remedy: "See the partition keys of both ports."),
    ]

    private static let link: [CounterDefinition] = [
        .init(
            "link_downed", ["link_downed"], bits: 8, saturates: true, severity: .critical,
            meaning: "The link went down.", remedy: cable),
        .init(
            "link_recoveries", ["link_error_recovery"], bits: 8, saturates: true, severity: .warning,
            meaning: "The link had to be set up again.", remedy: cable),
        .init(
            "symbol_errors", ["symbol_error"], bits: 16, saturates: true, severity: .warning,
            meaning: "The link had errors in single symbols.", remedy: cable),
        .init(
            "link_integrity_errors", ["local_link_integrity_errors"], bits: 4, saturates: true, severity: .warning,
            meaning: "The link had more errors than it may.", remedy: cable),
        .init(
            "buffer_overruns", ["excessive_buffer_overrun_errors"], bits: 4, saturates: true, severity: .warning,
            meaning: "The port's buffers ran over.", remedy: "See that both ends of the link agree on flow control."),
    ]

    private static let objects: [CounterDefinition] = [
        .init(
            "objects_active",
            [
                "active_qps", "active_pds", "active_mrs", "active_cqs", "active_ahs", "active_srqs", "active_mws",
                "active_rc_qps", "active_ud_qps",
            ], .objects,
            meaning: "The number of objects changed."),
        .init(
            "objects_most",
            [
                "watermark_qps", "watermark_pds", "watermark_mrs", "watermark_cqs", "watermark_ahs",
                "watermark_srqs", "watermark_mws", "watermark_rc_qps", "watermark_ud_qps",
            ], .objects, meaning: "The most objects that there were at once changed."),
        .init("queues_resized", ["resize_cq_cnt"], meaning: "Completion queues got another size."),
        .init(
            "doorbells_waiting", ["db_fifo_register"], .objects, meaning: "The number of doorbells that wait changed."),
        .init(
            "commands", ["submitted_cmds", "completed_cmds"], meaning: "Commands were given to the device."),
        .init("keep_alives", ["keep_alive_rcvd"], meaning: "The device said that it is alive."),
    ]
}
