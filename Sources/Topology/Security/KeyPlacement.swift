public import ClusterCore

/// Which key lives where, and what it is for (AL-65), since sources disagree: the architecture has all keys in the TPM and
/// recovery keys in the cloud; Microsoft's pages have keys of data volumes in the directory and on the owner node, and say
/// that the export to a vault is done by hand.
public struct KeyPlacement: Sendable, Hashable {
    /// The key.
    public let key: ClusterKey
    /// Whether there is such a key: none opens a volume that is not encrypted. `nil` where nobody knows.
    public private(set) var isThere: Bool? = true
    /// Where a copy of it lives; `nil` where that is not known.
    public private(set) var places: Set<KeyPlace>?
    /// Whether somebody has to put it there by hand.
    public let isByHand: Bool
    /// Where it is written.
    public let reference: Reference

    private init(key: ClusterKey, places: Set<KeyPlace>, isByHand: Bool, reference: Reference) {
        self.key = key
        self.places = places
        self.isByHand = isByHand
        self.reference = reference
    }

    /// Which key lives where on a cluster, as far as its posture tells.
    ///
    /// There is a volume's key where the volume is encrypted. It lives in a TPM where there is one, and its recovery key
    /// somewhere else than on the cluster where recovery keys are backed up. What the posture does not tell is not known.
    /// - Parameters:
    ///   - source: whose word counts for the places.
    ///   - posture: what is known of the cluster's controls, and how it is governed.
    ///   - isExported: whether somebody exported the recovery keys to a vault or a safe outside.
    public static func all(
        by source: Source, of posture: SecurityPosture, isExported: Bool = false
    ) -> [KeyPlacement] {
        all(by: source, mode: posture.mode, isExported: isExported).map { placement in
            var placement = placement
            placement.hold(to: posture, isExported)
            return placement
        }
    }

    private mutating func hold(to posture: SecurityPosture, _ isExported: Bool) {
        let volume: SecurityControl
        switch key {
        case .systemVolume, .systemVolumeRecovery: volume = .encryptedSystemVolumes
        case .dataVolume, .dataVolumeRecovery: volume = .encryptedDataVolumes
        case .internalCertificates, .deploymentSecrets: return
        }
        isThere = posture.state(of: volume).map { $0 != .off }
        guard isThere == true else {
            places = isThere == nil ? nil : []
            return
        }
        // Without a TPM such a key is a password or on a stick, and no control tells which.
        if places?.contains(.tpm) == true, posture.state(of: .tpm2) != .on { places = nil }
        guard key == .systemVolumeRecovery || key == .dataVolumeRecovery, !isExported else { return }
        switch posture.state(of: .recoveryKeysBackedUp) {
        case .on: break
        case .off: places = []
        case .audit, nil: places = nil
        }
    }

    /// Which key lives where on a cluster that encrypts all its volumes.
    /// - Parameters:
    ///   - source: whose word counts.
    ///   - mode: how the cluster is governed: without a cloud nothing lives in one.
    ///   - isExported: whether somebody exported the recovery keys to a vault or a safe outside.
    public static func all(
        by source: Source, mode: ControlPlaneMode, isExported: Bool = false
    ) -> [KeyPlacement] {
        switch source {
        case .architecture:
            let tpm = Reference(architecture: [61, 63, 65])
            return [
                KeyPlacement(key: .systemVolume, places: [.tpm], isByHand: false, reference: tpm),
                KeyPlacement(key: .dataVolume, places: [.tpm], isByHand: false, reference: tpm),
                KeyPlacement(
                    key: .systemVolumeRecovery, places: mode.isConnected ? [.cloud] : isExported ? [.safe] : [],
                    isByHand: !mode.isConnected, reference: Reference(architecture: [65])),
                KeyPlacement(
                    key: .dataVolumeRecovery, places: mode.isConnected ? [.cloud] : isExported ? [.safe] : [],
                    isByHand: !mode.isConnected, reference: Reference(architecture: [65])),
            ]
        case .azureLocal:
            let page = Reference(document: "Microsoft, manage-bitlocker", date: "2026-04-22")
            let outside: Set<KeyPlace> = isExported ? [mode.isConnected ? .cloud : .safe] : []
            return [
                KeyPlacement(key: .systemVolume, places: [.tpm], isByHand: false, reference: page),
                KeyPlacement(key: .dataVolume, places: [.ownerNode], isByHand: false, reference: page),
                KeyPlacement(
                    key: .systemVolumeRecovery, places: outside.union([.directory]), isByHand: isExported,
                    reference: page),
                KeyPlacement(
                    key: .dataVolumeRecovery, places: outside.union([.directory]), isByHand: isExported, reference: page
                ),
                KeyPlacement(
                    key: .internalCertificates, places: [.certificateStore], isByHand: false,
                    reference: Reference(document: "Microsoft, security-features", date: "2024-11-15")),
            ] + cloudKeys(mode)
        }
    }

