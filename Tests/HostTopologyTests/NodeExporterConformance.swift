import ClusterCore
import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// The captured `/sys` of node_exporter's own tests against the metrics that they expect of it.
@Suite(
    .enabled(if: conformanceData("node_exporter/fixtures/sys.ttar") != nil, "no captured /sys of node_exporter"))
struct `Node exporter Conformance` {
    private let tree: TemporaryTree
    private let host: ObservedHost
    private let samples: [Sample]

    private struct Sample {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    init() throws {
        let folder = try #require(conformanceData("node_exporter/fixtures"))
        tree = try TemporaryTree()
        try Self.unpack(String(contentsOf: URL(filePath: folder + "/sys.ttar"), encoding: .utf8), into: tree)
        host = ObservedHost.read(at: HostRoot(path: tree.path))
        samples = try String(contentsOf: URL(filePath: folder + "/e2e-output.txt"), encoding: .utf8)
            .split(separator: "\n").compactMap { Self.sample($0) }
    }

    /// `Path: NAME`, then `Directory: NAME`, `SymlinkTo: TARGET`, or `Lines: N` and N lines; `EOF` at the end of the last
    /// stands for no line end there.
    private static func unpack(_ archive: String, into tree: TemporaryTree) throws {
        let lines = archive.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.hasPrefix("Path: ") && index + 1 < lines.count {
            let path = String(line.dropFirst(6))
            let next = lines[index + 1]
            if next.hasPrefix("SymlinkTo: ") {
                try tree.link(path, to: String(next.dropFirst(11)))
            } else if next.hasPrefix("Lines: "), let count = Int(next.dropFirst(7)) {
                let text = lines[(index + 2)..<(index + 2 + count)].joined(separator: "\n")
                try tree.write(text.hasSuffix("EOF") ? String(text.dropLast(3)) : text + "\n", to: path)
            }
        }
    }

    /// `name{label="value",…} number`.
    private static func sample(_ line: Substring) -> Sample? {
        guard let open = line.firstIndex(of: "{"), let close = line.lastIndex(of: "}"),
            let value = Double(line[line.index(after: close)...].drop { $0 == " " })
        else { return nil }
        var labels: [String: String] = [:]
        let parts = line[line.index(after: open)..<close].split(separator: "\"", omittingEmptySubsequences: false)
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            labels[String(parts[index].drop { $0 == "," }.dropLast())] = String(parts[index + 1])
        }
        return Sample(name: String(line[..<open]), labels: labels, value: value)
    }

    private func named(_ prefix: String) -> [Sample] { samples.filter { $0.name.hasPrefix(prefix) } }

    @Test func `R16 network interfaces are read as the node exporter reads them`() throws {
        var compared = 0
        for sample in named("node_network_") {
            guard let name = sample.labels["device"],
                let interface = host.networkInterfaces.elements.first(where: { $0.name == name })
            else { continue }
            let isSame: Bool
            switch sample.name {
            case "node_network_info":
                isSame =
                    interface.hardwareAddress.value == sample.labels["address"]
                    && interface.duplex.value == sample.labels["duplex"]
                    && interface.operationalState.value == sample.labels["operstate"]
                    && interface.isUp.value == (sample.labels["adminstate"] == "up")
            case "node_network_mtu_bytes": isSame = interface.mtu.value.map { Double($0.bytes) } == sample.value
            case "node_network_speed_bytes":
                isSame = interface.speed.value.map { Double($0.bitsPerSecond) / 8 } == sample.value
            case "node_network_carrier": isSame = interface.hasCarrier.value == (sample.value == 1)
            case "node_network_protocol_type": isSame = interface.hardwareType.value.map { Double($0) } == sample.value
            case "node_network_iface_id": isSame = interface.index.value.map { Double($0) } == sample.value
            default: continue
            }
            compared += 1
            #expect(isSame, "\(sample)")
        }
        #expect(compared >= 11)
        // The exporter gives no speed where the kernel says -1.
        #expect(host.networkInterfaces.elements.first { $0.name == "bond0" }?.speed.reason == .notTold)
    }

