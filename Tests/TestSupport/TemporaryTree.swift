import FoundationEssentials

/// A folder of a test's own that goes when the object goes: a made-up host, or what an archive holds.
public final class TemporaryTree: Sendable {
    /// Where it is, without a slash at the end.
    public let path: String

    public init() throws {
        let folder = FileManager.default.temporaryDirectory.path() + "/hyperconverged-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder
    }

    deinit {
        TemporaryTree.admit(path)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Lets the owner into a folder and all that are in it: what an archive brought may forbid its own removal.
    private static func admit(_ folder: String) {
        try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let path = folder + "/" + name
            let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
            if kind == .typeDirectory { admit(path) }
        }
    }

    /// The full path of something in the tree.
    public func absolute(_ relative: String) -> String { path + "/" + relative }

    /// Writes a file and makes the folders on the way to it.
    public func write(_ text: String, to relative: String) throws { try write(Array(text.utf8), to: relative) }

    /// Writes a file and makes the folders on the way to it.
    public func write(_ bytes: [UInt8], to relative: String) throws {
        try makeParent(of: relative)
        try Data(bytes).write(to: URL(filePath: absolute(relative)))
    }

    /// Writes the files of a text archive: after each line `== PATH` the lines of that file.
    public func unpack(_ archive: String) throws {
        for file in archive.split(separator: "== ", omittingEmptySubsequences: false).dropFirst() {
            guard let end = file.firstIndex(of: "\n") else { continue }
            try write(String(file[file.index(after: end)...]), to: String(file[..<end]))
        }
    }

    /// Makes an empty folder.
    public func makeFolder(_ relative: String) throws {
        try FileManager.default.createDirectory(atPath: absolute(relative), withIntermediateDirectories: true)
    }

    /// Makes a symbolic link; what it points to need not be there.
    public func link(_ relative: String, to target: String) throws {
        try makeParent(of: relative)
        try FileManager.default.createSymbolicLink(atPath: absolute(relative), withDestinationPath: target)
    }

    /// Removes a file, a link or a folder with all that is in it.
    public func remove(_ relative: String) throws { try FileManager.default.removeItem(atPath: absolute(relative)) }

    private func makeParent(of relative: String) throws {
        let parent = absolute(relative).split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    }
}
