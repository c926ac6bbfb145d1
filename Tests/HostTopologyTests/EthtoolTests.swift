import TestSupport
import Testing

@testable import HostTopology

/// A network driver's own statistics: the kernel's blocks of names and values, and the text of `ethtool -S`.
@Suite struct `Ethtool statistics` {
    private func number(_ value: UInt64, bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    /// `struct ethtool_gstrings`: command, set, length, then names of 32 bytes.
    private func strings(_ names: [String], saying count: UInt64? = nil) -> [UInt8] {
        number(0x1b, bytes: 4) + number(1, bytes: 4) + number(count ?? UInt64(names.count), bytes: 4)
            + names.flatMap { Array($0.utf8.prefix(32)) + [UInt8](repeating: 0, count: max(0, 32 - $0.utf8.count)) }
    }

    /// `struct ethtool_stats`: command, number, then values of 8 bytes.
    private func stats(_ values: [UInt64], saying count: UInt64? = nil) -> [UInt8] {
        number(0x1d, bytes: 4) + number(count ?? UInt64(values.count), bytes: 4)
            + values.flatMap { number($0, bytes: 8) }
    }

    /// `struct ethtool_sset_info`: command, reserved, mask of sets, then a number for each set that is left.
    private func information(mask: UInt64, count: UInt64?) -> [UInt8] {
        number(0x37, bytes: 4) + number(0, bytes: 4) + number(mask, bytes: 8)
            + (count.map { number($0, bytes: 4) } ?? [])
    }

    private func failure<Value>(_ body: () throws(EthtoolError) -> Value) -> EthtoolError? {
        do throws(EthtoolError) {
            _ = try body()
            return nil
        } catch { return error }
    }

    // MARK: Blocks of the kernel

    @Test func `names end at their zero byte or fill their 32 bytes, values have all 64 bits`() throws {
        let long = "a_name_that_fills_all_of_the_32_"
        #expect(long.utf8.count == 32)
        let names = try EthtoolStatistics.names(in: strings(["rx_prio3_pause", long, "RNR sent"]))
        let values = try EthtoolStatistics.values(in: stats([4711, .max, 1 << 32]))
        let statistics = try EthtoolStatistics(names: names, values: values)
        #expect(statistics.entries.map(\.name) == ["rx_prio3_pause", long, "RNR sent"])
        #expect(statistics.entries.map(\.value) == [4711, .max, 1 << 32])
    }

    @Test func `a driver without statistics has none, which is no error and no 0`() throws {
        #expect(try EthtoolStatistics.count(in: information(mask: 0, count: 7)) == 0)
        #expect(try EthtoolStatistics.count(in: information(mask: 0, count: nil)) == 0)
        #expect(try EthtoolStatistics.count(in: information(mask: 2, count: 7)) == 7)
        #expect(try EthtoolStatistics(names: [], values: []).entries.isEmpty)
    }

    @Test func `blocks cut at any length are an error that says how much is missing`() {
        let names = strings(["rx_discards_phy", "rx_prio3_pause"])
        for length in names.indices {
            let error = failure { () throws(EthtoolError) in
                try EthtoolStatistics.names(in: Array(names.prefix(length)))
            }
            #expect(error == .truncated(needed: length < 12 ? 12 : 76, found: length))
        }
        let values = stats([1, 2, 3])
        for length in values.indices {
            let error = failure { () throws(EthtoolError) in
                try EthtoolStatistics.values(in: Array(values.prefix(length)))
            }
            #expect(error == .truncated(needed: length < 8 ? 8 : 32, found: length))
        }
        let count = information(mask: 2, count: 7)
        for length in count.indices {
            let error = failure { () throws(EthtoolError) in
                try EthtoolStatistics.count(in: Array(count.prefix(length)))
            }
            #expect(error == .truncated(needed: length < 16 ? 16 : 20, found: length))
        }
    }

    @Test(arguments: [16_385, 1 << 31, UInt64(UInt32.max)])
    func `more than any adapter has is refused before room is made for it`(count: UInt64) {
        #expect(
            failure { () throws(EthtoolError) in try EthtoolStatistics.names(in: strings([], saying: count)) }
                == .tooMany(limit: 16_384))
        #expect(
            failure { () throws(EthtoolError) in try EthtoolStatistics.values(in: stats([], saying: count)) }
                == .tooMany(limit: 16_384))
        #expect(
            failure { () throws(EthtoolError) in
                try EthtoolStatistics.count(in: information(mask: 2, count: count))
            } == .tooMany(limit: 16_384))
    }

    @Test func `names and values of different number are told as such, not put together`() {
        #expect(
            failure { () throws(EthtoolError) in try EthtoolStatistics(names: ["a", "b"], values: [1]) }
                == .countDiffers(names: 2, values: 1))
    }

    @Test func `empty names are left out, and the values behind them keep their names`() throws {
        let statistics = try EthtoolStatistics(names: ["", "b", "  ", "d"], values: [1, 2, 3, 4])
        #expect(statistics.entries == [.init(name: "b", value: 2), .init(name: "d", value: 4)])
    }

    @Test func `random blocks never trap`() {
        forRandom(2000) { random in
            let noise = (0..<Int(random.next() % 128)).map { _ in random.edgy(UInt8.self) }
            _ = try? EthtoolStatistics.names(in: noise)
            _ = try? EthtoolStatistics.values(in: noise)
            _ = try? EthtoolStatistics.count(in: noise)
            _ = try? EthtoolStatistics(text: String(decoding: noise, as: UTF8.self))
            return true
        }
    }

    // MARK: The text of ethtool

    @Test func `what ethtool wrote is read: heading, indentation, names with colons and blanks`() throws {
        let text = "NIC statistics:\n     rx_queue_0_packets: 12\n     [0]: rx_ucast_packets: 7\n     RNR sent: 0\n"
        let statistics = try EthtoolStatistics(text: text)
        #expect(statistics.entries.map(\.name) == ["rx_queue_0_packets", "[0]: rx_ucast_packets", "RNR sent"])
        #expect(statistics.entries.map(\.value) == [12, 7, 0])
        #expect(statistics.text == text)
        #expect(try EthtoolStatistics(text: "").entries.isEmpty)
        // A file that passed through Windows; a name that begins with a mark for the letter before it.
        #expect(try EthtoolStatistics(text: text.replacing("\n", with: "\r\n")) == statistics)
        let odd = try EthtoolStatistics(text: "\u{301}a: 5\n")
        #expect(try EthtoolStatistics(text: odd.text) == odd)
    }

    @Test(arguments: [
        ("NIC statistics:\n     a: x\n", 2), ("no statistics available\n", 1), ("a: 1\nb: -1\n", 2),
        ("a: 18446744073709551616", 1), ("a: +5", 1), (": 5", 1), ("a: 1\n\nb:", 3),
    ])
    func `a line that is no name and number is named, and nothing is guessed`(text: String, line: Int) {
        #expect(failure { () throws(EthtoolError) in try EthtoolStatistics(text: text) } == .line(line))
    }

    @Test func `text and statistics are the same both ways`() throws {
        forRandom(200) { random in
            let entries = (0..<Int(random.next() % 20)).map { index in
                EthtoolStatistics.Entry(name: "rx\(index):\(random.next() % 9)", value: random.edgy(UInt64.self))
            }
            let statistics = EthtoolStatistics(entries: entries)
            return (try? EthtoolStatistics(text: statistics.text)) == statistics
        }
    }

    // MARK: A tree, and this host

    @Test func `a captured tree has them in the form of ethtool, beyond 64 KiB too`() throws {
        let tree = try TemporaryTree()
        let many = EthtoolStatistics(
            entries: (0..<5000).map { .init(name: "rx\($0)_xdp_redirect", value: UInt64($0)) })
        #expect(many.text.utf8.count > HostRoot.fileLimit)
        try tree.write(many.text, to: "\(EthtoolReader.captureFolder)/ens1f0np0")
        let reader = EthtoolReader(at: HostRoot(path: tree.path))
        #expect(try reader.statistics(of: "ens1f0np0") == many)
        #expect(failure { () throws(EthtoolError) in try reader.statistics(of: "ens2") } == .notCaptured)
    }

    @Test(arguments: ["", ".", "..", "a/b", "../../etc/passwd", "an_interface_of_31_bytes_in_all", "a\0b"])
    func `a name that no interface has leads nowhere`(name: String) {
        for root in [HostRoot.live, HostRoot(path: "/nonexistent")] {
            #expect(
                failure { () throws(EthtoolError) in try EthtoolReader(at: root).statistics(of: name) }
                    == .interfaceName)
        }
    }

    @Test func `an interface that is not there is an error of the call with its number`() {
        // ENODEV is 19.
        #expect(
            failure { () throws(EthtoolError) in try EthtoolReader().statistics(of: "nosuch0") }
                == .call("ioctl SIOCETHTOOL", code: 19))
    }

    @Test func `every interface of this host answers, with none or with names`() {
        for name in NetworkInterface.names(at: .live) {
            do throws(EthtoolError) {
                let statistics = try EthtoolReader().statistics(of: name)
                #expect(statistics.entries.allSatisfy { !$0.name.isEmpty && $0.name.utf8.count <= 32 })
            } catch {
                // EOPNOTSUPP is 95; an interface can also go meanwhile.
                #expect([.call("ioctl SIOCETHTOOL", code: 95), .call("ioctl SIOCETHTOOL", code: 19)].contains(error))
            }
        }
    }
}
