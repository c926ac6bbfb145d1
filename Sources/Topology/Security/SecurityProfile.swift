public import ClusterCore

/// The profiles of security that come along. Each control is a rule, `security.secure_boot`, with one figure: `state`, what it
/// has to be, `on` or `audit`; that of passwords has the least length beside it. A control that a profile leaves out is not asked for.
public enum SecurityProfile {
    /// What the architecture says (AL-60 to AL-74). It calls IPsec and the encryption of virtual disks optional, so it does not
    /// ask for them.
    public static let architecture = RuleProfile(
        name: "architecture", version: "1", summary: "Security as the architecture asks for it",
        rules: rules(
            SecurityControl.allCases.filter { !$0.items.isEmpty && $0 != .ipsec && $0 != .encryptedVirtualDisks }
        ) { control in
            Reference(architecture: control.items)
        })

    /// What Microsoft's pages recommend: the switches of a deployment with what can be switched afterwards, and what hardware
    /// must have.
    public static let azureLocal23H2 = RuleProfile(
        name: "azureLocal23H2", version: "1", summary: "Security as Microsoft's pages on Azure Local have it",
        rules: rules([
            .secureBoot, .tpm2, .virtualization, .encryptedSystemVolumes, .encryptedDataVolumes, .recoveryKeysBackedUp,
            .smbEncryption, .smbSigning, .securityBaseline, .driftControl, .credentialGuard,
            .virtualizationBasedSecurity, .codeIntegrity, .dynamicRootOfTrust, .sideChannelMitigation,
            .applicationControl, .longPasswords,
        ]) { control in
            switch control {
            case .secureBoot, .tpm2, .virtualization:
                Reference(document: "Microsoft, system-requirements-23h2", date: "2025-10-15")
            case .encryptedSystemVolumes, .encryptedDataVolumes, .recoveryKeysBackedUp:
                Reference(document: "Microsoft, manage-bitlocker", date: "2026-04-22")
            case .longPasswords: Reference(document: "Microsoft, deploy-via-portal", date: "2026-01-22")
            case .applicationControl: Reference(document: "Microsoft, security-features", date: "2024-11-15")
            default: Reference(document: "Microsoft, manage-secure-baseline", date: "2024-12-10")
            }
        })

    /// The profiles that need no file, by which a user's own may be extended.
    public static let builtIn: [RuleProfile] = [architecture, azureLocal23H2]

    /// A built-in profile by its name.
    public static func named(_ name: String) -> RuleProfile? { builtIn.first { $0.name == name } }

    /// The rule of a control.
    public static func rule(of control: SecurityControl) -> RuleID {
        // Built of letters and underscores, which every rule may have.
        RuleID(rawValue: "security.\(control.rawValue)") ?? "security"
    }

    private static func rules(
        _ controls: [SecurityControl], source: (SecurityControl) -> Reference
    ) -> [RuleID: RuleSettings] {
        Dictionary(
            uniqueKeysWithValues: controls.map { control in
                (
                    rule(of: control),
                    RuleSettings(
                        parameters: figures(of: control), severity: severity(of: control), source: source(control))
                )
            })
    }

    /// The figure that says how long a password is, in characters.
    static let leastLength = "characters_minimum"

    private static func figures(of control: SecurityControl) -> [String: ParameterValue] {
        var figures: [String: ParameterValue] = ["state": .text(ControlState.on.rawValue)]
        if control == .longPasswords { figures[leastLength] = .count(14) }
        return figures
    }

    /// Without these nothing else holds; the rest can be put right while the cluster runs.
    private static func severity(of control: SecurityControl) -> Severity {
        switch control {
        case .secureBoot, .tpm2, .virtualization, .encryptedSystemVolumes, .encryptedDataVolumes,
            .recoveryKeysBackedUp:
            .critical
        default: .warning
        }
    }
}
