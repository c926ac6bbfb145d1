import StorageMath
import TestSupport
import Testing

/// What may be asked, and what is refused.
@Suite struct ClusterFailuresTests {
    @Test(arguments: ["drive:3.2", "server:3", "rack:2", "witness"])
    func `names read back as they are written`(name: String) throws {
        #expect(try FailedElement(parsing: name).name == name)
    }

    @Test(arguments: [
        "", "drive", "drive:3", "drive:3.2.1", "drive:3.", "drive:.2", "server:", "server:x", "server:1.2", "rack:1:2",
        "witness:1", "Server:1", "server:99999999999999999999", "drive:1.2 ",
    ])
    func `what is no name of a failure is refused`(text: String) {
        let error = #expect(throws: StorageMathError.self) { try FailedElement(parsing: text) }
        #expect(error?.value == "\"\(text)\"")
    }

    @Test func `AL-1 a cluster has 1 to 16 servers, each with a drive, and at most 416 drives`() throws {
        for drives in [[], Array(repeating: 1, count: 17), [4, 0], [4, -1], [417], [400, 17], [.max, .max], [.min]] {
            #expect(throws: StorageMathError.self) { try ClusterLayout(drives: drives, hasWitness: true) }
        }
        for (servers, each) in [(0, 4), (-1, 4), (17, 1), (16, 27), (1_000_000_000, 1), (2, .max), (.max, .max)] {
            #expect(throws: StorageMathError.self) {
                try ClusterLayout(servers: servers, drivesEach: each, hasWitness: true)
            }
        }
        #expect(try ClusterLayout(servers: 16, drivesEach: 26, hasWitness: false).driveCount == 416)
        let error = #expect(throws: StorageMathError.self) { try ClusterLayout(drives: [4, 0], hasWitness: true) }
        #expect(error?.quantity == "drives of server 2")
    }

    @Test func `failures of what the cluster has not are refused by name`() throws {
        let cluster = try ClusterLayout(drives: [2, 3], hasWitness: false)
        let wrong: [FailedElement] = [
            .server(0), .server(3), .server(.max), .rack(2), .rack(0), .witness,
            .drive(DrivePosition(server: 1, drive: 3)), .drive(DrivePosition(server: 2, drive: 0)),
            .drive(DrivePosition(server: .min, drive: 1)),
        ]
        for element in wrong {
            #expect(throws: StorageMathError.self) { try ClusterFailures([element], in: cluster) }
        }
        let error = #expect(throws: StorageMathError.self) {
            try ClusterFailures([.drive(DrivePosition(server: 1, drive: 3))], in: cluster)
        }
        #expect(
            error?.description == "drive of server 1: 3 is not 1 to 2; name a drive that the server has, counted from 1"
        )
    }

    @Test func `failures of another cluster are refused`() throws {
        let (four, five) = (try SurvivalCase.cluster(4), try SurvivalCase.cluster(5))
        let failures = try ClusterFailures([.server(1)], in: five)
        let placement = try VolumePlacement(.threeWayMirror, in: four)
        #expect(throws: StorageMathError.self) { try placement.survival(after: [failures]) }
        #expect(throws: StorageMathError.self) { try four.quorum(after: [failures]) }
        let many = Array(repeating: try ClusterFailures([], in: four), count: 1001)
        #expect(throws: StorageMathError.self) { try placement.survival(after: many) }
    }

    @Test func `a slab has a drive for each piece, and each has its own`() throws {
        let cluster = try SurvivalCase.cluster(4)
        let one = DrivePosition(server: 1, drive: 1)
        for drives in [[], [one], [one, one], [one, DrivePosition(server: 5, drive: 1)]] {
            #expect(throws: StorageMathError.self) { try SlabPlacement(.copies(2), on: drives, in: cluster) }
        }
    }

    @Test func `a type that the cluster cannot have is refused`() throws {
        #expect(throws: StorageMathError.self) { try VolumePlacement(.dualParity, in: SurvivalCase.cluster(3)) }
        #expect(throws: StorageMathError.self) { try VolumePlacement(.nestedTwoWayMirror, in: SurvivalCase.cluster(4)) }
    }
}
