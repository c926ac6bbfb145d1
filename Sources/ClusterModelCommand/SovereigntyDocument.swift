import ClusterCore
import Reports
import Topology

/// What leaves the premises: the document `clustermodel.sovereignty/1`.
struct SovereigntyDocument: Encodable {
    static let schema = "clustermodel.sovereignty/1"

    let region: AzureRegion
    let catalogue: EndpointCatalogue
    let clusters: [Cluster]
    let findings: [Finding]

    enum CodingKeys: String, CodingKey { case region, catalogue, clusters, findings }

    /// How a cluster is governed and what it sends, as far as that is known.
    struct Situation {
        var name: String?
        var mode: ControlPlaneMode?
        var features: Set<ConnectivityFeature> = []
        var isReplicated: Bool
        /// What the model does not say.
        var open: [String] = []
        /// What it counts on and its mode does not have.
        var contradictions: [Finding] = []

        init(mode: ControlPlaneMode, isReplicated: Bool) {
            self.mode = mode
            self.isReplicated = isReplicated
        }

        init(
            _ cluster: InstalledCluster, in installation: Installation, mode: ControlPlaneMode?, isReplicated: Bool
        ) throws {
            let design = cluster.design
            name = cluster.name
            self.isReplicated = isReplicated
            self.mode = mode
            if mode == nil {
                switch (design.controlPlane?.mode, design.controlPlane?.sync?.by) {
                case (.connected?, _): self.mode = .connected
                case (.disconnected?, .link?): self.mode = .periodicLink
                case (.disconnected?, .portableMedia?): self.mode = .portableMedia
                case (.disconnected?, ControlPlane.Sync.Way.none?): self.mode = .disconnected
                case (.disconnected?, nil): open.append("control_plane: {mode: disconnected, sync: {by: …}}")
                case (nil, _): open.append("control_plane: {mode: …}")
                }
            }
            if let backups = design.backups {
                if backups.contains(where: { $0.kind == .cloudBackup }) { features.insert(.backup) }
                if backups.contains(where: { $0.kind == .cloudReplication }) { self.isReplicated = true }
            } else {
                open.append("backups: […]")
            }
            switch design.witness?.kind {
            case .cloud?: features.insert(.cloudWitness)
            case nil: open.append("witness: {kind: …}")
            default: break
            }
            if let mode = self.mode ?? (design.controlPlane?.mode == .disconnected ? .disconnected : nil) {
                contradictions = try SovereigntyReport.contradictions(of: cluster, in: installation, mode: mode)
            }
        }
    }

    struct Cluster: Encodable {
        @Explicit var cluster: String?
        @Explicit var mode: ControlPlaneMode?
        let data: [Row]
        let findings: [Finding]

        enum CodingKeys: String, CodingKey { case cluster, mode, data }

        /// What is not known of a situation is taken as connected, in which most leaves.
        init(
            _ situation: Situation, _ need: ConnectivityNeed, mayLeave: Set<DataCategory>?
        ) throws(TopologyError) {
            let report = try SovereigntyReport(of: need, replicatesToCloud: situation.isReplicated)
            cluster = situation.name
            mode = situation.mode
            data = report.rows.map {
                Row(
                    data: $0.data, departure: $0.departure, endpoints: $0.endpoints.map(\.address),
                    reference: $0.reference)
            }
            let subject = ComponentIdentifier(rawValue: situation.name.map { "cluster:\($0)" } ?? "cluster")
            let open = situation.open.map { fact in
                Finding(
                    rule: SovereigntyReport.rule, severity: .warning, outcome: .undetermined, subject: subject,
                    required: .text("known, since what leaves hangs on it"), measured: nil,
                    remedy: "write \(fact) in the model", reference: Reference(architecture: [81]))
            }
            let leaving = (mayLeave.map { report.findings(mayLeave: $0) } ?? []).map { finding in
                var finding = finding
                finding.subject = ComponentIdentifier(rawValue: "\(subject)/\(finding.subject)")
                return finding
            }
            findings = situation.contradictions + open + leaving
        }
    }

    struct Row: Encodable {
        let data: DataCategory
        let departure: SovereigntyReport.Departure
        let endpoints: [String]
        let reference: Reference
    }

    /// How the run ends.
    var status: ExitStatus {
        if findings.contains(where: { $0.measured != nil }) { return .requirementNotMet }
        return findings.isEmpty ? .requirementMet : .undetermined
    }

    // MARK: For people

    func text() -> TextDocument {
        var document = TextDocument()
        for cluster in clusters {
            document.add(.heading("What leaves \(cluster.cluster.map { "cluster \($0)" } ?? "the premises")"))
            document.add(
                .facts([
                    .init("mode", cluster.mode?.rawValue.replacing("_", with: " ") ?? "not known, taken as connected"),
                    .init("region", region.rawValue),
                ]))
            var table = TextTable(columns: [.init("data"), .init("leaves"), .init("goes to", mayBeCut: true)])
            for row in cluster.data {
                let more = row.endpoints.count > 1 ? " and \(row.endpoints.count - 1) more" : ""
                let place =
                    row.departure == .stays
                    ? "" : row.endpoints.first.map { $0 + more } ?? "the region of recovery"
                table.add([
                    .init(row.data.rawValue.replacing("_", with: " ")),
                    .init(row.departure.words, row.departure == .stays ? .good : .warning), .init(place),
                ])
            }
            document.add(.table(table))
        }
        if !findings.isEmpty {
            document.add(.heading("Findings"))
            document.add(.findings(findings))
        }
        return document
    }

    /// A row for each kind of data and endpoint; one without where it stays.
    func table() -> CSVTable {
        var table = CSVTable(columns: ["cluster", "mode", "data", "departure", "endpoint", "reference"])
        for cluster in clusters {
            for row in cluster.data {
                for endpoint in row.endpoints.isEmpty ? [nil] : row.endpoints.map(Optional.some) {
                    table.add([
                        .text(cluster.cluster), .text(cluster.mode?.rawValue), .text(row.data.rawValue),
                        .text(row.departure.rawValue), .text(endpoint), .text(row.reference.description),
                    ])
                }
            }
        }
        return table
    }
}

extension SovereigntyReport.Departure {
    fileprivate var words: String {
        switch self {
        case .stays: "no"
        case .byChoice: "by choice"
        case .always: "in this mode"
        }
    }
}
