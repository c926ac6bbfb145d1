/// How a cluster is governed, and what of it reaches a cloud.
public enum ControlPlaneMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// A cloud governs, the cluster works (AL-77, AL-78).
    case connected
    /// All is governed locally, nothing reaches a cloud (AL-79, AL-104).
    case disconnected
    /// All is governed locally; diagnostics reach the vendor (Microsoft, disconnected-operations-network, 2025-03-19).
    case disconnectedDiagnostics = "disconnected_diagnostics"
    /// All is governed locally; a link is opened now and then for updates (AL-105).
    case periodicLink = "periodic_link"
    /// All is governed locally; updates come on portable media across an air gap (AL-105).
    case portableMedia = "portable_media"

    /// Whether a cloud governs.
    public var isConnected: Bool { self == .connected }
}
