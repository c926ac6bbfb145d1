/// How things stand between a cluster and the cloud.
public struct ControlPlaneSituation: Sendable, Hashable {
    /// How the cluster is governed.
    public var mode: ControlPlaneMode
    /// The link to the outside, or `nil` where it is not known.
    public var link: LinkState?
    /// Whole days since the cluster last synchronised with the cloud, or `nil` where it is not known; what is below zero is
    /// taken for zero.
    public var daysSinceSync: Int?
    /// What governs on site where no cloud does.
    public var localControl: LocalControl

    /// A situation; what is not given is not known.
    public init(
        mode: ControlPlaneMode, link: LinkState? = nil, daysSinceSync: Int? = nil,
        localControl: LocalControl = .windowsAdminCenter
    ) {
        self.mode = mode
        self.link = link
        self.daysSinceSync = daysSinceSync
        self.localControl = localControl
    }

    /// How a link works.
    public enum LinkState: String, Sendable, Hashable, Codable, CaseIterable {
        case up
        /// It works, and is slower than management needs: 250 ms or more to the region (AL-103).
        case degraded
        case down
    }

    /// What governs on site where no cloud does: sources disagree.
    public enum LocalControl: String, Sendable, Hashable, Codable, CaseIterable {
        /// Windows Admin Center and PowerShell (AL-79).
        case windowsAdminCenter = "windows_admin_center"
        /// An appliance that is a control plane of its own (Microsoft, disconnected-operations-overview, 2025-06-20).
        case appliance
    }
}
