import Foundation

/// A file or a folder of the public test data; `nil` where `CONFORMANCE_DATA` names no folder, or that holds none of that name.
public func conformanceData(_ name: String) -> String? {
    environment("CONFORMANCE_DATA").map { "\($0)/\(name)" }.flatMap {
        FileManager.default.fileExists(atPath: $0) ? $0 : nil
    }
}

/// One of hwloc's own tests: the `/sys` and `/proc` of a machine that was captured, and what lstopo says of it.
///
/// `NAME.test` names both (`source:`, `target:`) and lstopo's `options:` and variables (`env:`); several tests may be about one
/// machine. An archive that no test is about stands for itself, with the answer of its own name.
public struct CapturedMachine: Sendable {
    /// What the test is called.
    public var name: String
    /// The archive of the machine's files, by its full path.
    public var archive: String
    /// What lstopo says, by its full path: its text (`.console`) or its document (`.xml`); `nil` where that is not there.
    public var answer: String?
    /// The options that lstopo was called with.
    public var options: [String] = []
    /// The variables that were set for it.
    public var variables: [String: String] = [:]

    /// The machines of a folder in order of their names, and the tests that name an archive which is not there.
    ///
    /// Nothing is asked of the folder: files of other kinds are left alone, and where there is no folder there is no machine.
    public static func all(in folder: String) -> (machines: [CapturedMachine], incomplete: [String]) {
        let names = Set((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        var machines: [CapturedMachine] = []
        var incomplete: [String] = []
        for file in names.sorted() where file.hasSuffix(".test") {
            let name = String(file.dropLast(5))
            let lines = text("\(folder)/\(file)").split(whereSeparator: \.isNewline)
            func values(_ title: String) -> [String] {
                lines.filter { $0.hasPrefix(title) }.map {
                    $0.dropFirst(title.count).trimmingCharacters(in: .whitespaces)
                }
            }
            guard let source = values("source:").first, isArchive(source), names.contains(source) else {
                incomplete.append(name)
                continue
            }
            var machine = CapturedMachine(name: name, archive: "\(folder)/\(source)")
            let target = values("target:").first ?? ""
            machine.answer =
                names.contains(target) ? "\(folder)/\(target)" : answer(to: name, among: names, in: folder)
            machine.options = values("options:").flatMap { $0.split(separator: " ").map(String.init) }
            let beside = text("\(folder)/\(name).env").split(whereSeparator: \.isNewline).map(String.init)
            for line in values("env:") + beside where !line.hasPrefix("#") && !line.hasPrefix("export ") {
                guard let equals = line.firstIndex(of: "=") else { continue }
                machine.variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            machines.append(machine)
        }
        let tested = Set(machines.map(\.archive))
        for file in names where isArchive(file) && !tested.contains("\(folder)/\(file)") {
            let name = String(file[..<(file.firstRange(of: ".tar")?.lowerBound ?? file.endIndex)])
            machines.append(
                CapturedMachine(
                    name: name, archive: "\(folder)/\(file)", answer: answer(to: name, among: names, in: folder)))
        }
        return (machines.sorted { $0.name < $1.name }, incomplete)
    }

    private static func isArchive(_ name: String) -> Bool {
        [".tar", ".tar.bz2", ".tar.gz", ".tar.xz", ".tar.zst"].contains { name.hasSuffix($0) }
    }

    private static func answer(to name: String, among names: Set<String>, in folder: String) -> String? {
        ["console", "xml"].map { "\(name).\($0)" }.first { names.contains($0) }.map { "\(folder)/\($0)" }
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOf: URL(filePath: path), encoding: .utf8)) ?? ""
    }

    /// The folder that holds `sys`, at most a few folders down; `nil` where there is none, as where only a processor's own answers
    /// were captured.
    public static func root(below folder: String, depth: Int = 3) -> String? {
        guard depth > 0, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
        if names.contains("sys") { return folder }
        return names.sorted().lazy.compactMap { root(below: folder + "/" + $0, depth: depth - 1) }.first
    }
}
