import TestSupport
import Testing

@testable import HostTopology

@Suite struct `The root of a host` {
    private let tree: TemporaryTree
    private let root: HostRoot

    init() throws {
        tree = try TemporaryTree()
        root = HostRoot(path: tree.path)
    }

    @Test func `the live host is the root of the file system`() {
        #expect(HostRoot.live.path == "/")
        #expect(HostRoot.live.absolute("sys/class") == "/sys/class")
        #expect(HostRoot(path: "/a").path == "/a/")
        #expect(HostRoot(path: "/a/").path == "/a/")
    }

    @Test func `a file is read as bytes, as text without the space around it, and as a number`() throws {
        try tree.write("  42 \n\0", to: "sys/n")
        #expect(root.bytes(of: "sys/n") == Array("  42 \n\0".utf8))
        #expect(root.text(of: "sys/n") == "42")
        #expect(root.integer(of: "sys/n") == 42)
        try tree.write("-1\n", to: "sys/negative")
        #expect(root.integer(of: "sys/negative") == -1)
        try tree.write("two words\nand a line\n", to: "sys/t")
        #expect(root.text(of: "sys/t") == "two words\nand a line")
    }

    @Test func `what is absent, a folder or no text is unknown, never empty and never zero`() throws {
        try tree.makeFolder("sys/folder")
        try tree.write([0xff, 0xfe, 0x34], to: "sys/latin")
        for name in ["sys/none", "sys/folder", "none/at/all"] {
            #expect(root.bytes(of: name) == nil)
            #expect(root.text(of: name) == nil)
            #expect(root.integer(of: name) == nil)
        }
        #expect(root.text(of: "sys/latin") == nil)
        #expect(root.bytes(of: "sys/latin") == [0xff, 0xfe, 0x34])
    }

    @Test(arguments: ["", "N/A (no PMA)", "0x10", "1.5", "1 2", "9223372036854775808", "--1", "٣", "unlimited"])
    func `a file that holds no whole number is no number`(text: String) throws {
        try tree.write(text + "\n", to: "n")
        #expect(root.integer(of: "n") == nil)
        #expect(root.text(of: "n") == text)
    }

    @Test func `no more than 64 KiB of a file are read`() throws {
        try tree.write([UInt8](repeating: 0x61, count: 65_535), to: "below")
        try tree.write([UInt8](repeating: 0x61, count: 65_536), to: "at")
        try tree.write([UInt8](repeating: 0x61, count: 5_000_000), to: "above")
        #expect(root.bytes(of: "below")?.count == 65_535)
        #expect(root.bytes(of: "at")?.count == 65_536)
        #expect(root.bytes(of: "above")?.count == 65_536)
        #expect(HostRoot.fileLimit == 65_536)
    }

    @Test func `the names in a folder come in order, without the folder itself`() throws {
        for name in ["b", "a", "c2", "c10", ".hidden"] { try tree.write("", to: "d/\(name)") }
        #expect(root.names(in: "d") == [".hidden", "a", "b", "c10", "c2"])
        try tree.makeFolder("empty")
        #expect(root.names(in: "empty") == [])
        #expect(root.names(in: "none") == nil)
        #expect(root.names(in: "d/a") == nil)
    }

    @Test func `a link is there even where its target is not`() throws {
        try tree.link("dangling", to: "nowhere")
        try tree.link("loop", to: "loop")
        try tree.write("x", to: "file")
        #expect(root.exists("dangling"))
        #expect(root.exists("loop"))
        #expect(root.exists("file"))
        #expect(!root.exists("none"))
        #expect(root.text(of: "dangling") == nil)
        #expect(root.text(of: "loop") == nil)
        #expect(root.names(in: "loop") == nil)
    }
}
