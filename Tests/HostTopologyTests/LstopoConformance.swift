import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@testable import HostTopology

/// Every captured machine of hwloc's tests against what lstopo says of it. Differences that follow from how lstopo works
/// are rules of ``LstopoComparison``; all others stand in the table of `Docs/HostTopology.md`, with a reason.
@Suite(
    .enabled(
        if: environment("CONFORMANCE_DATA") != nil, "CONFORMANCE_DATA does not name the folder of public test data"))
struct `Lstopo Conformance` {
    private struct Row: Hashable {
        var machine: String
        var fact: String
        var lstopo: String
        var here: String
    }

    /// The rows of the table of differences.
    private func rows() throws -> Set<Row> {
        let text = try String(
            contentsOf: URL(filePath: repositoryRoot + "/Docs/HostTopology.md"), encoding: .utf8)
        var isTable = false
        var rows: Set<Row> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("| machine | fact |") { isTable = true } else if !line.hasPrefix("|") { isTable = false }
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmedOfSpace }
            guard isTable, cells.count == 7, cells[1] != "machine", !cells[1].hasPrefix("---") else { continue }
            #expect(!cells[5].isEmpty, "a difference needs its reason: \(line)")
            rows.insert(Row(machine: cells[1], fact: cells[2], lstopo: cells[3], here: cells[4]))
        }
        return rows
    }

    private func text(_ path: String) -> String? { try? String(contentsOf: URL(filePath: path), encoding: .utf8) }

    /// The folder that holds `sys`, a few folders down.
    private func tree(below folder: String, depth: Int = 3) -> String? {
        guard depth > 0, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
        if names.contains("sys") { return folder }
        return names.sorted().lazy.compactMap { tree(below: folder + "/" + $0, depth: depth - 1) }.first
    }

    /// The nodes that the control group of the process that looked may use.
    private func allowedNodes(_ group: String?, _ root: HostRoot) -> NumberSet? {
        guard let group, group != "/" else { return nil }
        let places = [
            "sys/fs/cgroup/cpuset\(group)", "sys/fs/cgroup\(group)", "dev/cpuset\(group)", "dev/cgroup\(group)",
        ]
        let files = ["cpuset.mems", "cpuset.mems.effective", "mems"]
        return places.lazy.flatMap { place in files.map { "\(place)/\($0)" } }
            .compactMap { root.text(of: $0).flatMap { NumberSet(list: $0) } }.first
    }

    /// One machine compared; `nil` where the data hold no answer of lstopo's.
    private func comparison(_ name: String, _ data: String) throws -> LstopoComparison? {
        let lstopo: LstopoMachine
        if let console = text("\(data)/\(name).console") {
            lstopo = LstopoMachine(console: console)
        } else if let xml = text("\(data)/\(name).xml") {
            lstopo = LstopoMachine(xml: xml)
        } else {
            return nil
        }
        let unpacked = try TemporaryTree()
        try #require(Tar.unpack("\(data)/\(name).tar.bz2", into: unpacked.path, without: "*/nothing"), "\(name)")
        let path = try #require(tree(below: unpacked.path), "\(name) holds no sys")
        let root = HostRoot(path: path)
        let settings = (text("\(data)/\(name).test") ?? "").split(separator: "\n")
        func setting(_ title: String) -> String {
            settings.filter { $0.hasPrefix(title) }.map { $0.dropFirst(title.count).trimmedOfSpace }.joined(
                separator: " ")
        }
        return LstopoComparison(
            lstopo: lstopo, host: ObservedHost.read(at: root), options: setting("options:"),
            environment: setting("env:"),
            allowedNodes: allowedNodes(lstopo.group, root))
    }

    @Test func `R16 every captured machine is read as lstopo reads it, but for what a rule or the table explains`()
        throws
    {
        let data = try #require(environment("CONFORMANCE_DATA")) + "/hwloc"
        let names = try FileManager.default.contentsOfDirectory(atPath: data).filter { $0.hasSuffix(".tar.bz2") }
            .map { String($0.dropLast(8)) }.sorted()
        #expect(!names.isEmpty)
        var listed = try rows()
        var (same, byRule, byTable, machines) = (0, 0, 0, 0)
        for name in names {
            guard let comparison = try comparison(name, data) else { continue }
            machines += 1
            #expect(!comparison.lstopo.cpus.isEmpty, "\(name): lstopo's answer was not understood")
            let differences = comparison.differences
            same += LstopoComparison.facts.count - differences.count
            for difference in differences {
                let row = Row(
                    machine: name, fact: difference.fact, lstopo: difference.lstopo, here: difference.here)
                if listed.remove(row) != nil {
                    byTable += 1
                } else if difference.rule != nil {
                    byRule += 1
                } else {
                    Issue.record("| \(name) | \(difference.fact) | \(difference.lstopo) | \(difference.here) | ? |")
                }
                if environment("SHOW_DIFFERENCES") != nil {
                    print(
                        "| \(name) | \(difference.fact) | \(difference.lstopo) | \(difference.here) | \(difference.rule ?? "") |"
                    )
                }
            }
        }
        for row in listed where names.contains(row.machine) {
            Issue.record("no longer so: | \(row.machine) | \(row.fact) | \(row.lstopo) | \(row.here) |")
        }
        print(
            "lstopo: \(machines) machines, \(machines * LstopoComparison.facts.count) facts: \(same) agree, "
                + "\(byRule + byTable) differ on purpose (\(byRule) by rule, \(byTable) by the table)")
    }
}

extension Substring {
    /// The text without the space around it.
    fileprivate var trimmedOfSpace: String { String(Substring(utf8.trimmedOfSpace)) }
}
