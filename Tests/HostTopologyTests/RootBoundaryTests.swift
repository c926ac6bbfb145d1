#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import Foundation
import TestSupport
import Testing

@testable import HostTopology

/// What lies outside a tree, or is no file, is not read: neither by the kernel's lookup nor step by step, neither with folders
/// held open nor without.
@Suite struct `The bounds of a root` {
    enum Way: CaseIterable {
        case kernel, steps, heldByKernel, heldBySteps

        func root(_ path: String) -> HostRoot {
            switch self {
            case .kernel: HostRoot(path: path, lookup: .kernel)
            case .steps: HostRoot(path: path, lookup: .steps)
            case .heldByKernel: HostRoot(path: path, lookup: .kernel).held()
            case .heldBySteps: HostRoot(path: path, lookup: .steps).held()
            }
        }
    }

    private let outside: TemporaryTree
    private let tree: TemporaryTree

    init() throws {
        outside = try TemporaryTree()
        tree = try TemporaryTree()
        try outside.write("secret", to: "file")
        try tree.write("own", to: "sys/file")
    }

    @Test(arguments: Way.allCases)
    func `links and .. stay in the tree, however they are put together`(way: Way) throws {
        try tree.link("sys/absolute", to: outside.absolute("file"))
        try tree.link("sys/folder", to: outside.path)
        let up = String(repeating: "../", count: 40)
        try tree.link("sys/up", to: up + outside.absolute("file").dropFirst())
        try tree.link("sys/within", to: "/sys/file")
        try tree.link("sys/relative", to: "../sys/./file")
        try tree.link("sys/above", to: up + "sys/file")
        let root = way.root(tree.path)
        #expect(root.text(of: "sys/absolute") == nil)
        #expect(root.names(in: "sys/folder") == nil)
        #expect(root.text(of: "sys/folder/file") == nil)
        #expect(root.text(of: "sys/up") == nil)
        #expect(root.text(of: up + outside.absolute("file").dropFirst()) == nil)
        #expect(root.text(of: "../" + (outside.path.split(separator: "/").last ?? "") + "/file") == nil)
        // Above the root is the root, as it is for a process whose root it were.
        #expect(root.text(of: "sys/within") == "own")
        #expect(root.text(of: "sys/relative") == "own")
        #expect(root.text(of: "sys/above") == "own")
        #expect(root.text(of: "sys/../../sys/file") == "own")
        #expect(root.text(of: "/sys//file") == "own")
    }

    @Test(arguments: Way.allCases)
    func `loops and chains of links end`(way: Way) throws {
        try tree.link("a", to: "b")
        try tree.link("b", to: "a")
        try tree.link("sys/self", to: "self/x")
        try tree.link("chain0", to: "sys/file")
        for index in 1...50 { try tree.link("chain\(index)", to: "chain\(index - 1)") }
        let root = way.root(tree.path)
        for name in ["a", "b", "sys/self", "chain45", "chain50"] {
            #expect(root.bytes(of: name) == nil, "\(name)")
            #expect(root.exists(name))
        }
        #expect(root.text(of: "chain30") == "own")
    }

    @Test(.timeLimit(.minutes(1)), arguments: Way.allCases)
    func `pipes, sockets and devices are not opened`(way: Way) throws {
        #expect(mkfifo(tree.absolute("sys/pipe"), 0o600) == 0)
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array((tree.path + "/sys/socket").utf8)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        let root = way.root(tree.path)
        for name in ["sys/pipe", "sys/socket"] {
            #expect(root.exists(name))
            #expect(root.bytes(of: name) == nil)
            #expect(root.names(in: name) == nil)
        }
        // Only root may make a device; where it may, it is not read either.
        if mknod(tree.absolute("sys/zero"), S_IFCHR | 0o666, dev_t(1 << 8 | 5)) == 0 {
            #expect(root.bytes(of: "sys/zero") == nil)
        }
        let live = way.root("/")
        for name in ["dev/zero", "dev/null", "dev/full"] {
            #expect(live.exists(name))
            #expect(live.bytes(of: name) == nil, "\(name)")
        }
    }

    /// Such a link leads to what a process has open, whatever the tree is.
    @Test func `links of proc that lead to open files are not followed`() throws {
        let held = open(outside.absolute("file"), O_RDONLY | O_CLOEXEC)
        defer { close(held) }
        #expect(HostRoot.live.bytes(of: "proc/self/fd/\(held)") == nil)
        #expect(HostRoot.live.names(in: "proc/self/cwd") == nil)
        #expect(HostRoot.live.names(in: "proc/self/root") == nil)
        #expect(HostRoot.live.text(of: "proc/self/stat")?.isEmpty == false)
    }

