import ClusterCore
import Reports
import StorageMath

/// What failures leave of volumes: the document `clustermodel.survival/1`.
struct SurvivalDocument: Encodable {
    static let schema = "clustermodel.survival/1"

    let servers: Int
    let drives: Int
    let witness: Bool
    /// What failed, step by step.
    let failures: [[String]]
    let volumes: [VolumeFigures]

    struct VolumeFigures: Encodable {
        let name: String
        let resiliency: Resiliency
        let state: VolumeSurvival.State
        let reasons: [String]
        let slabs: [SlabFigures]
        let nextFailures: [NextFigures]
        /// Sets of failures by size, where that was asked.
        @Explicit var sets: [SetFigures]?
        let assumptions: [String]

        enum CodingKeys: String, CodingKey {
            case name, resiliency, state, reasons, slabs, sets, assumptions
            case nextFailures = "next_failures"
        }
    }

    /// The slab that is hit hardest.
    struct SlabFigures: Encodable {
        let code: String
        let symbols: Int
        let left: Int
        let lostSymbols: [String]
        let readable: Bool

        enum CodingKeys: String, CodingKey {
            case code, symbols, left, readable
            case lostSymbols = "lost_symbols"
        }
    }

    /// Single failures more that would end the volume.
    struct NextFigures: Encodable {
        let kind: FailedElement.Kind
        let count: Int
        let total: Int
        let example: String
        let reasons: [String]
    }

    struct SetFigures: Encodable {
        let size: Int
        let online: Int
        let degraded: Int
        let offline: Int
        let survivingShare: Double

        enum CodingKeys: String, CodingKey {
            case size, online, degraded, offline
            case survivingShare = "surviving_share"
        }
    }
}

extension SurvivalDocument {
    init(
        _ types: [(name: String, resiliency: Resiliency)], in cluster: ClusterLayout, after steps: [ClusterFailures],
        setsUpTo largest: Int?
    ) throws(StorageMathError) {
        servers = cluster.drives.count
        drives = cluster.driveCount
        witness = cluster.hasWitness
        failures = steps.map { $0.elements.sorted().map(\.name) }
        var volumes: [VolumeFigures] = []
        for (name, resiliency) in types {
            let placement = try VolumePlacement(resiliency, in: cluster)
            let survival = try placement.survival(after: steps)
            var sets: [SetFigures]?
            if let largest {
                let counts = try FailureSets(of: [.drive, .server], upTo: largest, for: placement).counts()
                sets = counts.map {
                    SetFigures(
                        size: $0.size, online: $0.online, degraded: $0.degraded, offline: $0.offline,
                        survivingShare: Double($0.online + $0.degraded) / Double(max(1, $0.total)))
                }
            }
            volumes.append(
                VolumeFigures(
                    name: name, resiliency: resiliency, state: survival.state,
                    reasons: survival.reasons.map(\.description),
                    slabs: survival.worstSlabs.map { slab in
                        SlabFigures(
                            code: slab.slab.code.description, symbols: slab.slab.drives.count, left: slab.left.count,
                            lostSymbols: slab.lost.map { "\(slab.slab.code.symbolName($0)) (\(slab.slab.drives[$0]))" },
                            readable: slab.isReadable)
                    },
                    nextFailures: survival.nextFailures.map {
                        NextFigures(
                            kind: $0.example.kind, count: $0.count, total: $0.total, example: $0.example.name,
                            reasons: $0.reasons.map(\.description))
                    },
                    sets: sets, assumptions: survival.assumptions))
        }
        self.volumes = volumes
    }

    /// The volumes for people: what is left of each, and what would end it.
    func text() -> TextDocument {
        var document = TextDocument()
        document.add(.heading("Failures"))
        if failures.isEmpty {
            document.add(.paragraph("none: what the cluster is like while everything works"))
        }
        for (index, step) in failures.enumerated() {
            document.add(.paragraph("\(index + 1). \(step.isEmpty ? "nothing" : step.joined(separator: ", "))"))
        }
        for volume in volumes {
            document.add(
                .heading(volume.name == "\(volume.resiliency)" ? volume.name : "\(volume.name) (\(volume.resiliency))"))
            var facts: [TextDocument.Fact] = [.init("state", volume.state.description, tone: volume.state.tone)]
            for reason in volume.reasons { facts.append(.init("because", reason)) }
            for slab in volume.slabs {
                facts.append(
                    .init(
                        "worst slab",
                        "\(slab.left) of \(slab.symbols) pieces left (\(slab.code)), \(slab.readable ? "readable" : "not readable")"
                    ))
            }
            if volume.state != .offline {
                for next in volume.nextFailures {
                    facts.append(
                        .init(
                            "would end it",
                            "\(next.count) of \(next.total) \(next.kind.rawValue)\(next.total == 1 ? "" : "s"), such as \(next.example)"
                        ))
                }
                if volume.nextFailures.isEmpty { facts.append(.init("would end it", "no single failure more")) }
            }
            document.add(.facts(facts))
            if let sets = volume.sets {
                var table = TextTable(columns: [
                    .init("at once", .right), .init("sets", .right), .init("online", .right), .init("degraded", .right),
                    .init("offline", .right), .init("usable", .right),
                ])
                for row in sets {
                    table.add([
                        .init("\(row.size)"), .init("\(row.online + row.degraded + row.offline)"),
                        .init("\(row.online)"),
                        .init("\(row.degraded)"), .init("\(row.offline)"),
                        .init(RoundedPercent.text(row.survivingShare)),
                    ])
                }
                document.add(.table(table))
            }
            for assumption in volume.assumptions { document.add(.paragraph(assumption, tone: .faint)) }
        }
        return document
    }
}

extension VolumeSurvival.State {
    fileprivate var tone: TextStyle.Tone {
        switch self {
        case .online: .good
        case .degraded: .warning
        case .offline: .bad
        }
    }
}