    @Test func `R16 InfiniBand devices are read as the node exporter reads them`() throws {
        var compared = 0
        for sample in named("node_infiniband_") {
            guard let name = sample.labels["device"] else { continue }
            let device = try #require(host.rdmaDevices.elements.first { $0.name == name })
            let port = device.ports.elements.first { "\($0.number)" == sample.labels["port"] }
            let isSame: Bool
            switch sample.name {
            case "node_infiniband_info": isSame = device.firmware.value == sample.labels["firmware_version"]
            case "node_infiniband_state_id": isSame = port?.state.value.map { Double($0) } == sample.value
            case "node_infiniband_rate_bytes_per_second":
                isSame = port?.rate.value.map { Double($0.bitsPerSecond) / 8 } == sample.value
            default: continue
            }
            compared += 1
            #expect(isSame, "\(sample)")
        }
        #expect(compared == 8)
    }

    @Test func `R16 PCI functions are read as the node exporter reads them`() throws {
        var compared = 0
        for sample in named("node_pcidevice_") {
            let labels = sample.labels
            let address =
                "\(labels["segment"] ?? ""):\(labels["bus"] ?? ""):\(labels["device"] ?? "").\(labels["function"] ?? "")"
            let device = try #require(host.pciDevices.elements.first { $0.address == address }, "\(address)")
            let isSame: Bool
            switch sample.name {
            case "node_pcidevice_info":
                let parent =
                    "\(labels["parent_segment"] ?? ""):\(labels["parent_bus"] ?? ""):"
                    + "\(labels["parent_device"] ?? "").\(labels["parent_function"] ?? "")"
                isSame =
                    device.classCode.value.map { "0x\($0)" } == labels["class_id"]
                    && device.vendorID.value.map { "0x\($0)" } == labels["vendor_id"]
                    && device.deviceID.value.map { "0x\($0)" } == labels["device_id"]
                    && device.subsystemVendorID.value.map { "0x\($0)" } == labels["subsystem_vendor_id"]
                    && device.subsystemDeviceID.value.map { "0x\($0)" } == labels["subsystem_device_id"]
                    && (device.parent ?? "*:*:*.*") == parent
            case "node_pcidevice_current_link_transfers_per_second":
                isSame = device.speed.value.map { Double($0) * 1e6 } == sample.value
            case "node_pcidevice_max_link_transfers_per_second":
                isSame = device.maximumSpeed.value.map { Double($0) * 1e6 } == sample.value
            case "node_pcidevice_current_link_width": isSame = device.width.value.map { Double($0) } == sample.value
            case "node_pcidevice_max_link_width": isSame = device.maximumWidth.value.map { Double($0) } == sample.value
            case "node_pcidevice_numa_node": isSame = device.numaNode.value.map { Double($0) } == sample.value
            case "node_pcidevice_sriov_totalvfs":
                // The exporter says 0 where there is no such file.
                isSame =
                    device.maximumVirtualFunctions.value.map { Double($0) } == sample.value
                    || (sample.value == 0 && device.maximumVirtualFunctions.reason == .absent)
            default: continue
            }
            compared += 1
            #expect(isSame, "\(sample)")
        }
        #expect(compared >= 19)
    }

    @Test func `R16 block devices, memory controllers and sensors are what the tree holds`() throws {
        // Taken of the tree's own lines: the exporter's metrics of disks come from /proc.
        #expect(host.blockDevices.elements.contains { $0.name == "dm-5" })
        #expect(host.blockDevices.elements.contains { $0.name == "md0" })
        for device in host.blockDevices.elements where device.name.hasPrefix("dm-") {
            let sectors = try #require(HostRoot(path: tree.path).integer(of: "sys/block/\(device.name)/size"))
            #expect(device.size.value == ByteCount(bytes: UInt64(sectors) * 512))
            #expect(device.isRotational.reason == .absent)
        }
        let modules = try #require(host.memory.modules.value)
        for sample in named("node_edac_csrow_") {
            guard let row = sample.labels["csrow"], row != "unknown" else { continue }
            let module = try #require(modules.first { $0.name == "mc0/csrow\(row)" })
            let count =
                sample.name.contains("uncorrectable") ? module.uncorrectedErrors.value : module.correctedErrors.value
            #expect(count.map { Double($0) } == sample.value, "\(sample)")
        }
        #expect(host.memory.correctsErrors == nil)
        let zone = try #require(named("node_thermal_zone_temp").first)
        let read = try #require(host.thermalZones.value?.first { $0.name == "thermal_zone0" })
        #expect(read.kind.value == zone.labels["type"])
        #expect(read.temperature.value.map { Double($0.millidegrees) / 1000 } == zone.value)
        let table = try #require(named("node_dmi_info").first?.labels)
        #expect(host.firmware.biosDate.value == table["bios_date"])
        #expect(host.firmware.product.value == table["product_name"])
    }
}
