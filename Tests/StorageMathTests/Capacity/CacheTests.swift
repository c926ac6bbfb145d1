import ClusterCore
import StorageMath
import Testing

/// Microsoft, choose-drives and cache; the architecture's AL-13, AL-14, AL-15 and AL-131.
@Suite struct CacheTests {
    private func findings(
        _ capacity: DriveGroup, _ cache: DriveGroup?, _ rules: RuleProfile, _ rule: RuleID
    ) throws -> [Finding] {
        let server = try ServerDrives(capacity: [capacity], cache: cache.map { [$0] } ?? [])
        return try Pool(servers: 4, of: server).plan([], by: profile(rules)).findings
            .filter { $0.rule == rule && $0.severity > .information }
    }

    @Test func `choose-drives, 4 disks of 4 TB go with 2 x 800 GB, 24 of 1.2 TB flash with about 1.5 TB`() throws {
        #expect(try CacheSizing.cache(for: terabytes(16), .hybrid) == terabytes(1.6))
        let flash = try CacheSizing.cache(for: terabytes(28.8), .allFlash)
        #expect(flash == terabytes(1.44))
        #expect(
            try findings(
                DriveGroup(.hdd, count: 4, size: terabytes(4)), DriveGroup(.nvme, count: 2, size: terabytes(0.8)),
                StorageProfile.azureLocal23H2, "storage.cache"
            ).isEmpty)
        #expect(
            try findings(
                DriveGroup(.ssd, count: 24, size: terabytes(1.2)), DriveGroup(.nvme, count: 2, size: terabytes(0.75)),
                StorageProfile.azureLocal23H2, "storage.cache"
            ).isEmpty)
    }

    @Test func `choose-drives, with 4 cache drives 8 capacity drives are better than 7 or 9`() throws {
        func isUneven(_ count: Int) throws -> Bool {
            try findings(
                DriveGroup(.hdd, count: count, size: terabytes(4)), DriveGroup(.nvme, count: 4, size: terabytes(1.6)),
                StorageProfile.azureLocal23H2, "storage.cache"
            ).contains { $0.required?.description.contains("whole number") == true }
        }
        #expect(try !isUneven(8))
        #expect(try isUneven(7))
        #expect(try isUneven(9))
        #expect(try CacheSizing.driveRatio(capacityDrives: 8, cacheDrives: 4) == Fraction(2))
        #expect(try CacheSizing.driveRatio(capacityDrives: 9, cacheDrives: 4) == Fraction(9, over: 4))
        #expect(throws: StorageMathError.self) { try CacheSizing.driveRatio(capacityDrives: 9, cacheDrives: 0) }
    }

    @Test func `AL-131 cache of 10 to 20 % of capacity, on NVMe`() throws {
        func judged(_ size: Double, _ kind: DriveKind = .nvme) throws -> [Finding] {
            try findings(
                DriveGroup(.hdd, count: 4, size: terabytes(4)), DriveGroup(kind, count: 2, size: terabytes(size)),
                StorageProfile.architecture, "storage.cache")
        }
        #expect(try judged(0.8).isEmpty)
        #expect(try judged(1.6).isEmpty)
        #expect(try judged(1.601).count == 1)
        #expect(try judged(0.8, .ssd).count == 1)
    }

    @Test func `AL-13 2 to 8 cache drives of 800 GB to 3.2 TB`() throws {
        func judged(_ count: Int, _ size: Double) throws -> Int {
            // Capacity that fits the share, so that only number and size are judged.
            try findings(
                DriveGroup(.hdd, count: 16, size: terabytes(size * Double(count) / 16 / 0.15)),
                DriveGroup(.nvme, count: count, size: terabytes(size)), StorageProfile.architecture, "storage.cache"
            ).filter { $0.required?.description.contains("whole number") != true }.count
        }
        #expect(try judged(2, 0.8) == 0)
        #expect(try judged(8, 3.2) == 0)
        #expect(try judged(1, 0.8) == 1)
        #expect(try judged(9, 0.8) == 1)
        #expect(try judged(2, 0.799) == 1)
        #expect(try judged(2, 3.201) == 1)
    }

    @Test func `AL-14 4 to 16 capacity drives of 1 to 16 TB`() throws {
        func judged(_ count: Int, _ size: Double) throws -> Int {
            try findings(
                DriveGroup(count: count, size: terabytes(size)), nil, StorageProfile.architecture, "storage.drives"
            ).count
        }
        #expect(try judged(4, 1) == 0)
        #expect(try judged(16, 16) == 0)
        #expect(try judged(17, 16) == 1)
        #expect(try judged(4, 0.999) == 1)
        #expect(try judged(4, 16.001) == 1)
    }

    @Test func `AL-15 at least 4 drives a server`() throws {
        #expect(
            try findings(DriveGroup(count: 3, size: terabytes(2)), nil, StorageProfile.architecture, "storage.drives")
                .count == 1)
    }

    @Test func `system-requirements-23h2, 2 flash drives do, 4 where disks or a cache are`() throws {
        func judged(_ kind: DriveKind, _ count: Int) throws -> Int {
            try findings(
                DriveGroup(kind, count: count, size: terabytes(4)), nil, StorageProfile.azureLocal23H2, "storage.drives"
            ).count
        }
        #expect(try judged(.ssd, 2) == 0)
        #expect(try judged(.ssd, 1) == 1)
        #expect(try judged(.hdd, 3) == 1)
        #expect(try judged(.hdd, 4) == 0)
    }

    @Test func `choose-drives, 4 GB of memory for a terabyte of cache`() throws {
        let server = try ServerDrives(
            capacity: [DriveGroup(.hdd, count: 4, size: terabytes(4))],
            cache: [DriveGroup(.nvme, count: 2, size: terabytes(0.8))])
        let plan = try Pool(servers: 4, of: server).plan([], by: profile())
        #expect(plan.findings.contains { $0.required?.description == "6.4 GB of memory for 1.6 TB of cache" })
    }

    @Test func `cache, writes everywhere and reads in front of hard disks alone`() {
        #expect(CacheSizing.cachesReads(.hybrid))
        #expect(!CacheSizing.cachesReads(.allFlash))
    }
}
