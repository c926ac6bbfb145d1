public import ClusterCore

/// The profiles of the control plane that come along, and the rules in which a profile speaks to the decision table.
///
/// | rule | parameter | meaning |
/// | --- | --- | --- |
/// | `control_plane.sync` | `days` | within which the cluster must synchronise, or it creates no virtual machine |
/// | `control_plane.arc_identity` | `days` | within which a machine must connect, or its Arc identity expires |
///
/// A clock that a profile leaves out does not run: the architecture knows none.
public enum ControlPlaneProfile {
    /// What the architecture says: local operations never depend on a cloud (AL-76, AL-78), and no clock runs.
    public static let architecture = RuleProfile(
        name: "architecture", version: "1", summary: "The control plane as the architecture has it", rules: [:])

    /// What Microsoft's pages say: two clocks run.
    public static let azureLocal23H2 = RuleProfile(
        name: "azureLocal23H2", version: "1", summary: "The control plane as Microsoft's pages have it",
        rules: [
            sync: RuleSettings(
                parameters: ["days": .count(30)], severity: .critical,
                source: Reference(document: "Microsoft, Azure Local FAQ", date: "2025-12-17")),
            arcIdentity: RuleSettings(
                parameters: ["days": .count(45)], severity: .critical,
                source: Reference(document: "Microsoft, disaster-recovery-vm-resiliency", date: "2025-10-23")),
        ])

    /// The profiles that need no file.
    public static let builtIn: [RuleProfile] = [architecture, azureLocal23H2]

    /// A built-in profile by its name.
    public static func named(_ name: String) -> RuleProfile? { builtIn.first { $0.name == name } }

    static let sync: RuleID = "control_plane.sync"
    static let arcIdentity: RuleID = "control_plane.arc_identity"
}
