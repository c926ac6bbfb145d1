import ClusterCore
import TestSupport
import Testing

@testable import RDMAModel

/// How counters of several vendors rise, wrap, stand still at their end, and say nothing.
@Suite struct `Counter changes` {
    private func change(_ source: String, _ before: UInt64?, _ after: UInt64?) -> CounterChange {
        CounterChange.between(
            [CounterValue(device: "d0", port: 1, source: source, value: before)],
            [CounterValue(device: "d0", port: 1, source: source, value: after)])[0]
    }

    // MARK: Differences

    @Test func `a counter of 64 bits rises by the difference`() {
        forRandom(500) { random in
            let (one, other) = (random.edgy(UInt64.self), random.edgy(UInt64.self))
            let (low, high) = (min(one, other), max(one, other))
            return change("sent_pkts", low, high).change == high - low
        }
    }

    @Test(
        arguments: [
            (4_294_967_290, 5, 11), (4_294_967_295, 0, 1), (2_147_483_648, 2_147_483_647, 4_294_967_295),
        ] as [(UInt64, UInt64, UInt64)])
    func `a queue counter of mlx5 has 32 bits and begins anew`(before: UInt64, after: UInt64, rise: UInt64) {
        let changed = change("out_of_sequence", before, after)
        #expect(changed.change == rise && changed.wrapped && !changed.saturated)
    }

    @Test(arguments: [("out_of_sequence", 7), ("sent_pkts", 4_294_967_290), ("sent_pkts", .max)] as [(String, UInt64)])
    func `one that fell without having been near its end was set back, and its rise is not known`(
        source: String, before: UInt64
    ) {
        let changed = change(source, before, 5)
        #expect(changed.change == nil && !changed.wrapped)
        let finding = [changed].findings(host: "host:h", software: false).first
        #expect(finding?.rule == "rdma.counter.reset")
    }

    /// PortCounters of the InfiniBand specification: fields of 4, 8, 16 and 32 bits, which stay at their end.
    @Test(
        arguments: [
            ("local_link_integrity_errors", 15), ("excessive_buffer_overrun_errors", 15), ("link_downed", 255),
            ("link_error_recovery", 255), ("symbol_error", 65_535), ("port_rcv_errors", 65_535),
            ("port_xmit_data", 4_294_967_295), ("port_xmit_wait", 4_294_967_295),
        ] as [(String, UInt64)])
    func `a counter of the port that stands at its end tells the least, or nothing`(source: String, end: UInt64) {
        let reached = change(source, end - 3, end)
        #expect(reached.saturated && reached.change == 3)
        let stuck = change(source, end, end)
        #expect(stuck.saturated && stuck.change == nil && !stuck.isUnchanged)
        #expect([stuck].findings(host: "host:h", software: false).first?.rule == "rdma.counter.saturated")
        #expect(!change(source, 1, end - 1).saturated)
    }

    @Test func `what is not there is not 0, and what says nothing is unknown`() {
        let silent = CounterValue(device: "d0", port: 1, source: "symbol_error", value: nil)
        let told = CounterValue(device: "d0", port: 1, source: "symbol_error", value: 3)
        #expect(CounterChange.between([], []).isEmpty)
        #expect(CounterChange.between([], [told])[0].before == nil)
        #expect(CounterChange.between([], [told])[0].change == nil)
        #expect(CounterChange.between([silent], [told])[0].change == nil)
        #expect(CounterChange.between([told], [silent])[0].after == nil)
        let other = CounterValue(device: "d0", port: 2, source: "symbol_error", value: 3)
        #expect(CounterChange.between([told], [other])[0].before == nil)
    }

    @Test func `a counter that is gone at the second reading is unknown, and told once for each port`() throws {
        let before = ["symbol_error", "link_downed"].map {
            CounterValue(device: "d0", port: 1, source: $0, value: 3)
        }
        let gone = CounterChange.between(before, [])
        #expect(gone.map(\.source) == ["symbol_error", "link_downed"])
        #expect(gone.allSatisfy { $0.before == 3 && $0.after == nil && $0.change == nil && !$0.isUnchanged })
        let findings = gone.findings(host: "host:h", software: false)
        #expect(findings.map(\.rule) == ["rdma.counter.unknown"] && findings[0].severity == .warning)
        #expect(findings[0].subject == "host:h/device:d0/port:1" && findings[0].evidence.count == 2)
        // One that never told a number is as silent as before.
        let silent = CounterValue(device: "d0", port: 1, source: "symbol_error", value: nil)
        #expect(CounterChange.between([silent], []).isEmpty)
        #expect(CounterChange.between([silent], [silent]).findings(host: "host:h", software: false).isEmpty)
    }

