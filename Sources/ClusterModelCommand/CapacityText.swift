import ClusterCore
import Reports
import StorageMath

extension CapacityDocument {
    /// The plan for people: the pool, the volumes, what deserves attention, and last whether all of it fits.
    func text(_ plan: CapacityPlan) -> TextDocument {
        var document = TextDocument()
        if let sizing {
            document.add(.heading("Needed"))
            document.add(
                .paragraph(
                    "\(sizing.servers == 1 ? "1 server" : "\(sizing.servers) servers") with \(sizing.drivesPerServer) capacity "
                        + "drives each"))
            // The nearest ones say enough; the document has all of them.
            for refused in sizing.refused.suffix(3) {
                document.add(.paragraph("not \(refused.count): \(refused.reason)", tone: .faint))
            }
        }
        document.add(.heading("Pool"))
        document.add(.facts(facts(plan)))
        if !plan.volumes.isEmpty {
            document.add(.heading("Volumes"))
            document.add(.table(table(plan)))
            document.add(
                .paragraph(
                    "A volume takes its size / efficiency in the pool. Bytes are decimal, as drives are sold.",
                    tone: .faint))
        }
        if let growth {
            document.add(.heading("What changes"))
            let (before, after) = (plan.pool, growth)
            document.add(
                .facts([
                    .init(
                        "servers",
                        before.servers.count == after.servers
                            ? "\(after.servers), as before" : "\(before.servers.count) become \(after.servers)"),
                    .init("raw", "\(before.rawBytes.decimalText) become \(ByteCount(bytes: after.rawBytes).humanText)"),
                    .init(
                        "reserve",
                        "\(before.reserveBytes.decimalText) become \(ByteCount(bytes: after.reserveBytes).humanText)"),
                    .init(
                        "available",
                        "\(before.availableBytes.decimalText) become \(ByteCount(bytes: after.availableBytes).humanText)"
                    ),
                    .init(
                        "moved",
                        "\(ByteCount(bytes: after.movedBytes).humanText) until all servers are as full as each other"),
                ]))
            if !growth.findings.isEmpty { document.add(.findings(growth.findings)) }
        }
        if !findings.isEmpty {
            document.add(.heading("Findings by the profile \(profile)"))
            document.add(.findings(findings))
        }
        if !assumptions.isEmpty {
            document.add(.heading("Taken for granted"))
            for assumption in assumptions { document.add(.paragraph(assumption)) }
        }
        document.add(.heading("Outcome"))
        document.add(outcome(plan))
        return document
    }

    private func facts(_ plan: CapacityPlan) -> [TextDocument.Fact] {
        let pool = plan.pool
        var facts: [TextDocument.Fact] = [
            .init(
                "cluster",
                "\(pool.shape), \(pool.driveCount) drives, \(pool.shape.media == .hybrid ? "hybrid" : "all flash")"),
            .init("raw", pool.rawBytes.humanText),
            .init("reserve", "\(pool.reserveBytes.humanText), kept free for repairs"),
            .init("available", pool.availableBytes.humanText),
        ]
        if !plan.volumes.isEmpty {
            let taken = pool.availableBytes.bytes - min(pool.availableBytes.bytes, plan.free.bytes)
            facts.append(.init("taken", "\(ByteCount(bytes: taken).humanText), by the volumes that fit"))
        }
        facts.append(.init("free", plan.free.humanText))
        if plan.stranded > .zero {
            facts.append(.init("stranded", "\(plan.stranded.humanText), of no use to these layouts", tone: .warning))
        }
        return facts
    }

    private func table(_ plan: CapacityPlan) -> TextTable {
        var table = TextTable(columns: [
            .init("volume", mayBeCut: true), .init("resiliency"), .init("layout"), .init("size", .right),
            .init("efficiency", .right), .init("footprint", .right), .init("fits"),
        ])
        for one in plan.volumes {
            table.add([
                .init(one.volume.name), .init("\(one.volume.resiliency)"),
                .init(one.layout.map { $0.parts.map(\.code.description).joined(separator: " + ") } ?? "none here"),
                .init("\(one.volume.size.decimalText)"), .init(one.efficiency.map { "\($0.percentText)" } ?? "-"),
                .init(one.footprint.map { "\($0.decimalText)" } ?? "-"),
                .init(one.fits ? "yes" : "NO", one.fits ? .good : .bad),
            ])
        }
        return table
    }

    private func outcome(_ plan: CapacityPlan) -> TextDocument.Block {
        let misfits = plan.volumes.filter { !$0.fits }.map(\.volume.name)
        guard misfits.isEmpty else {
            return .paragraph("DOES NOT FIT: \(misfits.joined(separator: ", "))", tone: .bad)
        }
        let room = plan.room.map { "\($0.size.decimalText) of \($0.resiliency)" }.joined(separator: ", or ")
        let isCritical = findings.greatestSeverity == .critical
        let words =
            plan.volumes.isEmpty
            ? "\(plan.free.humanText) are free for volumes and their copies"
            : "FITS: every volume, with room for \(room) more"
        return isCritical
            ? .paragraph("\(words); but a requirement of \(profile) is broken: see the findings", tone: .bad)
            : .paragraph(words, tone: plan.volumes.isEmpty ? .normal : .good)
    }
}
