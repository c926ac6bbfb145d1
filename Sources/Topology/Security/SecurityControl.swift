/// One thing that protects a cluster, and that can be on or off (AL-60 to AL-74).
public enum SecurityControl: String, Sendable, Hashable, Codable, CaseIterable {
    // MARK: Hardware

    case secureBoot = "secure_boot"
    case tpm2 = "tpm2"
    /// Intel VT-x or AMD-V.
    case virtualization
    /// Intel VT-d or AMD-Vi.
    case ioVirtualization = "io_virtualization"
    /// The XD or NX bit.
    case executeDisable = "execute_disable"
    case dataExecutionPrevention = "data_execution_prevention"

    // MARK: Data at rest

    case encryptedSystemVolumes = "encrypted_system_volumes"
    case encryptedDataVolumes = "encrypted_data_volumes"
    case encryptedVirtualDisks = "encrypted_virtual_disks"
    case encryptedConfiguration = "encrypted_configuration"
    /// Recovery keys kept somewhere else than on the cluster.
    case recoveryKeysBackedUp = "recovery_keys_backed_up"
    case keyRotation = "key_rotation"

    // MARK: Network

    case smbEncryption = "smb_encryption"
    case smbSigning = "smb_signing"
    case ipsec
    case vlanSegmentation = "vlan_segmentation"
    case networkFirewall = "network_firewall"
    case microsegmentation

    // MARK: Operating system

    /// The settings of the CIS and STIG baselines.
    case securityBaseline = "security_baseline"
    /// Settings that change are put back.
    case driftControl = "drift_control"
    case minimalSurface = "minimal_surface"
    case regularUpdates = "regular_updates"
    case credentialGuard = "credential_guard"
    /// Virtualisation-based security.
    case virtualizationBasedSecurity = "virtualization_based_security"
    /// Code integrity that the hypervisor enforces.
    case codeIntegrity = "code_integrity"
    /// Dynamic root of trust for measurement.
    case dynamicRootOfTrust = "dynamic_root_of_trust"
    case sideChannelMitigation = "side_channel_mitigation"
    /// An allow-list of applications.
    case applicationControl = "application_control"
    /// The password of the machines' local administrator is as long as a deployment asks.
    case longPasswords = "long_passwords"

    // MARK: Cloud

    case managedIdentity = "managed_identity"
    case leastPrivilege = "least_privilege"
    case tokenRotation = "token_rotation"
    case cloudPolicy = "cloud_policy"
    /// Threat detection, recommendations and vulnerability assessment.
    case threatDetection = "threat_detection"
}

/// A layer of defence.
public enum SecurityLayer: String, Sendable, Hashable, Codable, CaseIterable {
    case hardware
    case dataAtRest = "data_at_rest"
    case network
    case operatingSystem = "operating_system"
    case cloud
}

extension SecurityControl {
    /// The layer that it belongs to.
    public var layer: SecurityLayer {
        switch self {
        case .secureBoot, .tpm2, .virtualization, .ioVirtualization, .executeDisable, .dataExecutionPrevention:
            .hardware
        case .encryptedSystemVolumes, .encryptedDataVolumes, .encryptedVirtualDisks, .encryptedConfiguration,
            .recoveryKeysBackedUp, .keyRotation:
            .dataAtRest
        case .smbEncryption, .smbSigning, .ipsec, .vlanSegmentation, .networkFirewall, .microsegmentation: .network
        case .securityBaseline, .driftControl, .minimalSurface, .regularUpdates, .credentialGuard,
            .virtualizationBasedSecurity, .codeIntegrity, .dynamicRootOfTrust, .sideChannelMitigation,
            .applicationControl, .longPasswords:
            .operatingSystem
        case .managedIdentity, .leastPrivilege, .tokenRotation, .cloudPolicy, .threatDetection: .cloud
        }
    }

    /// The items of the architecture that ask for it; empty where Microsoft's pages alone know it.
    public var items: [Int] {
        switch self {
        case .secureBoot: [60]
        case .tpm2: [61]
        case .virtualization, .ioVirtualization, .executeDisable, .dataExecutionPrevention: [62]
        case .encryptedSystemVolumes, .encryptedDataVolumes: [63, 64]
        case .encryptedVirtualDisks, .encryptedConfiguration: [64]
        case .recoveryKeysBackedUp, .keyRotation: [65]
        case .smbEncryption: [66]
        case .ipsec: [67]
        case .vlanSegmentation, .networkFirewall, .microsegmentation: [68]
        case .securityBaseline, .minimalSurface, .regularUpdates: [69]
        case .credentialGuard: [70]
        case .applicationControl: [71]
        case .managedIdentity, .leastPrivilege, .tokenRotation: [72]
        case .cloudPolicy: [73]
        case .threatDetection: [74]
        case .driftControl, .smbSigning, .virtualizationBasedSecurity, .codeIntegrity, .dynamicRootOfTrust,
            .sideChannelMitigation, .longPasswords:
            []
        }
    }

