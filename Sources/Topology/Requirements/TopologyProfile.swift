public import ClusterCore
import StorageMath

/// The profiles of requirements that come along, each with its figures, how much they matter and where they are written.
///
/// | profile | what it asks | extends |
/// | --- | --- | --- |
/// | `architecture` | the architecture of which the suite is made | |
/// | `azureLocal23H2` | Microsoft's pages on hyperconverged Azure Local | |
/// | `rackAware` | one cluster in two racks or rooms | `azureLocal23H2` |
/// | `disaggregated` | storage outside the nodes | `azureLocal23H2` |
/// | `lowCapacity` | the class of small nodes | `azureLocal23H2` |
/// | `disconnected` | operation without a link to the cloud | `azureLocal23H2` |
///
/// A user's own profile may extend each of them, change figures, severities and modes, and carry exemptions.
public enum TopologyProfile {
    /// The profiles that need no file.
    public static let builtIn: [RuleProfile] = [
        architecture, azureLocal23H2, rackAware, disaggregated, lowCapacity, disconnected,
    ]

    /// A built-in profile by its name.
    public static func named(_ name: String) -> RuleProfile? { builtIn.first { $0.name == name } }

    /// What pages say besides the figure that a profile took: shown wherever the figure decides.
    static let furtherReadings: [(rule: RuleID, parameter: String, value: ParameterValue, source: String)] = [
        (
            "network.switchless", "nodes_maximum", .count(3),
            "Microsoft, cloud-deployment-network-considerations (2025-02-14)"
        ),
        ("network.switchless", "nodes_maximum", .count(16), "Microsoft, physical-network-requirements (2026-03-27)"),
        ("node.memory", "minimum", .bytes(gigabytes(96)), "Azure/odinforazurelocal v0.23.01, disconnected operations"),
    ]

    static func gigabytes(_ count: UInt64) -> ByteCount { ByteCount(bytes: count * 1_000_000_000) }
    static func terabytes(_ count: UInt64) -> ByteCount { ByteCount(bytes: count * 1_000_000_000_000) }
    static func gigabits(_ count: UInt64) -> BitRate { BitRate(bitsPerSecond: count * 1_000_000_000) }
    static func megabits(_ count: UInt64) -> BitRate { BitRate(bitsPerSecond: count * 1_000_000) }

    /// Settings of one rule in a line.
    static func asks(
        _ severity: Severity, _ parameters: [String: ParameterValue] = [:], al items: [Int] = [],
        _ document: String? = nil, _ date: String? = nil
    ) -> RuleSettings {
        RuleSettings(
            parameters: parameters, severity: severity,
            source: Reference(architecture: items, document: document.map { "Microsoft, \($0)" }, date: date))
    }

    /// Rules of storage's planner that a model's drives are held to.
    static func storageRules(of profile: RuleProfile) -> [RuleID: RuleSettings] {
        profile.rules.filter { ["storage.drives", "storage.cache", "storage.pool"].contains($0.key.rawValue) }
    }
}
