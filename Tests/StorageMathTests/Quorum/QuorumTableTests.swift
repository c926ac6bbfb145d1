import ClusterCore
import StorageMath
import Testing

/// The tables of Microsoft, quorum (2024-02), cell by cell, from votes.
@Suite struct QuorumTableTests {
    private struct Row {
        let servers: Int
        let witness: Bool
        let cluster: [String]
        let pool: [String]
    }

    private static let published =
        [
            Row(servers: 2, witness: false, cluster: ["50/50", "No", "No"], pool: ["Yes", "No", "No"]),
            Row(servers: 2, witness: true, cluster: ["Yes", "No", "No"], pool: ["Yes", "No", "No"]),
            Row(servers: 3, witness: false, cluster: ["Yes", "50/50", "No"], pool: ["Yes", "No", "No"]),
            Row(servers: 3, witness: true, cluster: ["Yes", "Yes", "No"], pool: ["Yes", "No", "No"]),
            Row(servers: 4, witness: false, cluster: ["Yes", "Yes", "50/50"], pool: ["Yes", "No", "No"]),
            Row(servers: 4, witness: true, cluster: ["Yes", "Yes", "Yes"], pool: ["Yes", "Yes", "Yes"]),
        ]
        + (5...16).flatMap { servers in
            [false, true].map {
                Row(servers: servers, witness: $0, cluster: ["Yes", "Yes", "Yes"], pool: ["Yes", "Yes", "Yes"])
            }
        }

    private func cells(_ row: Row, _ reading: PoolReading = .table) throws -> (cluster: [String], pool: [String]) {
        let cluster = try ClusterLayout(servers: row.servers, drivesEach: 4, hasWitness: row.witness)
        let traces = try QuorumScenario.allCases.map { try cluster.quorum(in: $0, reading: reading) }
        return (traces.map(\.cluster.description), traces.map(\.pool.description))
    }

    @Test func `AL-109 the cluster's table: one failure, one then another, two at once`() throws {
        for row in Self.published {
            #expect(try cells(row).cluster == row.cluster, "\(row.servers) servers, witness \(row.witness)")
        }
    }

    @Test func `AL-109 the pool's table: one failure, one then another, two at once`() throws {
        for row in Self.published {
            #expect(try cells(row).pool == row.pool, "\(row.servers) servers, witness \(row.witness)")
        }
    }

    @Test func `the page's text and its pool table differ in one row: four servers without a witness`() throws {
        for row in Self.published {
            let pool = try cells(row, .text).pool
            if row.servers == 4 && !row.witness {
                #expect(pool == ["Yes", "Yes", "Yes"])
            } else {
                #expect(pool == row.pool)
            }
        }
    }

    @Test(arguments: [PoolReading.table, .text])
    func `four servers of four drives, two of them down: 9 of 16 votes, the pool stays (Microsoft, quorum)`(
        reading: PoolReading
    ) throws {
        let cluster = try SurvivalCase.cluster(4)
        let trace = try cluster.quorum(
            after: SurvivalCase.steps("server:3 server:4", in: cluster), reading: reading)
        let vote = try #require(trace.steps.last).pool
        #expect((vote.left, vote.total, vote.needed) == (9, 16, 9))
        #expect(vote.hasQuorum)
        #expect(trace.pool == .yes)
    }

    @Test(arguments: [PoolReading.table, .text])
    func `one drive more down first: 8 of 16 votes, the pool goes offline (Microsoft, quorum)`(
        reading: PoolReading
    ) throws {
        let cluster = try SurvivalCase.cluster(4)
        for failures in ["drive:2.3|server:3 server:4", "drive:2.3|server:3|server:4"] {
            let trace = try cluster.quorum(after: SurvivalCase.steps(failures, in: cluster), reading: reading)
            let vote = try #require(trace.steps.last).pool
            #expect((vote.left, vote.total) == (8, 16))
            #expect(trace.pool == .no)
        }
        // One server is survived all the same.
        let one = try cluster.quorum(after: SurvivalCase.steps("drive:2.3|server:3", in: cluster), reading: reading)
        #expect(one.pool == .yes)
    }
}
