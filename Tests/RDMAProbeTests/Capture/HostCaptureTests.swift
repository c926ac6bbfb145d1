import HostTopology
import RDMAModel
import TestSupport
import Testing

@testable import RDMAProbe

/// A captured tree tells what the host told, and a scrubbed one tells it under other names.
@Suite struct `Host capture` {
    static let hosts = ["mlx5", "bnxt_re", "irdma", "efa", "infiniband", "rxe", "siw"]

    private func host(_ name: String) throws -> TemporaryTree {
        let tree = try TemporaryTree()
        try tree.build(host: name)
        return tree
    }

    private func captured(_ tree: TemporaryTree, scrubbing: Bool = false) throws -> (TemporaryTree, HostRoot) {
        let capture = HostCapture.take(
            at: HostRoot(path: tree.path), scrubbing: scrubbing, takenUnixSeconds: 1_795_000_000)
        #expect(capture.account.leftOut == [])
        let copy = try TemporaryTree()
        let names = try copy.untar(capture.archive)
        #expect(names.count >= capture.account.files + capture.account.links)
        return (copy, HostRoot(path: copy.path + "/" + HostCapture.folder))
    }

    @Test(arguments: hosts) func `the copy gives the same inventory and the same counters`(name: String) throws {
        let tree = try host(name)
        let root = HostRoot(path: tree.path)
        let (copy, copyRoot) = try captured(tree)
        #expect(DeviceInventory.read(at: copyRoot) == DeviceInventory.read(at: root))
        #expect(CounterReader(at: copyRoot).readAll() == CounterReader(at: root).readAll())
        #expect(RDMADevice.all(at: copyRoot) == RDMADevice.all(at: root))
        // A copy of the copy is the same again.
        let again = try TemporaryTree()
        try again.untar(HostCapture.take(at: copyRoot, scrubbing: false).archive)
        #expect(
            DeviceInventory.read(at: HostRoot(path: again.absolute(HostCapture.folder)))
                == DeviceInventory.read(at: root))
        withExtendedLifetime(copy) {}
    }

    @Test func `only what is read is copied`() throws {
        let tree = try host("mlx5")
        try tree.write("secret", to: "sys/class/infiniband/mlx5_0/device/vpd")
        try tree.write("secret", to: "proc/1/environ")
        try tree.write("secret", to: "etc/passwd")
        let capture = HostCapture.take(at: HostRoot(path: tree.path), scrubbing: false)
        #expect(!String(decoding: capture.archive, as: UTF8.self).contains("secret"))
    }

    @Test(arguments: ["mlx5", "irdma", "rxe", "siw", "infiniband"])
    func `a scrubbed copy holds no name and no address of the host, and hangs together as before`(name: String) throws {
        let tree = try host(name)
        let before = DeviceInventory.read(at: HostRoot(path: tree.path))
        let capture = HostCapture.take(at: HostRoot(path: tree.path), scrubbing: true)
        let text = String(decoding: capture.archive, as: UTF8.self).lowercased()
        var secrets: [String] = [before.host.name == "node1" ? "node1" : ""]
        for device in before.devices ?? [] {
            secrets += [device.nodeGUID, device.systemImageGUID].compactMap(\.self)
            for port in device.ports {
                secrets += [port.netdev?.hardwareAddress].compactMap(\.self)
                // The prefix of a link-local address, and of an InfiniBand subnet, names nobody.
                secrets += (port.gids ?? []).map(\.gid)
            }
        }
        #expect(secrets.count > 3)
        for secret in secrets where !secret.isEmpty { #expect(!text.contains(secret.lowercased()), "\(secret)") }
        let copy = try TemporaryTree()
        try copy.untar(capture.archive)
        let after = DeviceInventory.read(at: HostRoot(path: copy.path + "/" + HostCapture.folder))
        #expect(after.devices?.map(\.name) == before.devices?.map(\.name))
        for (one, other) in zip(before.devices ?? [], after.devices ?? []) {
            #expect(one.firmware == other.firmware && one.pci == other.pci && one.driver == other.driver)
            for (port, scrubbed) in zip(one.ports, other.ports) {
                #expect(port.transport == scrubbed.transport && port.chosen == scrubbed.chosen)
                #expect(port.netdev?.name == scrubbed.netdev?.name)
                #expect(port.gids?.map(\.index) == scrubbed.gids?.map(\.index))
                #expect(port.gids?.map(\.type) == scrubbed.gids?.map(\.type))
                // What was one address stays one, and what were two stay two.
                #expect(Set((port.gids ?? []).map(\.gid)).count == Set((scrubbed.gids ?? []).map(\.gid)).count)
            }
        }
    }

    @Test func `a GID that was made from a hardware address is made from the replaced one`() throws {
        let (copy, root) = try captured(try host("mlx5"), scrubbing: true)
        let port = try #require(DeviceInventory.read(at: root).devices?[0].ports[0])
        let bytes = try #require(port.netdev?.hardwareAddress).split(separator: ":").compactMap { UInt8($0, radix: 16) }
        let text = try #require(port.gids?[0].gid)
        let gid = try #require(RDMADevice.gidBytes(text))
        #expect(Array(gid.prefix(8)) == [0xfe, 0x80, 0, 0, 0, 0, 0, 0])
        // RFC 4291, appendix A: the universal bit turned, ff:fe in the middle.
        #expect(Array(gid.suffix(8)) == [bytes[0] ^ 2, bytes[1], bytes[2], 0xff, 0xfe, bytes[3], bytes[4], bytes[5]])
        withExtendedLifetime(copy) {}
    }

    @Test func `netlink's answers are scrubbed as well: the GUID in them is that of the file`() throws {
        let tree = try host("rxe")
        let original = bytes(hexadecimal: "01414cfeff005450")
        func holds(_ archive: [UInt8]) -> Bool {
            archive.indices.dropLast(7).contains { Array(archive[$0..<($0 + 8)]) == original }
        }
        let answer = try #require(HostRoot(path: tree.path).bytes(of: "rdmaprobe/netlink/devices"))
        #expect(holds(answer))
        let (copy, root) = try captured(tree, scrubbing: true)
        let scrubbed = try #require(root.bytes(of: "rdmaprobe/netlink/devices"))
        #expect(!holds(scrubbed) && scrubbed.count == answer.count)
        withExtendedLifetime(copy) {}
    }

    // MARK: The archive

    @Test func `tar reads names up to the form's limits, and longer ones are refused`() throws {
        let part = String(repeating: "a", count: 98)
        for (name, fits) in [
            (String(repeating: "n", count: 100), true), (String(repeating: "n", count: 101), false),
            ("\(part)/\(part)", true),
            (String(repeating: "p", count: 155) + "/" + String(repeating: "n", count: 100), true),
            (String(repeating: "p", count: 156) + "/" + String(repeating: "n", count: 99), false),
            ("../etc/passwd", false), ("/etc/passwd", false), ("a//b", false), ("with spaces and ü", true),
        ] {
            var archive = TapeArchive(modified: 0)
            do throws(TapeArchive.Refusal) { try archive.add(file: name, Array("content of \(name.count)".utf8)) } catch
            {
                #expect(!fits, "\(name): \(error)")
                continue
            }
            #expect(fits, "\(name)")
            let tree = try TemporaryTree()
            try tree.untar(archive.bytes)
            #expect(HostRoot(path: tree.path).text(of: name) == "content of \(name.count)")
        }
    }

    @Test(arguments: [0, 1, 511, 512, 513, 65_536]) func `a file of any size comes out as it went in`(size: Int) throws
    {
        var random = SeededRandom(seed: UInt64(size))
        let content = (0..<size).map { _ in random.edgy(UInt8.self) }
        var archive = TapeArchive(modified: .max)
        try archive.add(file: "a", content)
        try archive.add(link: "l", to: "a")
        try archive.add(folder: "f")
        #expect(archive.bytes.count.isMultiple(of: 10_240))
        let tree = try TemporaryTree()
        #expect(try tree.untar(archive.bytes) == ["a", "l", "f/"])
        #expect(size == 65_536 || HostRoot(path: tree.path).bytes(of: "l") == content)
        #expect(HostRoot(path: tree.path).bytes(of: "a")?.count == size)
    }

    @Test func `an archive does not grow beyond its limit`() {
        var archive = TapeArchive(modified: 0)
        let large = [UInt8](repeating: 0, count: 1 << 20)
        var added = 0
        while added < 100 {
            do throws(TapeArchive.Refusal) { try archive.add(file: "f\(added)", large) } catch {
                #expect(error == .archiveFull)
                break
            }
            added += 1
        }
        #expect((60..<64).contains(added))
    }
}
