import Foundation

/// A host larger than any that there is, as a captured tree in a folder of its own.
struct MadeHost {
    let cpus: Int
    let functions: Int
    let path: String

    init(cpus: Int, functions: Int) {
        self.cpus = cpus
        self.functions = functions
        path = FileManager.default.temporaryDirectory.appending(path: "made-host-\(getpid())").path
    }

    /// Writes 16 packages, each a NUMA node, with a first cache for each processor; functions in eights on a bus.
    func build() throws {
        let perPackage = max(1, cpus / 16)
        let nodes = (cpus + perPackage - 1) / perPackage
        try write("0-\(cpus - 1)\n", "sys/devices/system/cpu/online")
        try write("0-\(cpus - 1)\n", "sys/devices/system/cpu/possible")
        try write("0-\(nodes - 1)\n", "sys/devices/system/node/online")
        for node in 0..<nodes {
            let base = "sys/devices/system/node/node\(node)"
            try write(list(of: node, perPackage), "\(base)/cpulist")
            try write(mask(of: node, perPackage), "\(base)/cpumap")
            try write("Node \(node) MemTotal: 134217728 kB\n", "\(base)/meminfo")
            let distances = (0..<nodes).map { $0 == node ? "10" : "20" }
            try write(distances.joined(separator: " ") + "\n", "\(base)/distance")
        }
        for cpu in 0..<cpus {
            let base = "sys/devices/system/cpu/cpu\(cpu)"
            let package = cpu / perPackage
            try write("\(package)\n", "\(base)/topology/physical_package_id")
            try write("\(cpu)\n", "\(base)/topology/core_id")
            try write(list(of: cpu, 1), "\(base)/topology/core_cpus_list")
            try write(mask(of: cpu, 1), "\(base)/topology/core_cpus")
            try write(list(of: package, perPackage), "\(base)/topology/package_cpus_list")
            try write(mask(of: package, perPackage), "\(base)/topology/package_cpus")
            try write("1\n", "\(base)/cache/index0/level")
            try write("Data\n", "\(base)/cache/index0/type")
            try write("32K\n", "\(base)/cache/index0/size")
            try write(list(of: cpu, 1), "\(base)/cache/index0/shared_cpu_list")
            try write(mask(of: cpu, 1), "\(base)/cache/index0/shared_cpu_map")
        }
        for number in 0..<functions {
            let bus = String(number / 8 % 256 + 256, radix: 16).suffix(2)
            let domain = String(number / 2048 + 65_536, radix: 16).suffix(4)
            let address = "\(domain):\(bus):00.\(number % 8)"
            let place = "sys/devices/pci\(domain):\(bus)/\(address)"
            let facts = [
                ("class", "0x020000"), ("vendor", "0x15b3"), ("device", "0x101e"), ("numa_node", "0"),
                ("local_cpus", mask(of: 0, perPackage)), ("local_cpulist", list(of: 0, perPackage)),
            ]
            for (name, text) in facts { try write(text.hasSuffix("\n") ? text : text + "\n", "\(place)/\(name)") }
            try link("../../../devices/pci\(domain):\(bus)/\(address)", "sys/bus/pci/devices/\(address)")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    private func list(of index: Int, _ count: Int) -> String {
        count == 1 ? "\(index)\n" : "\(index * count)-\(min(cpus, (index + 1) * count) - 1)\n"
    }

    /// Words of 32 bits, the highest first.
    private func mask(of index: Int, _ count: Int) -> String {
        var words = [UInt32](repeating: 0, count: (cpus + 31) / 32)
        for cpu in (index * count)..<min(cpus, (index + 1) * count) { words[cpu / 32] |= 1 << UInt32(cpu % 32) }
        return words.reversed().map {
            String(repeating: "0", count: 8 - String($0, radix: 16).count) + String($0, radix: 16)
        }
        .joined(separator: ",") + "\n"
    }

    private func write(_ text: String, _ relative: String) throws {
        let file = "\(path)/\(relative)"
        try makeFolder(of: file)
        try Data(text.utf8).write(to: URL(filePath: file))
    }

    private func link(_ target: String, _ relative: String) throws {
        let file = "\(path)/\(relative)"
        try makeFolder(of: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: target)
    }

    private func makeFolder(of file: String) throws {
        let folder = (file as NSString).deletingLastPathComponent
        if access(folder, F_OK) != 0 {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }
}
