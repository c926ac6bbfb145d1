import ClusterCore
import RDMAProbe
import Reports

/// What a capture holds, and what it does not, for people.
func captureText(
    _ account: CaptureAccount, file: String, bytes: UInt64, style: TextStyle, columns: Int
) -> String {
    var document = TextDocument()
    document.add(.heading("Captured into \(file)"))
    var facts = [
        TextDocument.Fact("size", ByteCount(bytes: bytes).humanText),
        TextDocument.Fact("holds", "\(account.files) files, \(account.links) links"),
    ]
    if !account.holdsDevices {
        facts.append(.init("devices", "none: this kernel has no RDMA, or no device", tone: .warning))
    }
    if account.scrubbed {
        let replaced = account.replaced.sorted { $0.key < $1.key }.filter { $0.value > 0 }.map { kind, count in
            "\(count) \(kind.split(separator: "_").joined(separator: " "))"
        }
        facts.append(.init("replaced", replaced.isEmpty ? "nothing" : replaced.joined(separator: ", ")))
        facts.append(.init("kept", "names of devices and interfaces, places on the PCI bus, boards, firmware"))
    } else {
        facts.append(.init("replaced", "nothing: it names this host and its addresses; --scrub replaces them"))
    }
    if account.unreadable.isEmpty {
        facts.append(.init("unreadable", "nothing"))
    } else {
        var reasons: [String: Int] = [:]
        for file in account.unreadable { reasons[file.reason, default: 0] += 1 }
        let words = reasons.sorted { $0.key < $1.key }.map { "\($0.value) files (\($0.key))" }
        facts.append(.init("unreadable", words.joined(separator: ", ") + ", recorded as such"))
    }
    facts.append(.init("left out", account.leftOut.isEmpty ? "nothing" : "\(account.leftOut.count) files"))
    document.add(.facts(facts))
    for file in account.leftOut.prefix(20) { document.add(.paragraph("\(file.path): \(file.reason)")) }
    document.add(.heading("To read it"))
    document.add(.paragraph("tar xf \(file) && rdmaprobe devices --root \(HostCapture.folder)"))
    return document.text(width: min(max(columns, 40), 100), style: style)
}
