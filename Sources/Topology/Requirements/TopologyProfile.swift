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
/// | `microsoft365Local` | the cluster of Microsoft 365 Local | `azureLocal23H2` |
///
/// A user's own profile may extend each of them, change figures, severities and modes, and carry exemptions.
public enum TopologyProfile {
    /// The profiles that need no file.
    public static let builtIn: [RuleProfile] = [
        architecture, azureLocal23H2, rackAware, disaggregated, lowCapacity, disconnected, microsoft365Local,
    ]

    /// A built-in profile by its name.
    public static func named(_ name: String) -> RuleProfile? { builtIn.first { $0.name == name } }

    /// What pages say besides the figure that a profile took: shown wherever the figure decides.
    static let furtherReadings: [FurtherReading] = [
        FurtherReading(
            "network.switchless", "nodes_maximum", .count(3), beside: "azureLocal23H2",
            "Microsoft, cloud-deployment-network-considerations (2025-02-14)"),
        FurtherReading(
            "network.switchless", "nodes_maximum", .count(16), beside: "azureLocal23H2",
            "Microsoft, physical-network-requirements (2026-03-27)"),
        FurtherReading(
            "node.memory", "minimum", .bytes(gigabytes(96)), beside: "disconnected", "Azure/odinforazurelocal v0.23.01"),
    ]

    /// A figure of a page that no profile took.
    struct FurtherReading {
        let rule: RuleID
        let parameter: String
        let value: ParameterValue
        /// The profile whose figure it contradicts.
        let profile: String
        let source: String

        init(
            _ rule: RuleID, _ parameter: String, _ value: ParameterValue, beside profile: String, _ source: String
        ) {
            self.rule = rule
            self.parameter = parameter
            self.value = value
            self.profile = profile
            self.source = source
        }
    }

    static func gigabytes(_ count: UInt64) -> ByteCount { ByteCount(bytes: count * 1_000_000_000) }
    static func watts(_ count: UInt64) -> Watts { Watts(milliwatts: count * 1000) }
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
        let own = Set(StorageRules.ofServers.map(\.rule))
        return profile.rules.filter { own.contains($0.key) }
    }
}
