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
            ("port_xmit_data", 4_294_967_295),
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
        #expect(CounterChange.between([told], []).isEmpty)
        #expect(CounterChange.between([], [told])[0].before == nil)
        #expect(CounterChange.between([], [told])[0].change == nil)
        #expect(CounterChange.between([silent], [told])[0].change == nil)
        #expect(CounterChange.between([told], [silent])[0].after == nil)
        let other = CounterValue(device: "d0", port: 2, source: "symbol_error", value: 3)
        #expect(CounterChange.between([told], [other])[0].before == nil)
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
