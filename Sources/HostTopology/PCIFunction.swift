/// A function on the PCI bus, as sysfs tells it. What is not told is `nil`.
public struct PCIFunction: Sendable, Hashable {
    /// `0000:3b:00.0`
    public var address: String?
    /// Four hexadecimal digits each, without `0x`.
    public var vendorID: String?
    public var deviceID: String?
    public var subsystemVendorID: String?
    public var subsystemDeviceID: String?
    /// The kernel's driver: `mlx5_core`, `efa`.
    public var driver: String?
    /// `nil` also where the firmware says -1.
    public var numaNode: Int?
    /// The processors near to it, as the kernel lists them: `0-15,32-47`.
    public var localCPUs: String?
    /// Megatransfers a second on each lane.
    public var speed: UInt64?
    public var maximumSpeed: UInt64?
    /// Lanes.
    public var width: UInt64?
    public var maximumWidth: UInt64?

    /// Reads a device's folder, such as `sys/class/infiniband/mlx5_0/device`.
    /// - Returns: `nil` where there is no such thing.
    public init?(at folder: String, of root: HostRoot) {
        guard root.exists(folder) else { return nil }
        let uevent = PCIFunction.uevent(root.text(of: "\(folder)/uevent"))
        address =
            uevent["PCI_SLOT_NAME"] ?? root.linkedName(of: folder).flatMap { PCIFunction.isAddress($0) ? $0 : nil }
        vendorID = root.text(of: "\(folder)/vendor").flatMap(PCIFunction.number)
        deviceID = root.text(of: "\(folder)/device").flatMap(PCIFunction.number)
        subsystemVendorID = root.text(of: "\(folder)/subsystem_vendor").flatMap(PCIFunction.number)
        subsystemDeviceID = root.text(of: "\(folder)/subsystem_device").flatMap(PCIFunction.number)
        driver = root.linkedName(of: "\(folder)/driver") ?? uevent["DRIVER"]
        numaNode = root.integer(of: "\(folder)/numa_node").flatMap { $0 < 0 ? nil : $0 }
        localCPUs = root.text(of: "\(folder)/local_cpulist").flatMap {
            Host.processorCount(inList: $0) == nil ? nil : $0
        }
        speed = root.text(of: "\(folder)/current_link_speed").flatMap(PCIFunction.megatransfers)
        maximumSpeed = root.text(of: "\(folder)/max_link_speed").flatMap(PCIFunction.megatransfers)
        width = root.text(of: "\(folder)/current_link_width").flatMap(PCIFunction.lanes)
        maximumWidth = root.text(of: "\(folder)/max_link_width").flatMap(PCIFunction.lanes)
    }

    /// The lines `NAME=value` of a file `uevent`.
    private static func uevent(_ text: String?) -> [String: String] {
        var values: [String: String] = [:]
        for line in (text ?? "").split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
        return values
    }

    /// Whether a text is domain, bus, device and function: `0000:3b:00.0`.
    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let last = parts.last, parts[0].utf8.count >= 4, parts[1].utf8.count == 2,
            last.utf8.count == 4
        else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") }
    }

    /// The digits of `0x15b3`.
    static func number(_ text: String) -> String? {
        guard text.hasPrefix("0x"), text.utf8.count == 6, text.dropFirst(2).allSatisfy({ $0.isHexDigit }) else {
            return nil
        }
        return String(text.dropFirst(2)).lowercased()
    }

    /// The rate of `16.0 GT/s PCIe`, `2.5 GT/s` or `Unknown`.
    static func megatransfers(_ text: String) -> UInt64? {
        let words = text.split(separator: " ")
        guard words.count >= 2, words[1] == "GT/s" else { return nil }
        let parts = words[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first.flatMap({ UInt64($0) }), whole > 0, whole < 100_000 else {
            return nil
        }
        guard parts.count == 2 else { return whole * 1000 }
        guard parts[1].utf8.count == 1, let tenth = UInt64(parts[1]) else { return nil }
        return whole * 1000 + tenth * 100
    }

    /// A number of lanes; 0 and 255 stand for a link that is not there or not known.
    static func lanes(_ text: String) -> UInt64? { UInt64(text).flatMap { (1...64).contains($0) ? $0 : nil } }
}
