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
        #expect(device.limits != nil && device.inUse != nil && device.software == true && device.pci == nil)
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

    // MARK: Second sources

    /// The words after `key:` in a block of `ibv_devinfo -v`.
    private func told(_ key: String, _ lines: [Substring]) throws -> String {
        let line = try #require(
            lines.first { $0.drop { $0.isWhitespace }.hasPrefix("\(key):") }, "ibv_devinfo tells no \(key)")
        return String(line[line.index(after: try #require(line.firstIndex(of: ":")))...].drop { $0.isWhitespace })
    }

    @Test func `limits, GIDs, MTU and states are those that ibv_devinfo tells`() throws {
        let scenario = try ProbeScenario()
        let device = try #require(try inventory(scenario).devices?.first)
        let port = try #require(device.ports.first)
        let limits = try #require(device.limits)
        let lines = try scenario.lab.run("ibv_devinfo -v").output.split(separator: "\n")
        func number(_ key: String) throws -> Int { try #require(Int(try told(key, lines))) }
        #expect(try told("hca_id", lines) == device.name)
        #expect(try told("transport", lines).hasPrefix(ProbeScenario.isIWARP ? "iWARP" : "InfiniBand"))
        // Software has none: verbs say 0.0.0 for it where the kernel has no file.
        #expect(try told("fw_ver", lines) == device.firmware ?? "0.0.0")
        #expect(try told("node_guid", lines).filter { $0 != ":" } == device.nodeGUID?.filter { $0 != ":" })
        #expect(try number("max_qp") == limits.queuePairs && number("max_qp_wr") == limits.workRequests)
        #expect(try number("max_sge") == limits.scatterGatherEntries)
        #expect(try number("max_cq") == limits.completionQueues && number("max_cqe") == limits.completionQueueEntries)
        #expect(try number("max_mr") == limits.memoryRegions && number("max_pd") == limits.protectionDomains)
        #expect(UInt64(try told("max_mr_size", lines).dropFirst(2), radix: 16) == limits.memoryRegionBytes)
        #expect(try number("max_qp_rd_atom") == limits.readsAsResponder)
        #expect(try number("max_qp_init_rd_atom") == limits.readsAsInitiator)
        #expect(try number("port") == port.number)
        #expect(try told("state", lines).lowercased().hasPrefix("port_\(port.state ?? "")"))
        // It tells none of iWARP.
        if !ProbeScenario.isIWARP {
            #expect(try told("phys_state", lines).lowercased().hasPrefix(port.physicalState ?? "-"))
        }
        #expect(try told("max_mtu", lines).hasPrefix("\(port.maximumMTUBytes ?? 0) "))
        #expect(try told("active_mtu", lines).hasPrefix("\(port.activeMTUBytes ?? 0) "))
        #expect(try told("link_layer", lines) == port.linkLayer)
        // It lists none of siw, and an iWARP device is not addressed by its GID.
        guard !ProbeScenario.isIWARP else { return }
        // `GID[  1]:  ::ffff:10.77.0.1, RoCE v2`; RoCE v1 as eight groups.
        let gids = try lines.filter { $0.contains("GID[") }.map { line in
            let parts = line.split(separator: "]:", maxSplits: 1)
            let index = try #require(Int(parts[0].split(separator: "[")[1].filter(\.isNumber)))
            let text = parts[1].split(separator: ",")[0].drop { $0.isWhitespace }
            return "\(index) \(try IPAddress(parsing: String(text)))"
        }
        let ours = try (port.gids ?? []).map { "\($0.index) \(try IPAddress(parsing: $0.gid))" }
        #expect(gids == ours && !ours.isEmpty)
    }

    /// The counters of the tool, between two readings of another source in one shell: whatever rises meanwhile.
    private func counters(
        _ scenario: ProbeScenario, between command: String
    ) throws -> (before: String, counters: [CounterChange], after: String) {
        let outcome = try scenario.lab.run(
            "\(command); echo @@@; \(ProbeScenario.tool) counters --all --format json; echo @@@; \(command)")
        let parts = outcome.output.split(separator: "@@@\n", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 3, "\(outcome.output)\(outcome.diagnostics)")
        let document = try JSONDecoder().decode(CounterDocument.self, from: Data(parts[1].utf8))
        return (parts[0], document.counters, parts[2])
    }

    @Test func `the network driver's statistics are those of ethtool`() throws {
        let scenario = try ProbeScenario()
        let told = try counters(scenario, between: "ethtool -S eth0")
        func statistics(_ text: String) throws -> [(name: String, value: UInt64)] {
            try text.split(separator: "\n").dropFirst().map { line in
                let colon = try #require(line.lastIndex(of: ":"))
                return (
                    String(line[..<colon].drop { $0 == " " }),
                    try #require(UInt64(line[line.index(after: colon)...].drop { $0 == " " }))
                )
            }
        }
        let (before, after) = (try statistics(told.before), try statistics(told.after))
        let ours = told.counters.filter(\.isEthernet)
        #expect(ours.map { String($0.source.dropFirst("ethtool/".count)) } == before.map(\.name))
        #expect(before.count > 5 && before.contains { $0.value > 0 }, "virtio counts packets and bytes of its queues")
        for (index, counter) in ours.enumerated() where before.count == ours.count && after.count == ours.count {
            let value = try #require(counter.after)
            #expect(before[index].value <= value && value <= after[index].value, "\(counter.source)")
        }
        #expect(ours.allSatisfy { $0.device == ProbeScenario.device && $0.port == 1 })
    }

    @Test func `the counters of the port are those that rdma(8) tells over netlink and those of the files`() throws {
        let scenario = try ProbeScenario()
        let place = "/sys/class/infiniband/\(ProbeScenario.device)/ports/1/hw_counters"
        let told = try counters(
            scenario,
            between: "rdma -j statistic show link \(ProbeScenario.device)/1 2> /dev/null; echo; "
                + "grep -s '' \(place)/* | sed 's:.*/::'")
        let ours = told.counters.filter { !$0.isEthernet && !$0.source.hasPrefix("cm_") && $0.port == 1 }
        guard !ProbeScenario.isIWARP else {
            // siw keeps none: rdma(8) fails, there are no files, and nothing is 0.
            #expect(ours.isEmpty && !told.before.contains(":"))
            return
        }
        func figures(_ text: String) throws -> (netlink: [String: UInt64], files: [String: UInt64]) {
            let lines = text.split(separator: "\n")
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [[String: Any]])
            let files = lines.dropFirst().compactMap { line -> (String, UInt64)? in
                let parts = line.split(separator: ":")
                return parts.count == 2 ? UInt64(parts[1]).map { (String(parts[0]), $0) } : nil
            }
            let netlink = try #require(object.first).compactMapValues { ($0 as? NSNumber)?.uint64Value }
                .filter { !["ifindex", "port"].contains($0.key) }
            return (netlink, Dictionary(files.filter { $0.0 != "lifespan" }) { first, _ in first })
        }
        let (before, after) = (try figures(told.before), try figures(told.after))
        #expect(Set(ours.map(\.source)) == Set(before.netlink.keys))
        #expect(Set(before.files.keys) == Set(before.netlink.keys) && before.netlink.count > 10)
        for counter in ours {
            let value = try #require(counter.after)
            let low = try #require(before.netlink[counter.source])
            let high = try #require(after.netlink[counter.source])
            #expect(low <= value && value <= high, "\(counter.source): \(low) \(value) \(high)")
        }
        #expect(try #require(ours.first { $0.source == "sent_pkts" }?.after) > 0)
    }
}