    /// Whether it can be had in a mode: what the cloud does needs a cloud.
    public func applies(in mode: ControlPlaneMode) -> Bool { layer != .cloud || mode.isConnected }

    /// Whether a deployment asks about it: the seven switches (Microsoft, manage-secure-baseline, 2024-12-10).
    public var isDeploymentSwitch: Bool {
        switch self {
        case .driftControl, .credentialGuard, .applicationControl, .encryptedSystemVolumes, .encryptedDataVolumes,
            .smbSigning, .smbEncryption:
            true
        default: false
        }
    }

    /// Whether drift control puts it back when it changes, or `nil` where no page says (Microsoft, manage-secure-baseline,
    /// 2024-12-10).
    public var isDriftControlled: Bool? {
        switch self {
        case .securityBaseline, .driftControl, .credentialGuard, .smbSigning, .virtualizationBasedSecurity,
            .codeIntegrity, .dynamicRootOfTrust, .sideChannelMitigation:
            true
        case .applicationControl, .encryptedSystemVolumes, .encryptedDataVolumes, .smbEncryption: false
        default: nil
        }
    }

    /// Whether a change takes effect only after a restart, or `nil` where no page says (Microsoft, manage-secure-baseline,
    /// 2024-12-10).
    public var needsRestart: Bool? {
        switch self {
        case .credentialGuard, .smbSigning, .virtualizationBasedSecurity, .codeIntegrity, .dynamicRootOfTrust,
            .sideChannelMitigation:
            true
        case .smbEncryption: false
        default: nil
        }
    }

    /// The cipher by which it encrypts, where the architecture names one (AL-63, AL-66).
    public var cipher: String? {
        switch self {
        case .encryptedSystemVolumes, .encryptedDataVolumes: "AES-256"
        case .smbEncryption: "AES-128-GCM"
        default: nil
        }
    }

    /// How often drift control puts settings back (Microsoft, security-features, 2024-11-15).
    public static let driftInterval: Duration = .seconds(90 * 60)

    /// The name in a sentence: as the makers of it write it.
    var name: String {
        switch self {
        case .secureBoot: "Secure Boot"
        case .tpm2: "the TPM 2.0"
        case .virtualization: "virtualization of the processor (VT-x, AMD-V)"
        case .ioVirtualization: "virtualization of I/O (VT-d, AMD-Vi)"
        case .executeDisable: "the XD or NX bit"
        case .dataExecutionPrevention: "data execution prevention"
        case .encryptedSystemVolumes: "encryption of system volumes"
        case .encryptedDataVolumes: "encryption of data volumes"
        case .encryptedVirtualDisks: "encryption of virtual disks"
        case .encryptedConfiguration: "encryption of the configuration"
        case .recoveryKeysBackedUp: "backup of recovery keys"
        case .keyRotation: "rotation of keys"
        case .smbEncryption: "SMB encryption"
        case .smbSigning: "SMB signing"
        case .ipsec: "IPsec"
        case .vlanSegmentation: "segmentation by VLANs"
        case .networkFirewall: "the network firewall"
        case .microsegmentation: "microsegmentation"
        case .securityBaseline: "the security baseline"
        case .driftControl: "drift control"
        case .minimalSurface: "the minimal surface of attack"
        case .regularUpdates: "regular updates"
        case .credentialGuard: "Credential Guard"
        case .virtualizationBasedSecurity: "virtualization-based security"
        case .codeIntegrity: "hypervisor-enforced code integrity"
        case .dynamicRootOfTrust: "the dynamic root of trust (DRTM)"
        case .sideChannelMitigation: "side-channel mitigation"
        case .applicationControl: "application control"
        case .longPasswords: "a long password of the local administrator"
        case .managedIdentity: "managed identities"
        case .leastPrivilege: "least privilege"
        case .tokenRotation: "rotation of tokens"
        case .cloudPolicy: "policies of the cloud"
        case .threatDetection: "threat detection"
        }
    }

    /// What its rule asks.
    var title: String {
        switch self {
        case .encryptedSystemVolumes: "system volumes are encrypted"
        case .encryptedDataVolumes: "data volumes are encrypted"
        case .encryptedVirtualDisks: "virtual disks are encrypted"
        case .encryptedConfiguration: "the configuration is encrypted"
        case .recoveryKeysBackedUp: "recovery keys are kept elsewhere than on the cluster"
        case .keyRotation: "keys are rotated"
        case .tokenRotation: "tokens are rotated"
        case .longPasswords: "the local administrator's password is long"
        case .vlanSegmentation: "VLANs segment the network"
        case .regularUpdates: "updates are installed regularly"
        case .managedIdentity: "identities are managed ones, without stored secrets"
        case .leastPrivilege: "roles have no more rights than they need"
        case .cloudPolicy: "policies of the cloud are assigned"
        case .minimalSurface: "nothing runs that is not needed"
        default: "\(name) is on"
        }
    }
}
