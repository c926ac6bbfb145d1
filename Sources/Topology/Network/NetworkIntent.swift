/// What a group of a host's adapters is for, as Network ATC takes it.
public struct NetworkIntent: Sendable, Hashable {
    /// A name: `ManagementCompute`.
    public let name: String
    /// What it carries.
    public let roles: Set<TrafficRole>
    /// Its adapters by their place in the host, from 1 on. An adapter is in one intent only.
    public let adapters: [Int]
    /// Whether they are a team (switch embedded teaming, which is independent of the switch; AL-58 asks for link aggregation
    /// of switches, which hosts do not take part in). Adapters that carry storage alone are none: SMB spreads over them itself.
    public let isTeam: Bool

    /// The intents of an option; where roles share adapters, storage's count goes first, then management's. Storage outside of
    /// the hosts has no intent.
    static func intents(_ demand: NetworkDemand, storagePorts: Int) -> [NetworkIntent] {
        var next = 1
        let groups = demand.option.groups.map { demand.storagePath == .outside ? $0.subtracting([.storage]) : $0 }
        return groups.filter { !$0.isEmpty }.map { roles in
            let count =
                roles.contains(.storage)
                ? storagePorts : roles.contains(.management) ? demand.managementPorts : demand.computePorts
            defer { next += count }
            let name = TrafficRole.allCases.filter(roles.contains).map { role in
                role.rawValue.prefix(1).uppercased() + role.rawValue.dropFirst()
            }.joined()
            return NetworkIntent(
                name: roles.count == 3 ? "Converged" : name, roles: roles, adapters: Array(next..<next + count),
                isTeam: roles != [.storage])
        }
    }
}
