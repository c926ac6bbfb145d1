import StorageMath

/// Shorthands that tests of survival share.
enum SurvivalCase {
    static func cluster(_ servers: Int, drives: Int = 4, racks: Int = 1, witness: Bool = true) throws -> ClusterLayout {
        try ClusterLayout(servers: servers, drivesEach: drives, racks: racks, hasWitness: witness)
    }

    /// Failures by name, `drive:3.2 server:1`; a `|` begins the next step.
    static func steps(_ text: String, in cluster: ClusterLayout) throws -> [ClusterFailures] {
        try text.split(separator: "|", omittingEmptySubsequences: false).map { step in
            let elements = try step.split(separator: " ").map { try FailedElement(parsing: String($0)) }
            return try ClusterFailures(elements, in: cluster)
        }
    }

    static func survival(
        _ type: String, _ failures: String, in cluster: ClusterLayout, delimitedTo servers: Set<Int>? = nil,
        reading: PoolReading? = nil
    ) throws -> VolumeSurvival {
        let placement = try VolumePlacement(Resiliency(parsing: type), in: cluster, delimitedTo: servers)
        return try placement.survival(after: steps(failures, in: cluster), reading: reading)
    }

    static func state(
        _ type: String, _ failures: String, in cluster: ClusterLayout, delimitedTo servers: Set<Int>? = nil
    ) throws -> VolumeSurvival.State {
        try survival(type, failures, in: cluster, delimitedTo: servers).state
    }
}
