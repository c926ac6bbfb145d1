public import ClusterCore

/// What leaves the premises, where it goes, and who asked for it (AL-76, AL-81).
public struct SovereigntyReport: Sendable, Hashable {
    /// How the cluster is governed.
    public let mode: ControlPlaneMode
    /// Every kind of data, in their order.
    public let rows: [Row]

    /// A kind of data and what becomes of it.
    public struct Row: Sendable, Hashable {
        /// The data.
        public let data: DataCategory
        /// Whether it leaves.
        public let departure: Departure
        /// The endpoints to which it goes; empty where it stays.
        public let endpoints: [Endpoint]
        /// Where it is written.
        public let reference: Reference
    }

    /// Whether data leaves the premises.
    public enum Departure: String, Sendable, Hashable, Codable, CaseIterable {
        /// Never.
        case stays
        /// By a service that somebody turned on.
        case byChoice = "by_choice"
        /// As long as the cluster is governed so.
        case always
    }

    /// The data that leaves.
    public var leaving: [DataCategory] { rows.filter { $0.departure != .stays }.map(\.data) }
}

/// A kind of data.
public enum DataCategory: String, Sendable, Hashable, Codable, CaseIterable {
    /// What workloads store and process, and their virtual disks.
    case workloadData = "workload_data"
    /// Copies of it in a vault.
    case backups
    /// Names, sizes and states of machines and resources.
    case inventory
    /// Who signs in, and tokens.
    case identities
    case metricsAndLogs = "metrics_and_logs"
    /// Diagnostics and telemetry of the platform.
    case telemetry
    case billing
    /// Settings and whether they comply.
    case policyState = "policy_state"
    /// Events of threat detection.
    case securityEvents = "security_events"
    /// Keys and secrets that are kept in a vault.
    case secrets
    /// Which packages and images are fetched.
    case updateRequests = "update_requests"
    /// Which certificates are asked about, and the time.
    case publicLookups = "public_lookups"
    /// The witness's file.
    case witness
}

extension SovereigntyReport {
    /// What leaves a cluster with such a need of the outside.
    /// - Parameters:
    ///   - need: mode, region and services; their phases do not matter here.
    ///   - replicatesToCloud: whether virtual machines are replicated to the cloud for recovery.
    /// - Throws: as ``ConnectivityNeed/endpoints()``.
    public init(of need: ConnectivityNeed, replicatesToCloud: Bool = false) throws(TopologyError) {
        var asked = need
        asked.phases = Set(EndpointPhase.allCases)
        let endpoints = try asked.endpoints()
        // Several services may name one endpoint, and each sends its own data there.
        var carried: [String: Set<DataCategory>] = [:]
        for endpoint in try asked.asked() {
            carried[endpoint.key, default: []].formUnion(DataCategory.carried(by: endpoint))
        }
        let features = need.features ?? []
        mode = need.mode
        rows = DataCategory.allCases.map { data in
            let carriers = endpoints.filter { carried[$0.key]?.contains(data) == true }
            let departure: Departure
            switch data {
            case .workloadData:
                departure =
                    need.mode.isConnected && (replicatesToCloud || features.contains(.backup)) ? .byChoice : .stays
            case .backups: departure = need.mode.isConnected && features.contains(.backup) ? .byChoice : .stays
            case .metricsAndLogs: departure = need.mode.isConnected && features.contains(.monitor) ? .byChoice : .stays
            case .securityEvents: departure = need.mode.isConnected && features.contains(.defender) ? .byChoice : .stays
            case .witness: departure = need.mode.isConnected && features.contains(.cloudWitness) ? .byChoice : .stays
            default: departure = carriers.isEmpty ? .stays : need.mode.isConnected ? .always : .byChoice
            }
            return Row(
                data: data, departure: departure, endpoints: departure == .stays ? [] : carriers,
                reference: Reference(architecture: data.items(need.mode)))
        }
    }

    /// The rule under which data that must not leave is told.
    public static let rule: RuleID = "sovereignty.residency"

    /// A finding for each kind of data that leaves and is not among those that may; critical for workloads' data and
    /// backups, else a warning.
    public func findings(mayLeave: Set<DataCategory>) -> [Finding] {
        rows.filter { $0.departure != .stays && !mayLeave.contains($0.data) }.map { row in
            let isContent = row.data == .workloadData || row.data == .backups || row.data == .secrets
            return Finding(
                rule: SovereigntyReport.rule, severity: isContent ? .critical : .warning,
                subject: ComponentIdentifier(rawValue: "data:\(row.data.rawValue)"),
                required: .text("stays on the premises"),
                measured: .text(row.departure == .always ? "leaves in this mode" : "leaves by choice"),
                evidence: row.endpoints.prefix(8).map { Evidence(source: "endpoint", value: $0.address) },
                remedy: row.departure == .always
                    ? "govern the cluster without a cloud, or allow it" : "turn the service off, or allow it",
                reference: row.reference)
        }
    }
}

