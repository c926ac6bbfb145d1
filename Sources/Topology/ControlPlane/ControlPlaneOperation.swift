/// What somebody wants of a cluster, of its workloads or of the cloud that governs it.
public enum ControlPlaneOperation: String, Sendable, Hashable, Codable, CaseIterable {
    // MARK: Data plane (AL-75)

    /// Virtual machines that run go on running.
    case runVirtualMachines = "run_virtual_machines"
    /// Volumes are read and written.
    case accessStorage = "access_storage"
    /// Virtual networks carry traffic.
    case useVirtualNetworks = "use_virtual_networks"
    /// Containers run.
    case runContainers = "run_containers"
    /// Applications work on their data.
    case processData = "process_data"

    // MARK: Governed locally in every mode (AL-78, AL-79)

    /// New virtual machines.
    case createVirtualMachine = "create_virtual_machine"
    /// Virtual machines that there are: start, stop, change, move.
    case manageVirtualMachine = "manage_virtual_machine"
    case configureStorage = "configure_storage"
    case configureNetwork = "configure_network"
    /// Failover and recovery from failures.
    case failOver = "fail_over"
    case tunePerformance = "tune_performance"
    /// Windows Admin Center and PowerShell on site.
    case useLocalTools = "use_local_tools"
    /// Updates that somebody carries in.
    case updateFromMedia = "update_from_media"
    /// Backup to something on site.
    case backUpLocally = "back_up_locally"

    // MARK: Over a link

    /// Updates that the cluster fetches itself.
    case downloadUpdates = "download_updates"
    /// Logs and telemetry for the vendor's support.
    case sendDiagnostics = "send_diagnostics"

    // MARK: Governed by the cloud (AL-77, AL-83)

    /// Registration of the cluster.
    case register
    /// The inventory of resources in the portal.
    case inventory
    case monitor
    /// Update Manager: windows, order, approval.
    case orchestrateUpdates = "orchestrate_updates"
    /// Machines and extensions governed over Arc.
    case manageOverArc = "manage_over_arc"
    case enforcePolicy = "enforce_policy"
    /// Threat detection and recommendations.
    case assessSecurity = "assess_security"
    case controlAccess = "control_access"
    case tagResources = "tag_resources"
    case trackCost = "track_cost"
    /// Recovery keys backed up to the cloud (AL-65).
    case backUpKeysToCloud = "back_up_keys_to_cloud"
    /// Backup to a vault in the cloud (AL-117).
    case backUpToCloud = "back_up_to_cloud"
    /// Replication and failover to the cloud.
    case recoverInCloud = "recover_in_cloud"
}

/// Where an operation is carried out.
public enum ControlPlaneSide: String, Sendable, Hashable, Codable, CaseIterable {
    /// On site, with the workloads.
    case dataPlane = "data_plane"
    /// On site, by those who govern it.
    case local
    /// On site, with something that comes over a link.
    case link
    /// In a cloud.
    case cloud
}

extension ControlPlaneOperation {
    /// Where it is carried out.
    public var side: ControlPlaneSide {
        switch self {
        case .runVirtualMachines, .accessStorage, .useVirtualNetworks, .runContainers, .processData: .dataPlane
        case .createVirtualMachine, .manageVirtualMachine, .configureStorage, .configureNetwork, .failOver,
            .tunePerformance, .useLocalTools, .updateFromMedia, .backUpLocally:
            .local
        case .downloadUpdates, .sendDiagnostics: .link
        case .register, .inventory, .monitor, .orchestrateUpdates, .manageOverArc, .enforcePolicy, .assessSecurity,
            .controlAccess, .tagResources, .trackCost, .backUpKeysToCloud, .backUpToCloud, .recoverInCloud:
            .cloud
        }
    }

    /// Whether it goes through the machines' Arc identity, which expires.
    var needsArcIdentity: Bool {
        switch self {
        case .inventory, .monitor, .orchestrateUpdates, .manageOverArc, .enforcePolicy, .assessSecurity, .controlAccess,
            .tagResources, .trackCost:
            true
        default: false
        }
    }

    /// Whether a control plane on site does it in the cloud's place.
    var isDoneByAppliance: Bool {
        switch self {
        case .register, .inventory, .manageOverArc, .enforcePolicy, .controlAccess, .tagResources: true
        default: false
        }
    }

    /// Items of the architecture that say so.
    var items: [Int] {
        switch self {
        case .runVirtualMachines, .accessStorage, .useVirtualNetworks, .runContainers, .processData: [75, 76]
        case .createVirtualMachine, .manageVirtualMachine, .configureStorage, .configureNetwork, .failOver,
            .tunePerformance:
            [78]
        case .useLocalTools: [79]
        case .updateFromMedia, .downloadUpdates: [105]
        case .backUpLocally: [104]
        case .sendDiagnostics: [77]
        case .inventory, .controlAccess, .enforcePolicy, .tagResources, .trackCost: [77, 83]
        case .register: [77, 82]
        case .monitor, .orchestrateUpdates, .manageOverArc, .assessSecurity: [77]
        case .backUpKeysToCloud: [65]
        case .backUpToCloud, .recoverInCloud: [117]
        }
    }
}
