import ClusterCore
import TestSupport
import Testing

@testable import HostTopology

/// What a process may do, from `/proc/self`.
@Suite struct `Limits of a process` {
    private func root(_ files: [String: String]) throws -> (TemporaryTree, HostRoot) {
        let tree = try TemporaryTree()
        for (path, text) in files { try tree.write(text, to: path) }
        return (tree, HostRoot(path: tree.path))
    }

    /// `cat /proc/self/limits`, Debian 12.
    private static let limits = """
        Limit                     Soft Limit           Hard Limit           Units     
        Max cpu time              unlimited            unlimited            seconds   
        Max file size             unlimited            unlimited            bytes     
        Max resident set          unlimited            unlimited            bytes     
        Max locked memory         8388608              16777216             bytes     
        Max address space         unlimited            unlimited            bytes     

        """

    @Test func `the soft limit of locked memory is the one that counts`() throws {
        let (tree, root) = try root(["proc/self/limits": Self.limits])
        #expect(Host.lockedMemoryLimit(at: root) == 8_388_608)
        _ = tree
    }

    @Test(
        arguments: [
            ("unlimited", nil), ("0", 0), ("65536", 65_536), ("18446744073709551615", .max),
            ("18446744073709551616", nil), ("-1", nil),
            ("8MiB", nil), ("", nil),
        ] as [(String, UInt64?)])
    func `a limit that is none or no number is not known`(text: String, limit: UInt64?) throws {
        let (tree, root) = try root(["proc/self/limits": "Max locked memory         \(text)\n"])
        #expect(Host.lockedMemoryLimit(at: root) == limit)
        _ = tree
    }

    /// getifaddrs(3) gives an address's label (ip-address(8)) in place of the interface's name.
    @Test(arguments: [
        ("eth0", "eth0"), ("eth0:1", "eth0"), ("eth0:storage", "eth0"), ("ens1f0np0.711:2", "ens1f0np0.711"),
    ])
    func `an address with a label is one of the interface before the colon`(label: String, interface: String) {
        #expect(InterfaceAddress.interface(ofLabel: label) == interface)
    }

    @Test func `a file of limits that is absent, empty or nonsense tells none`() throws {
        for files in [
            [:], ["proc/self/limits": ""], ["proc/self/limits": "Max locked"], ["proc/self/limits": "\u{0}\u{0}"],
        ] {
            let (tree, root) = try root(files)
            #expect(Host.lockedMemoryLimit(at: root) == nil)
            _ = tree
        }
    }

    @Test(
        arguments: [
            ("0", 1), ("0-3", 4), ("0-3,8", 5), ("0,2,4,6", 4), ("0-1,4-5,7", 5), ("63", 1), ("0-1023", 1024),
            ("\t0-3", 4), ("0-3 ", 4),
            ("", nil), (" ", nil), (",", nil), ("0,", nil), (",0", nil), ("0,,1", nil), ("-", nil), ("-3", nil),
            ("0-", nil), ("3-0", nil),
            ("0-3-5", nil), ("a", nil), ("0-a", nil), ("+1", nil), ("0x1", nil), ("1 2", nil), ("0-99999999", nil),
            ("٣", nil),
            ("99999999999999999999", nil), ("0-9223372036854775807", nil),
        ] as [(String, Int?)])
    func `a list of processors is counted, or is no list`(text: String, count: Int?) throws {
        #expect(Host.processorCount(inList: text) == count)
        let (tree, root) = try root([
            "proc/self/status": "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t\(text)\nMems_allowed:\t1\n"
        ])
        #expect(Host.usableProcessors(at: root) == count)
        _ = tree
    }

    @Test func `random lists are counted as by hand, and random text never traps`() {
        forRandom(5000) { random in
            if random.next() % 4 == 0 {
                let alphabet = Array("0123456789,,--  \t\n+x")
                let text = String(
                    (0..<random.next() % 20).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
                return Host.processorCount(inList: text).map { $0 > 0 } ?? true
            }
            var next = 0
            var parts: [String] = []
            var count = 0
            for _ in 0..<(1 + random.next() % 8) {
                let (first, length) = (next + Int(random.next() % 5), Int(random.next() % 6))
                parts.append(length == 0 ? "\(first)" : "\(first)-\(first + length)")
                count += length + 1
                next = first + length + 2
            }
            return Host.processorCount(inList: parts.joined(separator: ",")) == count
        }
    }

    @Test func `a status without the line, or none, tells no processors`() throws {
        for files in [[:], ["proc/self/status": "Name:\tx\n"]] {
            let (tree, root) = try root(files)
            #expect(Host.usableProcessors(at: root) == nil)
            _ = tree
        }
    }
}

@Suite struct `This host` {
    @Test func `it has a name, a kernel, a processor and a loopback interface`() throws {
        #expect(!Host.name.isEmpty)
        #expect(Host.kernelRelease?.isEmpty == false)
        #expect(try #require(Host.usableProcessors()) > 0)
        let loopback = InterfaceAddress.all().first { $0.address.isLoopback && $0.address.isIPv4 }
        // A container may have none; where there is one it is what it should be.
        if let loopback {
            #expect(loopback.prefixLength == 8)
            #expect(loopback.index > 0)
            #expect(try #require(loopback.subnet).contains(try IPAddress(parsing: "127.9.9.9")))
        }
        if let nodes = Host.numaNodes { #expect(nodes > 0) }
    }
}
