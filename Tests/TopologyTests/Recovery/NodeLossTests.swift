import ClusterCore
import StorageMath
import Testing

/// What small clusters lose with a node (AL-106 to AL-108), and whether they go on (Microsoft, quorum, 2024-02).
@Suite struct `A node of few` {
    private func answer(_ nodes: Int, witness: Bool, _ scenario: QuorumScenario = .oneFailure) throws -> String {
        try ClusterLayout(servers: nodes, drivesEach: 4, hasWitness: witness).quorum(in: scenario).cluster.description
    }

    private func lost(_ nodes: Int) throws -> Fraction { try CapacityLoss(servers: nodes, failing: 1).lost }

    @Test func `AL-106 two nodes lose half with one, and go on for certain with a witness alone`() throws {
        #expect(try lost(2) == Fraction(1, over: 2))
        #expect(try answer(2, witness: true) == "Yes")
        #expect(try answer(2, witness: false) == "50/50")
        #expect(try answer(2, witness: true, .twoAtOnce) == "No")
    }

    @Test func `AL-107 three nodes lose a third with one, and go on`() throws {
        #expect(try lost(3) == Fraction(1, over: 3))
        #expect(try answer(3, witness: false) == "Yes")
        #expect(try answer(3, witness: true, .oneThenAnother) == "Yes")
        #expect(try answer(3, witness: true, .twoAtOnce) == "No")
    }

    @Test func `AL-108 four nodes lose a quarter with one, and go on`() throws {
        #expect(try lost(4) == Fraction(1, over: 4))
        #expect(try answer(4, witness: false) == "Yes")
        #expect(try answer(4, witness: true, .twoAtOnce) == "Yes")
    }
}
