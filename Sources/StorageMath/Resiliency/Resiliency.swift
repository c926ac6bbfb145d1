/// How a volume is kept so that failures do not lose it: the resiliency types of Storage Spaces Direct and Azure Local.
///
/// What a type needs, stores and survives depends on where it is used: ``suitability(in:)`` says whether it may be,
/// and gives its ``Layout``.
public enum Resiliency: Sendable, Hashable {
    /// One copy: a failure loses it.
    case simple
    /// Two copies in two fault domains (AL-112).
    case twoWayMirror
    /// Three copies in three fault domains (AL-113).
    case threeWayMirror
    /// Four copies, two in each of two racks.
    case fourWayMirror
    /// One parity symbol, as RAID 5 (AL-114). Discouraged.
    case singleParity
    /// Two parity symbols or a local reconstruction code, by the number of fault domains (AL-114).
    case dualParity
    /// On two servers: two copies in each.
    case nestedTwoWayMirror
    /// On two servers: a nested two-way mirror in front of single parity within each server, held by both.
    case nestedMirrorAcceleratedParity(MirrorShare)
    /// A three-way mirror in front of dual parity, in one volume.
    case mirrorAcceleratedParity(MirrorShare)
}

extension Resiliency {
    /// Every type without a mirror share.
    public static let plain: [Resiliency] = [
        .simple, .twoWayMirror, .threeWayMirror, .fourWayMirror, .singleParity, .dualParity, .nestedTwoWayMirror,
    ]
}
