import FoundationEssentials

/// The text of a file below the repository's root.
public func repositoryText(_ path: String) throws -> String {
    try String(contentsOf: URL(filePath: repositoryRoot + "/" + path), encoding: .utf8)
}

/// The paths, from the repository's root, of all files below a folder there; hidden ones are left out. Sorted.
public func repositoryFiles(below folder: String) -> [String] {
    let files = FileManager.default
    var found: [String] = []
    func visit(_ path: String) {
        guard let names = try? files.contentsOfDirectory(atPath: repositoryRoot + "/" + path) else { return }
        for name in names where !name.hasPrefix(".") {
            let child = path.isEmpty ? name : path + "/" + name
            var isFolder = false
            guard files.fileExists(atPath: repositoryRoot + "/" + child, isDirectory: &isFolder) else { continue }
            if isFolder { visit(child) } else { found.append(child) }
        }
    }
    visit(folder)
    return found.sorted()
}
