import ClusterCore
import Testing
import Topology

@Suite struct `Virtual machines of a model` {
    private func outcomes(
        _ rule: RuleID, _ example: ExampleModel = .four, _ change: (inout HostedWorkload) throws -> Void
    ) throws -> [RequirementCheck.Outcome] {
        var model = try example.read()
        var workload = try #require(model.clusters[0].workloads?.first)
        try change(&workload)
        model.clusters[0].workloads = [workload]
        return try model.check("azureLocal23H2").checks.filter { $0.rule == rule }.map(\.outcome)
    }

    @Test(arguments: [(0, true), (1, true), (4, true), (5, false)])
    func `AL-136 four nodes take four machines that must be apart`(count: Int, isMet: Bool) throws {
        #expect(try outcomes("workload.apart") { $0.count = count } == [isMet ? .met : .notMet])
        // Machines that may stand anywhere are not asked.
        #expect(
            try outcomes("workload.apart") { ($0.count, $0.affinity) = (count, HostedWorkload.Affinity.none) } == [])
    }

    @Test func `AL-136 zones are counted where there are some, and where there are none nothing is apart`() throws {
        for (count, outcome) in [(2, .met), (3, .notMet)] as [(Int, RequirementCheck.Outcome)] {
            #expect(
                try outcomes("workload.apart", .rackAware4) { ($0.count, $0.affinity) = (count, .differentZones) }
                    == [outcome])
        }
        #expect(try outcomes("workload.apart") { ($0.count, $0.affinity) = (1, .differentZones) } == [.notMet])
    }

    /// 512 GB of a node less 48 GB of the host are 464 GB: 14 machines of 32 GB, and of a zone of two nodes 29.
    @Test func `AL-136 machines that must be together have the room of one node or one zone`() throws {
        for (count, outcome) in [(14, .met), (15, .notMet)] as [(Int, RequirementCheck.Outcome)] {
            #expect(
                try outcomes("workload.together") { ($0.count, $0.affinity) = (count, .sameNode) } == [outcome])
        }
        for (count, outcome) in [(29, .met), (30, .notMet)] as [(Int, RequirementCheck.Outcome)] {
            #expect(
                try outcomes("workload.together", .rackAware2) { ($0.count, $0.affinity) = (count, .sameZone) }
                    == [outcome])
        }
        // Dynamic memory counts with its least.
        #expect(
            try outcomes("workload.together") {
                ($0.count, $0.affinity, $0.leastMemory) = (15, .sameNode, try size("16GB"))
            } == [.met])
    }

    @Test func `AL-137 a machine has at most what a node has free`() throws {
        #expect(try outcomes("workload.fits") { $0.memory = try size("464GB") } == [.met])
        #expect(try outcomes("workload.fits") { $0.memory = ByteCount(bytes: 464_000_000_001) } == [.notMet])
        // The smallest node counts, since any of them may have to take it.
        var model = try ExampleModel.four.read()
        model.changeLastNode { $0.memory?.size = try? size("256GB") }
        model.clusters[0].workloads?[0].memory = try size("209GB")
        #expect(try model.check().findings.contains { $0.rule == "workload.fits" })
    }

    /// Microsoft, system-requirements of 22H2: 240 virtual processors and 12 TB of a machine.
    @Test func `AL-137 a machine has at most 240 processors and 12 TB`() throws {
        #expect(try outcomes("workload.size") { ($0.generation, $0.processors) = (2, 240) } == [.met, .met])
        #expect(try outcomes("workload.size") { $0.processors = 241 } == [.notMet, .met])
        #expect(try outcomes("workload.size") { ($0.generation, $0.memory) = (2, try size("12TB")) } == [.met, .met])
        #expect(
            try outcomes("workload.size") { $0.memory = ByteCount(bytes: 12_000_000_000_001) } == [.met, .notMet])
    }

    /// The same page: 64 virtual processors and 1 TB of a machine of the first generation.
    @Test func `AL-137 a machine of generation 1 has at most 64 processors and 1 TB`() throws {
        #expect(try outcomes("workload.size") { ($0.generation, $0.processors) = (1, 64) } == [.met, .met])
        #expect(try outcomes("workload.size") { ($0.generation, $0.processors) = (1, 65) } == [.notMet, .met])
        #expect(try outcomes("workload.size") { ($0.generation, $0.memory) = (1, try size("1TB")) } == [.met, .met])
        #expect(
            try outcomes("workload.size") { ($0.generation, $0.memory) = (1, ByteCount(bytes: 1_000_000_000_001)) }
                == [.met, .notMet])
        // Without the generation only what either may have is met.
        #expect(try outcomes("workload.size") { $0.processors = 64 } == [.met, .met])
        #expect(try outcomes("workload.size") { $0.processors = 65 } == [.undetermined, .met])
    }

    /// Microsoft, system-requirements of 22H2: 1,024 machines of a host; system-requirements-23h2 (2025-10-15): 2,048
    /// virtual processors. Four nodes have four times as many.
    @Test func `AL-137 a node runs at most 1024 machines and 2048 virtual processors`() throws {
        #expect(try outcomes("workload.per_node") { ($0.count, $0.processors) = (4096, 2) } == [.met, .met])
        #expect(try outcomes("workload.per_node") { ($0.count, $0.processors) = (4097, 1) } == [.notMet, .met])
        #expect(try outcomes("workload.per_node") { ($0.count, $0.processors) = (128, 64) } == [.met, .met])
        #expect(try outcomes("workload.per_node") { ($0.count, $0.processors) = (129, 64) } == [.met, .notMet])
        #expect(try outcomes("workload.per_node") { $0.processors = nil } == [.met, .undetermined])
    }

    @Test(arguments: ["workload.apart", "workload.together", "workload.fits", "workload.size"] as [RuleID])
    func `AL-136 AL-137 what is not said of machines is not met`(rule: RuleID) throws {
        let unknown = try outcomes(rule) {
            ($0.affinity, $0.memory, $0.processors, $0.count) = (nil, nil, nil, nil)
        }
        #expect(!unknown.isEmpty && unknown.allSatisfy { $0 == .undetermined })
        var model = try ExampleModel.four.read()
        model.clusters[0].workloads = nil
        #expect(try model.check().checks.filter { $0.rule == rule }.map(\.outcome) == [.undetermined])
        model.clusters[0].workloads = []
        #expect(try model.check().checks.filter { $0.rule == rule } == [])
    }
}
