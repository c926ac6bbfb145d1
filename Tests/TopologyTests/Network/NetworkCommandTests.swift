import ClusterCore
import TestSupport
import Testing
import Topology

@Suite struct `Rendered network settings` {
    private let interfaces = ["ens1f0", "ens1f1"]

    private func linux(_ demand: NetworkDemand = NetworkDemand(nodes: 4), node: Int = 2, _ names: [String]? = nil)
        throws -> [String]
    {
        try NetworkPlan(demand).linuxCommands(node: node, interfaces: names ?? interfaces)
    }

    @Test func `AL-53 AL-57 AL-135 a Linux host's storage ports`() throws {
        let commands = try linux()
        #expect(
            commands.filter { $0.contains("ens1f1") } == [
                "ip link set dev ens1f1 mtu 9000 up",
                "ip link add link ens1f1 name ens1f1.712 type vlan id 712 egress-qos-map 3:3 7:7",
                "ip link set dev ens1f1.712 mtu 9000 up", "ip address replace 10.71.2.2/24 dev ens1f1.712",
                "ethtool -A ens1f1 autoneg off rx off tx off", "dcb dcbx set dev ens1f1 host ieee",
                "dcb ets set dev ens1f1 willing off prio-tc all:0 3:1 7:2 tc-tsa all:strict 0:ets 1:ets 2:ets tc-bw all:0 0:49 1:50 2:1",
                "dcb pfc set dev ens1f1 prio-pfc all:off 3:on",
                "dcb app replace dev ens1f1 dgram-port-prio 4791:3 3343:7",
            ])
    }

    @Test func `AL-50 iWARP and no RDMA need no bridging`() throws {
        for kind in [RDMAProtocol.iwarp, nil] {
            #expect(
                try !linux(NetworkDemand(nodes: 4, rdma: kind)).contains {
                    $0.hasPrefix("dcb") || $0.hasPrefix("ethtool")
                })
        }
    }

    /// Every demand that can be planned, for the grammar tests below.
    private var demands: [NetworkDemand] {
        var demands: [NetworkDemand] = []
        for nodes in [2, 3, 4, 16] {
            for speed in [10, 25, 100] as [UInt32] {
                for choice in [
                    TrafficClassChoice(),
                    TrafficClassChoice(storagePriority: 4, clusterPriority: 5, storagePercent: 70),
                ] {
                    for jumbo in JumboPacket.allCases {
                        demands.append(
                            NetworkDemand(
                                nodes: nodes, storageRate: NetworkDemand.gigabits(speed), classes: choice, jumbo: jumbo)
                        )
                        demands.append(
                            NetworkDemand(
                                nodes: min(nodes, 4), storagePath: .switchless(linksPerPair: 2),
                                storageRate: NetworkDemand.gigabits(speed), classes: choice, jumbo: jumbo))
                    }
                }
            }
        }
        return demands
    }

    @Test func `dcb commands follow the grammar of dcb-ets, dcb-pfc, dcb-app and dcb-dcbx of iproute2`() throws {
        for demand in demands {
            let plan = try NetworkPlan(demand)
            for node in 1...demand.nodes {
                let names = (1...plan.storagePortsPerNode).map { "eth\($0)" }
                for command in try plan.linuxCommands(node: node, interfaces: names) where command.hasPrefix("dcb") {
                    #expect(DCBGrammar.problem(command) == nil, "\(command)")
                }
            }
        }
    }

    @Test(arguments: [
        "dcb ets set dev e prio-tc all:8", "dcb ets set dev e tc-bw 0:50 1:51", "dcb ets set dev e tc-tsa 0:drr",
        "dcb ets set dev e bogus 3", "dcb pfc set dev e prio-pfc 9:on", "dcb pfc set dev e prio-pfc 3:yes",
        "dcb app replace dev e dgram-port-prio 0:3", "dcb dcbx set dev e host ieee foo", "dcb ets set e willing off",
        "dcb ets set dev e willing maybe", "dcb lldp set dev e",
    ])
    func `the grammar refuses what dcb refuses`(command: String) { #expect(DCBGrammar.problem(command) != nil) }

    @Test(.enabled(if: NetworkNamespace.isPossible, "no network namespace with unshare, ip and ethtool here"))
    func `ip and ethtool take the commands in a network namespace of their own`() throws {
        for demand in [
            NetworkDemand(nodes: 4), NetworkDemand(nodes: 2, rdma: .iwarp, storageVLANs: [0, 0], jumbo: .standard),
            NetworkDemand(nodes: 3, storagePath: .switchless(linksPerPair: 1)),
        ] {
            #expect(try NetworkNamespace.problems(linux(demand, node: 1), interfaces: interfaces) == [])
        }
        // The check sees what the tools do not know.
        for wrong in [
            "ip link set dev ens1f0 mtuu 9000", "ip address replace 10.0.0.256/24 dev ens1f0",
            "ethtool -A ens1f0 rx maybe",
        ] {
            #expect(try NetworkNamespace.problems([wrong], interfaces: interfaces) != [])
        }
    }

    @Test(arguments: [
        ["ens1f0"], ["ens1f0", "a b"], ["ens1f0", "$(reboot)"], ["ens1f0", "-x"], ["ens1f0", ""], ["ens1f0", ".."],
        ["ens1f0", "averylonginterfa"], ["ens1f0", "enp129s0f1np1x"], ["ens1f0", "a;b"], ["ens1f0", "a\nb"], [],
    ])
    func `what is no interface is refused`(names: [String]) {
        #expect(throws: TopologyError.self) { try linux(NetworkDemand(nodes: 4), node: 1, names) }
    }

    @Test func `a host that there is not is refused`() {
        for node in [0, 5] { #expect(throws: TopologyError.self) { try linux(node: node) } }
    }

    /// Microsoft, network-atc, 2024-11-13: its examples of intents, with names of ours.
    @Test(
        arguments: [
            (
                .fullyConverged,
                ["Add-NetIntent -Name Converged -Management -Compute -Storage -AdapterName pNIC01, pNIC02"]
            ),
            (
                .managementIsolated,
                [
                    "Add-NetIntent -Name Management -Management -AdapterName pNIC01, pNIC02",
                    "Add-NetIntent -Name ComputeStorage -Compute -Storage -AdapterName pNIC03, pNIC04",
                ]
            ),
            (
                .fullySeparated,
                [
                    "Add-NetIntent -Name Management -Management -AdapterName pNIC01, pNIC02",
                    "Add-NetIntent -Name Compute -Compute -AdapterName pNIC03, pNIC04",
                    "Add-NetIntent -Name Storage -Storage -AdapterName pNIC05, pNIC06",
                ]
            ),
        ] as [(AdapterSharing, [String])])
    func `AL-45 AL-46 AL-47 the intents of Network ATC's examples`(option: AdapterSharing, expected: [String]) throws {
        let commands = try NetworkPlan(NetworkDemand(nodes: 4, option: option)).networkATCCommands()
        let intents = commands.filter { $0.hasPrefix("Add-NetIntent") }
        #expect(intents.count == expected.count)
        for (intent, start) in zip(intents, expected) { #expect(intent.hasPrefix(start), "\(intent)") }
    }

    @Test func `what differs from the defaults is overridden, and nothing else`() throws {
        func commands(_ demand: NetworkDemand) throws -> String {
            try NetworkPlan(demand).networkATCCommands().joined(separator: "\n")
        }
        let usual = try commands(NetworkDemand(nodes: 4))
        #expect(!usual.contains("StorageVlans") && !usual.contains("QosOverride") && !usual.contains("StorageOverride"))
        #expect(usual.contains("$AdapterOverride.JumboPacket = 9014"))
        #expect(usual.contains("$AdapterOverride.NetworkDirectTechnology = 4"))
        let other = try commands(
            NetworkDemand(
                nodes: 4, rdma: .iwarp,
                classes: TrafficClassChoice(storagePriority: 4, clusterPriority: 5, storagePercent: 40),
                storageVLANs: [101, 102], managementVLAN: 10))
        #expect(other.contains("-ManagementVlan 10"))
        #expect(other.contains("-StorageVlans 101, 102"))
        #expect(other.contains("$QosOverride.PriorityValue8021Action_SMB = 4"))
        #expect(other.contains("$QosOverride.PriorityValue8021Action_Cluster = 5"))
        #expect(other.contains("$QosOverride.BandwidthPercentage_SMB = 40"))
        #expect(other.contains("$AdapterOverride.NetworkDirectTechnology = 1"))
        let cabled = try commands(NetworkDemand(nodes: 3, storagePath: .switchless(linksPerPair: 2)))
        #expect(cabled.contains("$StorageOverride.EnableAutomaticIPGeneration = $false"))
        #expect(cabled.contains("-StorageVlans 711 "))
        #expect(try commands(NetworkDemand(nodes: 2, rdma: nil)).contains("$AdapterOverride.NetworkDirect = 0"))
    }

    /// Microsoft, host-network-requirements: 5 Gbit/s and more go over SMB, less is compressed; 6 Gbit/s are 750,000,000 bytes.
    @Test func `live migration's transport and limit follow from the bandwidth, in plain bytes`() throws {
        func commands(_ speed: UInt32) throws -> [String] {
            try NetworkPlan(NetworkDemand(nodes: 4, storageRate: NetworkDemand.gigabits(speed))).networkATCCommands()
                .filter { !$0.contains("Override") }.suffix(2).map { $0 }
        }
        #expect(try commands(10).last == "Set-VMHost -VirtualMachineMigrationPerformanceOption Compression")
        // 7.25 Gbit/s of two ports of 25.
        #expect(
            try commands(25) == [
                "Set-VMHost -VirtualMachineMigrationPerformanceOption SMB",
                "Set-SmbBandwidthLimit -Category LiveMigration -BytesPerSecond 906250000",
            ])
    }

    @Test func `names of adapters stay what they are in PowerShell`() throws {
        let plan = try NetworkPlan(NetworkDemand(nodes: 4, option: .fullyConverged))
        let commands = try plan.networkATCCommands(adapters: ["Port 1", "x'; Remove-Item C:\\ -Recurse '\u{2019}"])
        let intent = try #require(commands.last { $0.hasPrefix("Add-NetIntent") })
        #expect(intent.contains("-AdapterName 'Port 1', 'x''; Remove-Item C:\\ -Recurse ''\u{2019}\u{2019}'"))
        for names in [["a"], ["a", ""], ["a", "b\nc"], ["a", String(repeating: "x", count: 300)]] {
            #expect(throws: TopologyError.self) { try plan.networkATCCommands(adapters: names) }
        }
    }

    /// Azure/AzureLocal-Supportability, Reference-TOR-QOS-Policy-Configuration: its configuration, line by line.
    @Test func `AL-53 AL-135 the switch's quality of service is that of the published reference`() throws {
        let reference = """
            policy-map type network-qos QOS_NETWORK
              class type network-qos c-8q-nq3
                mtu 9216
                pause pfc-cos 3
              class type network-qos c-8q-nq-default
                mtu 9216
              class type network-qos c-8q-nq7
                mtu 9216
            !
            class-map type qos match-all RDMA
              match cos 3
            class-map type qos match-all CLUSTER
              match cos 7
            !
            policy-map type qos AZLocal_SERVICES
              class RDMA
                set qos-group 3
              class CLUSTER
                set qos-group 7
            !
            policy-map type queuing QOS_EGRESS_PORT
              class type queuing c-out-8q-q3
                bandwidth remaining percent 50
                random-detect minimum-threshold 300 kbytes maximum-threshold 300 kbytes drop-probability 100 weight 0 ecn
              class type queuing c-out-8q-q-default
                bandwidth remaining percent 48
              class type queuing c-out-8q-q7
                bandwidth percent 1
              class type queuing c-out-8q-q1
                bandwidth remaining percent 0
              class type queuing c-out-8q-q2
                bandwidth remaining percent 0
              class type queuing c-out-8q-q4
                bandwidth remaining percent 0
              class type queuing c-out-8q-q5
                bandwidth remaining percent 0
              class type queuing c-out-8q-q6
                bandwidth remaining percent 0
            """
        let lines = try NetworkPlan(NetworkDemand(nodes: 4)).nxosQualityOfService
        #expect(lines.joined(separator: "\n").hasPrefix(reference + "\n!\nsystem qos\n"))
        let slow = try NetworkPlan(NetworkDemand(nodes: 4, storageRate: NetworkDemand.gigabits(10)))
            .nxosQualityOfService
        #expect(slow.contains("    bandwidth percent 2"))
    }

    @Test func `a switch's ports are those of the published reference`() throws {
        let plan = try NetworkPlan(NetworkDemand(nodes: 2))
        let lines = try plan.nxosInterfaces(tor: 1, ports: ["Ethernet1/17", "Ethernet1/18"], nativeVLAN: 99)
        #expect(
            lines.prefix(12).joined(separator: "\n") == """
                interface Ethernet1/17
                  description Storage Intent
                  switchport
                  switchport mode trunk
                  switchport trunk native vlan 99
                  switchport trunk allowed vlan 711
                  priority-flow-control mode on send-tlv
                  spanning-tree port type edge trunk
                  mtu 9216
                  no logging event port link-status
                  service-policy type qos input AZLocal_SERVICES
                  no shutdown
                """)
        #expect(
            try plan.nxosInterfaces(tor: 2, ports: ["e1/1", "e1/2"], nativeVLAN: 99).contains(
                "  switchport trunk allowed vlan 712"))
        for ports in [["e1/1"], ["e1/1", "e1/2\nno shutdown"], ["e1/1", ""], ["e1/1", "a b"]] {
            #expect(throws: TopologyError.self) { try plan.nxosInterfaces(tor: 1, ports: ports, nativeVLAN: 99) }
        }
        #expect(throws: TopologyError.self) { try plan.nxosInterfaces(tor: 3, ports: [], nativeVLAN: 99) }
        #expect(throws: TopologyError.self) {
            try plan.nxosInterfaces(tor: 1, ports: ["e1/1", "e1/2"], nativeVLAN: 5000)
        }
    }

    @Test func `where no switch carries storage, no switch needs quality of service`() throws {
        #expect(
            try NetworkPlan(NetworkDemand(nodes: 3, storagePath: .switchless(linksPerPair: 2))).nxosQualityOfService
                == [])
        #expect(try NetworkPlan(NetworkDemand(nodes: 4, rdma: nil)).nxosQualityOfService == [])
        #expect(try NetworkPlan(NetworkDemand(nodes: 1)).nxosQualityOfService == [])
        #expect(try NetworkPlan(NetworkDemand(nodes: 1)).linuxCommands(node: 1, interfaces: []) == [])
    }
}
