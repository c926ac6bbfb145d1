import ClusterCore
import ConsoleIO
import HostTopology
import Topology

/// Profiles for one host: what a cluster's profile asks of a node, and how a host is put together.
enum HostProfile {
    /// The built-in profiles with the rules of placement; one who writes a profile extends these.
    static let builtIn: [RuleProfile] = TopologyProfile.builtIn.map { profile in
        guard profile.extends == nil else { return profile }
        var profile = profile
        profile.rules.merge(PlacementProfile.rules) { own, _ in own }
        return profile
    }

    static func isBuiltIn(_ name: String) -> Bool { builtIn.contains { $0.name == name } }

    /// A profile by its name or from a file, for a whole cluster.
    static func forClusters(_ name: String, namedAt place: String? = nil) throws -> ResolvedProfile {
        try ProfileFile.resolved(name, among: builtIn, vocabulary: [PlacementProfile.vocabulary], namedAt: place)
    }

    /// A profile by its name or from a file, for a host: without the rules of what a host is only a part of.
    static func forHost(_ name: String) throws -> ResolvedProfile {
        try ProfileFile.resolved(name, among: builtIn, vocabulary: [PlacementProfile.vocabulary], keeping: isOfHost)
    }

    /// Whether a host by itself can be held to a rule.
    private static func isOfHost(_ rule: RuleID) -> Bool {
        rule.isOrIsBelow("node") || rule.isOrIsBelow("host") || ["storage.drives", "storage.cache"].contains(rule)
    }
}
