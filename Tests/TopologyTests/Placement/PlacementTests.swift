import ClusterCore
import Testing
import Topology

@Suite struct `Placement and what the host keeps` {
    /// Microsoft, vm-load-balancing: above 80 %, above 70 %, more than 5 % above the average; every 30 minutes.
    @Test func `AL-136 the load balancer moves machines by three levels`() throws {
        func moves(_ level: LoadBalancerLevel, _ load: Int32, average: Int32 = 50) throws -> Bool {
            try level.moves(load: .ratio(load, 100), average: .ratio(average, 100))
        }
        #expect(try !moves(.low, 80) && moves(.low, 81))
        #expect(try !moves(.medium, 70) && moves(.medium, 71))
        #expect(try !moves(.high, 55) && moves(.high, 56))
        #expect(try !moves(.high, 81, average: 79))
        #expect(LoadBalancerLevel.interval == .seconds(1800))
    }

    /// Microsoft, rack-aware-cluster-overview (2025-10): the table of virtual machines when a zone goes down.
    @Test func `AL-111 a machine of a lost zone is saved where it is strict, and else fails over and back`() {
        #expect(ZoneFailover(isInLostZone: true, isStrict: true) == .savedUntilReturn)
        #expect(ZoneFailover(isInLostZone: true, isStrict: false) == .failsOverAndBack)
        #expect(ZoneFailover(isInLostZone: false, isStrict: true) == .unchanged)
        #expect(ZoneFailover(isInLostZone: false, isStrict: false) == .unchanged)
        #expect(ZoneFailover.unplanned == .seconds(180) ... .seconds(300))
    }

    /// Azure/odinforazurelocal v0.23.01, by hand: 32 GB and 4 GB for each terabyte of cache, or 8 % where that is more.
    @Test func `the host keeps 32 GB and 10 percent of the cores, and more where it is disconnected`() throws {
        func reserve(
            _ memory: String, _ cores: Int, cache: String = "0B", isDisconnected: Bool = false, own: Bool = true
        ) throws -> HostReserve {
            try HostReserve(
                of: (size(memory), cores), cache: size(cache), isDisconnected: isDisconnected, hasOwnStorage: own)
        }
        #expect(try reserve("256GB", 32).memory == size("32GB"))
        #expect(try reserve("256GB", 32, cache: "3.2TB").memory == size("45GB"))
        // 8 % of 512 GB are 40.96 GB.
        #expect(try reserve("512GB", 32).memory == size("41GB"))
        #expect(try reserve("256GB", 32, isDisconnected: true).memory == size("96GB"))
        #expect(try reserve("256GB", 32, own: false).memory == size("24GB"))
        #expect(try reserve("256GB", 32).cores == 4)
        #expect(try reserve("256GB", 8).cores == 2)
        #expect(try reserve("256GB", 32, isDisconnected: true).cores == 7)
        #expect(try reserve("256GB", 8, own: false).cores == 1)
        #expect(try HostReserve.resourceBridge == (size("8GB"), 4))
    }

    /// The same source: one node more for processors, memory and graphics, from two on; none for storage.
    @Test func `a load takes a node to spare, its storage none`() {
        #expect(NodeDemand(processors: 3, memory: 2, storage: 2).nodes == 4)
        #expect(NodeDemand(processors: 2, memory: 2, storage: 5).nodes == 5)
        #expect(NodeDemand(processors: 1, memory: 1, storage: 1).nodes == 1)
        #expect(NodeDemand(processors: 1, memory: 1, storage: 1, graphics: 2).nodes == 3)
    }
}
