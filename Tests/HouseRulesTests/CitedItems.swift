import ClusterCore
import HealthModel
import HostTopology
import RDMAModel
import StorageMath
import Topology

/// Which rules cite which items of the architecture as their source, in the profiles that come along.
enum CitedItems {
    static var rules: [Int: [String]] {
        let profiles =
            TopologyProfile.builtIn + NetworkProfile.builtIn + ConnectivityProfile.builtIn
            + ControlPlaneProfile.builtIn + SecurityProfile.builtIn + StorageProfile.builtIn + HealthProfile.builtIn
            + ProbeProfile.builtIn
        var found: [Int: Set<String>] = [:]
        for settings in profiles.map(\.rules) + [PlacementProfile.rules] {
            for (rule, one) in settings {
                for item in one.source?.architecture ?? [] { found[item, default: []].insert(rule.rawValue) }
            }
        }
        return found.mapValues { $0.sorted() }
    }
}
