public import ClusterCore

/// Why a firing alert is not told to anyone now. It is evaluated as ever, and what was told before gets its resolution.
public enum AlertSuppression: Sendable, Hashable {
    /// By a mute.
    case muted(String)
    /// By a firing alert that says more.
    case inhibited(AlertFingerprint)
    /// What its subject depends on is gone, and that is told.
    case parentLost(ComponentIdentifier)
    /// What its subject depends on may be gone; the alert waits for certainty.
    case parentSuspected(ComponentIdentifier)
}

extension AlertSuppression: CustomStringConvertible {
    public var description: String {
        switch self {
        case .muted(let name): "muted by \(name)"
        case .inhibited(let source): "inhibited by the alert \(source)"
        case .parentLost(let component): "\(component) is gone"
        case .parentSuspected(let component): "\(component) is suspected to be gone"
        }
    }
}
