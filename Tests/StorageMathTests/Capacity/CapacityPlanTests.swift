import ClusterCore
import StorageMath
import TestSupport
import Testing

/// Microsoft, plan-volumes.
@Suite struct CapacityPlanTests {
    private func workedExample() throws -> Pool { try Pool(servers: 4, of: drives(16, 2)) }

    @Test func `plan-volumes, 4 servers of 16 drives of 2 TB: 128 TB, 8 TB reserve, 120 TB left, exactly full`() throws
    {
        let volumes = [
            try volume("Volume1", "three-way-mirror", 12), try volume("Volume2", "three-way-mirror", 12),
            try volume("Volume3", "dual-parity", 12), try volume("Volume4", "dual-parity", 12),
        ]
        let plan = try workedExample().plan(volumes, by: profile())
        #expect(plan.pool.rawBytes == terabytes(128))
        #expect(plan.pool.reserveBytes == terabytes(8))
        #expect(plan.pool.availableBytes == terabytes(120))
        #expect(plan.volumes.map(\.footprint) == [terabytes(36), terabytes(36), terabytes(24), terabytes(24)])
        #expect(!plan.volumes.contains { !$0.fits })
        #expect(plan.footprint == terabytes(120))
        #expect(plan.free == .zero)
        #expect(plan.stranded == .zero)
        #expect(plan.findings.greatestSeverity ?? .information == .information)
    }

    @Test func `plan-volumes, 128 TB are 116.42 TiB and 2 TB are 1.82 TiB`() throws {
        // The page prints 1.82 TiB and 116.41 TiB, which cuts 116.4153.
        #expect(terabytes(2).binaryText.text == "1.82 TiB")
        #expect(try workedExample().rawBytes.binaryText.text == "116.42 TiB")
    }

    @Test(arguments: [
        ("two-way-mirror", 2, 1.0, 2.0), ("three-way-mirror", 4, 1.0, 3.0), ("three-way-mirror", 4, 2.0, 6.0),
        ("dual-parity", 4, 2.0, 4.0), ("dual-parity", 7, 4.0, 6.0),
    ])
    func `fault-tolerance 2023-04, what volumes take`(
        resiliency: String, servers: Int, size: Double, footprint: Double
    ) throws {
        let plan = try Pool(servers: servers, of: drives(16, 2)).plan([volume("one", resiliency, size)], by: profile())
        #expect(plan.volumes.first?.footprint == terabytes(footprint))
    }

    @Test func `one byte more than the worked example does not fit, and the finding says how much would`() throws {
        var volumes = [try volume("a", "three-way-mirror", 24), try volume("b", "dual-parity", 24)]
        volumes[1].size = try volumes[1].size.adding(ByteCount(bytes: 1))
        let plan = try workedExample().plan(volumes, by: profile())
        #expect(plan.volumes.map(\.fits) == [true, false])
        #expect(plan.free == terabytes(48))
        let finding = try #require(plan.findings.first { $0.rule == Pool.fitRule })
        #expect(finding.subject == "volume:b")
        #expect(finding.measured == .text("room for 24 TB (21.83 TiB) of dual-parity"))
    }

    @Test func `a volume whose type cannot be had has no footprint and does not count`() throws {
        let plan = try Pool(servers: 2, of: drives(4, 1)).plan([volume("a", "three-way-mirror", 1)], by: profile())
        #expect(plan.volumes[0].footprint == nil)
        #expect(!plan.volumes[0].fits)
        #expect(plan.footprint == .zero)
        #expect(plan.findings.contains { $0.rule == Resiliency.rule && $0.severity == .critical })
    }

    /// Servers, size of a drive, reserve.
    @Test(arguments: [(2, 1.0, 2.0), (3, 1.0, 3.0), (4, 1.0, 4.0), (5, 1.0, 4.0), (16, 1.0, 4.0)])
    func `plan-volumes, the reserve is one drive a server, of four at most`(
        servers: Int, size: Double, reserve: Double
    ) throws {
        #expect(try Pool(servers: servers, of: drives(4, size)).reserveBytes == terabytes(reserve))
    }