    @Test func `data of a port is counted in words of 4 bytes, that of others in bytes`() {
        #expect(change("port_xmit_data", 10, 1034).changeBytes == 4096)
        #expect(change("tx_bytes", 10, 1034).changeBytes == 1024)
        #expect(change("sent_pkts", 10, 1034).changeBytes == nil)
        #expect(change("port_xmit_data", 0, .max - 1).changeBytes == nil)
    }

    // MARK: Sentences

    @Test func `a rise that matters is told with its figure, and a remedy`() throws {
        let finding = try #require(
            [change("retry_exceeded_err", 1, 3)].findings(host: "host:h", software: true).first)
        #expect(finding.severity == .critical && finding.rule == "rdma.counter.retries_exhausted")
        #expect("\(finding.measured.map { "\($0)" } ?? "")".contains("2 events"))
        #expect(finding.remedy != nil && finding.subject == "host:h/device:d0/port:1")
        #expect(finding.evidence[0] == Evidence(source: "retry_exceeded_err", value: "1 before, 3 after"))
    }

    @Test(arguments: ["duplicate_request", "completer_retry_err"])
    func `requests that come twice are usual in software and told on hardware`(source: String) {
        #expect([change(source, 0, 34)].findings(host: "host:h", software: true).isEmpty)
        #expect([change(source, 0, 34)].findings(host: "host:h", software: false).count == 1)
        #expect([change(source, 0, 0)].findings(host: "host:h", software: false).isEmpty)
    }

    @Test func `traffic, and counters that nobody knows, are no finding`() {
        for source in ["port_xmit_data", "rcvd_pkts", "brand_new_counter"] {
            #expect([change(source, 0, 1_000_000)].findings(host: "host:h", software: false).isEmpty)
        }
        #expect(change("brand_new_counter", 1, 3).change == 2 && change("brand_new_counter", 1, 3).name == nil)
    }

    @Test func `packets that come marked while nobody is asked to slow down are told`() {
        let marked = change("np_ecn_marked_roce_packets", 0, 12)
        func rules(_ sent: UInt64) -> [RuleID] {
            [marked, change("np_cnp_sent", 0, sent)].findings(host: "host:h", software: false).map(\.rule)
        }
        #expect(rules(0) == ["rdma.counter.congestion"])
        #expect(rules(12) == [])
        #expect([marked].findings(host: "host:h", software: false).isEmpty)
        // mlx5 has two that count the same; one may stand still.
        let both = [marked, change("np_cnp_sent", 0, 0), change("cc_tx_cnp_pkts", 0, 12)]
        #expect(both.findings(host: "host:h", software: false).isEmpty)
    }

    // MARK: The dictionary

    @Test func `no driver's name stands for two things, and whatever matters has a remedy`() {
        let sources = CounterDefinition.dictionary.flatMap(\.sources)
        #expect(Set(sources).count == sources.count)
        #expect(Set(CounterDefinition.dictionary.map(\.name)).count == CounterDefinition.dictionary.count)
        for definition in CounterDefinition.dictionary {
            #expect(definition.severity == .information || definition.remedy != nil, "\(definition.name)")
            #expect(definition.meaning.hasSuffix("."), "\(definition.name)")
            #expect(RuleID(rawValue: "rdma.counter.\(definition.name)") != nil)
        }
    }

    /// The names that each driver of Linux gives its counters, from the trees.
    @Test(arguments: ["mlx5", "bnxt_re", "irdma", "efa", "infiniband", "rxe"])
    func `every counter of every known vendor has a meaning`(host: String) throws {
        var seen = 0
        for line in try repositoryText("Tests/Hosts/\(host).host").split(separator: "\n") {
            guard line.hasPrefix("== "), let range = line.firstRange(of: "counters/") else { continue }
            let source = String(line[range.upperBound...])
            guard !CounterDefinition.settings.contains(source) else { continue }
            #expect(CounterDefinition.named(source) != nil, "\(source)")
            seen += 1
        }
        #expect(seen > 9)
    }

    /// Every name of drivers/infiniband/hw/bnxt_re/hw_counters.c (`bnxt_re_stat_descs`), of Linux 5.15 to 6.18.
    @Test(arguments: [
        "active_pds active_ahs active_qps active_rc_qps active_ud_qps active_srqs active_cqs active_mrs active_mws",
        "watermark_pds watermark_ahs watermark_qps watermark_rc_qps watermark_ud_qps watermark_srqs watermark_cqs",
        "watermark_mrs watermark_mws resize_cq_cnt rx_pkts rx_bytes tx_pkts tx_bytes recoverable_errors tx_roce_errors",
        "tx_roce_discards rx_roce_errors rx_roce_discards to_retransmits seq_err_naks_rcvd max_retry_exceeded",
        "rnr_naks_rcvd missing_resp unrecoverable_err bad_resp_err local_qp_op_err local_protection_err",
        "mem_mgmt_op_err remote_invalid_req_err remote_access_err remote_op_err dup_req res_exceed_max",
        "res_length_mismatch res_exceeds_wqe res_opcode_err res_rx_invalid_rkey res_rx_domain_err res_rx_no_perm",
        "res_rx_range_err res_tx_invalid_rkey res_tx_domain_err res_tx_no_perm res_tx_range_err res_irrq_oflow",
        "res_unsup_opcode res_unaligned_atomic res_rem_inv_err res_mem_err res_srq_err res_cmp_err",
        "res_invalid_dup_rkey res_wqe_format_err res_cq_load_err res_srq_load_err res_tx_pci_err res_rx_pci_err",
        "oos_drop_count tx_atomic_req tx_read_req tx_read_resp tx_write_req tx_send_req tx_roce_only_pkts",
        "tx_roce_only_bytes rx_atomic_req rx_read_req rx_read_resp rx_write_req rx_send_req rx_roce_only_pkts",
        "rx_roce_only_bytes rx_roce_good_pkts rx_roce_good_bytes rx_out_of_buffer tx_cnp_pkts rx_cnp_pkts",
        "rx_ecn_marked_pkts pacing_reschedule pacing_complete pacing_alerts db_fifo_register",
        // As renamed later.
        "local_ack_timeout_err packet_seq_err rnr_nak_retry_err implied_nak_seq_err req_remote_invalid_request",
        "req_remote_access_errors duplicate_request resp_local_length_error out_of_sequence rx_atomic_requests",
        "rx_read_requests rx_write_requests out_of_buffer np_cnp_pkts rp_cnp_handled np_ecn_marked_roce_packets",
        "req_cqe_error resp_cqe_error resp_remote_access_errors",
    ])
    func `every counter that bnxt_re has had has a meaning`(names: String) {
        for name in names.split(separator: " ") {
            #expect(CounterDefinition.named(String(name)) != nil, "\(name)")
        }
    }

    /// Every name of drivers/infiniband/hw/irdma/verbs.c (`irdma_hw_stat_descs`), of Linux 5.14 to 6.18, with those that
    /// were renamed on the way.
    @Test(arguments: [
        "ip4InDiscards,ip4InTruncatedPkts,ip4OutNoRoutes,ip6InDiscards,ip6InTruncatedPkts,ip6OutNoRoutes,tcpRetransSegs",
        "tcpInOptErrors,tcpInProtoErrors,rxVlanErrors,ip4InOctets,ip4InPkts,ip4InReasmRqd,ip4InMcastPkts,ip4OutOctets",
        "ip4OutPkts,ip4OutSegRqd,ip4OutMcastPkts,ip6InOctets,ip6InPkts,ip6InReasmRqd,ip6InMcastPkts,ip6OutOctets",
        "ip6OutPkts,ip6OutSegRqd,ip6OutMcastPkts,tcpInSegs,tcpOutSegs,iwInRdmaReads,iwInRdmaSends,iwInRdmaWrites",
        "iwOutRdmaReads,iwOutRdmaSends,iwOutRdmaWrites,iwRdmaBnd,iwRdmaInv,cnpHandled,cnpIgnored,cnpSent",
        "ip4InMcastOctets,ip4OutMcastOctets,ip6InMcastOctets,ip6OutMcastOctets,RxUDP,TxUDP,RxECNMrkd",
        "InRdmaReads,InRdmaSends,InRdmaWrites,OutRdmaReads,OutRdmaSends,OutRdmaWrites,RdmaBnd,RdmaInv,RetransSegs",
        "InOptErrors,InProtoErrors,InSegs,OutSegs,RNR sent,RNR received,ord limit count,ird limit count,Rx atomics",
        "Tx atomics,Nak Sequence Error,Nak Sequence Error Implied,RTO,Rcvd Out of order packets,CRC errors",
    ])
    func `every counter that irdma has had has a meaning, octets in bytes`(names: String) {
        for name in names.split(separator: ",") {
            let definition = CounterDefinition.named(String(name))
            #expect(definition != nil, "\(name)")
            #expect(name.hasSuffix("Octets") == (definition?.unit == .bytes), "\(name)")
        }
    }

    /// drivers/infiniband/hw/mlx5/counters.c: `INIT_Q_COUNTER`, and `INIT_VPORT_Q_COUNTER` of a representor; all 32 bits.
    @Test(arguments: [
        "rx_write_requests rx_read_requests rx_atomic_requests rx_dct_connect out_of_buffer out_of_sequence",
        "duplicate_request rnr_nak_retry_err packet_seq_err implied_nak_seq_err local_ack_timeout_err",
        "resp_local_length_error resp_cqe_error req_cqe_error req_remote_invalid_request req_remote_access_errors",
        "resp_remote_access_errors resp_cqe_flush_error req_cqe_flush_error req_transport_retries_exceeded",
        "req_rnr_retries_exceeded roce_adp_retrans roce_adp_retrans_to roce_slow_restart roce_slow_restart_cnps",
        "roce_slow_restart_trans",
    ])
    func `every queue counter of mlx5 has 32 bits and a meaning, as a representor's too`(names: String) {
        for name in names.split(separator: " ") {
            for source in [String(name), "vport_\(name)"] {
                #expect(CounterDefinition.named(source)?.bits == 32, "\(source)")
                #expect(change(source, .init(UInt32.max), 0).change == 1, "\(source)")
            }
        }
    }

    /// check_ack() of drivers/infiniband/sw/rxe/rxe_comp.c counts it where the far end's NAK says so; what came here out of
    /// order is `out_of_seq_request` (rxe_resp.c).
    @Test func `rxe's rcvd_seq_err is loss on the way there, out_of_seq_request loss on the way here`() {
        #expect(CounterDefinition.named("rcvd_seq_err")?.name == "sequence_errors")
        #expect(CounterDefinition.named("out_of_seq_request")?.name == "packets_out_of_order")
    }

    /// The names that drivers of network interfaces give their statistics, from the trees.
    @Test(arguments: [("mlx5", "ens1f0np0"), ("bnxt_re", "enp129s0f0np0"), ("irdma", "ens3f0")])
    func `what a network driver counts of pauses, drops and priorities has a meaning`(host: String, netdev: String)
        throws
    {
        let text = try repositoryText("Tests/Hosts/\(host).host")
        let block = try #require(text.split(separator: "== rdmaprobe/ethtool/\(netdev)\n").last)
        let names = block.split(separator: "\n").dropFirst().compactMap { line in
            line.split(separator: ":").first.map { String($0.drop { $0 == " " }) }
        }
        #expect(names.count > 20)
        for name in names where !["rx_packets", "tx_packets", "rx0_packets"].contains(name) {
            #expect(CounterDefinition.named("ethtool/\(name)") != nil, "\(name)")
        }
        // A driver's name alone is an RDMA counter's.
        #expect(CounterDefinition.named("rx_prio3_pause") == nil)
    }

    @Test func `pauses are no finding and drops on the port are, with the priority in the evidence`() throws {
        #expect(
            [change("ethtool/rx_prio3_pause", 0, 900)].findings(host: "host:h", software: false).isEmpty)
        let dropped = try #require(
            [change("ethtool/rx_prio3_discards", 5, 17)].findings(host: "host:h", software: false).first)
        #expect(dropped.rule == "rdma.counter.port_received_discards" && dropped.severity == .warning)
        #expect(dropped.evidence.first?.source == "ethtool/rx_prio3_discards")
        #expect("\(dropped.measured ?? .text(""))".contains("12 packets"))
    }
}
