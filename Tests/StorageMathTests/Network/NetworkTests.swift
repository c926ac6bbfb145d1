import ClusterCore
import StorageMath
import Testing

@Suite struct NetworkTests {
    private func gigabits(_ count: Double) -> BitRate { BitRate(bitsPerSecond: UInt64((count * 1e9).rounded())) }

    /// Adapter; reserved, storage, migration, heartbeat in Gbit/s.
    @Test(arguments: [
        (25.0, 25.0, 17.5, 7.25, 0.25), (100.0, 100.0, 70.0, 29.0, 1.0), (10.0, 10.0, 7.0, 2.8, 0.2),
        (200.0, 200.0, 140.0, 58.0, 2.0),
    ])
    func `host-network-requirements 2025-08, the shares of a team of two`(
        adapter: Double, reserved: Double, storage: Double, migration: Double, heartbeat: Double
    ) throws {
        let share = try HostBandwidth(of: gigabits(adapter))
        #expect(share.team == gigabits(2 * adapter))
        #expect(share.reserved == gigabits(reserved))
        #expect(share.storage == gigabits(storage))
        #expect(share.liveMigration == gigabits(migration))
        #expect(share.heartbeat == gigabits(heartbeat))
        #expect(share.migratesOverRDMA == (adapter > 10))
        #expect(throws: StorageMathError.self) { try HostBandwidth(adapters: 0, of: gigabits(10)) }
    }

    @Test(arguments: [(10.0, [20.0, 40, 60, 80]), (25.0, [50.0, 100, 150, 200])])
    func `rack-aware 2026-02, bandwidth between the zones by machines`(port: Double, required: [Double]) throws {
        for (machines, expected) in zip(1...4, required) {
            #expect(
                try SiteLinks.rackAwareBandwidth(machinesPerZone: machines, rate: gigabits(port)) == gigabits(expected))
        }
        #expect(throws: StorageMathError.self) {
            try SiteLinks.rackAwareBandwidth(machinesPerZone: 5, rate: gigabits(25))
        }
    }

    @Test
    func `storage-replica-overview, 5 ms of round trip are 500 km of fibre, and a write takes the trip and the log`()
        throws
    {
        #expect(try SiteLinks.fibreDistance(roundTrip: .milliseconds(5)) == 500_000)
        #expect(
            SiteLinks.synchronousWrite(roundTrip: .milliseconds(5), remoteLog: .microseconds(200))
                == .microseconds(5200))
        #expect(throws: StorageMathError.self) { try SiteLinks.fibreDistance(roundTrip: .seconds(2)) }
    }
}

/// Figures that sources publish and a profile holds.
@Suite struct StorageProfileTests {
    private func resolved(_ profile: RuleProfile) throws -> ResolvedProfile {
        try profile.resolved(in: StorageProfile.builtIn)
    }

    @Test func `mirror-accelerated-parity, rotation of 64 MiB from 85 % on, a fifth of mirror`() throws {
        let profile = try resolved(StorageProfile.azureLocal23H2)
        #expect(try profile.fraction("storage.mirror_accelerated", "destage_at") == Fraction(17, over: 20))
        #expect(try profile.bytes("storage.mirror_accelerated", "rotation") == ByteCount(parsing: "64MiB"))
        #expect(try profile.fraction("storage.mirror_accelerated", "mirror_share") == Fraction(1, over: 5))
    }

    @Test func `plan-volumes, 100 GB a day take 150 to 200 GB of mirror, and a full one 40 of 400 MB a second`() throws
    {
        let tier = try MirrorTier(writtenDaily: ByteCount(parsing: "100GB"))
        #expect(try tier.size == ByteCount(parsing: "150GB")...ByteCount(parsing: "200GB"))
        #expect(try MirrorTier.throughputWhenFull(of: ByteRate(parsing: "400MB/s")) == ByteRate(parsing: "40MB/s"))
    }

    @Test func `hardware-requirements, 400 TB and 4 PB since 2019, 100 TB and 1 PB in 2016`() throws {
        let (new, old) = (try resolved(StorageProfile.azureLocal23H2), try resolved(StorageProfile.windowsServer2016))
        #expect(try new.bytes("storage.pool", "per_server_maximum") == ByteCount(parsing: "400TB"))
        #expect(try new.bytes("storage.pool", "size_maximum") == ByteCount(parsing: "4PB"))
        #expect(try old.bytes("storage.pool", "per_server_maximum") == ByteCount(parsing: "100TB"))
        #expect(try old.bytes("storage.pool", "size_maximum") == ByteCount(parsing: "1PB"))
        #expect(try old.count("storage.pool", "drives_maximum") == 416)
    }

    @Test func `where Microsoft's pages differ over time, each is a profile`() throws {
        let (new, old) = (try resolved(StorageProfile.azureLocal23H2), try resolved(StorageProfile.windowsServer2016))
        #expect(try new.count("storage.delimited", "volume_servers") == 4)
        #expect(try old.count("storage.delimited", "volume_servers") == 3)
        #expect(try new.duration("storage.replication", "recovery_point_alert") == .seconds(30))
        #expect(try old.duration("storage.replication", "recovery_point_alert") == .seconds(300))
        #expect(try new.duration("storage.replication", "round_trip_maximum") == .milliseconds(5))
        #expect(try new.duration("storage.rack_aware", "round_trip_maximum") == .milliseconds(1))
    }

    @Test func `choose-drives, cache endures 3 drive writes or 4 TB a day`() throws {
        let profile = try resolved(StorageProfile.azureLocal23H2)
        #expect(try profile.count("storage.cache", "drive_writes_per_day_minimum") == 3)
        #expect(try profile.bytes("storage.cache", "written_per_day_minimum") == ByteCount(parsing: "4TB"))
    }

    @Test func `AL-66 what encryption costs is a rule of each profile`() throws {
        #expect(
            try EncryptionCost(profile: resolved(StorageProfile.architecture)).bandwidthShare == Fraction(1, over: 20))
        #expect(try EncryptionCost(profile: resolved(StorageProfile.azureLocal23H2)).bandwidthShare == .zero)
    }
}
