import FoundationEssentials
import HealthModel
import TestSupport

/// The captured host of node_exporter's own end-to-end test: `proc` as files, `sys` as an archive of its own text format.
struct NodeExporterFixture {
    /// All paths that ``LinuxSource`` asks for, as this host has them.
    let files: [HostFile]
    /// The lines that node_exporter gives for the host.
    let expected: [UInt8]

    /// `nil` where a part of the fixture is missing.
    static var folder: String? {
        guard let folder = environment("CONFORMANCE_DATA").map({ $0 + "/node_exporter/fixtures" }) else { return nil }
        let isWhole = ["proc", "sys.ttar", "e2e-output.txt"].allSatisfy {
            FileManager.default.fileExists(atPath: folder + "/" + $0)
        }
        return isWhole ? folder : nil
    }

    /// Whether it is the one whose metrics Docs/HealthSignals.md lists, of node_exporter a7dcc3a, with 5483 lines (facts,
    /// 4.3).
    var isListed: Bool { expected.count { $0 == UInt8(ascii: "\n") } == 5483 }

    init(_ folder: String) throws {
        var tree = Tree()
        try tree.addFiles(of: folder + "/proc", as: "proc")
        try tree.addArchive(folder + "/sys.ttar")
        files = LinuxSource.all.flatMap { tree.matches($0) }
        expected = Array(FileManager.default.contents(atPath: folder + "/e2e-output.txt") ?? Data())
    }

    /// Files, folders and links by path without a slash at the start.
    private struct Tree {
        var files: [String: [UInt8]] = [:]
        var links: [String: String] = [:]
        var children: [String: Set<String>] = [:]

        mutating func add(_ path: String) {
            let parts = path.split(separator: "/").map(String.init)
            for end in parts.indices {
                children[parts[..<end].joined(separator: "/"), default: []].insert(parts[end])
            }
        }

        mutating func addFiles(of folder: String, as name: String) throws {
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
                guard let data = FileManager.default.contents(atPath: folder + "/" + path) else { continue }
                files[name + "/" + path] = Array(data)
                add(name + "/" + path)
            }
        }

        /// `Path:`, then `Lines:` with the lines after it, or `SymlinkTo:`; NUL bytes and escapes do not occur in what is read.
        mutating func addArchive(_ path: String) throws {
            let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            var index = 0
            var path = ""
            while index < lines.count {
                let line = lines[index]
                if line.hasPrefix("Path: ") || line.hasPrefix("Directory: ") {
                    path = String(line.drop { $0 != " " }.dropFirst())
                    add(path)
                } else if line.hasPrefix("SymlinkTo: ") {
                    links[path] = String(line.dropFirst(11))
                } else if line.hasPrefix("Lines: "), let count = Int(line.dropFirst(7)) {
                    let content = lines[(index + 1)..<min(lines.count, index + 1 + count)].map { $0 + "\n" }.joined()
                    files[path] = Array(content.replacing("EOF", with: "").utf8)
                    index += count
                }
                index += 1
            }
        }

        /// The real place of a path, its links followed.
        func resolved(_ path: String) -> String {
            var result: [Substring] = []
            var rest = path.split(separator: "/")[...]
            var steps = 0
            while let part = rest.popFirst(), steps < 200 {
                steps += 1
                if part == ".." {
                    _ = result.popLast()
                } else if part != "." {
                    result.append(part)
                    if let link = links[result.joined(separator: "/")] {
                        result.removeLast()
                        rest = link.split(separator: "/") + rest
                    }
                }
            }
            return result.joined(separator: "/")
        }

        func matches(_ source: LinuxSource) -> [HostFile] {
            var paths = [""]
            for part in source.pattern.split(separator: "/").map(String.init) {
                paths = paths.flatMap { path -> [String] in
                    let names = children[resolved(path)] ?? []
                    return names.filter { Tree.fits($0, part) }.sorted().map { path.isEmpty ? $0 : path + "/" + $0 }
                }
            }
            return paths.compactMap { path in
                let parent = path.split(separator: "/").dropLast().joined(separator: "/")
                let place = resolved(parent) + "/" + (path.split(separator: "/").last.map(String.init) ?? "")
                if source.isLink { return links[place].map { HostFile("/" + path, .link($0)) } }
                return files[resolved(path)].map { HostFile("/" + path, bytes: $0) }
            }
        }

        static func fits(_ name: String, _ pattern: String) -> Bool {
            let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
            guard pieces.count > 1 else { return name == pattern }
            var rest = name[...]
            for (index, piece) in pieces.enumerated() {
                if index == 0 {
                    guard rest.hasPrefix(piece) else { return false }
                    rest = rest.dropFirst(piece.count)
                } else if index == pieces.count - 1 {
                    return rest.hasSuffix(piece) && rest.count >= piece.count
                } else {
                    guard let range = rest.firstRange(of: piece) else { return false }
                    rest = rest[range.upperBound...]
                }
            }
            return true
        }
    }
}