    @Test func `plan-volumes, with NVMe, SSD and HDD one SSD and one HDD a server, four of each at most`() throws {
        let server = try ServerDrives(
            capacity: [DriveGroup(.ssd, count: 4, size: terabytes(2)), DriveGroup(.hdd, count: 8, size: terabytes(6))],
            cache: [DriveGroup(.nvme, count: 2, size: terabytes(0.8))])
        #expect(try Pool(servers: 5, of: server).reserveBytes == terabytes(4 * 2 + 4 * 6))
        #expect(try Pool(servers: 3, of: server).reserveBytes == terabytes(3 * 2 + 3 * 6))
    }

    @Test func `delimit-volume-allocation, the reserve of delimited volumes has no maximum`() throws {
        #expect(try Pool(servers: 8, of: drives(4, 2), reserve: .delimited).reserveBytes == terabytes(16))
    }

    @Test func `the reserve lies where a repair can use it, and not in what is stranded`() throws {
        // 10, 10 and 15 drives of 1 TB: with 10 TB the smaller servers would be full, and no drive of theirs could be rebuilt.
        let pool = try Pool(servers: [drives(10, 1), drives(10, 1), drives(15, 1)])
        #expect(try !pool.plan([volume("m", "three-way-mirror", 10)], by: profile()).volumes[0].fits)
        #expect(try pool.plan([volume("m", "three-way-mirror", 9)], by: profile()).volumes[0].fits)
    }

    @Test func `stranded is what no layout of the plan can use beside the volumes`() throws {
        let pool = try Pool(servers: [drives(10, 1), drives(10, 1), drives(15, 1)], reserve: .fixed(.zero))
        let volumes = [try volume("s", "simple", 5), try volume("m", "three-way-mirror", 9)]
        let plan = try pool.plan(volumes, by: profile())
        #expect(!plan.volumes.contains { !$0.fits })
        // One copy goes anywhere.
        #expect(plan.stranded == .zero)
        #expect(try pool.plan([volumes[1]], by: profile()).stranded == terabytes(5))
    }

    @Test func `AL-132 a mirror is advised for what must be fast`() throws {
        func advice(_ resiliency: String, _ workload: Workload) throws -> Bool {
            let one = try Volume(
                name: "v", resiliency: Resiliency(parsing: resiliency), size: terabytes(1), workload: workload)
            return try workedExample().plan([one], by: profile()).findings.contains { $0.rule == "storage.workload" }
        }
        #expect(try advice("dual-parity", .database))
        #expect(try advice("map:20%", .virtualMachines))
        #expect(try !advice("three-way-mirror", .database))
        #expect(try !advice("dual-parity", .backup))
    }

    @Test func `cache drives are no capacity`() throws {
        let server = try ServerDrives(
            capacity: [DriveGroup(count: 4, size: terabytes(4))],
            cache: [DriveGroup(.nvme, count: 2, size: terabytes(0.8))])
        #expect(try Pool(servers: 4, of: server).rawBytes == terabytes(64))
    }

    @Test func `AL-132 a thin volume takes what is written, and too much promised is told`() throws {
        let thin = try Volume(
            name: "thin", resiliency: .threeWayMirror, size: terabytes(60), provisioning: .thin(written: terabytes(10)))
        let plan = try workedExample().plan([thin], by: profile())
        #expect(plan.volumes[0].fits)
        #expect(plan.volumes[0].allocated == terabytes(30))
        #expect(plan.volumes[0].footprint == terabytes(180))
        #expect(plan.free == terabytes(90))
        #expect(plan.findings.contains { $0.rule == "storage.use" })
    }

    /// Microsoft, thin-provisioning: 70 %; the architecture (AL-140) says 80 %.
    @Test func `AL-140 the share of the pool in use that is told is a matter of the profile`() throws {
        func tells(_ written: Double, _ rules: RuleProfile) throws -> Bool {
            let thin = try Volume(
                name: "thin", resiliency: .threeWayMirror, size: terabytes(36),
                provisioning: .thin(written: terabytes(written)))
            return try workedExample().plan([thin], by: profile(rules)).findings.contains { $0.rule == "storage.use" }
        }
        // 128 TB: 70 % is 89.6 TB, so 29.866 TB of a three-way mirror; 80 % is 102.4 TB, so 34.133 TB.
        #expect(try !tells(29.8, StorageProfile.azureLocal23H2))
        #expect(try tells(29.9, StorageProfile.azureLocal23H2))
        #expect(try !tells(34.1, StorageProfile.architecture))
        #expect(try tells(34.2, StorageProfile.architecture))
    }

