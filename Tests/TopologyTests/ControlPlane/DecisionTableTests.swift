import ClusterCore
import Testing
import Topology

@Suite struct `The control plane` {
    private typealias Availability = ControlPlaneAnswer.Availability
    private let microsoft: ResolvedProfile
    private let architecture: ResolvedProfile

    init() throws {
        microsoft = try ControlPlaneProfile.azureLocal23H2.resolved(in: [])
        architecture = try ControlPlaneProfile.architecture.resolved(in: [])
    }

    private let days: [Int?] = [nil, -1, 0, 29, 30, 31, 44, 45, 46, 10_000, .max]

    /// Every mode, link, day count and kind of local control.
    private var situations: [ControlPlaneSituation] {
        ControlPlaneMode.allCases.flatMap { mode in
            (ControlPlaneSituation.LinkState.allCases.map { $0 } + [nil]).flatMap { link in
                days.flatMap { day in
                    ControlPlaneSituation.LocalControl.allCases.map { control in
                        ControlPlaneSituation(mode: mode, link: link, daysSinceSync: day, localControl: control)
                    }
                }
            }
        }
    }

    private func availability(
        _ operation: ControlPlaneOperation, _ situation: ControlPlaneSituation, _ profile: ResolvedProfile? = nil
    ) throws -> ControlPlaneAnswer.Availability {
        try situation.answer(to: operation, by: profile ?? microsoft).availability
    }

