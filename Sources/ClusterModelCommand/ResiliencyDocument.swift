import ClusterCore
import Reports
import StorageMath

/// What a cluster makes of resiliency types: the document `clustermodel.resiliency/1`.
struct ResiliencyDocument: Encodable {
    static let schema = "clustermodel.resiliency/1"

    let servers: Int
    let racks: Int
    let media: ClusterShape.Media
    let types: [TypeFigures]

    struct TypeFigures: Encodable {
        let resiliency: Resiliency
        let allowed: Bool
        @Explicit var layout: String?
        @Explicit var efficiency: Double?
        @Explicit var efficiencyFraction: String?
        @Explicit var failuresTolerated: Int?
        /// Why it may not be used.
        @Explicit var finding: Finding?
        let assumptions: [String]

        enum CodingKeys: String, CodingKey {
            case resiliency, allowed, layout, efficiency, finding, assumptions
            case efficiencyFraction = "efficiency_fraction"
            case failuresTolerated = "failures_tolerated"
        }
    }

    /// Every type, mirror-accelerated ones with a fifth of mirror, as Microsoft recommends.
    static func usual() throws(StorageMathError) -> [Resiliency] {
        let share = try MirrorShare(.ratio(1, 5))
        return Resiliency.plain + [.nestedMirrorAcceleratedParity(share), .mirrorAcceleratedParity(share)]
    }

    init(_ types: [Resiliency], in shape: ClusterShape) throws(UnitError) {
        servers = shape.servers
        racks = shape.racks
        media = shape.media
        var figures: [TypeFigures] = []
        for type in types {
            switch type.suitability(in: shape) {
            case .suitable(let layout):
                let efficiency = try layout.efficiency()
                figures.append(
                    TypeFigures(
                        resiliency: type, allowed: true, layout: layout.words, efficiency: efficiency.doubleValue,
                        efficiencyFraction: efficiency.description, failuresTolerated: layout.failuresTolerated,
                        finding: nil, assumptions: layout.assumptions))
            case .unsuitable(let finding):
                figures.append(
                    TypeFigures(
                        resiliency: type, allowed: false, layout: nil, efficiency: nil, efficiencyFraction: nil,
                        failuresTolerated: nil, finding: finding, assumptions: []))
            }
        }
        self.types = figures
    }

    /// The types for people: those that may be used, then the others with why not.
    func text(_ shape: ClusterShape) -> TextDocument {
        var document = TextDocument()
        document.add(.heading("Resiliency of \(shape), \(media == .hybrid ? "hybrid" : "all flash")"))
        var table = TextTable(columns: [
            .init("type"), .init("layout"), .init("stores", .right), .init("survives", .right),
        ])
        for type in types where type.allowed {
            let efficiency = type.efficiency.map { RoundedPercent.text($0) } ?? ""
            table.add([
                .init("\(type.resiliency)"), .init(type.layout ?? ""), .init(efficiency),
                .init(type.failuresTolerated.map { $0 == 1 ? "1 failure" : "\($0) failures" } ?? ""),
            ])
        }
        document.add(.table(table))
        for note in Set(types.flatMap(\.assumptions)).sorted() { document.add(.paragraph(note, tone: .faint)) }
        let refused = types.filter { !$0.allowed }
        if !refused.isEmpty {
            document.add(.heading("Not here"))
            document.add(
                .facts(
                    refused.map { type in
                        .init(
                            "\(type.resiliency)",
                            "needs \(type.finding?.required?.description ?? ""); \(type.finding?.remedy ?? "")")
                    }))
        }
        return document
    }
}

/// A share in percent to one digit, as the published tables have it.
enum RoundedPercent {
    static func text(_ share: Double) -> String {
        if share > 0, share < 0.0005 { return "< 0.1 %" }
        if share < 1, share >= 0.9995 { return "> 99.9 %" }
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }
}
