import Foundation
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

    /// A host with everything in it that names somebody in ways of its own: udev's names by address, labels of the host's
    /// name, a description by an administrator.
    private func namedHost() throws -> TemporaryTree {
        let tree = try host("rxe")
        try tree.write("node17.example.net\n", to: "proc/sys/kernel/hostname")
        try tree.write("NODE17:rack4-u12 storage\n", to: "sys/devices/virtual/infiniband/rxe0/node_desc")
        try tree.write("6.1.0-node17\n", to: "proc/sys/kernel/osrelease")
        return tree
    }

    @Test func `a description, and the host's name in any case and company, are replaced`() throws {
        let tree = try namedHost()
        let capture = HostCapture.take(at: HostRoot(path: tree.path), scrubbing: true)
        let text = String(decoding: capture.archive, as: UTF8.self).lowercased()
        for secret in ["node17", "rack4", "u12", "example.net"] { #expect(!text.contains(secret), "\(secret)") }
        #expect(text.contains("6.1.0-host-1"))
        withExtendedLifetime(tree) {}
    }

    @Test func `what software calls itself is kept, since it tells that it is software`() throws {
        let (copy, root) = try captured(try host("siw"), scrubbing: true)
        #expect(root.text(of: "sys/class/infiniband/siw0/node_desc") == "Software iWARP stack")
        withExtendedLifetime(copy) {}
    }

    /// systemd.net-naming-scheme(7): `x` and the address; rdma_rename of rdma-core: `rocex525400c0fe123455`.
    @Test func `names that spell out an address or a GUID are replaced everywhere alike, netlink's answers included`()
        throws
    {
        let tree = try host("rxe")
        let root = HostRoot(path: tree.path)
        let (interface, device) = ("enx5254004c4101", "rocex505400fffe4c4101")
        func attribute(_ type: UInt8, _ value: [UInt8]) -> [UInt8] {
            [UInt8(4 + value.count), 0, type, 0] + value
                + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        }
        func message(_ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
            [UInt8(16 + payload.count), 0, 0, 0, type, 0x14, 2, 0] + [UInt8](repeating: 0, count: 8) + payload
        }
        let done = bytes(hexadecimal: "14000000030002000100000096000000" + "00000000")
        let ports =
            message(
                5,
                attribute(1, [0, 0, 0, 0]) + attribute(2, Array(device.utf8) + [0]) + attribute(3, [1, 0, 0, 0])
                    + attribute(12, [4]) + attribute(50, [2, 0, 0, 0]) + attribute(51, Array(interface.utf8) + [0]))
            + done
        let names =
            message(
                1,
                attribute(1, [0, 0, 0, 0]) + attribute(2, Array(device.utf8) + [0])
                    + attribute(6, bytes(hexadecimal: "01414cfeff005450")) + attribute(67, Array("roce".utf8) + [0]))
            + done
        try tree.write(names, to: "rdmaprobe/netlink/devices")
        try tree.write(ports, to: "rdmaprobe/netlink/ports-0")
        try FileManager.default.moveItem(
            atPath: tree.absolute("sys/devices/virtual/infiniband/rxe0"),
            toPath: tree.absolute("sys/devices/virtual/infiniband/\(device)"))
        try tree.remove("sys/class/infiniband/rxe0")
        try tree.link("sys/class/infiniband/\(device)", to: "../../devices/virtual/infiniband/\(device)")
        let net = try #require(root.linkTarget(of: "sys/class/net/eth0"))
        try tree.remove("sys/class/net/eth0")
        try tree.link("sys/class/net/\(interface)", to: net)
        try tree.link("sys/class/net/\(interface).711", to: net)
        let before = try #require(DeviceInventory.read(at: root).devices?.first)
        #expect(before.name == device && before.ports[0].netdev?.name == interface)
        let (copy, scrubbed) = try captured(tree, scrubbing: true)
        let after = try #require(DeviceInventory.read(at: scrubbed).devices?.first)
        #expect(after.name.hasPrefix("rocex") && after.name != device)
        let name = try #require(after.ports[0].netdev?.name)
        #expect(name.hasPrefix("enx") && name != interface && after.ports[0].netdev?.mtuBytes == 9000)
        #expect(NetworkInterface.names(at: scrubbed).contains("\(name).711"))
        let archive = HostCapture.take(at: root, scrubbing: true).archive
        let text = String(decoding: archive, as: UTF8.self)
        for secret in ["5254004c4101", "505400fffe4c4101"] { #expect(!text.contains(secret), "\(secret)") }
        withExtendedLifetime(copy) {}
    }

    /// `fe80::1` is an address that administrators give; its lower half is the number 1, as many counts of netlink are.
    @Test func `numbers in netlink's answers that look like a GUID stay what they are`() throws {
        let tree = try host("rxe")
        try tree.write(
            "fe80:0000:0000:0000:0000:0000:0000:0001\n", to: "sys/devices/virtual/infiniband/rxe0/ports/1/gids/0")
        let root = HostRoot(path: tree.path)
        let before = try #require(DeviceInventory.read(at: root).devices?.first?.inUse)
        #expect(before.queuePairs == 1)
        let (copy, scrubbed) = try captured(tree, scrubbing: true)
        #expect(DeviceInventory.read(at: scrubbed).devices?.first?.inUse == before)
        withExtendedLifetime(copy) {}
    }

    @Test func `an answer of netlink that cannot be read is left empty, since nobody knows what it names`() throws {
        let tree = try host("rxe")
        try tree.write(Array("\u{10}secret-of-node17-without-any-form".utf8), to: "rdmaprobe/netlink/devices")
        let archive = HostCapture.take(at: HostRoot(path: tree.path), scrubbing: true).archive
        #expect(!String(decoding: archive, as: UTF8.self).contains("secret"))
        withExtendedLifetime(tree) {}
    }

    @Test func `a scrubbed tree that is scrubbed again hangs together as before`() throws {
        let (first, root) = try captured(try host("mlx5"), scrubbing: true)
        let again = try TemporaryTree()
        try again.untar(HostCapture.take(at: root, scrubbing: true).archive)
        let (one, two) = (
            DeviceInventory.read(at: root), DeviceInventory.read(at: HostRoot(path: again.absolute(HostCapture.folder)))
        )
        #expect(one.devices?.map(\.name) == two.devices?.map(\.name))
        for (port, other) in zip(one.devices?.flatMap(\.ports) ?? [], two.devices?.flatMap(\.ports) ?? []) {
            #expect(Set((port.gids ?? []).map(\.gid)).count == Set((other.gids ?? []).map(\.gid)).count)
            #expect(port.chosen == other.chosen && port.netdev?.name == other.netdev?.name)
        }
        withExtendedLifetime(first) {}
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
