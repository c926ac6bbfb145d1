public import ClusterCore

/// A test of hardware that Microsoft's readiness check makes before a deployment, with how much it makes of it
/// (use-environment-checker, 2025-07-31).
///
/// What it calls a warning lets the deployment go on. Where the page of requirements makes a condition of the same, the profile
/// goes by that page, and a finding says that the readiness check only warns.
public enum ReadinessTest: String, Sendable, Hashable, CaseIterable {
    case processorProperties = "All processor for desired properties"
    case processorsAlike = "All processor for consistent properties"
    case virtualization = "Hyper-V Virtualization Enabled"
    case memoryAlike = "All physical memory for consistent properties"
    case memoryProperties = "All physical memory for desired properties"
    case adaptersAlike = "All network adapter for consistent properties"
    case adapterProperties = "All network adapter for desired properties"
    case adapterGroupsAlike = "All network adapter groups for consistent properties"
    case graphics = "Video controller for desired properties"
    case driveCount = "PhysicalDisk count"
    case driveProperties = "PhysicalDisk for desired properties"
    case driveGroupsAlike = "PhysicalDisk Groups for consistent properties"
    /// Told of a running node alone: a plan has no pools yet.
    case noPools = "No storage pools exist"
    /// Told of a running node alone: a plan has no versions of a BIOS.
    case firmwareProperties = "BIOS for desired properties"
    case secureBoot = "Secure Boot enabled"
    /// Told of a running node alone.
    case moduleCertificates = "TPM for desired certificates"
    case moduleProperties = "TPM for desired properties"
    case module = "TPM 2.0"

    /// How much the readiness check makes of it.
    public var severity: Severity {
        switch self {
        case .processorProperties, .processorsAlike, .virtualization, .memoryAlike, .memoryProperties, .graphics,
            .driveProperties, .driveGroupsAlike, .firmwareProperties:
            .warning
        case .adaptersAlike, .adapterProperties, .adapterGroupsAlike, .driveCount, .noPools, .secureBoot,
            .moduleCertificates, .moduleProperties, .module:
            .critical
        }
    }

    /// The rules that tell the same of a model; none where only a running node tells it.
    public var rules: [RuleID] {
        switch self {
        case .processorProperties: ["node.slat", "node.logical_processors"]
        case .processorsAlike, .adaptersAlike, .adapterGroupsAlike, .driveGroupsAlike: ["cluster.alike"]
        case .virtualization: ["node.virtualization"]
        case .memoryAlike: ["cluster.alike_advised"]
        case .memoryProperties: ["node.memory", "node.ecc"]
        case .adapterProperties: ["node.adapters"]
        case .graphics: ["node.gpu_memory"]
        case .driveCount: ["storage.drives"]
        case .driveProperties: ["node.drive_controller", "node.power_loss_protection"]
        case .secureBoot: ["node.secure_boot"]
        case .moduleProperties, .module: ["node.tpm"]
        case .noPools, .firmwareProperties, .moduleCertificates: []
        }
    }

    /// What nodes have in common, where the rule tells several parts.
    var part: String? {
        switch self {
        case .processorsAlike: "processor"
        case .memoryAlike: "memory"
        case .adaptersAlike, .adapterGroupsAlike: "adapters"
        case .driveGroupsAlike: "drives"
        default: nil
        }
    }

    /// What a finding of Microsoft's profiles says beside its own severity where the readiness check only warns.
    static func dissent(on rule: RuleID, part: String?, severity: Severity) -> Evidence? {
        guard severity == .critical,
            let test = allCases.first(where: { $0.rules.contains(rule) && $0.part == part && $0.severity < severity })
        else { return nil }
        return Evidence(
            source: "sources disagree",
            value: "the readiness check only warns (\(test.rawValue): Microsoft, use-environment-checker, 2025-07-31)")
    }
}
