import TestSupport
import Testing

@testable import HostTopology

/// Netlink messages, from answers of the lab's kernel (6.1.0-56) and from bytes that no kernel sends.
@Suite struct `Netlink` {
    /// RDMA_NLDEV_CMD_GET as a dump, with its NLMSG_DONE, where `rxe0` is the one device.
    static let devices = bytes(
        hexadecimal: "6c00000001140200010000009600000008000100000000000900020072786530000000000800030001000000"
            + "0c000400763c2201000000000c00060001414cfeff0054500c00070001414cfeff00545005000e0001000000"
            + "050054000000000009004300726f6365000000001400000003000200010000009600000000000000")
    /// RDMA_NLDEV_CMD_PORT_GET of that device.
    static let ports = bytes(
        hexadecimal: "5000000005140200010000009600000008000100000000000900020072786530000000000800030001000000"
            + "05000c000400000005000d0005000000080032000200000009003300657468300000000014000000030002000100"
            + "00009600000000000000")
    /// RDMA_NLDEV_CMD_RES_GET: attributes within attributes.
    static let resources = bytes(
        hexadecimal: "d40000000914020001000000960000000800010000000000090002007278653000000000b0000f0018001000"
            + "07001100706400000c00120001000000000000001800100007001100637100000c00120001000000000000001800"
            + "100007001100717000000c00120001000000000000001c0010000a001100636d5f69640000000c00120000000000"
            + "0000000018001000070011006d7200000c0012000000000000000000180010000800110063747800"
            + "0c0012000000000000000000180010000800110073727100"
            + "0c00120000000000000000001400000003000200010000009600000000000000")

    private let tree: TemporaryTree
    private let netlink: RDMANetlink

    init() throws {
        tree = try TemporaryTree()
        netlink = RDMANetlink(at: HostRoot(path: tree.path))
    }

    private func give(_ bytes: [UInt8], as name: String) throws {
        try tree.write(bytes, to: "\(RDMANetlink.captureFolder)/\(name)")
    }

    /// What reading them gives, or the error.
    private func outcome(_ bytes: [UInt8]) -> Result<[RDMANetlink.Device], NetlinkError> {
        do throws(NetlinkError) { return .success(try RDMANetlink.devices(in: bytes)) } catch { return .failure(error) }
    }

    // MARK: What the kernel sends

