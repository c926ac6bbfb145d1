import ClusterCore
import Foundation
import RDMAModel
import Testing

/// What the tool tells of a guest's device, beside what the kernel's own tools tell.
@Suite(.serialized, .enabled(if: LabSession.isAskedFor, "lab tests are asked for with LAB_TESTS=1"))
struct DevicesLabTests {
    private func inventory(_ scenario: ProbeScenario, _ options: String = "") throws -> DeviceInventory {
        let outcome = try scenario.lab.run("\(ProbeScenario.tool) devices --format json \(options)")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.diagnostics)")
        return try JSONDecoder().decode(DeviceInventory.self, from: Data(outcome.output.utf8))
    }

    private func list(_ scenario: ProbeScenario, _ command: String) throws -> [[String: Any]] {
        let outcome = try scenario.lab.run(command)
        return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]] ?? []
    }

    @Test func `device, port, interface and addresses are those that rdma(8) and ip(8) tell`() throws {
        let scenario = try ProbeScenario()
        let inventory = try inventory(scenario)
        let device = try #require(inventory.devices?.first)
        let port = try #require(device.ports.first)
        let link = try #require(try list(scenario, "rdma -j link").first)
        #expect(inventory.devices?.count == 1 && device.ports.count == 1)
        #expect(device.name == link["ifname"] as? String && port.number == link["port"] as? Int)
        #expect(port.state?.uppercased() == link["state"] as? String)
        #expect(port.physicalState?.uppercased() == link["physical_state"] as? String)
        #expect(port.netdev?.name == link["netdev"] as? String)
        let told = try #require(try list(scenario, "rdma -j dev").first)
        #expect(device.nodeType == (told["node_type"] as? String == "rnic" ? "rnic" : "channel_adapter"))
        #expect(device.nodeGUID == told["node_guid"] as? String)
        #expect(device.driver == (ProbeScenario.isIWARP ? "siw" : "rxe"))
        let interface = try #require(try list(scenario, "ip -j addr show dev \(port.netdev?.name ?? "")").first)
        #expect(port.netdev?.mtuBytes == interface["mtu"] as? UInt64)
        #expect(port.netdev?.hardwareAddress == interface["address"] as? String)
        let addresses = (interface["addr_info"] as? [[String: Any]] ?? []).compactMap { entry in
            (entry["local"] as? String).map { "\($0)/\(entry["prefixlen"] as? Int ?? -1)" }
        }
        #expect(Set(port.netdev?.addresses ?? []) == Set(addresses) && addresses.count == 3)
        #expect(try scenario.lab.run("rdma system").output.contains("netns shared"))
        #expect(inventory.host.networkNamespaceMode == .shared)
        #expect(inventory.host.name == "h1" && inventory.host.memlockLimitBytes == 8_388_608)
        #expect(port.transport == (ProbeScenario.isIWARP ? .iWARP : .roceV2))
        // The lab's MTU of 9000 makes room for 4096 (Docs/Lab.md).
        #expect(port.activeMTUBytes == 4096 && port.maximumMTUBytes == 4096)
        #expect(device.limits != nil && device.inUse != nil && device.software && device.pci == nil)
        if !ProbeScenario.isIWARP {
            let bare = Set(addresses.compactMap { $0.split(separator: "/").first.map(String.init) })
            #expect(Set((port.gids ?? []).compactMap(\.address)) == bare)
        }
        #expect(!inventory.findings.contains { $0.severity > .information }, "\(inventory.findings)")
    }

    @Test(arguments: ["ipv4", "ipv6"]) func `the GID that would be used is the one that a probe uses`(family: String)
        throws
    {
        let scenario = try ProbeScenario()
        let port = try #require(try inventory(scenario, "--family \(family)").devices?.first?.ports.first)
        let source = family == "ipv4" ? "10.77.0.1" : "fd77::1"
        let (report, outcome) = try scenario.probe(
            "selftest \(ProbeScenario.patient) --source \(source) --sizes 64 --count 20 --operations read")
        #expect(outcome.status == 0, "\(report.words)")
        #expect(report.host.device?.transport == port.transport)
        #expect(report.host.device?.driver == (ProbeScenario.isIWARP ? "siw" : "rxe"))
        // The interface's speed is a label that the lab gives it; the inventory takes the same.
        #expect(report.host.device?.rate == 10_000_000_000 && port.rate == 10_000_000_000)
        guard !ProbeScenario.isIWARP else { return }
        let chosen = try #require(port.gids?.first { $0.index == port.chosen?.index })
        #expect(chosen.address == source)
        #expect([source, "::ffff:\(source)"].contains(report.host.device?.gid))
    }

    @Test func `a tree that was captured in a guest tells the same on this host`() throws {
        let scenario = try ProbeScenario()
        let live = try inventory(scenario)
        let taken = try scenario.lab.run("\(ProbeScenario.tool) capture /tmp/h1.tar")
        #expect(taken.status == 0, "\(taken.diagnostics)")
        // The speed of the loopback interface gives EINVAL, as does the interface of a GID of iWARP.
        #expect(taken.output.contains("EINVAL") && taken.output.contains("recorded as such"))
        let packed = try scenario.lab.run("base64 -w0 /tmp/h1.tar")
        let folder = FileManager.default.temporaryDirectory.appending(path: "capture-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try #require(Data(base64Encoded: packed.output)).write(to: folder.appending(path: "h1.tar"))
        func run(_ words: [String]) throws -> Data {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = words
            process.currentDirectoryURL = folder
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            return data
        }
        _ = try run(["tar", "--no-same-owner", "-xf", "h1.tar"])
        let data = try run([ProbeScenario.tool, "devices", "--root", "capture", "--format", "json"])
        var read = try JSONDecoder().decode(DeviceInventory.self, from: data)
        #expect(read.host.captured)
        read.host.captured = false
        // The kernel makes and drops objects of its own as it likes.
        read.devices?[0].inUse = live.devices?[0].inUse
        #expect(read == live)
    }

    @Test func `a test counts what crossed the wire at both ends, where the driver counts`() throws {
        let scenario = try ProbeScenario()
        try scenario.serve()
        let (report, outcome) = try scenario.probe("test h2 \(ProbeScenario.small)")
        #expect(outcome.status == 0, "\(report.words)")
        let samples = report.latency.reduce(0) { $0 + $1.samples }
        for end in [report.host, report.peer].compactMap(\.self) {
            let counters = try #require(end.counters)
            if ProbeScenario.isIWARP {
                // siw has no counters: none is told, and none is 0.
                #expect(counters.isEmpty)
            } else {
                for name in ["sent_packets", "received_packets"] {
                    let counter = try #require(counters.first { $0.name == name })
                    #expect(try #require(counter.change) >= samples, "\(end.name) \(name)")
                }
                #expect(counters.first { $0.name == "link_downed" }?.change == 0)
            }
        }
    }
}
