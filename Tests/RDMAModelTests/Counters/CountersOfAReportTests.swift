import ClusterCore
import Foundation
import RDMAModel
import TestSupport
import Testing

/// What the counters of both ends say beside the figures of a test.
@Suite struct `Counters of a report` {
    private func counters(_ rises: [(String, UInt64)]) -> [CounterChange] {
        func values(_ rises: [(String, UInt64)]) -> [CounterValue] {
            rises.map { CounterValue(device: "mlx5_0", port: 1, source: $0.0, value: 100 + $0.1) }
        }
        return CounterChange.between(values(rises.map { ($0.0, 0) }), values(rises))
    }

    private func findings(_ host: [CounterChange]?, _ peer: [CounterChange]? = nil, measured: Bool = true) throws
        -> [Finding]
    {
        var report = try SampleReports.full()
        report.host.counters = host
        report.peer?.counters = peer
        if !measured { report.latency = [] }
        return report.counterFindings
    }

    /// Values may be constantly 0 on virtual functions: then 0 losses say nothing.
    @Test func `counters of traffic that stood still while data moved are told, with the end that has them`() throws {
        let dead = counters([("port_xmit_data", 0), ("port_rcv_data", 0), ("symbol_error", 0)])
        let found = try findings(nil, dead)
        #expect(found.map(\.rule) == ["rdma.counter.unknown"] && found[0].severity == .information)
        #expect(found[0].subject == "host:h2" && found[0].evidence[0].source == "port_xmit_data")
    }

    @Test func `one that rose, or that nobody measured by, or that is the network driver's, is no such sign`() throws {
        #expect(try findings(counters([("port_xmit_data", 0), ("port_rcv_data", 5)])).isEmpty)
        #expect(try findings(counters([("port_xmit_data", 0)]), measured: false).isEmpty)
        #expect(try findings(counters([("ethtool/tx_prio3_bytes", 0), ("symbol_error", 0)])).isEmpty)
        #expect(try findings([]).isEmpty && findings(nil).isEmpty)
    }
}