extension SovereigntyReport {
    /// What a cluster counts on in a cloud that its mode does not reach: a witness or a backup there. Such a plan says that
    /// nothing leaves only because nothing of it works.
    ///
    /// These are findings of the same rules as those of a check, `control.witness` and `backup.cloud`, as the architecture
    /// has them.
    /// - Parameter mode: how the cluster is governed, whatever the model says of it.
    /// - Throws: where the built-in profile lacks a figure, which a test rules out.
    public static func contradictions(
        of cluster: InstalledCluster, in installation: Installation, mode: ControlPlaneMode
    ) throws -> [Finding] {
        let names: Set<RuleID> = ["control.witness", "backup.cloud"]
        let profile = try TopologyProfile.architecture.resolved(in: [])
        var alone = installation
        var cluster = cluster
        cluster.design.controlPlane = ControlPlane(mode: mode.isConnected ? .connected : .disconnected)
        alone.clusters = [cluster]
        let facts = InstallationFacts(alone)
        var findings: [Finding] = []
        for rule in TopologyRule.all where names.contains(rule.rule) {
            var judgement = RuleJudgement(rule, facts, profile)
            try rule.judge(&judgement)
            findings += judgement.checks.filter { $0.outcome == .notMet }.compactMap(\.finding)
        }
        return findings
    }
}

extension DataCategory {
    /// What goes to an endpoint: by its host, where one part of the system asks for hosts of several services, else by that
    /// part.
    static func carried(by endpoint: Endpoint) -> Set<DataCategory> {
        if endpoint.feature == .core, let known = byHost.first(where: { endpoint.hostText.contains($0.part) }) {
            return known.data
        }
        return switch endpoint.component {
        case .kubernetes, .deployment: [.updateRequests]
        case .resourceBridge: endpoint.transport == .udp ? [.publicLookups] : [.updateRequests]
        case .arcAgent, .arcGateway: [.inventory, .identities, .policyState]
        case .management, .windowsAdminCenter: [.inventory]
        case .authentication: endpoint.template.contains("vault") ? [.secrets] : [.identities]
        case .keyVault: [.secrets]
        case .benefits, .certificates: [.publicLookups]
        case .billing: [.billing, .telemetry]
        case .monitoring: endpoint.feature == .monitor ? [.metricsAndLogs] : [.telemetry]
        case .update, .hardwareVendor: [.updateRequests]
        case .defender: [.securityEvents]
        case .backup: [.backups, .workloadData]
        case .serviceBus: [.inventory]
        case .witness: [.witness]
        }
    }

    /// What services do for which a part of the system asks beside others (Microsoft, azure-arc/servers,
    /// network-requirements; notes of the regional lists, 2025-11-27).
    private static let byHost: [(part: String, data: Set<DataCategory>)] = [
        ("download.microsoft.com", [.updateRequests]), ("pas.windows.net", [.identities]),
        ("sts.windows.net", [.identities]), ("login.", [.identities]), ("his.arc.azure.", [.inventory, .identities]),
        ("guestconfiguration.azure.", [.inventory, .policyState]), ("guestnotificationservice.azure.", [.inventory]),
        ("servicebus.", [.inventory]), ("management.", [.inventory]),
        ("dp.kubernetesconfiguration.azure.", [.inventory, .policyState]), ("dp.prod.appliances.azure.", [.inventory]),
        ("obo.arc.azure.", [.inventory, .identities]), ("licensing.platform.edge.", [.billing]),
        ("billing.platform.edge.", [.billing]), ("hot.ingest", [.telemetry]),
        ("azurewatsonanalysis", [.telemetry]), ("msftconnecttest.", [.publicLookups]),
    ]

    /// The items of the architecture that speak of it in a mode.
    func items(_ mode: ControlPlaneMode) -> [Int] {
        let own: [Int]
        switch self {
        case .workloadData: own = [75, 76]
        case .backups: own = [93, 117]
        case .inventory: own = [77, 83]
        case .identities: own = [72]
        case .metricsAndLogs: own = [84, 85]
        case .telemetry, .billing: own = [77]
        case .policyState: own = [73, 77]
        case .securityEvents: own = [74]
        case .secrets: own = [65, 100]
        case .updateRequests: own = mode == .periodicLink ? [105] : [98]
        case .publicLookups, .witness: own = []
        }
        return own + [81] + (mode.isConnected ? [] : [104])
    }
}
