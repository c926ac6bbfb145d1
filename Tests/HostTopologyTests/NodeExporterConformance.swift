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
        try TextArchive.unpack(folder + "/sys.ttar", into: tree)
        host = ObservedHost.read(at: HostRoot(path: tree.path))
        samples = try String(contentsOf: URL(filePath: folder + "/e2e-output.txt"), encoding: .utf8)
            .split(separator: "\n").compactMap { Self.sample($0) }
    }

    /// The names in a folder of the tree, by the plainest reading; none where it is not there.
    private func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: tree.absolute(folder))) ?? []).sorted()
    }

    /// The text of a file of the tree, by the plainest reading; `nil` where it is not there.
    private func text(_ file: String) -> String? {
        let text = try? String(contentsOf: URL(filePath: tree.absolute(file)), encoding: .utf8)
        return text.map { String($0.split(whereSeparator: \.isWhitespace).joined(separator: " ")) }
    }

    /// The folders in a folder: files such as `bonding_masters` are no devices.
    private func folders(_ folder: String) -> [String] {
        names(folder).filter {
            (try? FileManager.default.contentsOfDirectory(atPath: tree.absolute("\(folder)/\($0)"))) != nil
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
        let names = folders("sys/class/net")
        #expect(host.networkInterfaces.elements.map(\.name) == names)
        var compared: Set<String> = []
        // The exporter says nothing, or that it is unknown, of what is not known here.
        func isSame(_ own: String?, _ label: String?) -> Bool { (own ?? "") == (label == "unknown" ? "" : label ?? "") }
        for sample in named("node_network_") {
            // Some of its devices come from /proc.
            guard let name = sample.labels["device"], names.contains(name) else { continue }
            let interface = try #require(host.networkInterfaces.elements.first { $0.name == name }, "\(name)")
            let isRead: Bool
            switch sample.name {
            case "node_network_info":
                isRead =
                    isSame(interface.hardwareAddress.value, sample.labels["address"])
                    && isSame(interface.duplex.value, sample.labels["duplex"])
                    && isSame(interface.operationalState.value, sample.labels["operstate"])
                    && isSame(interface.isUp.value.map { $0 ? "up" : "down" }, sample.labels["adminstate"])
            case "node_network_mtu_bytes": isRead = interface.mtu.value.map { Double($0.bytes) } == sample.value
            case "node_network_speed_bytes":
                isRead = interface.speed.value.map { Double($0.bitsPerSecond) / 8 } == sample.value
            case "node_network_carrier": isRead = interface.hasCarrier.value == (sample.value == 1)
            case "node_network_protocol_type": isRead = interface.hardwareType.value.map { Double($0) } == sample.value
            case "node_network_iface_id": isRead = interface.index.value.map { Double($0) } == sample.value
            default: continue
            }
            compared.insert(name)
            #expect(isRead, "\(sample)")
        }
        // Of some the exporter says nothing, as of those without an address.
        let told = Set(named("node_network_").compactMap { $0.labels["device"] })
        #expect(compared == told.intersection(names))
        for interface in host.networkInterfaces.elements {
            // The exporter gives no speed where the kernel says -1.
            switch text("sys/class/net/\(interface.name)/speed") {
            case nil: #expect(interface.speed.reason == .absent, "\(interface.name)")
            case "-1"?: #expect(interface.speed.reason == .notTold, "\(interface.name)")
            default: break
            }
        }
    }

    @Test func `R16 InfiniBand devices are read as the node exporter reads them`() throws {
        #expect(host.rdmaDevices.elements.map(\.name) == folders("sys/class/infiniband"))
        var compared: Set<String> = []
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
            compared.insert(name)
            #expect(isSame, "\(sample)")
        }
        #expect(compared == Set(host.rdmaDevices.elements.map(\.name)))
    }

    @Test func `R16 PCI functions are read as the node exporter reads them`() throws {
        #expect(host.pciDevices.elements.map(\.address) == names("sys/bus/pci/devices"))
        var compared: Set<String> = []
        // What is not known is -1 to the exporter, or nothing.
        func isSame(_ own: Double?, _ value: Double) -> Bool { own == value || own == nil && value == -1 }
        for sample in named("node_pcidevice_") {
            let labels = sample.labels
            let address =
                "\(labels["segment"] ?? ""):\(labels["bus"] ?? ""):\(labels["device"] ?? "").\(labels["function"] ?? "")"
            let device = try #require(host.pciDevices.elements.first { $0.address == address }, "\(address)")
            let isRead: Bool
            switch sample.name {
            case "node_pcidevice_info":
                let parent =
                    "\(labels["parent_segment"] ?? ""):\(labels["parent_bus"] ?? ""):"
                    + "\(labels["parent_device"] ?? "").\(labels["parent_function"] ?? "")"
                isRead =
                    device.classCode.value.map { "0x\($0)" } == labels["class_id"]
                    && device.vendorID.value.map { "0x\($0)" } == labels["vendor_id"]
                    && device.deviceID.value.map { "0x\($0)" } == labels["device_id"]
                    && device.subsystemVendorID.value.map { "0x\($0)" } == labels["subsystem_vendor_id"]
                    && device.subsystemDeviceID.value.map { "0x\($0)" } == labels["subsystem_device_id"]
                    && (device.parent ?? "*:*:*.*") == parent
            case "node_pcidevice_current_link_transfers_per_second":
                isRead = isSame(device.speed.value.map { Double($0) * 1e6 }, sample.value)
            case "node_pcidevice_max_link_transfers_per_second":
                isRead = isSame(device.maximumSpeed.value.map { Double($0) * 1e6 }, sample.value)
            case "node_pcidevice_current_link_width":
                isRead = isSame(device.width.value.map { Double($0) }, sample.value)
            case "node_pcidevice_max_link_width":
                isRead = isSame(device.maximumWidth.value.map { Double($0) }, sample.value)
            case "node_pcidevice_numa_node": isRead = isSame(device.numaNode.value.map { Double($0) }, sample.value)
            case "node_pcidevice_sriov_totalvfs":
                // The exporter says 0 where there is no such file.
                isRead =
                    device.maximumVirtualFunctions.value.map { Double($0) } == sample.value
                    || (sample.value == 0 && device.maximumVirtualFunctions.reason == .absent)
            default: continue
            }
            compared.insert(address)
            #expect(isRead, "\(sample)")
        }
        #expect(compared == Set(host.pciDevices.elements.map(\.address)))
    }

    @Test func `R16 block devices, memory controllers and sensors are what the tree holds`() throws {
        // Taken of the tree's own files: the exporter's metrics of disks come from /proc.
        let drives = folders("sys/block")
        #expect(host.blockDevices.elements.map(\.name).filter(drives.contains) == drives)
        for device in host.blockDevices.elements where drives.contains(device.name) {
            let folder = "sys/block/\(device.name)"
            let sectors = text("\(folder)/size").flatMap { UInt64($0) }
            #expect(device.size.value?.bytes == sectors.map { $0 * 512 }, "\(device.name)")
            #expect(device.isRotational.value == text("\(folder)/queue/rotational").map { $0 == "1" }, "\(device.name)")
        }
        for sample in named("node_edac_csrow_") {
            guard let row = sample.labels["csrow"], row != "unknown", let controller = sample.labels["controller"]
            else {
                continue
            }
            let module = try #require(host.memory.modules.elements.first { $0.name == "mc\(controller)/csrow\(row)" })
            let count =
                sample.name.contains("uncorrectable") ? module.uncorrectedErrors.value : module.correctedErrors.value
            #expect(count.map { Double($0) } == sample.value, "\(sample)")
        }
        for sample in named("node_thermal_zone_temp") {
            let zone = try #require(
                host.thermalZones.value?.first { $0.name == "thermal_zone\(sample.labels["zone"] ?? "")" }, "\(sample)")
            #expect(zone.kind.value == sample.labels["type"])
            #expect(zone.temperature.value.map { Double($0.millidegrees) / 1000 } == sample.value)
        }
        if let table = named("node_dmi_info").first?.labels {
            #expect(host.firmware.biosDate.value == table["bios_date"])
            #expect(host.firmware.product.value == table["product_name"])
        }
    }
}
