import RDMAModel
import TestSupport
import Testing

/// Which GID is used: one decision for what is shown and what is done.
@Suite struct `The choice of a GID` {
    private static let ipv4 = [UInt8](repeating: 0, count: 10) + [0xff, 0xff, 10, 0, 0, 1]
    private static let ipv6: [UInt8] = [0xfd] + [UInt8](repeating: 0, count: 14) + [1]
    private static let local: [UInt8] = [0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1]

    private func candidates(_ list: [([UInt8], GIDType?, Bool?)]) -> [GIDChoice.Candidate] {
        list.enumerated().map { .init(index: $0.offset, value: $0.element.0, type: $0.element.1, isUp: $0.element.2) }
    }

    @Test func `of none there is no choice, of one it is that one`() {
        #expect(GIDChoice.best(of: []) == nil)
        #expect(GIDChoice.best(of: candidates([(Self.local, .roceV1, false)]))?.index == 0)
        #expect(GIDChoice.best(of: candidates([(Self.local, .roceV1, false)]), family: .ipv4)?.index == 0)
    }

    @Test func `RoCE v2 is before v1 of the same address, wherever they stand`() {
        #expect(GIDChoice.best(of: candidates([(Self.ipv4, .roceV1, true), (Self.ipv4, .roceV2, true)]))?.index == 1)
        #expect(GIDChoice.best(of: candidates([(Self.ipv4, .roceV2, true), (Self.ipv4, .roceV1, true)]))?.index == 0)
    }

    @Test func `an address of the network is before a link-local one, IPv4 before IPv6 where none is asked for`() {
        let all = candidates([(Self.local, .roceV2, true), (Self.ipv6, .roceV2, true), (Self.ipv4, .roceV2, true)])
        #expect(GIDChoice.best(of: all)?.index == 2)
        #expect(GIDChoice.best(of: all, family: .ipv6)?.index == 1)
        #expect(GIDChoice.best(of: Array(all.prefix(2)))?.index == 1)
        #expect(GIDChoice.best(of: Array(all.prefix(1)), family: .ipv6)?.index == 0)
    }

    @Test func `the family that is asked for is before the version: the address decides what the kernel takes`() {
        let all = candidates([(Self.ipv6, .roceV2, true), (Self.ipv4, .roceV1, true)])
        #expect(GIDChoice.best(of: all, family: .ipv4)?.index == 1)
        #expect(GIDChoice.best(of: all)?.index == 0)
    }

    @Test func `an interface that is down is after one that is up or not known`() {
        let all = candidates([(Self.ipv4, .roceV2, false), (Self.ipv4, .roceV1, true), (Self.ipv4, .roceV1, nil)])
        #expect(GIDChoice.best(of: all)?.index == 1)
        #expect(GIDChoice.best(of: [all[0], all[2]])?.index == 2)
    }

