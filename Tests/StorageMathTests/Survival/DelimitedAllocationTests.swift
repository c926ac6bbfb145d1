import ClusterCore
import StorageMath
import Testing

/// Microsoft, delimit-volume-allocation, 2018-02 and 2018-03.
@Suite struct DelimitedAllocationTests {
    @Test func `20 combinations at 6 servers and 56 at 8`() throws {
        #expect(try DelimitedAllocation(clusterServers: 6, volumeServers: 3).combinations == 20)
        #expect(try DelimitedAllocation(clusterServers: 8, volumeServers: 3).combinations == 56)
    }

    @Test func `three failures of 6 servers: 0 percent on all servers, 95 on three, 80 on four`() throws {
        let expected: [(Int, Fraction)] = [
            (3, try Fraction(parsing: "95%")), (4, try Fraction(parsing: "80%")), (6, .zero),
        ]
        for (servers, share) in expected {
            let allocation = try DelimitedAllocation(clusterServers: 6, volumeServers: servers)
            #expect(try allocation.survival(ofFailures: 3) == share)
        }
    }

    @Test func `up to two failures are always survived, more than half the servers never`() throws {
        for cluster in 6...16 {
            for volume in 3...cluster {
                let allocation = try DelimitedAllocation(clusterServers: cluster, volumeServers: volume)
                for few in 0...2 { #expect(try allocation.survival(ofFailures: few) == .one) }
                for many in (cluster / 2 + 1)...cluster { #expect(try allocation.survival(ofFailures: many) == .zero) }
            }
        }
    }

    @Test(arguments: 6...10)
    func `the probability is the share of the sets of failed servers that the volume survives`(servers: Int) throws {
        let cluster = try ClusterLayout(servers: servers, drivesEach: 2, hasWitness: true)
        for own in 3...servers {
            let allocation = try DelimitedAllocation(clusterServers: servers, volumeServers: own)
            let placement = try VolumePlacement(.threeWayMirror, in: cluster, delimitedTo: Set(1...own))
            let counts = try FailureSets(of: [.server], upTo: min(6, servers), for: placement).counts(by: .everySet)
            for count in counts {
                #expect(
                    try count.survivingShare() == allocation.survival(ofFailures: count.size), "\(own) of \(servers)")
            }
        }
    }

    @Test func `a volume that lies on servers 1, 2 and 3 survives 1, 3 and 5, but not 1, 2 and 3`() throws {
        let cluster = try SurvivalCase.cluster(6)
        let state = { try SurvivalCase.state("three-way-mirror", $0, in: cluster, delimitedTo: [1, 2, 3]) }
        #expect(try state("server:1 server:3 server:5") == .degraded)
        #expect(try state("server:1 server:2 server:3") == .offline)
        #expect(try state("server:4 server:5 server:6") == .online)
        #expect(try SurvivalCase.state("three-way-mirror", "server:1 server:3 server:5", in: cluster) == .offline)
    }

    @Test func `more than half of the servers or drives down is offline whatever holds the volume`() throws {
        let cluster = try SurvivalCase.cluster(7)
        let others = "server:4 server:5 server:6 server:7"
        let atOnce = try SurvivalCase.survival("three-way-mirror", others, in: cluster, delimitedTo: [1, 2, 3])
        #expect(atOnce.reasons.first == .clusterQuorum(.no))
        let inTurn = try SurvivalCase.survival(
            "three-way-mirror", "server:4|server:5|server:6|server:7", in: cluster, delimitedTo: [1, 2, 3])
        #expect(inTurn.quorum.cluster == .yes)
        #expect(inTurn.reasons == [.poolQuorum(left: 13, needed: 15)])
    }

    @Test func `delimiting what must not be is refused`() throws {
        let six = try SurvivalCase.cluster(6)
        #expect(throws: StorageMathError.self) { try VolumePlacement(.dualParity, in: six, delimitedTo: [1, 2, 3, 4]) }
        #expect(throws: StorageMathError.self) { try VolumePlacement(.threeWayMirror, in: six, delimitedTo: [1, 2]) }
        #expect(throws: StorageMathError.self) {
            try VolumePlacement(.threeWayMirror, in: six, delimitedTo: [1, 2, 7])
        }
        let five = try SurvivalCase.cluster(5)
        #expect(throws: StorageMathError.self) {
            try VolumePlacement(.threeWayMirror, in: five, delimitedTo: [1, 2, 3])
        }
        for (cluster, volume) in [(5, 3), (17, 3), (6, 2), (6, 7), (.max, .max)] {
            #expect(throws: StorageMathError.self) {
                try DelimitedAllocation(clusterServers: cluster, volumeServers: volume)
            }
        }
        let allocation = try DelimitedAllocation(clusterServers: 6, volumeServers: 3)
        #expect(throws: StorageMathError.self) { try allocation.survival(ofFailures: 7) }
        #expect(throws: StorageMathError.self) { try allocation.survival(ofFailures: -1) }
    }
}
