import ClusterCore
import Foundation
import RDMAModel
import Reports
import TestSupport
import Testing

@testable import RDMAProbeCommand

/// A report in the forms that other programs read.
@Suite struct `Report formats` {
    /// Reports of every outcome, with names that try to break out.
    static func samples() throws -> [ProbeReport] {
        let architecture = ProbeProfile.architecture
        return [
            try SampleReport.make(centre: 60_000, samples: 10_000, device: SampleReport.mlx, profile: architecture) {
                $0.environment.startedUnixSeconds = 1_795_000_000
            },
            try SampleReport.make(centre: 700_000, samples: 10_000, device: SampleReport.mlx, profile: architecture) {
                $0.latency[1].lost = 3
            },
            try SampleReport.make(
                centre: 60_000, samples: 150, device: SampleReport.mlx, profile: architecture,
                ending: .interrupted(.interrupt)
            ) { $0.latency.removeLast(9) },
            try SampleReport.make(
                centre: 400_000, samples: 300, device: SampleReport.rxe, profile: ProbeProfile.software,
                sizes: [64, 4096]),
            try SampleReport.make(
                centre: 1, samples: 0, device: SampleReport.mlx, profile: architecture,
                ending: .failed(ProbeFailure(.control, .errno(call: "connect", code: .connectionRefused))),
                failedStep: .control
            ) {
                $0.latency = []
                $0.peer = nil
                $0.host.device = nil
                $0.environment.softwareRDMA = nil
            },
            try SampleReport.make(centre: 60_000, samples: 20, device: SampleReport.mlx, profile: architecture) {
                $0.host.name = "=h1,\"x\"\\ {|}</testsuite>&\r\n# TYPE"
                $0.target = "h2\u{1B}[2J|\nrdmaprobe_verdict 1|\u{301}\"\u{301}"
                $0.peer?.name = "]]>\u{0}é\u{202E}\"\u{301}<\u{301},\u{301}\\\u{301}"
            },
            try withFlows(),
        ]
    }

    /// A report with flows and unreliable datagrams beside its latency; of one size the far program gave no account.
    static func withFlows() throws -> ProbeReport {
        let figures = FlowFigures(
            bytes: 12_000_000_000, messages: 183_105, durationNanoseconds: 5_000_000_000,
            lowestSecondBytes: 2_300_000_000, longestStallNanoseconds: 1_250_000)
        return try SampleReport.make(
            centre: 60_000, samples: 10_000, device: SampleReport.mlx, profile: ProbeProfile.architecture,
            operations: [.write], sizes: [4096]
        ) { report in
            report.bandwidth = [
                BandwidthCell(
                    cell: .init(operation: .write, direction: .oneWay, sizeBytes: 65536), postedBy: .host,
                    queuePairs: 2, figures: figures, cpuShare: .init(host: 0.981, peer: nil))
            ]
            var far = Arrivals()
            for number in 0..<UInt64(9990) { far.add(number) }
            report.datagrams = [
                DatagramCell(
                    sizeBytes: 64, sent: 10_010, late: 3, samples: report.latency[0], near: Arrivals(), far: far),
                DatagramCell(
                    sizeBytes: 1024, sent: 10_000, late: 0, samples: report.latency[0], near: Arrivals(), far: nil),
            ]
        }
    }

    // MARK: CSV