    @Test func `the devices, ports and objects are those that rdma(8) showed`() throws {
        try give(Self.devices, as: "devices")
        try give(Self.ports, as: "ports-0")
        try give(Self.resources, as: "resources")
        // rdma dev: 0: rxe0: node_type ca …; rdma link: rxe0/1 state ACTIVE physical_state LINK_UP netdev eth0
        let devices = try netlink.devices()
        #expect(devices.map(\.name) == ["rxe0"] && devices[0].index == 0)
        #expect(devices[0].protocolName == "roce" && devices[0].nodeType == 1)
        let ports = try netlink.ports(ofDevice: 0)
        #expect(ports == [.init(number: 1, state: 4, physicalState: 5, interface: "eth0")])
        #expect(
            try netlink.objectCounts() == [0: ["pd": 1, "cq": 1, "qp": 1, "cm_id": 0, "mr": 0, "ctx": 0, "srq": 0]])
    }

    /// RDMA_NLDEV_CMD_STAT_GET of a port: a table of entries, each a name and 64 bits.
    static let statistics: [UInt8] = {
        func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
            let length = UInt16(4 + value.count)
            let padding = [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
            return [UInt8(length & 0xff), UInt8(length >> 8), UInt8(type & 0xff), UInt8(type >> 8)] + value + padding
        }
        func entry(_ name: String, _ value: [UInt8]) -> [UInt8] {
            attribute(0x8000 | 81, attribute(82, Array(name.utf8) + [0]) + attribute(83, value))
        }
        let table = attribute(
            0x8000 | 80,
            entry("sent_pkts", [3, 1, 0, 0, 0, 0, 0, 0])
                + entry("lifespan_of_a_packet", .init(repeating: 0xff, count: 8))
        )
        let payload = attribute(1, [0, 0, 0, 0]) + attribute(3, [1, 0, 0, 0]) + table
        return [UInt8(payload.count + 16), 0, 0, 0, 0x11, 0x14, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] + payload
    }()

    @Test func `the counters of a port are names and numbers of 64 bits, all from one message`() throws {
        try give(Self.statistics, as: "statistics-0-1")
        let counters = try netlink.statistics(ofDevice: 0, port: 1)
        #expect(counters.map(\.name) == ["sent_pkts", "lifespan_of_a_packet"])
        #expect(counters.map(\.value) == [259, .max])
        #expect(throws: NetlinkError.notCaptured) { try netlink.statistics(ofDevice: 0, port: 2) }
        #expect(try netlink.statistics(ofDevice: 0, port: -1).isEmpty)
    }

    @Test func `the mode of network namespaces is told by the system's answer`() throws {
        // rdma system: netns shared copy-on-fork on
        try give(
            bytes(hexadecimal: "280000000614000001000000960000000500420001000000050060000000000005005d0001000000"),
            as: "system")
        #expect(try netlink.sharesNetworkNamespaces() == true)
    }

    @Test func `an error that the kernel reports is one, with its number`() throws {
        // NLMSG_ERROR with -22 (EINVAL).
        let refusal = bytes(
            hexadecimal: "3c000000020000000100000096000000eaffffff28000000111405000100000000000000080001000000000008"
                + "000300010000000800480000000000")
        #expect(outcome(refusal) == .failure(.refused(code: 22)))
        #expect(throws: NetlinkError.notCaptured) { try netlink.sharesNetworkNamespaces() }
    }

    /// netlink_dump() of net/netlink/af_netlink.c: what ends a dump holds how it ended, 0 or a negative errno.
    @Test func `a dump that failed half way is the error that its last message holds, not a shorter list`() throws {
        var failed = Self.devices
        failed.replaceSubrange((failed.count - 4)..., with: [0xea, 0xff, 0xff, 0xff])
        #expect(outcome(failed) == .failure(.refused(code: 22)))
        failed.replaceSubrange((failed.count - 4)..., with: [0, 0, 0, 0x80])
        #expect(outcome(failed) == .failure(.refused(code: .max)))
    }

    @Test func `a captured dump without the message that ends it is no whole answer`() throws {
        let first = Int(Self.devices[0])
        #expect(outcome(Array(Self.devices.prefix(first))) != .failure(.unfinished))
        try give(Array(Self.devices.prefix(first)), as: "devices")
        #expect(throws: NetlinkError.unfinished) { try netlink.devices() }
        try give([], as: "ports-0")
        #expect(throws: NetlinkError.unfinished) { try netlink.ports(ofDevice: 0) }
        try give(Self.devices, as: "devices")
        #expect(try netlink.devices().count == 1)
    }

    // MARK: What no kernel sends

    @Test(arguments: [devices, ports, resources, statistics])
    func `bytes cut at any length are an error or whole messages, never something else`(whole: [UInt8]) throws {
        for length in 0..<whole.count {
            let cut = Array(whole.prefix(length))
            do throws(NetlinkError) {
                let messages = try NetlinkMessage.messages(in: cut)
                for message in messages { _ = try message.attributes() }
                // Only the first message's own end is a place to cut without harm, and what is behind it was padding.
                let first = Int(whole[0]) | Int(whole[1]) << 8
                #expect(length == 0 ? messages.isEmpty : length == first && messages.count == 1, "\(length)")
            } catch {
                guard case .truncated = error else {
                    Issue.record("length \(length): \(error)")
                    continue
                }
            }
        }
    }

    @Test func `each byte of an answer set to each of a few values never traps`() {
        for whole in [Self.devices, Self.ports, Self.resources, Self.statistics] {
            for index in whole.indices {
                for value: UInt8 in [0, 1, 3, 4, 0x7f, 0x80, 0xff] {
                    var changed = whole
                    changed[index] = value
                    _ = try? RDMANetlink.devices(in: changed)
                    _ = try? RDMANetlink.ports(in: changed)
                    _ = try? RDMANetlink.objectCounts(in: changed)
                    _ = try? RDMANetlink.statistics(in: changed)
                }
            }
        }
    }

    @Test(arguments: [
        ("00000000", NetlinkError.truncated(at: 0, needed: 16, found: 4)),
        ("00000000011402000100000096000000", .length(at: 0, found: 0, least: 16)),
        ("0f000000011402000100000096000000", .length(at: 0, found: 15, least: 16)),
        ("ffffffff011402000100000096000000", .truncated(at: 0, needed: 4_294_967_295, found: 16)),
        ("11000000011402000100000096000000", .truncated(at: 0, needed: 17, found: 16)),
        // Attributes: of length 0, of length 3, beyond the end, a header that is cut.
        ("140000000114020001000000960000000000" + "0100", .length(at: 0, found: 0, least: 4)),
        ("140000000114020001000000960000000300" + "0100", .length(at: 0, found: 3, least: 4)),
        ("140000000114020001000000960000000800" + "0100", .truncated(at: 0, needed: 8, found: 4)),
        ("120000000114020001000000960000000400", .truncated(at: 0, needed: 4, found: 2)),
        // An index of 8 bits, a name without an end, a name that is not UTF-8.
        ("180000000114020001000000960000000500010000000000", .size(attribute: 1, expected: 4, found: 1)),
        ("2000000001140200010000009600000008000100000000000800020072786530", .text(attribute: 2)),
        ("200000000114020001000000960000000800010000000000080002" + "00fffe0000", .text(attribute: 2)),
    ])
    func `hostile lengths and kinds are refused by name`(hexadecimal: String, expected: NetlinkError) {
        #expect(outcome(bytes(hexadecimal: hexadecimal)) == .failure(expected))
    }

    @Test func `attributes nested deeper than any message has are refused, however deep`() throws {
        for depth in [7, 8, 9, 1000] {
            var attribute = bytes(hexadecimal: "08000100ffffffff")
            for _ in 0..<depth {
                let length = UInt16(attribute.count + 4)
                attribute = [UInt8(length & 0xff), UInt8(length >> 8), 1, 0x80] + attribute
            }
            func descend(_ attributes: NetlinkAttributes, _ steps: Int) throws(NetlinkError) -> UInt32? {
                guard steps > 0 else { return try attributes.uint32(1) }
                guard let inner = try attributes.nested(1) else { return nil }
                return try descend(inner, steps - 1)
            }
            do throws(NetlinkError) {
                #expect(try descend(try NetlinkAttributes(attribute, depth: 0), depth) == .max)
                #expect(depth < 8)
            } catch {
                #expect(error == .tooDeep(limit: 8) && depth >= 8)
            }
        }
    }

    @Test func `random bytes never trap`() {
        forRandom(2000) { random in
            let count = Int(random.next() % 256)
            var noise = (0..<count).map { _ in random.edgy(UInt8.self) }
            // Often a header that is right, so that the attributes are reached.
            if count > 20, random.next() % 2 == 0 {
                noise.replaceSubrange(0..<6, with: [UInt8(count & 0xff), 0, 0, 0, 0x01, 0x14])
            }
            for message in (try? NetlinkMessage.messages(in: noise)) ?? [] {
                guard let attributes = try? message.attributes() else { continue }
                _ = try? attributes.text(2)
                _ = try? attributes.uint64(4)
                _ = try? attributes.all(16)
            }
            return true
        }
    }

    @Test func `a request is what rdma(8) sends: header, flags, attributes`() {
        #expect(
            NetlinkSocket.request(type: 5 << 10 | 5, dumps: true, attributes: NetlinkSocket.attribute(1, 3))
                == bytes(hexadecimal: "18000000051401030100000000000000" + "0800010003000000"))
        #expect(
            NetlinkSocket.attribute(69, "uverbs") == bytes(hexadecimal: "0b004500757665726273" + "0000"))
    }

    @Test func `a driver's number has the name that ib_user_ioctl_verbs.h gives it`() {
        let known: [UInt32: String] = [1: "mlx5", 6: "bnxt_re", 9: "irdma", 14: "rxe", 17: "efa", 18: "siw"]
        for (number, name) in known { #expect(RDMANetlink.driverName(number) == name) }
        for number: UInt32 in [0, 21, .max] { #expect(RDMANetlink.driverName(number) == nil) }
    }
}
