import ClusterCore
import Testing
import Topology

@Suite struct `Networks by a profile` {
    private func rules(_ demand: NetworkDemand, _ profile: RuleProfile) throws -> [String: Severity] {
        let findings = try NetworkPlan(demand).findings(by: profile.resolved(in: NetworkProfile.builtIn))
        return Dictionary(findings.map { ("\($0.rule) \($0.subject)", $0.severity) }, uniquingKeysWith: max)
    }

    /// A plan at which neither profile finds a fault, to be changed in one place.
    private let good = NetworkDemand(
        nodes: 4, storageRate: NetworkDemand.gigabits(25), computeRate: NetworkDemand.gigabits(25),
        managementRate: NetworkDemand.gigabits(10))

    private func changed(_ change: (inout NetworkDemand) -> Void) -> NetworkDemand {
        var demand = good
        change(&demand)
        return demand
    }

    @Test func `nothing is wrong with the usual plan`() throws {
        #expect(try rules(good, NetworkProfile.architecture) == [:])
        #expect(try rules(good, NetworkProfile.azureLocal23H2) == [:])
    }

    /// Every rule of every profile of a plan has a change of a good one that it alone tells.
    @Test func `each rule of each profile is broken alone by a change of a good plan`() throws {
        let changes: [String: [(inout NetworkDemand) -> Void]] = [
            "network.management": [{ ($0.option, $0.managementRate) = (.fullySeparated, NetworkDemand.gigabits(0)) }],
            "network.storage": [{ $0.rdma = nil }],
            "network.compute": [{ ($0.option, $0.computeRate) = (.fullySeparated, NetworkDemand.gigabits(1)) }],
            "network.rdma_kinds": [{ $0.rdma = .infiniband }],
            "network.frames": [{ $0.jumbo = .medium }],
            "network.converged": [{ ($0.option, $0.nodes) = (.fullyConverged, 5) }],
            "network.switchless": [{ $0.storagePath = .switchless(linksPerPair: 2) }],
            "network.tor": [{ $0.torSwitches = 1 }],
        ]
        for profile in NetworkProfile.builtIn {
            for rule in profile.rules.keys {
                // Heartbeats are told from a measurement and a pool from its addresses, not from a plan, and the architecture
                // names every kind of RDMA.
                if rule == "network.cluster" || rule == InfrastructurePool.rule
                    || (rule == "network.rdma_kinds" && profile.name == "architecture")
                {
                    continue
                }
                let alone = try (changes[rule.rawValue] ?? []).contains { change in
                    let told = try rules(changed(change), profile).keys
                    return !told.isEmpty && told.allSatisfy { $0.hasPrefix("\(rule) ") }
                }
                #expect(alone, "\(rule) by \(profile.name)")
            }
        }
    }

