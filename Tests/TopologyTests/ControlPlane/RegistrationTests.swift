import ClusterCore
import Foundation
import Testing
import Topology

@Suite struct `Registration with a cloud` {
    @Test func `AL-82 agents, registration, resource, services: each step after the one before`() throws {
        #expect(
            RegistrationStep.allCases == [.installAgents, .registerCluster, .createResource, .enableServices])
        var done: Set<RegistrationStep> = []
        for step in RegistrationStep.allCases {
            #expect(try Registration(done: done).next == step)
            done.insert(step)
        }
        #expect(try Registration(done: done).next == nil)
    }

    /// Every set of steps: only the five that have no gap are registrations.
    @Test func `AL-82 a step before its predecessor is refused, with what is missing`() throws {
        var possible = 0
        for bits in 0..<16 {
            let done = Set(RegistrationStep.allCases.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element))
            if let found = try? Registration(done: done) {
                possible += 1
                #expect(found.done == done)
            }
        }
        #expect(possible == 5)
        let error = #expect(throws: TopologyError.self) { try Registration(done: [.createResource]) }
        #expect(error?.remedy == "first register the cluster with the subscription")
        let next = #expect(throws: TopologyError.self) { try Registration(done: [.installAgents, .createResource]) }
        #expect(next?.remedy == "first register the cluster with the subscription")
    }

    @Test func `AL-79 AL-82 without a cloud there is no registration`() throws {
        for mode in ControlPlaneMode.allCases where mode != .connected {
            #expect(throws: TopologyError.self) { try Registration(done: [.installAgents], mode: mode) }
            #expect(try Registration(done: [], mode: mode).next == nil)
        }
    }

    @Test func `AL-83 inventory, access, tags and cost come with the resource, policies with services`() throws {
        let before = try Registration(done: [.installAgents, .registerCluster])
        #expect(before.capabilities == [])
        let resource = try Registration(done: [.installAgents, .registerCluster, .createResource])
        #expect(resource.capabilities == [.inventory, .accessControl, .tags, .cost])
        let all = try Registration(done: Set(RegistrationStep.allCases))
        #expect(all.capabilities == ArcCapability.allCases)
    }

    @Test func `AL-83 each capability is an operation of the cloud, which a down link takes away`() throws {
        for capability in ArcCapability.allCases { #expect(capability.operation.side == .cloud) }
        #expect(Set(ArcCapability.allCases.map(\.operation)).count == 5)
        let profile = try ControlPlaneProfile.azureLocal23H2.resolved(in: ControlPlaneProfile.builtIn)
        let table = try DecisionTable(
            ControlPlaneSituation(mode: .connected, link: .down, daysSinceSync: 1), by: profile)
        for capability in ArcCapability.allCases {
            let row = table.rows.first { $0.operation == capability.operation }
            #expect(row?.answer.availability == .unavailable, "\(capability)")
            #expect(row?.answer.reference.architecture.contains(83) == true, "\(capability)")
        }
    }

    @Test func `AL-82 a registration is read as it is written, and a gap in it is refused`() throws {
        let whole = try Registration(done: [.installAgents, .registerCluster])
        #expect(try JSONDecoder().decode(Registration.self, from: JSONEncoder().encode(whole)) == whole)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Registration.self, from: Data(#"{"done": ["enable_services"]}"#.utf8))
        }
    }
}
