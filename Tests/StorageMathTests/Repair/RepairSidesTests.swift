import ClusterCore
import StorageMath
import Testing

/// No two symbols of a stripe share a fault domain; the rest is counting.
@Suite struct RepairSidesTests {
    private struct Case: CustomTestStringConvertible {
        var servers: Int
        var racks = 1
        var drives: Int
        var type: String
        var scope: RepairScope
        var sources: Int
        var targets: Int
        var receiving: Int
        var testDescription: String { "\(type), \(servers) servers in \(racks), \(scope)" }
    }

    private static let cases = [
        // Each server holds a copy: a drive goes beside itself, a server waits until it is back.
        Case(servers: 3, drives: 16, type: "three-way-mirror", scope: .drive, sources: 32, targets: 15, receiving: 1),
        Case(servers: 3, drives: 16, type: "three-way-mirror", scope: .server, sources: 32, targets: 16, receiving: 1),
        // One server more than copies: anywhere.
        Case(servers: 4, drives: 16, type: "three-way-mirror", scope: .drive, sources: 63, targets: 63, receiving: 4),
        Case(servers: 4, drives: 16, type: "three-way-mirror", scope: .server, sources: 48, targets: 48, receiving: 3),
        // RS 2+2 has four symbols.
        Case(servers: 4, drives: 16, type: "dual-parity", scope: .drive, sources: 48, targets: 15, receiving: 1),
        Case(servers: 5, drives: 16, type: "dual-parity", scope: .server, sources: 64, targets: 64, receiving: 4),
        // Two of four copies in each rack: the other rack is read and never written.
        Case(
            servers: 8, racks: 2, drives: 4, type: "four-way-mirror", scope: .drive, sources: 31, targets: 15,
            receiving: 4),
        Case(
            servers: 4, racks: 2, drives: 4, type: "four-way-mirror", scope: .drive, sources: 12, targets: 3,
            receiving: 1),
        // Within the server.
        Case(servers: 2, drives: 8, type: "nested-two-way-mirror", scope: .drive, sources: 7, targets: 7, receiving: 1),
        Case(
            servers: 2, drives: 8, type: "nested-two-way-mirror", scope: .server, sources: 8, targets: 8, receiving: 1),
    ]

    @Test(arguments: cases) private func `AL-115 a repair goes where a stripe has a place`(one: Case) throws {
        let drives = try ServerDrives(capacity: [DriveGroup(count: one.drives, size: ByteCount(parsing: "2TB"))])
        let pool = try Pool(servers: one.servers, of: drives, racks: one.racks)
        let sides = try pool.repairSides(of: one.scope, Resiliency(parsing: one.type).layout(in: pool.shape))
        #expect(sides.sources == one.sources)
        #expect(sides.targets == one.targets)
        #expect(sides.receivingServers == one.receiving)
    }

    @Test func `where no drive is left to write to, it says what to replace`() throws {
        let drives = try ServerDrives(capacity: [DriveGroup(count: 1, size: ByteCount(parsing: "2TB"))])
        let pool = try Pool(servers: 2, of: drives)
        #expect(throws: StorageMathError.self) {
            try pool.repairSides(of: .drive, Resiliency.twoWayMirror.layout(in: pool.shape))
        }
    }
}
