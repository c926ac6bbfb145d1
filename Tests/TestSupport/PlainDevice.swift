import Foundation

/// An RDMA device of a captured tree as its files say by the plainest reading: nothing of the library under test is used.
public struct PlainDevice: Sendable {
    /// A port of it.
    public struct Port: Sendable, Equatable {
        public var number: Int
        public var state: String?
        public var linkLayer: String?
        public var rate: String?
        /// `nil` also where it is zero, as of RoCE.
        public var localIdentifier: UInt64?
        /// By their index.
        public var gids: [Int: String]
        public var types: [Int: String]
        /// The network interfaces that the GIDs name.
        public var gidInterfaces: [Int: String]
    }

    public var name: String
    public var nodeType: String?
    public var nodeGUID: String?
    public var systemImageGUID: String?
    public var firmware: String?
    public var adapterType: String?
    public var board: String?
    /// Whether the tree holds the device's link to hardware and not the marks of software.
    public var isHardware: Bool
    /// The last function that the link goes through.
    public var address: String?
    public var vendorID: String?
    public var driver: String?
    public var numaNode: Int?
    /// The network interfaces below the same device, and which of its ports each is.
    public var siblings: [String: Int?]
    public var ports: [Port]

    /// All devices of a tree in order of their names; `nil` where it has no class of them.
    public static func all(in root: String) -> [PlainDevice]? {
        let folder = root + "/sys/class/infiniband"
        return names(folder)?.filter { names("\(folder)/\($0)") != nil }.map { PlainDevice($0, "\(folder)/\($0)") }
    }

    private init(_ name: String, _ folder: String) {
        self.name = name
        nodeType = Self.text(folder + "/node_type")
        nodeGUID = Self.guid(folder + "/node_guid")
        systemImageGUID = Self.guid(folder + "/sys_image_guid")
        firmware = Self.text(folder + "/fw_ver")
        adapterType = Self.text(folder + "/hca_type")
        board = Self.text(folder + "/board_id")
        let device = folder + "/device"
        let isLinked = Self.target(device) != nil || Self.names(device) != nil
        isHardware =
            isLinked && Self.text(folder + "/parent") == nil
            && Self.text(folder + "/node_desc") != "Software iWARP stack"
        let function = #/[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/#
        let uevent = (Self.text(device + "/uevent") ?? "").split(separator: "\n")
        func told(_ title: String) -> String? {
            uevent.first { $0.hasPrefix(title + "=") }.map { String($0.dropFirst(title.count + 1)) }
        }
        let steps = Self.target(device)?.split(separator: "/").map(String.init) ?? []
        address = told("PCI_SLOT_NAME") ?? steps.last { $0.wholeMatch(of: function) != nil }
        vendorID = Self.text(device + "/vendor").map { $0.replacing("0x", with: "") }
        driver = Self.target(device + "/driver")?.split(separator: "/").last.map(String.init) ?? told("DRIVER")
        numaNode = Self.text(device + "/numa_node").flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
        let interfaces = (Self.names(device + "/net") ?? []).map { name in
            (name, Self.text("\(device)/net/\(name)/dev_port").flatMap { Int($0) })
        }
        siblings = Dictionary(interfaces, uniquingKeysWith: { first, _ in first })
        ports = (Self.names(folder + "/ports") ?? []).compactMap { Int($0) }.sorted().map {
            Self.port($0, "\(folder)/ports/\($0)")
        }
    }

    private static func port(_ number: Int, _ folder: String) -> Port {
        let layer = text(folder + "/link_layer")
        var port = Port(
            number: number, state: text(folder + "/state"), linkLayer: layer, rate: text(folder + "/rate"),
            localIdentifier: text(folder + "/lid").flatMap { UInt64($0.dropFirst(2), radix: 16) }
                .flatMap { $0 == 0 ? nil : $0 }, gids: [:], types: [:], gidInterfaces: [:])
        for name in names(folder + "/gids") ?? [] {
            guard let index = Int(name), let gid = text("\(folder)/gids/\(name)") else { continue }
            // An empty slot: nothing, or on InfiniBand the subnet's prefix alone.
            let told = layer == "InfiniBand" ? gid.suffix(19) : gid[...]
            guard told.contains(where: { $0 != "0" && $0 != ":" }) else { continue }
            port.gids[index] = gid
            port.types[index] = text("\(folder)/gid_attrs/types/\(name)")
            port.gidInterfaces[index] = text("\(folder)/gid_attrs/ndevs/\(name)")
        }
        return port
    }

    /// The interface of a port; several where the files leave it open.
    public func interfaces(of port: Port) -> Set<String> {
        if let index = port.gids.keys.min(), let name = port.gidInterfaces[index] { return [name] }
        return Set(siblings.filter { ports.count == 1 || $0.value == port.number - 1 }.keys)
    }

    private static func guid(_ path: String) -> String? {
        text(path).flatMap { $0.contains { $0 != "0" && $0 != ":" } ? $0 : nil }
    }

    private static func text(_ path: String) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? nil : trimmed
    }

    private static func names(_ path: String) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    private static func target(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }
}
