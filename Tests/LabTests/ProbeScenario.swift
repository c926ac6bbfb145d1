import ClusterCore
import Foundation
import RDMAModel
import TestSupport
import Testing

/// The lab with a clean table: no process of an earlier scenario, no fault. When it goes, both hosts must be as they were
/// before the first scenario.
struct ProbeScenario {
    let lab: LabSession
    private let aftermath: Aftermath

    /// The tool as the test build made it.
    static let tool: String = {
        if let given = ProcessInfo.processInfo.environment["LAB_RDMAPROBE"] { return given }
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("rdmaprobe").path
    }()

    /// A profile that a busy machine meets too, for scenarios that are about something else than latency.
    static let patient = "--profile \(repositoryRoot)/Docs/Examples/patient-profile.json"

    /// Small and few, since software RDMA in an emulated machine is slow.
    static let small = "\(patient) --sizes 64,4Ki --count 60 --duration 5s"

    static let isIWARP = LabSession.transport == "iwarp"
    static let device = isIWARP ? "siw0" : "rxe0"

    /// - Parameter isThorough: whether it leaves every setting of the kernel as it was is looked at, too.
    init(isThorough: Bool = false, sourceLocation: SourceLocation = #_sourceLocation) throws {
        lab = try LabSession.shared.get()
        aftermath = try Aftermath(of: lab, isThorough: isThorough, sourceLocation: sourceLocation)
    }

    /// Starts the server on the second host and waits until it says what it exposes.
    func serve(_ options: String = "", prefix: String = "") throws {
        try lab.start("serve", "exec \(prefix) \(ProbeScenario.tool) serve \(options)", on: 2, ready: "serving .*:")
    }

    /// Runs the tool on the first host and reads its one document.
    func probe(
        _ arguments: String, prefix: String = "", within seconds: Double = 90
    ) throws -> (report: ProbeReport, outcome: LabSession.Outcome) {
        let outcome = try lab.run("\(prefix) \(ProbeScenario.tool) \(arguments) --format json", within: seconds)
        return (try ProbeScenario.report(outcome), outcome)
    }

    /// The report on standard output, which holds one document and nothing else.
    static func report(_ outcome: LabSession.Outcome) throws -> ProbeReport {
        guard !outcome.timedOut else {
            throw LabSession.Problem(description: "the tool did not end:\n\(outcome.output)\(outcome.diagnostics)")
        }
        do { return try JSONDecoder().decode(ProbeReport.self, from: Data(outcome.output.utf8)) } catch {
            throw LabSession.Problem(
                description: "no report but status \(outcome.status):\n\(outcome.output)\(outcome.diagnostics)\(error)")
        }
    }

    /// That a server is there and serves, whatever came before.
    func expectServes(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (report, outcome) = try probe(
            "test 10.77.0.2 \(ProbeScenario.patient) --sizes 64 --count 30 --operations send")
        #expect(
            outcome.status == 0, "\(report.verdict.reasons) \(report.host.events)\n\(farEnd())",
            sourceLocation: sourceLocation)
    }
}

extension ProbeScenario {
    /// What the far end printed and where its threads are, for a failure that only shows on a loaded machine.
    func farEnd() -> String {
        let printed = (try? lab.output("serve", on: 2)).map { $0.output + $0.diagnostics } ?? ""
        let stacks = "for t in /proc/$(pidof rdmaprobe)/task/*; do cat $t/stack; echo; done; cat /proc/loadavg"
        return printed + ((try? lab.run(stacks, on: 2, within: 15).output) ?? "")
    }
}

extension Trait where Self == ConditionTrait {
    /// For a scenario in which the transport makes no difference: over one of them each time, over both in the soak.
    static func once(over transport: String) -> Self {
        .enabled(
            if: LabSession.isSoak || LabSession.transport == transport,
            "soak: the transport makes no difference, so it runs over the other one")
    }
}

extension ProbeReport {
    /// The cell of an operation and a size.
    func cell(_ operation: RDMAModel.Operation, _ size: UInt64) -> LatencyCell? {
        latency.first { $0.operation == operation && $0.sizeBytes == size }
    }

    /// Everything that is said for a person, in one text.
    var words: String {
        (verdict.reasons
            + findings.flatMap { finding in
                ["\(finding.rule)", "\(finding.measured.map { "\($0)" } ?? "")", finding.remedy ?? ""]
                    + finding.evidence.map { "\($0.source) \($0.value ?? "")" }
            }).joined(separator: "\n")
    }
}
