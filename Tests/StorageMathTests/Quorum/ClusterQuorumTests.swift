import ClusterCore
import StorageMath
import TestSupport
import Testing

/// Dynamic quorum and witness (Microsoft, quorum, 2024-02).
@Suite struct ClusterQuorumTests {
    private typealias Case = SurvivalCase

    /// The cluster's votes by the page's rules, over every choice of the server without a vote; told as the share of
    /// choices that survive. Knows nothing of the library's way to count.
    private func survivingShare(servers: Int, witness: Bool, steps: [(Set<Int>, witnessFails: Bool)]) -> Double {
        func go(_ up: Set<Int>, _ witness: Bool, _ rest: ArraySlice<(Set<Int>, witnessFails: Bool)>) -> Double {
            guard let step = rest.first else { return 1 }
            let zeroed: [Int?] = up.count.isMultiple(of: 2) && !witness ? up.map { $0 } : [nil]
            let left = up.subtracting(step.0)
            let stays = witness && !step.witnessFails
            var survived = 0
            for unlucky in zeroed {
                let voters = up.filter { $0 != unlucky }
                let witnessVote = up.count.isMultiple(of: 2) && witness
                let total = voters.count + (witnessVote ? 1 : 0)
                let votes = left.intersection(voters).count + (witnessVote && stays ? 1 : 0)
                if Double(votes) > Double(total) / 2 { survived += 1 }
            }
            guard survived > 0 else { return 0 }
            return Double(survived) / Double(zeroed.count) * go(left, stays, rest.dropFirst())
        }
        return go(Set(1...servers), witness, steps[...])
    }

    private func share(_ answer: QuorumAnswer) -> Double {
        switch answer {
        case .yes: 1
        case .no: 0
        case .chance(let fraction): fraction.doubleValue
        }
    }

    @Test func `any sequence of failures is judged as every choice of the server without a vote says`() {
        forRandom(2_000) { random in
            let servers = Int.random(in: 1...9, using: &random)
            let witness = random.next() % 2 == 0
            let cluster = try ClusterLayout(servers: servers, drivesEach: 1, hasWitness: witness)
            var up = Set(1...servers)
            var (steps, failures): ([(Set<Int>, witnessFails: Bool)], [ClusterFailures]) = ([], [])
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let failing = up.filter { _ in random.next() % 4 == 0 }
                let witnessFails = witness && random.next() % 6 == 0
                up.subtract(failing)
                steps.append((failing, witnessFails))
                failures.append(
                    try ClusterFailures(
                        failing.map { FailedElement.server($0) } + (witnessFails ? [.witness] : []), in: cluster))
            }
            let trace = try cluster.quorum(after: failures)
            return share(trace.cluster) == survivingShare(servers: servers, witness: witness, steps: steps)
        }
    }

    @Test func `with dynamic quorum a cluster with a witness loses one server after another down to the last`() throws {
        for servers in 2...16 {
            let cluster = try Case.cluster(servers)
            let failures = (2...servers).map { "server:\($0)" }.joined(separator: "|")
            #expect(try cluster.quorum(after: Case.steps(failures, in: cluster)).cluster == .yes)
            let last = try cluster.quorum(after: Case.steps(failures + "|server:1", in: cluster))
            #expect(last.cluster == .no)
        }
    }

    @Test func `a witness that failed before leaves two servers at 50/50`() throws {
        let cluster = try Case.cluster(2)
        let half = QuorumAnswer.chance(Fraction.ratio(1, 2))
        #expect(try cluster.quorum(after: Case.steps("witness|server:1", in: cluster)).cluster == half)
        #expect(try cluster.quorum(after: Case.steps("witness server:1", in: cluster)).cluster == .no)
        #expect(try cluster.quorum(after: Case.steps("witness", in: cluster)).cluster == .yes)
    }

    @Test func `two chances one after another multiply`() throws {
        let cluster = try Case.cluster(4, witness: false)
        let trace = try cluster.quorum(after: Case.steps("server:3 server:4|server:2", in: cluster))
        #expect(trace.cluster == .chance(Fraction.ratio(1, 4)))
    }

    @Test func `the votes can be followed: four servers and a witness, two fail at once`() throws {
        let cluster = try Case.cluster(4)
        let trace = try cluster.quorum(in: .twoAtOnce)
        #expect(
            trace.description == """
                step 1: server 3, server 4 fail
                  cluster: servers 1, 2, 3, 4 and the witness vote: 5 votes, 3 needed; 3, 4 fail; 3 left: quorum is kept
                  pool: 8 of 16 drives are up and the owner votes: 9 votes left, 9 needed: the pool stays online
                """)
    }

    @Test func `the votes can be followed where they are 50/50: both courses are told`() throws {
        let cluster = try Case.cluster(3, witness: false)
        let trace = try cluster.quorum(in: .oneThenAnother)
        #expect(
            trace.description == """
                step 1: server 3 fails
                  cluster: servers 1, 2, 3 vote: 3 votes, 2 needed; 3 fails; 2 left: quorum is kept
                  pool: 8 of 12 drives are up and the owner votes: 9 votes left, 7 needed: the pool stays online
                step 2: server 2 fails
                  cluster: server 1 votes, 2 has no vote: 1 vote, 1 needed; 2 fails; 1 left: quorum is kept
                  pool: 4 of 12 drives are up: 4 votes left, 7 needed: the pool goes offline
                or, where the server without a vote is one that stays:
                step 1: server 3 fails
                  cluster: servers 1, 2, 3 vote: 3 votes, 2 needed; 3 fails; 2 left: quorum is kept
                  pool: 8 of 12 drives are up and the owner votes: 9 votes left, 7 needed: the pool stays online
                step 2: server 2 fails
                  cluster: server 2 votes, 1 has no vote: 1 vote, 1 needed; 2 fails; 0 left: quorum is lost
                  pool: 4 of 12 drives are up: 4 votes left, 7 needed: the pool goes offline
                """)
    }

    @Test func `a question for more servers than there are is refused`() throws {
        let one = try Case.cluster(1)
        #expect(try one.quorum(in: .oneFailure).cluster == .no)
        #expect(throws: StorageMathError.self) { try one.quorum(in: .twoAtOnce) }
    }
}
