/// The steps by which a connected cluster comes under the cloud's management, in their order (AL-82).
public enum RegistrationStep: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Arc's agent is on every node.
    case installAgents = "install_agents"
    /// The cluster is registered with a subscription.
    case registerCluster = "register_cluster"
    /// The cloud's resource manager has a resource that stands for it.
    case createResource = "create_resource"
    /// Services work with that resource.
    case enableServices = "enable_services"

    /// By its place in the order.
    public static func < (left: RegistrationStep, right: RegistrationStep) -> Bool { left.place < right.place }

    private var place: Int { RegistrationStep.allCases.firstIndex(of: self) ?? 0 }

    /// The step before, without which it cannot be done; `nil` for the first.
    public var predecessor: RegistrationStep? { place > 0 ? RegistrationStep.allCases[place - 1] : nil }

    /// What is done.
    public var instruction: String {
        switch self {
        case .installAgents: "install the Arc agent on each node"
        case .registerCluster: "register the cluster with the subscription"
        case .createResource: "let the resource manager make the cluster's resource"
        case .enableServices: "turn on the services that are wanted: monitoring, updates, policies, backup"
        }
    }
}

/// How far a cluster's registration is.
public struct Registration: Sendable, Hashable, Codable {
    /// The steps that are done; a step that is not known to be done is not in it.
    public let done: Set<RegistrationStep>
    /// How the cluster is governed.
    public let mode: ControlPlaneMode

    /// A registration.
    /// - Throws: where a step is done whose predecessor is not, or one at all in a mode without a cloud.
    public init(done: Set<RegistrationStep>, mode: ControlPlaneMode = .connected) throws(TopologyError) {
        for step in done.sorted() {
            guard mode.isConnected else {
                throw TopologyError(
                    "registration", step.rawValue, bound: "a step in the mode \(mode.rawValue)",
                    remedy: "a cluster without a cloud is not registered with one")
            }
            if let before = step.predecessor, !done.contains(before) {
                throw TopologyError(
                    "registration", step.rawValue, bound: "possible before \(before.rawValue)",
                    remedy: "first \(before.instruction)")
            }
        }
        self.done = done
        self.mode = mode
    }

    private enum CodingKeys: String, CodingKey { case done, mode }

    /// Reads a registration; steps out of order are refused.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        let done = try members.decode(Set<RegistrationStep>.self, forKey: .done)
        let mode = try members.decodeIfPresent(ControlPlaneMode.self, forKey: .mode) ?? .connected
        do throws(TopologyError) { try self.init(done: done, mode: mode) } catch {
            throw DecodingError.dataCorruptedError(forKey: .done, in: members, debugDescription: error.description)
        }
    }

    /// The step that comes next; `nil` where all are done, or none can be.
    public var next: RegistrationStep? {
        mode.isConnected ? RegistrationStep.allCases.first { !done.contains($0) } : nil
    }

    /// What it gives by now.
    public var capabilities: [ArcCapability] { ArcCapability.allCases.filter { done.contains($0.since) } }
}

/// What registration gives (AL-83).
public enum ArcCapability: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nodes, machines and resources are listed in the portal.
    case inventory
    /// Roles say who may do what.
    case accessControl = "access_control"
    /// Policies are assigned and held.
    case policy
    /// Tags sort resources.
    case tags
    /// Costs are told by resource.
    case cost

    /// The step after which it is there: all of them hang on the resource, policies on a service besides.
    public var since: RegistrationStep { self == .policy ? .enableServices : .createResource }

    /// The operation that it is, with which ``DecisionTable`` tells whether it can be had in a mode and with a link.
    public var operation: ControlPlaneOperation {
        switch self {
        case .inventory: .inventory
        case .accessControl: .controlAccess
        case .policy: .enforcePolicy
        case .tags: .tagResources
        case .cost: .trackCost
        }
    }
}