    @Test func `hardware-requirements, 416 drives, 400 TB a server and 4 PB a pool are the limits`() throws {
        func findings(_ servers: Int, _ count: Int, _ size: Double) throws -> [String] {
            try Pool(servers: servers, of: drives(count, size)).plan([], by: profile()).findings
                .filter { $0.rule == "storage.pool" }.compactMap { $0.measured?.description }
        }
        #expect(try findings(16, 26, 8) == [])
        #expect(try findings(16, 27, 1) == ["432 drives"])
        #expect(try findings(4, 20, 20) == [])
        #expect(try findings(2, 20, 20.1) == ["402 TB (365.62 TiB)"])
        #expect(try findings(16, 25, 10.1).contains("4.04 PB (3.59 PiB)"))
    }

    @Test func `plan-volumes, 64 volumes, 64 TB each, 10 TB with snapshots, a multiple of the servers`() throws {
        let large = try Pool(servers: 16, of: drives(25, 10))
        func rules(_ volumes: [Volume]) throws -> Int {
            try large.plan(volumes, by: profile()).findings.filter { $0.rule == "storage.volumes" }.count
        }
        let many = try (1...65).map { try volume("v\($0)", "three-way-mirror", 1) }
        #expect(try rules(Array(many.prefix(64))) == 0)
        #expect(try rules(many) == 2)
        #expect(try rules(many.prefix(15).map { $0 } + [volume("big", "three-way-mirror", 64.1)]) == 1)
        var backed = try volume("backed", "three-way-mirror", 10.1)
        #expect(try rules(many.prefix(15).map { $0 } + [backed]) == 0)
        backed.hasSnapshots = true
        #expect(try rules(many.prefix(15).map { $0 } + [backed]) == 1)
    }

    @Test func `AL-133 deduplication is advised for files and desktops, not for databases and many operations`() throws
    {
        func advice(_ workload: Workload) throws -> String? {
            let one = try Volume(name: "v", resiliency: .threeWayMirror, size: terabytes(1), workload: workload)
            return try workedExample().plan([one], by: profile()).findings
                .first { $0.rule == "storage.deduplication" }?.required?.description
        }
        #expect(try advice(.fileServer) == "deduplication and compression on")
        #expect(try advice(.vdi) == "deduplication and compression on")
        #expect(try advice(.database) == "deduplication and compression off")
        #expect(try advice(.highIOPS) == "deduplication and compression off")
        #expect(try advice(.virtualMachines) == nil)
        let twofold = try DataReduction(ratio: Fraction(2), source: "measured")
        #expect(try twofold.volumeSize(for: terabytes(3)) == terabytes(1.5))
        #expect(throws: StorageMathError.self) { try DataReduction(ratio: Fraction(1, over: 2), source: "") }
    }

    @Test func `what makes no sense is refused and nothing traps`() throws {
        #expect(throws: StorageMathError.self) { try DriveGroup(count: 0, size: terabytes(1)) }
        #expect(throws: StorageMathError.self) { try DriveGroup(count: 1_000_000_000, size: terabytes(1)) }
        #expect(throws: StorageMathError.self) { try DriveGroup(count: 1, size: .zero) }
        #expect(throws: StorageMathError.self) { try DriveGroup(count: 1, size: ByteCount(bytes: .max)) }
        #expect(throws: StorageMathError.self) { try ServerDrives(capacity: []) }
        #expect(throws: StorageMathError.self) { try Pool(servers: 1_000_000_000, of: drives(1, 1)) }
        #expect(throws: StorageMathError.self) { try Pool(servers: 0, of: drives(1, 1)) }
        #expect(throws: StorageMathError.self) { try Pool(servers: 17, of: drives(1, 1)) }
        #expect(throws: StorageMathError.self) { try volume("", "simple", 1) }
        #expect(throws: StorageMathError.self) { try volume("v", "simple", 0) }
        #expect(throws: StorageMathError.self) {
            try Pool(servers: 4, of: drives(4, 1)).plan(
                [volume("v", "simple", 1), volume("v", "simple", 1)], by: profile())
        }
        let huge = try Volume(name: "v", resiliency: .threeWayMirror, size: ByteCount(bytes: .max))
        #expect(throws: UnitError.self) { try Pool(servers: 4, of: drives(4, 1)).plan([huge], by: profile()) }
    }
}