    @Test(arguments: Way.allCases)
    func `odd names are names: a line end, 255 bytes, a space; what is not UTF-8 is left out`(
        way: Way
    ) throws {
        let long = String(repeating: "n", count: 255)
        for name in ["two\nlines", long, " ", "ä", "-"] { try tree.write("x", to: "d/\(name)") }
        let raw: [CChar] = (tree.path + "/d/").utf8CString.dropLast() + [-1, -2, 0]
        let file = open(raw, O_CREAT | O_WRONLY, 0o600)
        #expect(file >= 0)
        close(file)
        let root = way.root(tree.path)
        #expect(root.names(in: "d") == [" ", "-", "two\nlines", "ä", long].sorted())
        for name in ["two\nlines", long, " ", "ä"] { #expect(root.text(of: "d/\(name)") == "x") }
        #expect(root.bytes(of: "d/" + long + "n") == nil)
        #expect(root.bytes(of: String(repeating: "d/", count: 5000) + "x") == nil)
        #expect(root.bytes(of: "sys/file\0x") == nil)
        #expect(root.bytes(of: "sys/file/") == nil)
        #expect(root.bytes(of: "sys/file/.") == nil)
    }

    @Test func `a root that is not there, or no folder, tells nothing, and one that comes later is read`() throws {
        let later = HostRoot(path: tree.absolute("later"))
        #expect(later.bytes(of: "sys/file") == nil)
        #expect(later.names(in: "") == nil)
        try tree.write("now", to: "later/sys/file")
        #expect(later.text(of: "sys/file") == "now")
        #expect(HostRoot(path: tree.absolute("sys/file")).names(in: "") == nil)
    }

    @Test
    func
        `every way gives the same for every path, and the same reason where there is nothing, of a tree of files, folders and links`()
        throws
    {
        var random = SeededRandom(seed: 8)
        let names = ["a", "b", "c"]
        for index in 0..<60 {
            let path = (0..<(1 + random.next() % 3)).map { _ in names[Int(random.next() % 3)] }.joined(separator: "/")
            let targets = ["a", "../b", "/c/a", "../../a", "b/c", "/", ".", "..", "nowhere"]
            if random.next() % 2 == 0 {
                try? tree.link("r/\(path)", to: targets[Int(random.next() % 9)])
            } else {
                try? tree.write("\(index)", to: "r/\(path)/f")
            }
        }
        let ways = Way.allCases.map { $0.root(tree.absolute("r")) }
        var read = 0
        for _ in 0..<3000 {
            let parts = ["a", "b", "c", "f", "..", "."]
            let path = (0..<(1 + random.next() % 6)).map { _ in parts[Int(random.next() % 6)] }.joined(separator: "/")
            let content = ways[0].content(of: path)
            for root in ways.dropFirst() {
                #expect(root.content(of: path) == content, "\(path)")
                #expect(root.names(in: path) == ways[0].names(in: path), "\(path)")
                #expect(root.exists(path) == ways[0].exists(path), "\(path)")
                #expect(root.linkTarget(of: path) == ways[0].linkTarget(of: path), "\(path)")
            }
            if (try? content.get()) != nil { read += 1 }
        }
        #expect(read > 50)
    }

    @Test func `what is held open is closed with the last that reads, and two may read at once`() async throws {
        let folder = try #require(tree.path.split(separator: "/").last)
        func open() -> Int {
            (HostRoot.live.names(in: "proc/self/fd") ?? []).count { name in
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
                return target?.contains(folder) == true
            }
        }
        for index in 0..<8 { try tree.write("\(index)", to: "d\(index)/f") }
        do {
            let root = HostRoot(path: tree.path).held()
            #expect(open() == 0)
            #expect(root.text(of: "sys/file") == "own")
            #expect(open() == 2)
            await withTaskGroup { group in
                for task in 0..<4 {
                    group.addTask {
                        for turn in 0..<500 {
                            let index = (task * 3 + turn) % 8
                            #expect(root.text(of: "d\(index)/f") == "\(index)")
                        }
                    }
                }
            }
            #expect(open() == 2)
            withExtendedLifetime(root) {}
        }
        #expect(open() == 0)
    }
}