    @Test
    func
        `CSV read by another program holds the figures of the JSON document, a row a cell, flow and size of datagrams`()
        throws
    {
        for report in try Self.samples() {
            let document = try JSONDocument.encode(report, schema: ProbeReport.schema, layout: .compact)
            let differences = try Checkers.python(
                """
                import csv, json, sys
                with open(sys.argv[1], newline="", encoding="utf-8") as file:
                    document = json.loads(file.readline())
                    rows = list(csv.DictReader(file, strict=True))
                cells = [(kind, cell) for kind in ("latency", "bandwidth", "datagrams") for cell in document[kind] or []]
                if len(rows) != len(cells): print(len(rows), "rows")
                for row, (kind, cell) in zip(rows, cells):
                    if row["outcome"] != document["verdict"]["outcome"]: print(row["outcome"])
                    if row["kind"] != kind: print(row["kind"])
                    share = cell.pop("cpu_share", None)
                    if share: cell = {**cell, "host_cpu_share": share["host"], "peer_cpu_share": share["peer"]}
                    known = set(cell) | {"kind"}
                    for key in list(row)[11:]:
                        if key not in known and row[key]: print(key, row[key], "of another kind")
                    for key, value in cell.items():
                        if key in ("histogram", "intervals", "loss_share"): continue
                        read = row[key]
                        if value is None: same = read == ""
                        elif isinstance(value, str): same = read == value
                        else: same = (int(read) if read.isdigit() else float(read)) == value
                        if not same: print(key, value, read)
                """, input: document + report.csv.text)
            #expect(differences.isEmpty, "\(differences)")
        }
    }

    @Test func `CSV of a run without figures is its header alone`() throws {
        let report = try Self.samples()[4]
        #expect(report.csv.text.split(separator: "\r\n").count == 1)
        #expect(report.csv.text.hasPrefix("tool_version,started_unix_s,target,host,"))
    }

    // MARK: Recorded

    @Test func `each form is as recorded`() throws {
        let report = try SampleReport.make(
            centre: 700_000, samples: 10_000, device: SampleReport.mlx, profile: ProbeProfile.architecture,
            operations: [.write, .read], sizes: [4096]
        ) {
            $0.environment.startedUnixSeconds = 1_795_000_000
            $0.latency[1].lost = 3
        }
        assertSnapshot(report.csv.text.replacing("\r\n", with: "\n"), named: "report.csv")
        assertSnapshot(report.junit.text, named: "report-junit.xml")
        assertSnapshot(report.metrics.text, named: "report.prom")
        let flows = try Self.withFlows()
        assertSnapshot(flows.csv.text.replacing("\r\n", with: "\n"), named: "report-flows.csv")
        assertSnapshot(flows.metrics.text, named: "report-flows.prom")
        assertSnapshot(try Self.samples().map(reportLine).joined(), named: "report-lines.txt")
    }

    // MARK: JUnit

    @Test func `a verdict that no check tells of is a case of its own, so that no suite passes by silence`() throws {
        var report = try Self.samples()[0]
        report.checks = []
        #expect(report.junit.cases.isEmpty)
        report.verdict = Verdict(
            outcome: .undetermined, profile: "mine", reasons: ["The profile judges nothing of what was measured."])
        #expect(report.junit.cases.map(\.outcome) == [.error("The profile judges nothing of what was measured.")])
        report.verdict.outcome = .unfit
        #expect(report.junit.cases.map(\.outcome) == [.failed("The profile judges nothing of what was measured.")])
        for report in try Self.samples() where report.checks?.contains(where: { $0.outcome != .met }) == true {
            #expect(report.junit.cases.count == report.checks?.count)
        }
    }

    // MARK: One line

    @Test func `the one line begins with the verdict, and nothing makes it two`() throws {
        for report in try Self.samples() {
            let line = reportLine(report)
            #expect(line.hasPrefix(report.verdict.outcome.rawValue.uppercased() + " "))
            #expect(line.filter(\.isNewline).count == 1 && line.hasSuffix("\n"))
            #expect(line.unicodeScalars.count { $0 == "|" } <= 1)
            #expect(!line.contains("\u{1B}"))
        }
    }

