import ClusterCore
import Reports
import TestSupport
import Testing

/// Findings and whole documents for people.
@Suite struct TextDocumentTests {
    private var findings: [Finding] {
        [
            Finding(
                rule: "rdma.latency", severity: .critical, subject: "host:h1/operation:send/size:4096",
                required: .integer(1_000_000, unit: "ns"), measured: .integer(4_339_211, unit: "ns"),
                evidence: [Evidence(source: "p99.9 of 10000 samples", value: "4339211 ns")],
                remedy:
                    "Likely causes, the likeliest first:\n1. the path drops packets, so that requests are sent again after a timeout that dwarfs them\n2. the processors sleep",
                reference: Reference(architecture: [42], document: "Architecture", date: "2026-01-01")),
            Finding(
                rule: "rdma.resources", severity: .warning, subject: "host:h1", required: .text("locked memory"),
                evidence: [Evidence(source: "/proc/self/limits")]),
            Finding(
                rule: "rdma.software", severity: .information, subject: "host:h1", measured: .text("software RDMA")),
        ]
    }

    private var document: TextDocument {
        var document = TextDocument([
            .heading("rdmaprobe: h1 to h2"),
            .facts([.init("device", "rxe0 (RoCE v2, software)"), .init("peer", "192.0.2.2")]),
        ])
        document.add(.heading("Findings"))
        document.add(.findings(findings))
        document.add(.heading("Verdict"))
        document.add(.paragraph("UNFIT for storage traffic by the profile architecture.", tone: .bad))
        return document
    }

    @Test func `a document with findings reads well in 80 columns`() {
        let text = document.text(width: 80, style: .plain)
        assertSnapshot(text, named: "document.txt")
        #expect(!text.contains("\u{1B}"))
    }

    @Test func `no line is wider than asked for or ends with a space, at any width`() {
        for width in 40...130 {
            for line in document.text(width: width, style: .plain).split(separator: "\n") {
                #expect(displayWidth(String(line)) <= width)
                #expect(!line.hasSuffix(" "))
            }
        }
    }

    @Test func `in ASCII nothing else is written`() {
        #expect(document.text(width: 80, style: .ascii).utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `a value that is not known is said to be not known`() {
        let text = TextDocument([.findings([findings[1]])]).text(width: 80, style: .plain)
        #expect(text.contains("measured  not known"))
    }

    @Test func `colour is written only where it is asked for`() {
        let coloured = document.text(width: 80, style: TextStyle(colour: true))
        #expect(coloured.contains("\u{1B}[1;31m"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == document.text(width: 80, style: .plain))
    }
}
