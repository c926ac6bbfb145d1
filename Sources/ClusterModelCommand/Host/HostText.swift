import ClusterCore
import HostTopology
import Reports

/// A host for people: what it is in short, its picture, the ports that carry storage, and what is to be said.
struct HostText {
    private let host: ObservedHost
    private let check: HostCheck
    private let width: Int

    init(_ host: ObservedHost, _ check: HostCheck, width: Int) {
        self.host = host
        self.check = check
        self.width = width
    }

    var document: TextDocument {
        var document = TextDocument()
        document.add(.heading("Host \(host.name.value ?? "of unknown name")"))
        document.add(.facts(facts))
        document.add(.heading("Picture"))
        document.add(.drawing(host.drawing(metrics: .characters(width: width), marks: check.marks)))
        if !check.ports.isEmpty {
            document.add(.heading("Ports that carry storage"))
            document.add(.table(ports))
        }
        // What is unknown, without more, is for programs: the facts above say it in their place.
        let findings = check.findings.filter { $0.rule != HostUnknowns.rule }
        if !findings.isEmpty {
            document.add(.heading("Findings"))
            document.add(.findings(findings))
        }
        document.add(.heading("Outcome"))
        let open = findings.count { $0.severity == .critical && $0.isUndetermined }
        switch check.outcome {
        case .met: document.add(.paragraph("MET: no critical requirement of a node is broken", tone: .good))
        case .notMet:
            let count = findings.count { $0.severity == .critical && !$0.isUndetermined }
            document.add(
                .paragraph(
                    "NOT MET: \(count) critical \(count == 1 ? "finding" : "findings")"
                        + (open == 0 ? "" : ", and \(open) that cannot be told"), tone: .bad))
        case .undetermined:
            document.add(
                .paragraph(
                    "UNDETERMINED: \(open) critical \(open == 1 ? "requirement" : "requirements") cannot be told from "
                        + "the host", tone: .warning))
        }
        if !findings.isEmpty {
            document.add(.paragraph("clustermodel explain RULE tells what a rule asks, and why.", tone: .faint))
        }
        return document
    }

    private var facts: [TextDocument.Fact] {
        let firmware = host.firmware
        func yes(_ fact: Observed<Bool>, _ yes: String, _ no: String) -> String {
            fact.value.map { $0 ? yes : no } ?? unknown(fact)
        }
        let tpm: String =
            firmware.tpms.value.map { modules in
                modules.isEmpty
                    ? "none"
                    : modules.compactMap(\.majorVersion.value).max().map { "version \($0)" } ?? "of unknown version"
            } ?? unknown(firmware.tpms)
        return [
            .init(
                "made by",
                [firmware.vendor.value, firmware.product.value].compactMap(\.self).joined(separator: " ").nonEmpty
                    ?? unknown(firmware.vendor)),
            .init("kernel", host.kernel.value ?? unknown(host.kernel)),
            .init("processors", host.cpus.model.value ?? unknown(host.cpus.model)),
            .init("memory", host.memory.total.value.map { $0.humanText } ?? unknown(host.memory.total)),
            .init(
                "ECC",
                host.memory.correctsErrors.map { $0 ? "yes" : "no" } ?? "not known: no driver tells of all modules"),
            .init("firmware", yes(firmware.isUEFI, "UEFI", "BIOS")),
            .init("Secure Boot", yes(firmware.secureBoot, "on", "off")), .init("TPM", tpm),
            .init(
                "IOMMU",
                firmware.iommus.value.map { $0.isEmpty ? "none in use" : "\($0.count) units" }
                    ?? unknown(firmware.iommus)),
            .init("profile", "\(check.profile.name), version \(check.profile.version)"),
            .init(
                "requirements",
                "\(check.counts.met) met, \(check.counts.notMet) not met, \(check.counts.undetermined) cannot be told"),
        ]
    }

    private func unknown<Value>(_ fact: Observed<Value>) -> String { "not known (\(fact.source.name))" }

    private var ports: TextTable {
        var table = TextTable(columns: [
            .init("port"), .init("PCI function"), .init("node", .right), .init("speed", .right), .init("slot"),
            .init("link", .right),
        ])
        for port in check.ports {
            let device = host.pciDevices.elements.first { $0.address == port.function.value }
            let link = PCILink.rate(megatransfers: device?.speed.value, lanes: device?.width.value)
            table.add([
                .init(port.name), .init(port.function.value ?? "not known"),
                .init(port.numaNode.value.map { "\($0)" } ?? "not known"),
                .init(port.speed.value.map { "\($0.decimalText)" } ?? "not known"),
                .init(device?.slot.value ?? "not known"), .init(link.map { "\($0.decimalText)" } ?? "not known"),
            ])
        }
        return table
    }
}

extension String {
    /// The text, or `nil` where it is empty.
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
