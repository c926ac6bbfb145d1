import StorageMath
import Testing

/// Nested resiliency on two servers and four-way mirrors over two racks.
@Suite struct TwoHalvesTests {
    private typealias Case = SurvivalCase
    private static let nested = ["nested-two-way-mirror", "nested-map:20%"]

    @Test(arguments: ["drive:1.1 drive:1.2", "drive:1.1 drive:2.1", "server:1 drive:2.3", "server:2 drive:1.1"])
    func `nested volumes survive two drives, or a server and a drive of the other (Microsoft, nested-resiliency)`(
        failures: String
    ) throws {
        for drives in 4...8 {
            let cluster = try Case.cluster(2, drives: drives)
            for type in Self.nested { #expect(try Case.state(type, failures, in: cluster) == .degraded) }
        }
    }

    @Test func `nested volumes and a third failure: two drives of each server end it, any number in one server do not`()
        throws
    {
        let cluster = try Case.cluster(2)
        for type in Self.nested {
            #expect(try Case.state(type, "drive:1.1 drive:1.2 drive:2.1", in: cluster) == .degraded)
            #expect(try Case.state(type, "drive:1.1 drive:1.2 drive:1.3 drive:1.4 drive:2.1", in: cluster) == .degraded)
            #expect(try Case.state(type, "server:1 drive:1.1 drive:2.1", in: cluster) == .degraded)
            #expect(try Case.state(type, "server:1 drive:2.1 drive:2.2", in: cluster) == .offline)
            #expect(try Case.state(type, "drive:1.1 drive:1.2 drive:2.1 drive:2.2", in: cluster) == .offline)
            #expect(try Case.state(type, "server:1|server:2", in: cluster) == .offline)
        }
    }

    @Test
    func
        `what ends a nested volume after a server is lost: no drive; after a drive of the other too, any of its others`()
        throws
    {
        let cluster = try Case.cluster(2, drives: 6)
        let first = try Case.survival("nested-two-way-mirror", "server:1", in: cluster)
        #expect(first.nextFailures.map(\.description) == ["1 of 1 server, such as server 2"])
        let second = try Case.survival("nested-two-way-mirror", "server:1|drive:2.1", in: cluster)
        #expect(
            second.nextFailures.map(\.description) == [
                "5 of 5 drives, such as drive 2 of server 2", "1 of 1 server, such as server 2",
            ])
    }

    @Test func `the nested page promises more than drive votes allow, and the result says so`() throws {
        let cluster = try Case.cluster(2)
        let promised = try Case.survival("nested-two-way-mirror", "server:1 drive:2.1", in: cluster)
        #expect(promised.state == .degraded)
        #expect(promised.assumptions.contains { $0.hasPrefix("sources disagree") && $0.contains("4 votes left") })
        let counted = try Case.survival("nested-two-way-mirror", "server:1 drive:2.1", in: cluster, reading: .table)
        #expect(counted.state == .offline)
        #expect(counted.reasons == [.poolQuorum(left: 4, needed: 5)])
        #expect(try Case.survival("nested-two-way-mirror", "server:1", in: cluster).assumptions.isEmpty)
    }

    @Test func `two nested servers need a witness: without one a server's failure is 50/50`() throws {
        let cluster = try Case.cluster(2, witness: false)
        let result = try Case.survival("nested-two-way-mirror", "server:1", in: cluster)
        #expect(result.state == .offline)
        #expect(result.reasons.map(\.description).joined().contains("50/50"))
    }

    @Test(arguments: [4, 6, 8])
    func `four-way mirror over two racks survives three faults and, after a rack, one more (Microsoft, rack-aware)`(
        servers: Int
    ) throws {
        let cluster = try Case.cluster(servers, racks: 2)
        let other = servers / 2 + 1
        for failures in [
            "drive:1.1 drive:2.1 drive:\(other).1", "server:1|server:2|server:\(other)", "rack:1",
            "rack:1|server:\(other)", "rack:1|drive:\(other).4", "rack:2|drive:1.1 drive:1.2",
        ] {
            let result = try Case.survival("four-way-mirror", failures, in: cluster)
            #expect(result.state == .degraded, "\(servers) servers, \(failures): \(result.reasons)")
        }
        for failures in [
            "rack:1|server:\(other)|server:\(other + 1)", "drive:1.1 drive:2.1 drive:\(other).1 drive:\(other + 1).1",
        ] {
            #expect(try Case.state("four-way-mirror", failures, in: cluster) == .offline)
        }
    }

    @Test func `after a rack is lost, one more server ends it where two would be at once`() throws {
        let cluster = try Case.cluster(8, racks: 2)
        // 8 servers and the witness: 9 votes; a rack and a server at once leave 3 servers and the witness.
        let atOnce = try Case.survival("four-way-mirror", "rack:1 server:5", in: cluster)
        #expect(atOnce.reasons == [.clusterQuorum(.no)])
        let inTurn = try Case.survival("four-way-mirror", "rack:1|server:5", in: cluster)
        #expect(inTurn.state == .degraded)
        #expect(inTurn.worstSlabs[0].left.count == 1)
        #expect(
            inTurn.nextFailures.map(\.description) == [
                "12 of 12 drives, such as drive 1 of server 6", "3 of 3 servers, such as server 6",
                "1 of 1 rack, such as rack 2",
            ])
    }

    @Test func `one server in each of two racks survives one fault: drive, server or rack (Microsoft, rack-aware)`()
        throws
    {
        let cluster = try Case.cluster(2, racks: 2)
        for failure in ["drive:1.1", "server:1", "rack:2"] {
            #expect(try Case.state("two-way-mirror", failure, in: cluster) == .degraded)
        }
        #expect(try Case.state("two-way-mirror", "rack:1 drive:2.1", in: cluster) == .offline)
    }
}
