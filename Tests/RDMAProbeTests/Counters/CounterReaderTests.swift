import HostTopology
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// Counters of a port from three sources: files, netlink, the network driver.
@Suite struct `Counter reader` {
    private let tree: TemporaryTree
    private let reader: CounterReader

    init() throws {
        tree = try TemporaryTree()
        try tree.build(host: "rxe")
        reader = CounterReader(at: HostRoot(path: tree.path))
    }

    private func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        let length = UInt16(4 + value.count)
        let padding = [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        return [UInt8(length & 0xff), UInt8(length >> 8), UInt8(type & 0xff), UInt8(type >> 8)] + value + padding
    }

    /// RDMA_NLDEV_CMD_STAT_GET's answer.
    private func give(_ counters: [(String, UInt8)]) throws {
        let table = counters.flatMap { name, value in
            attribute(
                81, attribute(82, Array(name.utf8) + [0]) + attribute(83, [value] + [UInt8](repeating: 0, count: 7)))
        }
        let payload = attribute(1, [0, 0, 0, 0]) + attribute(3, [1, 0, 0, 0]) + attribute(80, table)
        let length = UInt16(payload.count + 16)
        let header: [UInt8] =
            [UInt8(length & 0xff), UInt8(length >> 8), 0, 0, 0x11, 0x14, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
        try tree.write(header + payload, to: "\(RDMANetlink.captureFolder)/statistics-0-1")
    }

    private func value(_ source: String) -> UInt64? {
        reader.read(device: "rxe0", port: 1).first { $0.source == source }?.value
    }

    @Test func `without netlink's answer the files stand`() throws {
        let files = reader.read(device: "rxe0", port: 1)
        #expect(files.contains { $0.source == "sent_pkts" } && !files.contains { $0.source == "lifespan" })
    }

    @Test func `netlink's figures of one moment stand for those of the files, and optional counters come besides`()
        throws
    {
        let files = reader.read(device: "rxe0", port: 1).map(\.source)
        try give([("sent_pkts", 201), ("cc_rx_ce_pkts", 9)])
        let both = reader.read(device: "rxe0", port: 1)
        #expect(both.map(\.source).filter(files.contains) == files && both.count == files.count + 1)
        #expect(value("sent_pkts") == 201 && value("cc_rx_ce_pkts") == 9)
        #expect(both.first { $0.source == "cc_rx_ce_pkts" }?.definition?.name == "marked_packets")
    }

    @Test func `an answer that is cut leaves the files' word`() throws {
        let before = reader.read(device: "rxe0", port: 1)
        try give([("sent_pkts", 201)])
        let path = "\(RDMANetlink.captureFolder)/statistics-0-1"
        let whole = try #require(HostRoot(path: tree.path).bytes(of: path))
        try tree.write(Array(whole.dropLast(9)), to: path)
        #expect(reader.read(device: "rxe0", port: 1) == before)
    }

    /// Documentation/ABI/stable/sysfs-class-infiniband: `lifespan`, in milliseconds, may be written.
    @Test(arguments: [("12", 12_000, 12_000), ("12", 5, 13), ("60000", 1000, 60_001), ("-1", 5, 5), ("soon", 5, 5)])
    func `a second reading waits for a driver that answers with what it last read`(
        lifespan: String, wanted: Int, milliseconds: Int
    ) throws {
        try tree.write("\(lifespan)\n", to: "sys/class/infiniband/rxe0/ports/1/hw_counters/lifespan")
        let values = reader.readAll()
        #expect(reader.interval(.milliseconds(wanted), between: values) == .milliseconds(milliseconds))
        // Of the devices that are looked at, and no other.
        #expect(reader.interval(.milliseconds(5), between: []) == .milliseconds(5))
    }

    @Test func `of more counters than a message holds those that rose in trouble or are not known come first`() {
        func values(_ last: [UInt64?]) -> [CounterValue] {
            (0..<300).map { CounterValue(device: "d", port: 1, source: "quiet_\($0)", value: 1) }
                + zip(["sent_pkts", "out_of_sequence", "symbol_error"], last).map {
                    CounterValue(device: "d", port: 1, source: $0, value: $1)
                }
        }
        let changes = CounterChange.between(values([0, 0, 0]), values([9, 9, nil]))
        let told = CounterTally.limited(changes)
        #expect(told.count == CounterTally.limit)
        #expect(told.prefix(3).map(\.source) == ["out_of_sequence", "symbol_error", "sent_pkts"])
        #expect(CounterTally.limited(Array(changes.suffix(3))) == Array(changes.suffix(3)))
    }

    @Test func `the network driver's counters stand below ethtool, those without a meaning only where all are wanted`()
        throws
    {
        try tree.write(
            "NIC statistics:\n     rx0_packets: 5\n     rx_prio3_pause: 7\n     tx_bytes: 9\n",
            to: "\(EthtoolReader.captureFolder)/eth0")
        func ethernet(_ everything: Bool) -> [String] {
            reader.readAll(everything: everything).map(\.source).filter { $0.hasPrefix("ethtool/") }
        }
        #expect(ethernet(false) == ["ethtool/rx_prio3_pause"])
        #expect(ethernet(true) == ["ethtool/rx0_packets", "ethtool/rx_prio3_pause", "ethtool/tx_bytes"])
        #expect(value("ethtool/rx_prio3_pause") == 7)
        // A line that is no number makes the whole unknown, not partly known.
        try tree.write("rx_prio3_pause: 7\nrx_prio4_pause: many\n", to: "\(EthtoolReader.captureFolder)/eth0")
        #expect(ethernet(true).isEmpty)
    }
}
