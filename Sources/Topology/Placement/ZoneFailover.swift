/// What becomes of a virtual machine of a rack-aware cluster when one zone goes down (Microsoft, rack-aware-cluster-overview
/// and -requirements, 2025-10).
public enum ZoneFailover: String, Sendable, Hashable, Codable, CaseIterable {
    /// It runs in the other zone, and is left alone.
    case unchanged
    /// It is bound to the zone strictly: it is saved, and returns with the zone.
    case savedUntilReturn = "saved_until_return"
    /// It prefers the zone: it restarts in the other one, and goes back when the zone does.
    case failsOverAndBack = "fails_over_and_back"

    /// - Parameters:
    ///   - isInLostZone: whether it runs in the zone that goes down.
    ///   - isStrict: whether it may run in no other zone.
    public init(isInLostZone: Bool, isStrict: Bool) {
        self = !isInLostZone ? .unchanged : isStrict ? .savedUntilReturn : .failsOverAndBack
    }

    /// How long a machine is away that fails over without a plan: 3 to 5 minutes.
    public static let unplanned = Duration.seconds(180)...Duration.seconds(300)
}