    @Test func `AL-41 management has ports of 1 Gbit a second`() throws {
        let slow = changed {
            $0.option = .fullySeparated
            $0.managementRate = BitRate(bitsPerSecond: 999_999_999)
        }
        #expect(
            try rules(slow, NetworkProfile.architecture) == [
                "network.management intent:Management/role:management": .warning
            ])
        let enough = changed {
            $0.option = .fullySeparated
            $0.managementRate = NetworkDemand.gigabits(1)
        }
        #expect(try rules(enough, NetworkProfile.architecture) == [:])
        #expect(
            try rules(enough, NetworkProfile.azureLocal23H2) == [
                "network.management intent:Management/role:management": .information
            ])
    }

    @Test func `AL-42 storage has RDMA and 25 Gbit a second, of which Microsoft asks for less`() throws {
        let slow = changed { $0.storageRate = NetworkDemand.gigabits(10) }
        #expect(
            try rules(slow, NetworkProfile.architecture) == ["network.storage intent:Storage/role:storage": .critical])
        #expect(
            try rules(slow, NetworkProfile.azureLocal23H2) == [
                "network.storage intent:Storage/role:storage": .information
            ])
        let plain = changed { $0.rdma = nil }
        #expect(try rules(plain, NetworkProfile.architecture) == ["network.storage storage": .critical])
        #expect(try rules(plain, NetworkProfile.azureLocal23H2) == ["network.storage storage": .warning])
        let few = changed {
            $0.rdma = nil
            $0.nodes = 3
        }
        #expect(try rules(few, NetworkProfile.azureLocal23H2) == [:])
    }

    @Test func `AL-43 compute has 10 Gbit a second, better 25`() throws {
        let slow = changed { $0.computeRate = NetworkDemand.gigabits(1) }
        #expect(
            try rules(slow, NetworkProfile.architecture) == [
                "network.compute intent:ManagementCompute/role:compute": .warning
            ])
        let usual = changed { $0.computeRate = NetworkDemand.gigabits(10) }
        #expect(
            try rules(usual, NetworkProfile.architecture) == [
                "network.compute intent:ManagementCompute/role:compute": .information
            ])
    }

    @Test func `AL-52 InfiniBand is the architecture's and not Microsoft's`() throws {
        let demand = changed { $0.rdma = .infiniband }
        #expect(try rules(demand, NetworkProfile.architecture) == [:])
        #expect(try rules(demand, NetworkProfile.azureLocal23H2) == ["network.rdma_kinds storage": .critical])
    }

    @Test func `AL-57 frames of storage are large`() throws {
        let demand = changed { $0.jumbo = .medium }
        #expect(try rules(demand, NetworkProfile.architecture) == ["network.frames storage": .warning])
        #expect(try rules(demand, NetworkProfile.azureLocal23H2) == [:])
    }

    @Test func `AL-3 AL-45 one team for all is for small clusters`() throws {
        let small = changed { $0.option = .fullyConverged }
        #expect(try rules(small, NetworkProfile.architecture) == [:])
        let large = changed {
            $0.option = .fullyConverged
            $0.nodes = 5
        }
        #expect(try rules(large, NetworkProfile.architecture) == ["network.converged intent:Converged": .warning])
    }

    @Test func `AL-26 a rack has two switches`() throws {
        let single = changed { $0.torSwitches = 1 }
        #expect(try rules(single, NetworkProfile.architecture) == ["network.tor tor": .critical])
        #expect(try rules(single, NetworkProfile.azureLocal23H2) == ["network.tor tor": .critical])
        let few = changed {
            $0.torSwitches = 1
            $0.nodes = 3
        }
        #expect(try rules(few, NetworkProfile.azureLocal23H2) == [:])
    }

    @Test func `four hosts without storage switches: sources disagree, and the finding says so`() throws {
        let demand = changed { $0.storagePath = .switchless(linksPerPair: 2) }
        let findings = try NetworkPlan(demand).findings(by: NetworkProfile.azureLocal23H2.resolved(in: []))
        #expect(findings.map(\.rule) == ["network.switchless"])
        #expect(findings.first?.evidence.first?.source.contains("2025-01-14") == true)
        #expect(findings.first?.reference?.date == "2025-02-14")
    }

    /// Traffic, milliseconds, whether the architecture complains.
    @Test(
        arguments: [
            (.management, 99, nil), (.management, 100, .warning), (.storage, 1, .critical), (.compute, 4, nil),
            (.compute, 5, .warning), (.cluster, 1, nil), (.cluster, 2, .critical),
        ] as [(MeasuredRoundTrip.Traffic, Int, Severity?)])
    func `AL-40 AL-41 AL-42 AL-43 AL-44 the round trips of the four types of traffic`(
        traffic: MeasuredRoundTrip.Traffic, milliseconds: Int, severity: Severity?
    ) throws {
        let profile = try NetworkProfile.architecture.resolved(in: [])
        let findings = try MeasuredRoundTrip(traffic, .milliseconds(milliseconds)).findings(by: profile)
        #expect(findings.map(\.severity).max() == severity)
        #expect(MeasuredRoundTrip.Traffic.allCases.count == 4)
    }

    @Test func `AL-42 storage below half a millisecond is best, and not measured is told`() throws {
        let profile = try NetworkProfile.architecture.resolved(in: [])
        func severity(_ time: Duration?) throws -> Severity? {
            try MeasuredRoundTrip(.storage, time).findings(by: profile).first?.severity
        }
        #expect(try severity(.microseconds(499)) == nil)
        #expect(try severity(.microseconds(500)) == .information)
        #expect(try severity(nil) == .information)
        #expect(try MeasuredRoundTrip(.storage, nil).findings(by: profile).first?.measured == nil)
    }

    /// Microsoft, physical-network-requirements, 2026-03-27.
    @Test func `AL-55 AL-57 AL-58 what ports of switches must be able to do`() {
        let common: Set<SwitchCapability> = [.vlan, .lldpLinkAggregation, .lldpMaximumFrame]
        for role in SwitchRole.allCases { #expect(role.capabilities.isSuperset(of: common)) }
        #expect(SwitchRole.management.capabilities.subtracting(common) == [.lldpPortVLAN, .dhcpRelay])
        #expect(
            SwitchRole.storage.capabilities.subtracting(common) == [
                .priorityFlowControl, .enhancedTransmission, .lldpVLANName, .lldpETSConfiguration,
                .lldpETSRecommendation, .lldpPFCConfiguration,
            ])
        #expect(SwitchRole.compute.capabilities.subtracting(common) == [.lldpVLANName])
        #expect(SwitchRole.computeSDN.capabilities.subtracting(common) == [.lldpVLANName, .frames9174, .bgp])
    }

    /// Microsoft, rack-aware-cluster-reference-architecture, 2025-10.
    @Test func `the four ways to join two rooms`() {
        #expect(RoomLinkOption.allCases.map(\.rawValue) == ["A", "B", "C", "D"])
        #expect(RoomLinkOption.allCases.map(\.switches) == [4, 4, 2, 4])
        #expect(RoomLinkOption.allCases.filter { !$0.needsRoomLink } == [.crossCabled])
        #expect(RoomLinkOption.allCases.filter(\.hasSinglePointOfFailure) == [.singleSwitch])
        #expect(RoomLinkOption.portsPerNode == 4)
    }
}
