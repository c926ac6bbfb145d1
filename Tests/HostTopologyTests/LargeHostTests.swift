import TestSupport
import Testing

@testable import HostTopology

/// Hosts larger than any that there is.
@Suite struct `A large host` {
    /// A host with so many processors and PCI functions.
    private func build(_ tree: TemporaryTree, cpus: Int, functions: Int) throws {
        try tree.write("0-\(cpus - 1)\n", to: "sys/devices/system/cpu/online")
        let perPackage = max(1, cpus / 16)
        for cpu in 0..<cpus {
            let base = "sys/devices/system/cpu/cpu\(cpu)"
            let package = cpu / perPackage
            let packageList = "\(package * perPackage)-\(min(cpus, (package + 1) * perPackage) - 1)\n"
            try tree.write("\(package)\n", to: "\(base)/topology/physical_package_id")
            try tree.write("\(cpu)\n", to: "\(base)/topology/core_cpus_list")
            try tree.write(packageList, to: "\(base)/topology/package_cpus_list")
            try tree.write("1\n", to: "\(base)/cache/index0/level")
            try tree.write("\(cpu)\n", to: "\(base)/cache/index0/shared_cpu_list")
        }
        for number in 0..<functions {
            let bus = String(number / 8 % 256 + 256, radix: 16).suffix(2)
            let domain = String(number / 2048 + 65_536, radix: 16).suffix(4)
            let address = "\(domain):\(bus):00.\(number % 8)"
            let place = "sys/devices/pci\(domain):\(bus)/\(address)"
            try tree.write("0x020000\n", to: "\(place)/class")
            try tree.write("0\n", to: "\(place)/numa_node")
            try tree.link("sys/bus/pci/devices/\(address)", to: "../../../devices/pci\(domain):\(bus)/\(address)")
        }
    }

    /// Time is measured by what is asked of the kernel, which no other work on the machine changes.
    private func looks(cpus: Int, functions: Int) throws -> Int {
        let tree = try TemporaryTree()
        try build(tree, cpus: cpus, functions: functions)
        let recorder = ReadRecorder()
        let host = ObservedHost.read(at: HostRoot(path: tree.path, recorder: recorder))
        #expect(host.cpus.list.value?.count == cpus)
        #expect(host.packages.value?.count == min(16, cpus))
        #expect(host.caches.value?.count == cpus)
        #expect(host.pciDevices.value?.count == functions)
        return recorder.recorded.count
    }

    @Test func `what is read grows with the number of processors and of functions, and no faster`() throws {
        let base = try looks(cpus: 16, functions: 16)
        let more = try looks(cpus: 80, functions: 80)
        let most = try looks(cpus: 144, functions: 144)
        #expect(more > base)
        #expect(most - more == more - base)
    }

    @Test func `of more names than any host has the list is unknown, never a part of it`() throws {
        let tree = try TemporaryTree()
        for number in 0..<(HostRoot.directoryLimit + 10) {
            try tree.makeFolder("sys/class/net/n\(number)")
        }
        let host = ObservedHost.read(at: HostRoot(path: tree.path))
        #expect(host.networkInterfaces.reason == .beyondLimit)
    }

    @Test(.enabled(if: environment("LAB_SOAK") == "1", "soak: a tree of 4096 processors and 10000 functions"))
    func `4096 processors and 10000 PCI functions are read, each whole`() throws {
        let tree = try TemporaryTree()
        try build(tree, cpus: 4096, functions: 10_000)
        let host = ObservedHost.read(at: HostRoot(path: tree.path))
        let cpus = try #require(host.cpus.list.value)
        #expect(cpus.map(\.number) == Array(0..<4096))
        #expect(cpus.allSatisfy { $0.package.value == $0.number / 256 })
        #expect(host.packages.value?.count == 16)
        #expect(host.packages.elements.allSatisfy { $0.cpus.count == 256 })
        #expect(host.caches.value?.count == 4096)
        let functions = try #require(host.pciDevices.value)
        #expect(functions.count == 10_000 && Set(functions.map(\.address)).count == 10_000)
        #expect(functions.allSatisfy { $0.classCode.value == "020000" && $0.numaNode.value == 0 })
        #expect(functions.allSatisfy { $0.ancestors.value?.count == 1 })
    }
}
