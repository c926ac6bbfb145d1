/// A network interface as sysfs tells it. What is not told is `nil`.
public struct NetworkInterface: Sendable, Hashable {
    public var name: String
    /// The number that the kernel gives it.
    public var index: Int?
    /// Whether it is set up; not whether it has a carrier.
    public var isUp: Bool?
    /// `up`, `down`, `lowerlayerdown`, `unknown`.
    public var operationalState: String?
    /// Bytes.
    public var mtu: UInt64?
    /// Bits a second; the kernel says -1 where it does not know.
    public var bitsPerSecond: UInt64?
    /// `52:54:00:4c:41:01`
    public var hardwareAddress: String?
    /// The NUMA node of the adapter behind it.
    public var numaNode: Int?
    /// The port of an adapter with several, counted from 0.
    public var devicePort: Int?

    /// Reads an interface.
    /// - Returns: `nil` where there is none of that name.
    public init?(named name: String, at root: HostRoot) {
        guard let base = NetworkInterface.folder(name), root.names(in: base) != nil else { return nil }
        self.name = name
        index = root.integer(of: "\(base)/ifindex")
        isUp = root.text(of: "\(base)/flags").flatMap { text in
            text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16).map { $0 & 1 == 1 } : nil
        }
        operationalState = root.text(of: "\(base)/operstate").flatMap { $0.isEmpty ? nil : $0 }
        mtu = root.integer(of: "\(base)/mtu").flatMap { UInt64(exactly: $0) }
        // A link that is down says -1, some drivers say 0 or 4294967295.
        bitsPerSecond = root.integer(of: "\(base)/speed").flatMap { megabits in
            megabits > 0 && megabits < 100_000_000 ? UInt64(megabits) * 1_000_000 : nil
        }
        hardwareAddress = root.text(of: "\(base)/address").flatMap { $0.isEmpty ? nil : $0 }
        numaNode = FactReader(root: root).numaNode(behind: base).value
        devicePort = root.integer(of: "\(base)/dev_port")
    }

    /// Where an interface's files are; `nil` for what can be no interface's name, so that no name leads elsewhere.
    static func folder(_ name: String) -> String? {
        guard !name.isEmpty, name.utf8.count < 256, name != ".", name != "..", !name.contains("/") else { return nil }
        return "sys/class/net/\(name)"
    }

    /// The names of every interface.
    public static func names(at root: HostRoot) -> [String] { root.names(in: "sys/class/net") ?? [] }
}