    @Test func `AL-75 AL-76 the data plane works in every mode, with every link, after any time`() throws {
        let operations = ControlPlaneOperation.allCases.filter { $0.side == .dataPlane }
        #expect(
            Set(operations) == [.runVirtualMachines, .accessStorage, .useVirtualNetworks, .runContainers, .processData])
        for situation in situations {
            for operation in operations {
                for profile in [microsoft, architecture] {
                    #expect(try availability(operation, situation, profile) == .available)
                }
            }
        }
    }

    @Test func `AL-78 AL-79 what is governed on site never needs a link, but for Microsoft's clock`() throws {
        let operations = ControlPlaneOperation.allCases.filter { $0.side == .local }
        for situation in situations {
            for operation in operations {
                #expect(try availability(operation, situation, architecture) == .available)
                if operation != .createVirtualMachine {
                    #expect(try availability(operation, situation) == .available)
                }
            }
        }
    }

    /// Microsoft, Azure Local FAQ, 2025-12-17.
    @Test(
        arguments: [
            (0, .available), (30, .available), (31, .unavailable), (.max, .unavailable), (-5, .available),
            (nil, .unknown),
        ] as [(Int?, ControlPlaneAnswer.Availability)])
    func `AL-76 after 30 days without a sync no virtual machine is created, and those that run go on`(
        days: Int?, expected: ControlPlaneAnswer.Availability
    ) throws {
        for link in ControlPlaneSituation.LinkState.allCases {
            let situation = ControlPlaneSituation(mode: .connected, link: link, daysSinceSync: days)
            #expect(try availability(.createVirtualMachine, situation) == expected)
            #expect(try availability(.runVirtualMachines, situation) == .available)
            #expect(try availability(.manageVirtualMachine, situation) == .available)
        }
        for mode in ControlPlaneMode.allCases where !mode.isConnected {
            #expect(
                try availability(.createVirtualMachine, ControlPlaneSituation(mode: mode, daysSinceSync: days))
                    == .available)
        }
    }

    /// Microsoft, disaster-recovery-vm-resiliency, 2025-10-23.
    @Test(
        arguments: [(45, .available), (46, .unavailable), (nil, .unknown)] as [(Int?, ControlPlaneAnswer.Availability)])
    func `after 45 days without a connection the Arc identity is gone`(
        days: Int?, expected: ControlPlaneAnswer.Availability
    ) throws {
        let situation = ControlPlaneSituation(mode: .connected, link: .up, daysSinceSync: days)
        for operation in [
            ControlPlaneOperation.inventory, .monitor, .orchestrateUpdates, .manageOverArc, .enforcePolicy,
        ] {
            #expect(try availability(operation, situation) == expected)
            #expect(try availability(operation, situation, architecture) == .available)
        }
        // Registering anew is what helps, and needs no identity.
        #expect(try availability(.register, situation) == .available)
    }

    @Test(
        arguments: [(.up, .available), (.degraded, .degraded), (.down, .unavailable), (nil, .unknown)]
            as [(ControlPlaneSituation.LinkState?, ControlPlaneAnswer.Availability)])
    func `AL-77 AL-83 AL-103 what the cloud governs is as good as the link`(
        link: ControlPlaneSituation.LinkState?, expected: ControlPlaneAnswer.Availability
    ) throws {
        let situation = ControlPlaneSituation(mode: .connected, link: link, daysSinceSync: 0)
        for operation in ControlPlaneOperation.allCases where operation.side == .cloud {
            #expect(try availability(operation, situation) == expected, "\(operation)")
        }
    }

    @Test func `AL-79 AL-104 AL-117 without a cloud nothing that it governs can be had`() throws {
        for situation in situations where !situation.mode.isConnected && situation.localControl == .windowsAdminCenter {
            for operation in ControlPlaneOperation.allCases where operation.side == .cloud {
                #expect(try availability(operation, situation) == .unavailable)
            }
        }
    }

    /// Microsoft, disconnected-operations-overview, 2025-06-20: portal and ARM, RBAC, Arc, policy; no monitoring, cost or backup.
    @Test func `AL-79 an appliance on site does some of it`() throws {
        let situation = ControlPlaneSituation(mode: .disconnected, link: .down, localControl: .appliance)
        let done = try ControlPlaneOperation.allCases.filter {
            try $0.side == .cloud && availability($0, situation) == .available
        }
        #expect(Set(done) == [.register, .inventory, .manageOverArc, .enforcePolicy, .controlAccess, .tagResources])
    }

    @Test(
        arguments: [
            (.connected, .up, .available), (.connected, .down, .unavailable), (.periodicLink, .up, .available),
            (.periodicLink, .degraded, .degraded), (.periodicLink, .down, .unavailable),
            (.portableMedia, .up, .unavailable),
            (.disconnected, .up, .unavailable), (.disconnectedDiagnostics, .up, .unavailable),
            (.periodicLink, nil, .unknown),
        ] as [(ControlPlaneMode, ControlPlaneSituation.LinkState?, ControlPlaneAnswer.Availability)])
    func `AL-105 updates are fetched over a link where one is opened, and carried in everywhere`(
        mode: ControlPlaneMode, link: ControlPlaneSituation.LinkState?, expected: ControlPlaneAnswer.Availability
    ) throws {
        let situation = ControlPlaneSituation(mode: mode, link: link, daysSinceSync: 0)
        #expect(try availability(.downloadUpdates, situation) == expected)
        #expect(try availability(.updateFromMedia, situation) == .available)
    }

    @Test func `AL-65 recovery keys reach the cloud where one is connected, else are backed up by hand`() throws {
        let up = ControlPlaneSituation(mode: .connected, link: .up, daysSinceSync: 0)
        #expect(try availability(.backUpKeysToCloud, up) == .available)
        let answer = try ControlPlaneSituation(mode: .disconnected).answer(to: .backUpKeysToCloud, by: microsoft)
        #expect(answer.availability == .unavailable)
        #expect(answer.reason.contains("by hand"))
    }

    @Test func `AL-80 the table has every operation once, each with a reason and a source`() throws {
        for situation in situations {
            for profile in [microsoft, architecture] {
                let table = try DecisionTable(situation, by: profile)
                #expect(table.rows.map(\.operation) == ControlPlaneOperation.allCases)
                for row in table.rows {
                    #expect(!row.answer.reason.isEmpty)
                    #expect(!row.answer.reference.architecture.isEmpty)
                }
            }
        }
    }

    /// Not knowing never helps: the answer to an unknown is one that all values give, or none.
    @Test func `AL-80 what is not known never makes an answer better`() throws {
        let links = ControlPlaneSituation.LinkState.allCases
        for mode in ControlPlaneMode.allCases {
            for operation in ControlPlaneOperation.allCases {
                for link in links {
                    let all = try [0, 30, 31, 45, 46, 1000].map {
                        try availability(operation, ControlPlaneSituation(mode: mode, link: link, daysSinceSync: $0))
                    }
                    let unknown = try availability(operation, ControlPlaneSituation(mode: mode, link: link))
                    #expect(unknown == .unknown ? Set(all).count > 1 : Set(all) == [unknown])
                }
                for day in [0, 31, 46] {
                    let all = try links.map {
                        try availability(operation, ControlPlaneSituation(mode: mode, link: $0, daysSinceSync: day))
                    }
                    let unknown = try availability(operation, ControlPlaneSituation(mode: mode, daysSinceSync: day))
                    #expect(unknown == .unknown ? Set(all).count > 1 : Set(all) == [unknown])
                }
            }
        }
    }

    /// A worse link or a longer silence never makes more available.
    @Test func `AL-80 a worse link or a longer silence never helps`() throws {
        let order: [ControlPlaneAnswer.Availability] = [.unavailable, .degraded, .available]
        func rank(
            _ operation: ControlPlaneOperation, _ mode: ControlPlaneMode, _ link: ControlPlaneSituation.LinkState,
            _ day: Int
        ) throws -> Int {
            let found = try availability(operation, ControlPlaneSituation(mode: mode, link: link, daysSinceSync: day))
            return try #require(order.firstIndex(of: found))
        }
        for mode in ControlPlaneMode.allCases {
            for operation in ControlPlaneOperation.allCases {
                for day in 0..<60 {
                    let here = try rank(operation, mode, .up, day)
                    #expect(try here >= rank(operation, mode, .degraded, day))
                    #expect(try rank(operation, mode, .degraded, day) >= rank(operation, mode, .down, day))
                    #expect(try here >= rank(operation, mode, .up, day + 1))
                }
            }
        }
    }

    @Test func `the clocks tell how many days are left`() throws {
        func left(_ days: Int?) throws -> [Int?] {
            try ControlPlaneSituation(mode: .connected, daysSinceSync: days).clocks(by: microsoft).map(\.daysLeft)
        }
        #expect(try left(0) == [30, 45])
        #expect(try left(40) == [-10, 5])
        #expect(try left(nil) == [nil, nil])
        #expect(try ControlPlaneSituation(mode: .disconnected, daysSinceSync: 99).clocks(by: microsoft).isEmpty)
        #expect(try ControlPlaneSituation(mode: .connected, daysSinceSync: 99).clocks(by: architecture).isEmpty)
        func severities(_ days: Int?) throws -> [Severity] {
            try ControlPlaneSituation(mode: .connected, daysSinceSync: days).findings(by: microsoft).map(\.severity)
        }
        #expect(try severities(23) == [])
        #expect(try severities(24) == [.information])
        #expect(try severities(31) == [.critical])
        #expect(try severities(46) == [.critical, .critical])
        #expect(try severities(nil) == [.critical, .critical])
        let unknown = try ControlPlaneSituation(mode: .connected).findings(by: microsoft)
        #expect(unknown.status == .undetermined)
        #expect(try severities(.max) == [.critical, .critical])
    }

    @Test func `a profile of one's own sets the clocks, and one that is off does not run`() throws {
        let own = RuleProfile(
            name: "own", version: "1", extends: "azureLocal23H2",
            rules: [
                "control_plane.sync": RuleSettings(parameters: ["days": .count(3)]),
                "control_plane.arc_identity": RuleSettings(mode: .off),
            ])
        let profile = try own.resolved(in: ControlPlaneProfile.builtIn)
        let situation = ControlPlaneSituation(mode: .connected, link: .up, daysSinceSync: 400)
        #expect(try situation.clocks(by: profile).map(\.days) == [3])
        #expect(try availability(.monitor, situation, profile) == .available)
        #expect(try availability(.createVirtualMachine, situation, profile) == .unavailable)
    }
}