    @Test func `the reason names what decided`() throws {
        let down = try #require(GIDChoice.best(of: candidates([(Self.local, .roceV1, false)]), family: .ipv4))
        for words in ["RoCE v1", "no IPv4 address", "link-local", "interface down"] {
            #expect(down.reason.contains(words), "\(down.reason)")
        }
        let alike = try #require(
            GIDChoice.best(of: candidates([(Self.ipv4, .roceV2, true), (Self.ipv4, .roceV2, true)])))
        #expect(alike.reason.contains("lowest index of 2"))
    }

    @Test func `the reason says nothing that the other candidates contradict`() throws {
        // The one with the address that was asked for is down, another is up.
        let down = try #require(
            GIDChoice.best(of: candidates([(Self.ipv4, .roceV2, false), (Self.ipv6, .roceV2, true)]), family: .ipv4))
        #expect(down.index == 0 && down.reason.hasSuffix("interface down"), "\(down.reason)")
        let both = try #require(
            GIDChoice.best(of: candidates([(Self.ipv4, .roceV2, false), (Self.ipv6, .roceV2, false)])))
        #expect(both.reason.hasSuffix("interface down, as all are"), "\(both.reason)")
        // There is another than a link-local address, of the older version.
        let local = try #require(
            GIDChoice.best(of: candidates([(Self.local, .roceV2, true), (Self.ipv4, .roceV1, true)])))
        #expect(local.index == 0 && !local.reason.contains("for want"), "\(local.reason)")
    }

    // MARK: PCIe

    @Test(
        arguments: [
            (8000, 16_000, 8, 16, true), (16_000, 16_000, 16, 16, false), (nil, nil, 8, 16, true),
            (nil, 16_000, 8, 16, true), (8000, 16_000, nil, nil, true), (16_000, 16_000, nil, 16, nil),
            (nil, nil, 16, 16, nil), (nil, nil, nil, nil, nil),
        ] as [(UInt64?, UInt64?, UInt64?, UInt64?, Bool?)])
    func `a link is below its maximum where one figure is, and at it only where both are`(
        speed: UInt64?, maximumSpeed: UInt64?, width: UInt64?, maximumWidth: UInt64?, isBelow: Bool?
    ) {
        var place = PCIPlace()
        (place.speed, place.maximumSpeed, place.width, place.maximumWidth) = (speed, maximumSpeed, width, maximumWidth)
        #expect(place.isBelowMaximum == isBelow)
    }

    @Test func `the order of the candidates changes nothing`() {
        forRandom(500) { random in
            var list = (0..<6).map { index in
                GIDChoice.Candidate(
                    index: index, value: [Self.ipv4, Self.ipv6, Self.local][Int(random.next() % 3)],
                    type: [.roceV1, .roceV2, nil][Int(random.next() % 3)],
                    isUp: [true, false, nil][Int(random.next() % 3)])
            }
            let choice = GIDChoice.best(of: list)
            list.shuffle(using: &random)
            return GIDChoice.best(of: list) == choice
        }
    }

    // MARK: Rates and MTU

    @Test(
        arguments: [
            ("100 Gb/sec (4X EDR)", 100_000_000_000), ("2.5 Gb/sec (1X SDR)", 2_500_000_000),
            ("56 Gb/sec (4X FDR)", 56_000_000_000), ("400 Gb/sec (4X NDR)", 400_000_000_000), ("0 Gb/sec", nil),
            ("", nil), ("100", nil), ("fast", nil), ("-1 Gb/sec", nil), ("1e3 Gb/sec", nil), ("2.55 Gb/sec", nil),
            ("99999999999999999999 Gb/sec", nil), ("100 Mb/sec", nil),
        ] as [(String, UInt64?)])
    func `a rate is read as the kernel writes it, or not at all`(text: String, rate: UInt64?) {
        #expect(InventoryPort.bitsPerSecond(inRate: text) == rate)
    }

    @Test func `Ethernet has its speed from the interface, and SDR there means that the kernel does not know`() {
        func rate(_ text: String?, _ layer: String?, _ netdev: UInt64?) -> UInt64? {
            InventoryPort.rate(text: text, linkLayer: layer, netdevBitsPerSecond: netdev)
        }
        #expect(rate("2.5 Gb/sec (1X SDR)", "Ethernet", 25_000_000_000) == 25_000_000_000)
        #expect(rate("2.5 Gb/sec (1X SDR)", "Ethernet", nil) == nil)
        #expect(rate("100 Gb/sec (4X EDR)", "Ethernet", nil) == 100_000_000_000)
        #expect(rate("2.5 Gb/sec (1X SDR)", "InfiniBand", 25_000_000_000) == 2_500_000_000)
        #expect(rate(nil, nil, nil) == nil)
    }

    /// `iboe_get_mtu` of Linux: 96 bytes of headers.
    @Test(
        arguments: [
            (0, nil), (351, nil), (352, 256), (1500, 1024), (2143, 1024), (2144, 2048), (4191, 2048), (4192, 4096),
            (9000, 4096),
        ] as [(UInt64, UInt64?)])
    func `an interface's MTU leaves room for the largest payload that fits`(netdev: UInt64, roce: UInt64?) {
        #expect(InventoryPort.roceMTU(netdevMTUBytes: netdev) == roce)
    }
}
