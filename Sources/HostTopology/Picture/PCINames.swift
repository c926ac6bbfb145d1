import ClusterCore

/// What PCI's numbers are called.
enum PCINames {
    /// Vendors of what servers of this kind hold, by the numbers that PCI-SIG gave them.
    private static let vendors: [String: String] = [
        "1000": "Broadcom", "1002": "AMD", "1022": "AMD", "102b": "Matrox", "1028": "Dell", "1077": "Marvell",
        "10de": "NVIDIA", "10df": "Emulex", "1179": "Toshiba", "11ab": "Marvell", "1344": "Micron", "1414": "Microsoft",
        "1425": "Chelsio", "144d": "Samsung", "14e4": "Broadcom", "15ad": "VMware", "15b3": "Mellanox",
        "15b7": "SanDisk",
        "1a03": "ASPEED", "1af4": "Red Hat", "1c5c": "SK hynix", "1d0f": "Amazon", "1e0f": "Kioxia", "8086": "Intel",
    ]

    static func vendor(_ number: String?) -> String? { number.flatMap { vendors[$0] } }

    static func kind(of pci: ObservedHost.PCIDevice) -> String {
        let code = pci.classCode.value ?? ""
        let names = [
            ("0104", "RAID"), ("0106", "SATA"), ("0107", "SAS"), ("0108", "NVMe"), ("01", "storage"),
            ("0200", "Ethernet"),
            ("0207", "InfiniBand"), ("02", "network"), ("03", "display"), ("0b40", "coprocessor"),
            ("12", "accelerator"),
            ("06", "bridge"), ("0c03", "USB"), ("0c06", "InfiniBand"),
        ]
        return names.first { code.hasPrefix($0.0) }?.1 ?? (code.isEmpty ? "device of unknown class" : "device")
    }

    static func role(of pci: ObservedHost.PCIDevice) -> DrawingRole {
        let code = pci.classCode.value ?? ""
        return code.hasPrefix("02") || code.hasPrefix("0c06") ? .network : code.hasPrefix("01") ? .storage : .device
    }

    /// `16 GT/s`, `2.5 GT/s`
    static func transfers(_ megatransfers: UInt64) -> String {
        megatransfers % 1000 == 0
            ? "\(megatransfers / 1000) GT/s" : "\(megatransfers / 1000).\(megatransfers % 1000 / 100) GT/s"
    }
}

extension ObservedHost.PCIDevice {
    /// Who made the chip, where the number is one that servers of this kind hold; `PCI vendor 1234` for others, and `nil` where the
    /// number is not known.
    public var vendorName: String? {
        vendorID.value.map { PCINames.vendor($0) ?? "PCI vendor \($0)" }
    }
}