    @Test func `the figures after the bar are seconds without an exponent, exact to the nanosecond`() throws {
        let report = try Self.samples()[1]
        let cell = try #require(report.latency.first { $0.cell == report.verdict.deciding })
        let line = reportLine(report)
        let fields = try #require(line.split(separator: "|").last).split { $0 == " " || $0.isNewline }
        let maximum = try #require(fields.first { $0.contains("_max=") })
        let value = try #require(maximum.split(separator: "=").last).dropLast()
        #expect(Decimal(string: String(value)) == Decimal(try #require(cell.maximum)) / 1_000_000_000)
        for field in fields { #expect(field.wholeMatch(of: /[a-z0-9_]+=[0-9]+(\.[0-9]+)?s?/) != nil, "\(field)") }
    }

    @Test func `a time of day is the one that the C library tells`() throws {
        // `date -u -d @1795000000 +%FT%T`
        #expect(timestampText(unixSeconds: 1_795_000_000) == "2026-11-18T11:06:40")
        #expect(timestampText(unixSeconds: 0) == "1970-01-01T00:00:00")
        #expect(timestampText(unixSeconds: -1) == nil)
    }
}

/// What the forms' own readers make of the tool's output.
@Suite(.enabled(if: Checkers.areAskedFor, Checkers.absence))
struct `Report formats by their own readers` {
    private func json(_ text: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    @Test func `JUnit XML meets the schema of the Jenkins plugin, and a parser counts the checks of each report`()
        throws
    {
        let reports = try `Report formats`.samples()
        let result = try Checkers.check("junit", reports.map(\.junit.text))
        try #require(result.status == 0, "\(result.diagnostics)")
        for (report, read) in zip(reports, try json(result.output)) {
            let checks = try #require(report.checks)
            #expect(read["tests"] as? Int == checks.count)
            #expect(read["Failure"] as? Int == checks.count { $0.outcome == .notMet })
            let open = (read["Error"] as? Int ?? 0) + (read["Skipped"] as? Int ?? 0)
            #expect(open == checks.count { $0.outcome == .undetermined })
            #expect((read["properties"] as? [String: String])?["outcome"] == report.verdict.outcome.rawValue)
        }
    }

    @Test func `the schema refuses a document that is wrong`() throws {
        let good = try `Report formats`.samples()[1].junit.text
        for (right, wrong) in [("<failure ", "<failed "), (" tests=", " test="), ("</testsuites>", "")] {
            let broken = good.replacing(right, with: wrong)
            #expect(broken != good)
            #expect(try Checkers.check("junit", [broken]).status == 1)
        }
    }

    @Test func `promtool finds nothing to say and a node exporter serves every sample`() throws {
        // Two files about one peer would say everything twice, so each has its own.
        let reports = try `Report formats`.samples().enumerated().map { index, report in
            var report = report
            report.target = "\(report.target ?? "") \(index)"
            return report
        }
        let documents = reports.map(\.metrics.text)
        let result = try Checkers.check("metrics", documents)
        try #require(result.status == 0, "\(result.diagnostics)")
        /// A line without the notation of its number.
        func sample(_ line: Substring) -> String {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                return String(line)
            }
            return "\(line[..<space]) \(value)"
        }
        func samples(_ text: String) -> Set<String> {
            Set(text.split(separator: "\n").filter { $0.hasPrefix("rdmaprobe_") }.map(sample))
        }
        let written = documents.reduce(into: Set<String>()) { $0.formUnion(samples($1)) }
        #expect(written.count > 100)
        #expect(samples(result.output) == written)
    }

    @Test func `the collector refuses a sample with a time, and promtool a family without help`() throws {
        let good = try `Report formats`.samples()[0].metrics.text
        let timed = good.replacing(/(?m)^(rdmaprobe_run_start_timestamp_seconds.*)$/) { "\($0.1) 1795000000000" }
        #expect(timed != good)
        #expect(try Checkers.check("metrics", [timed]).status == 1)
        let helpless = good.replacing(/(?m)^# HELP rdmaprobe_verdict .*\n/, with: "")
        #expect(helpless != good)
        #expect(try Checkers.check("metrics", [helpless]).status == 1)
    }
}
