import StorageMath
import Testing

/// Microsoft, fault-tolerance (2023-04): what stays online and what goes offline; the architecture's items beside it.
@Suite struct FaultToleranceTests {
    private typealias Case = SurvivalCase

    /// Three-way mirror, dual parity and both mixed, in clusters of every layout of dual parity.
    private static let guarded = ["three-way-mirror", "dual-parity", "map:20%"]

    private func each(_ body: (String, ClusterLayout) throws -> Void) throws {
        for servers in [4, 6, 7, 9, 12, 16] {
            for media in ClusterShape.Media.allCases {
                let cluster = try ClusterLayout(servers: servers, drivesEach: 4, media: media, hasWitness: true)
                for type in Self.guarded { try body(type, cluster) }
            }
        }
    }

    @Test(arguments: [
        (1, "drive:1.1"), (2, "server:1"), (3, "server:1 drive:2.1"), (4, "drive:1.1 drive:2.1"),
        (5, "drive:1.1 drive:1.2 drive:1.3 drive:2.1 drive:2.2"), (6, "server:1 server:2"),
    ])
    func `AL-113 AL-114 three-way mirror and dual parity stay online, examples 1 to 6 of fault-tolerance`(
        example: Int, failures: String
    ) throws {
        try each { type, cluster in
            let result = try Case.survival(type, failures, in: cluster)
            #expect(result.state == .degraded, "\(type) on \(cluster.drives.count) servers: \(result.reasons)")
            #expect(result.reasons.isEmpty)
        }
    }

    @Test(arguments: [(7, "drive:1.1 drive:2.1 drive:3.1"), (8, "server:1 server:2 server:3")])
    func `AL-113 AL-114 three-way mirror and dual parity go offline, examples 7 and 8 of fault-tolerance`(
        example: Int, failures: String
    ) throws {
        try each { type, cluster in
            let result = try Case.survival(type, failures, in: cluster)
            #expect(result.state == .offline)
            let isData = result.reasons.contains { if case .data = $0 { true } else { false } }
            #expect(isData, "\(type) on \(cluster.drives.count) servers: \(result.reasons)")
        }
    }

    @Test func `any number of drives in one server is one fault domain`() throws {
        try each { type, cluster in
            let all = "drive:1.1 drive:1.2 drive:1.3 drive:1.4"
            for failures in [all, "server:1", "server:1 \(all)"] {
                let beside = try Case.state(type, failures + " server:2", in: cluster)
                #expect(beside == .degraded)
                let alone = try Case.survival(type, failures, in: cluster)
                #expect(alone.worstSlabs.map(\.lost.count).max() == 1)
            }
        }
    }

    @Test func `AL-112 two-way mirror survives one failure of a drive or a server, and no two in different servers`()
        throws
    {
        for servers in 2...16 {
            let cluster = try Case.cluster(servers)
            #expect(try Case.state("two-way-mirror", "drive:1.1", in: cluster) == .degraded)
            #expect(try Case.state("two-way-mirror", "server:2", in: cluster) == .degraded)
            #expect(try Case.state("two-way-mirror", "drive:1.1 drive:1.2", in: cluster) == .degraded)
            #expect(try Case.state("two-way-mirror", "drive:1.1 drive:2.1", in: cluster) == .offline)
            #expect(try Case.state("two-way-mirror", "server:1 drive:2.1", in: cluster) == .offline)
        }
    }

    @Test func `single parity survives one failure and a simple volume none`() throws {
        let cluster = try Case.cluster(4)
        #expect(try Case.state("single-parity", "server:3", in: cluster) == .degraded)
        #expect(try Case.state("single-parity", "server:3 drive:1.1", in: cluster) == .offline)
        #expect(try Case.state("simple", "drive:4.4", in: cluster) == .offline)
        #expect(try Case.state("simple", "", in: cluster) == .online)
    }

    @Test func `AL-109 a three-way mirror survives two servers down from 5 servers on, or 4 with a witness`() throws {
        for servers in 3...16 {
            for witness in [false, true] {
                let cluster = try Case.cluster(servers, witness: witness)
                let expected = servers >= 5 || (servers == 4 && witness)
                for failures in ["server:1 server:2", "server:1|server:2"] {
                    let state = try Case.state("three-way-mirror", failures, in: cluster)
                    #expect((state == .degraded) == expected, "\(servers) servers, witness \(witness), \(failures)")
                }
                // The data would be there all the same: it is quorum that is missing.
                let slab = try Case.survival("three-way-mirror", "server:1 server:2", in: cluster).worstSlabs
                #expect(slab.map(\.isReadable) == [true])
            }
        }
    }

    @Test func `AL-114 a result says which pieces of the worst slab are left and where`() throws {
        let cluster = try Case.cluster(16)
        let result = try Case.survival("dual-parity", "server:3 drive:7.2", in: cluster)
        let slab = try #require(result.worstSlabs.first)
        #expect(slab.slab.code.description == "LRC(12,2,1)")
        #expect(slab.left.count == 13)
        #expect(Set(slab.lost.map { slab.slab.drives[$0].server }) == [3, 7])
        #expect(slab.slab.drives.contains(DrivePosition(server: 7, drive: 2)))
        let mirror = try Case.survival("three-way-mirror", "server:3 drive:7.2", in: cluster)
        #expect(mirror.worstSlabs[0].description.hasPrefix("3 copies: 1 of 3 left, enough: copy 3 (drive 1 of server "))
    }
}
