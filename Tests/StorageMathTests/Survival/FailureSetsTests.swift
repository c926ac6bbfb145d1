import StorageMath
import TestSupport
import Testing

/// Counts of failure sets.
@Suite struct FailureSetsTests {
    private func volume(
        _ servers: Int, drives: Int, _ type: Resiliency = .threeWayMirror, delimitedTo some: Set<Int>? = nil
    ) throws -> VolumePlacement {
        try VolumePlacement(
            type, in: ClusterLayout(servers: servers, drivesEach: drives, hasWitness: true), delimitedTo: some)
    }

    /// C(n, k) along Pascal's triangle.
    private func choose(_ n: Int, _ k: Int) -> Int {
        var row = [1]
        for _ in 0..<n { row = zip([0] + row, row + [0]).prefix(k + 1).map { $0 + $1 } }
        return row[k]
    }

    @Test func `every set up to 3 drives of 16 servers with 400 drives is counted: 400 + 79,800 + 10,586,800`() throws {
        let sets = try FailureSets(of: [.drive], upTo: 3, for: volume(16, drives: 25))
        #expect(sets.total == 10_667_000)
        let counts = try sets.counts()
        #expect(counts.map(\.total) == [choose(400, 1), choose(400, 2), choose(400, 3)])
        // Offline are the sets of drives in three different servers (Microsoft, fault-tolerance, example 7).
        #expect(counts.map(\.offline) == [0, 0, choose(16, 3) * 25 * 25 * 25])
        #expect(counts.map(\.online) == [0, 0, 0])
    }

    @Test func `a volume delimited to 4 of the 16 servers is offline for three drives in three of its own`() throws {
        let sets = try FailureSets(of: [.drive], upTo: 3, for: volume(16, drives: 25, delimitedTo: [1, 5, 6, 16]))
        let counts = try sets.counts()
        #expect(counts.map(\.offline) == [0, 0, choose(4, 3) * 25 * 25 * 25])
        #expect(counts.map(\.online) == [choose(300, 1), choose(300, 2), choose(300, 3)])
    }

    @Test func `with servers as elements there are 12 million sets up to 3, all counted`() throws {
        let sets = try FailureSets(of: [.drive, .server], upTo: 3, for: volume(16, drives: 25, .dualParity))
        #expect(try sets.counts().map(\.total) == [choose(416, 1), choose(416, 2), choose(416, 3)])
        #expect(sets.total == 11_998_896)
        // Three different servers, each with a drive or as a whole.
        #expect(try sets.counts()[2].offline == choose(16, 3) * 26 * 26 * 26)
    }

    /// Whether both methods count what the survival of each set says.
    private func agree(
        _ placement: VolumePlacement, _ kinds: Set<FailedElement.Kind>, upTo largest: Int, _ reading: PoolReading?
    ) throws -> Bool {
        let sets = try FailureSets(of: kinds, upTo: largest, for: placement, reading: reading)
        let plain = try sets.counts(by: .everySet)
        guard try sets.counts(by: .classes) == plain else { return false }
        let elements = WorstSlabTests.elements(of: placement.cluster).filter { kinds.contains($0.kind) }
        var states = Array(repeating: [VolumeSurvival.State: Int](), count: largest)
        for chosen in subsets(of: elements, upTo: largest) {
            let failures = try ClusterFailures(chosen, in: placement.cluster)
            let state = try placement.survival(after: [failures], reading: reading).state
            states[chosen.count - 1][state, default: 0] += 1
        }
        return zip(plain, states).allSatisfy { count, states in
            count.online == states[.online, default: 0] && count.degraded == states[.degraded, default: 0]
                && count.offline == states[.offline, default: 0]
        }
    }

    @Test func `every set by itself, classes, and the survival of each set give the same counts`() {
        forRandom(25) { random in
            let racks = random.next() % 3 == 0 ? 2 : 1
            let servers = racks == 2 ? 4 : Int.random(in: 2...6, using: &random)
            let drives = (0..<servers).map { _ in Int.random(in: 1...2, using: &random) + (servers == 2 ? 2 : 0) }
            let cluster = try ClusterLayout(drives: drives, racks: racks, hasWitness: random.next() % 3 != 0)
            let types =
                Resiliency.plain + [try Resiliency(parsing: "map:20%"), try Resiliency(parsing: "nested-map:10%")]
            let fitting = types.filter { $0.suitability(in: cluster.shape).layout != nil }
            let type = fitting[Int.random(in: fitting.indices, using: &random)]
            let delimited = type == .threeWayMirror && servers == 6 && random.next() % 2 == 0
            let placement = try VolumePlacement(type, in: cluster, delimitedTo: delimited ? [1, 3, 4, 6] : nil)
            var kinds = Set(FailedElement.Kind.allCases.filter { _ in random.next() % 2 == 0 })
            if !cluster.hasWitness { kinds.remove(.witness) }
            let reading = ([nil] + PoolReading.allCases)[Int.random(in: 0...3, using: &random)]
            return try agree(placement, kinds.isEmpty ? [.drive] : kinds, upTo: 3, reading)
        }
    }

    @Test func `they do so where half of the servers or drives are gone, which quorum decides`() throws {
        for servers in 3...6 {
            for witness in [false, true] {
                let cluster = try ClusterLayout(servers: servers, drivesEach: 1, hasWitness: witness)
                let placement = try VolumePlacement(
                    .threeWayMirror, in: cluster, delimitedTo: servers == 6 ? [1, 2, 3] : nil)
                for reading in PoolReading.allCases {
                    let kinds: Set<FailedElement.Kind> = witness ? [.server, .drive, .witness] : [.server, .drive]
                    #expect(try agree(placement, kinds, upTo: 3, reading), "\(servers), \(witness), \(reading)")
                }
            }
        }
    }

    private func subsets(of elements: [FailedElement], upTo largest: Int) -> [[FailedElement]] {
        guard largest > 0 else { return [] }
        return elements.indices.flatMap { index in
            [[elements[index]]]
                + subsets(of: Array(elements[(index + 1)...]), upTo: largest - 1).map { [elements[index]] + $0 }
        }
    }

    @Test func `AL-114 every set by itself and classes agree on larger clusters and sets`() throws {
        for (servers, drives, largest) in [(16, 2, 4), (12, 3, 4), (9, 2, 5)] {
            for type in [Resiliency.dualParity, .threeWayMirror] {
                let sets = try FailureSets(
                    of: [.drive, .server, .witness], upTo: largest, for: volume(servers, drives: drives, type))
                #expect(try sets.counts(by: .classes) == sets.counts(by: .everySet))
            }
        }
    }

    @Test func `what cannot be counted is refused by name`() throws {
        let volume = try volume(16, drives: 26)
        for largest in [-1, 0, 7, .max] {
            let error = #expect(throws: StorageMathError.self) {
                try FailureSets(of: [.drive], upTo: largest, for: volume)
            }
            #expect(error?.value == "\(largest)")
        }
        #expect(throws: StorageMathError.self) { try FailureSets(of: [], upTo: 2, for: volume) }
        let many = try FailureSets(of: [.drive, .server], upTo: 6, for: volume)
        #expect(many.total > 1_000_000_000)
        #expect(throws: StorageMathError.self) { try many.counts(by: .everySet) }
        #expect(try many.counts().map(\.total).reduce(0, +) == many.total)
        let alone = try VolumePlacement(
            .threeWayMirror, in: ClusterLayout(servers: 3, drivesEach: 4, hasWitness: false))
        #expect(throws: StorageMathError.self) { try FailureSets(of: [.witness], upTo: 1, for: alone) }
    }
}
