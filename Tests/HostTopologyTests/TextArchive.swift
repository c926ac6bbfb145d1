import FoundationEssentials
import TestSupport

/// The archives of node_exporter's tests (`ttar`): text that names files with their lines.
enum TextArchive {
    /// `Directory: NAME`, or `Path: NAME` and then `SymlinkTo: TARGET` or `Lines: N` and N lines; `EOF` at the end of the last
    /// stands for no line end there.
    static func unpack(_ file: String, into tree: TemporaryTree) throws {
        let archive = try String(contentsOf: URL(filePath: file), encoding: .utf8)
        let lines = archive.split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines where line.hasPrefix("Directory: ") { try tree.makeFolder(String(line.dropFirst(11))) }
        for (index, line) in lines.enumerated() where line.hasPrefix("Path: ") && index + 1 < lines.count {
            let path = String(line.dropFirst(6))
            let next = lines[index + 1]
            if next.hasPrefix("SymlinkTo: ") {
                try tree.link(path, to: String(next.dropFirst(11)))
            } else if next.hasPrefix("Lines: "), let count = Int(next.dropFirst(7)) {
                let text = lines[(index + 2)..<min(lines.count, index + 2 + count)].joined(separator: "\n")
                try tree.write(text.hasSuffix("EOF") ? String(text.dropLast(3)) : text + "\n", to: path)
            }
        }
    }
}
