import ClusterCore
import TestSupport
import Testing

@testable import HostTopology

/// What lies between a port and the processors: cards with a switch of their own, bridges that are narrower than the card.
@Suite struct PlacementWayTests {
    private let bridge = "sys/devices/pci0000:16/0000:16:02.0"

    private func host(_ change: (TemporaryTree) throws -> Void) throws -> ObservedHost {
        let tree = try TemporaryTree()
        try tree.build(host: "two-sockets")
        try change(tree)
        return ObservedHost.read(at: HostRoot(path: tree.path))
    }

    private func bandwidth(_ host: ObservedHost) throws -> [PlacementResult] {
        try PlacementCheck(
            of: host, interrupts: HostInterrupts(), storage: host.storagePorts().ports,
            by: RuleProfile(name: "test", version: "1", rules: PlacementProfile.rules).resolved(in: [])
        ).results.filter { $0.rule == "host.slot_bandwidth" }
    }

    @Test func `a port that is named twice, or by its device, is one port`() throws {
        let host = try host { _ in }
        let (ports, missing) = host.storagePorts(named: ["enp23s0", "mlx5_0", "enp23s0"])
        #expect(ports.map(\.name) == ["enp23s0"])
        #expect(missing.isEmpty)
    }

    /// 8 GT/s with 128b/130b on 4 lanes are 31.5 Gbit/s.
    @Test func `a bridge that is narrower than the card above which it is counts`() throws {
        let host = try host { tree in
            try tree.write("8.0 GT/s PCIe\n", to: "\(bridge)/current_link_speed")
            try tree.write("4\n", to: "\(bridge)/current_link_width")
        }
        let results = try bandwidth(host)
        #expect(results.map(\.outcome) == [.notMet, .met])
        let measured = try #require(results.first?.finding?.measured)
        #expect("\(measured)".hasPrefix("31.51 Gbit/s through bridge 0000:16:02.0 for "))
    }

    @Test func `a card is in the slot of the switch that it has`() throws {
        let host = try host { tree in
            try tree.remove("sys/bus/pci/slots/2")
            try tree.write("0000:16:02\n", to: "sys/bus/pci/slots/4/address")
        }
        let port = try #require(host.storagePorts(named: ["enp23s0"]).ports.first)
        #expect(PlacementPlaces.card(of: port, host).value == "slot 4")
    }

    @Test func `two cards behind one bridge share what it carries`() throws {
        var host = try host { _ in }
        var devices = try #require(host.pciDevices.value)
        let shared = try #require(devices.firstIndex { $0.address == "0000:16:02.0" })
        let source = devices[shared].address
        let card = try #require(devices.firstIndex { $0.address == "0000:65:00.0" })
        devices[card].ancestors = .known(["pci0000:16", source], .derived("a test"))
        // 16 GT/s with 128b/130b on 8 lanes are 126 Gbit/s, for two ports of 100.
        devices[shared].speed = .known(16_000, .derived("a test"))
        devices[shared].width = .known(8, .derived("a test"))
        host.pciDevices = .known(devices, host.pciDevices.source)
        let results = try bandwidth(host)
        #expect(results.map(\.outcome) == [.met, .met, .notMet])
        #expect(results.last?.subject == "host:h1/pci:0000:16:02.0")
        #expect(results.last?.finding?.measured == .text("126.03 Gbit/s for 200 Gbit/s"))
    }
}