    /// Keys that a cluster has only with a cloud.
    private static func cloudKeys(_ mode: ControlPlaneMode) -> [KeyPlacement] {
        guard mode.isConnected else { return [] }
        return [
            KeyPlacement(
                key: .deploymentSecrets, places: [.cloud], isByHand: false,
                reference: Reference(
                    architecture: [100], document: AzureRegion.eastUS.page, date: "2025-11-27"))
        ]
    }

    /// Whose word counts.
    public enum Source: String, Sendable, Hashable, Codable, CaseIterable {
        case architecture
        case azureLocal = "azureLocal23H2"
    }
}

/// A key of a cluster.
public enum ClusterKey: String, Sendable, Hashable, Codable, CaseIterable {
    /// Opens the system volume when the host starts.
    case systemVolume = "system_volume"
    /// Opens a data volume when it comes online or moves to another host.
    case dataVolume = "data_volume"
    /// Opens the system volume in need.
    case systemVolumeRecovery = "system_volume_recovery"
    /// Opens a data volume in need.
    case dataVolumeRecovery = "data_volume_recovery"
    /// Certificates by which the parts of the system know each other.
    case internalCertificates = "internal_certificates"
    /// Secrets of the deployment.
    case deploymentSecrets = "deployment_secrets"
}

/// Somewhere that a key can live.
public enum KeyPlace: String, Sendable, Hashable, Codable, CaseIterable {
    /// The host's trusted platform module.
    case tpm
    /// Active Directory.
    case directory
    /// A file on the host that owns the volume.
    case ownerNode = "owner_node"
    /// The hosts' certificate store.
    case certificateStore = "certificate_store"
    /// A vault in the cloud.
    case cloud
    /// Somewhere outside that people keep.
    case safe
}

/// What stays shut when places of keys are lost.
public struct KeyLoss: Sendable, Hashable {
    /// The volumes that nothing opens any more.
    public let lost: [Volume]
    /// The volumes that open with a recovery key alone, by hand.
    public let needsRecovery: [Volume]

    /// A kind of volume.
    public enum Volume: String, Sendable, Hashable, Codable, CaseIterable {
        case system, data

        fileprivate var key: ClusterKey { self == .system ? .systemVolume : .dataVolume }
        fileprivate var recovery: ClusterKey { self == .system ? .systemVolumeRecovery : .dataVolumeRecovery }
    }

    /// What the loss of places costs, where keys are placed so.
    public init(of places: Set<KeyPlace>, from placements: [KeyPlacement]) {
        // A key of which nobody knows where it is counts as gone.
        func isLeft(_ key: ClusterKey) -> Bool {
            placements.contains { $0.key == key && $0.places?.subtracting(places).isEmpty == false }
        }
        let shut = Volume.allCases.filter { volume in
            !isLeft(volume.key) && !placements.contains { $0.key == volume.key && $0.isThere == false }
        }
        lost = shut.filter { !isLeft($0.recovery) }
        needsRecovery = shut.filter { isLeft($0.recovery) }
    }
}

/// What a cluster does without, and what people must do in the cloud's place, when no cloud governs it.
public struct DisconnectionConsequence: Sendable, Hashable {
    /// What is missing.
    public let control: SecurityControl
    /// What to do instead.
    public let instead: String
    /// The items that say so.
    public let items: [Int]

    /// The consequences of a mode; none where a cloud governs.
    public static func all(in mode: ControlPlaneMode) -> [DisconnectionConsequence] {
        guard !mode.isConnected else { return [] }
        return [
            DisconnectionConsequence(
                control: .recoveryKeysBackedUp, instead: "back recovery keys up by hand, outside of the cluster",
                items: [65]),
            DisconnectionConsequence(
                control: .keyRotation, instead: "rotate keys and back the new ones up by hand", items: [65]),
            DisconnectionConsequence(
                control: .regularUpdates,
                instead: mode == .periodicLink
                    ? "open the link for updates regularly" : "carry updates in and install them by hand",
                items: [69, 79, 105]),
            DisconnectionConsequence(
                control: .managedIdentity, instead: "keep accounts and their secrets in a directory on site",
                items: [72]),
            DisconnectionConsequence(
                control: .leastPrivilege, instead: "limit rights in the directory on site", items: [72]),
            DisconnectionConsequence(
                control: .tokenRotation, instead: "rotate the secrets of accounts by hand", items: [72]),
            DisconnectionConsequence(
                control: .cloudPolicy, instead: "hold the posture to a profile on site, and look for drift", items: [73]
            ),
            DisconnectionConsequence(
                control: .threatDetection, instead: "forward security events to a system on site", items: [74]),
        ]
    }
}
