import FoundationEssentials
import TestSupport
import Testing

@testable import HostTopology

/// Every captured machine of hwloc's tests against what lstopo says of it. Differences that follow from how lstopo works
/// are rules of ``LstopoComparison``; all others stand in the table of `Docs/HostTopology.md`, with a reason.
@Suite(.enabled(if: conformanceData("hwloc") != nil, "CONFORMANCE_DATA holds no folder hwloc"))
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

    /// One machine compared, or why it is passed over.
    private func comparison(_ machine: CapturedMachine) throws -> Result<LstopoComparison, PassedOver> {
        guard let answer = machine.answer, let said = text(answer) else { return .failure("no answer of lstopo's") }
        let call = LstopoCall(options: machine.options, variables: machine.variables)
        if let unknown = call.unknown { return .failure("\(unknown) is not known here") }
        let isXML = answer.hasSuffix(".xml")
        guard isXML || LstopoCall.isVerbose(machine.options) else { return .failure("its answer is not the long one") }
        let unpacked = try TemporaryTree()
        guard Tar.unpack(machine.archive, into: unpacked.path, without: "*/nothing") else {
            return .failure("tar cannot unpack it")
        }
        guard let path = CapturedMachine.root(below: unpacked.path) else { return .failure("it holds no sys") }
        let root = HostRoot(path: path)
        let lstopo = isXML ? LstopoMachine(xml: said) : LstopoMachine(console: said)
        guard !lstopo.cpus.isEmpty else { return .failure("its answer names no processor") }
        return .success(
            LstopoComparison(
                lstopo: lstopo, host: ObservedHost.read(at: root), call: call,
                tree: LstopoTree(root, group: lstopo.group, folder: unpacked.path)))
    }

    /// Why a machine is not compared.
    private struct PassedOver: Error, ExpressibleByStringInterpolation {
        var reason: String

        init(stringLiteral reason: String) { self.reason = reason }
    }

    @Test func `R16 every captured machine is read as lstopo reads it, but for what a rule or the table explains`()
        throws
    {
        let (captured, incomplete) = CapturedMachine.all(in: try #require(conformanceData("hwloc")))
        var listed = try rows()
        var (same, byRule, byTable, machines) = (0, 0, 0, 0)
        var passedOver = incomplete.map { "\($0): no archive" }
        var compared: Set<String> = []
        for machine in captured {
            let name = machine.name
            let comparison: LstopoComparison
            switch try self.comparison(machine) {
            case .success(let one): comparison = one
            case .failure(let why):
                passedOver.append("\(name): \(why.reason)")
                continue
            }
            machines += 1
            compared.insert(name)
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
        for row in listed where compared.contains(row.machine) {
            Issue.record("no longer so: | \(row.machine) | \(row.fact) | \(row.lstopo) | \(row.here) |")
        }
        print(
            "lstopo: \(machines) machines, \(machines * LstopoComparison.facts.count) facts: \(same) agree, "
                + "\(byRule + byTable) differ on purpose (\(byRule) by rule, \(byTable) by the table)")
        if !passedOver.isEmpty { print("lstopo: passed over: \(passedOver.joined(separator: "; "))") }
    }
}

extension Substring {
    /// The text without the space around it.
    fileprivate var trimmedOfSpace: String { String(Substring(utf8.trimmedOfSpace)) }
}
