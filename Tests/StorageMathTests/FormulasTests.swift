import ClusterCore
import StorageMath
import TestSupport
import Testing

/// The worked examples of the page "Formulas", run as they stand there and compared with what is published.
///
/// An example stands between two marks here and in a fenced block there. Its last comment says the result, which is
/// compared with what the code gives: `shows`.
@Suite struct FormulasTests {
    private static let page = "Sources/StorageMath/StorageMath.docc/Formulas.md"

    /// Checks that the comments of an example say these results.
    private func shows(
        _ results: any CustomStringConvertible..., in example: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let code = try #require(
            FormulaExamples(page: repositoryText(Self.page)).code[example], sourceLocation: sourceLocation)
        let comments = code.filter { $0.hasPrefix("// ") }.joined(separator: " ")
        for result in results {
            #expect(comments.contains(result.description), "\(comments)", sourceLocation: sourceLocation)
        }
    }

    // MARK: Resiliency and efficiency

    @Test func `AL-113 fault-tolerance 2023-04: three copies, 33.3 %`() throws {
        // example: copies
        let mirror = try Resiliency.threeWayMirror.layout(in: ClusterShape(servers: 4))
        let overhead = try mirror.overhead()
        let efficiency = try mirror.efficiency()
        // overhead 3, efficiency 1/3: 33.33 %
        // end of example
        #expect(overhead == Fraction(3))
        #expect(efficiency == Fraction.ratio(1, 3))
        try shows(overhead, efficiency, efficiency.percentText, in: "copies")
    }

    @Test func `AL-114 fault-tolerance 2023-04: dual parity of 66.7, 72.7 and 80 %`() throws {
        // example: parity
        let seven = try Resiliency.dualParity.layout(in: ClusterShape(servers: 7))
        let disks = try Resiliency.dualParity.layout(in: ClusterShape(servers: 12, media: .hybrid))
        let flash = try Resiliency.dualParity.layout(in: ClusterShape(servers: 16))
        let codes = [seven, disks, flash].map { $0.parts[0].code }
        let efficiencies = try [seven, disks, flash].map { try $0.efficiency() }
        // RS 4+2: 2/3, LRC(8,2,1): 8/11, LRC(12,2,1): 4/5
        // end of example
        #expect(codes.map(\.description) == ["RS 4+2", "LRC(8,2,1)", "LRC(12,2,1)"])
        for (efficiency, published) in zip(efficiencies, [66.7, 72.7, 80.0]) {
            #expect(abs(efficiency.doubleValue * 100 - published) <= 0.05)
        }
        for (code, efficiency) in zip(codes, efficiencies) { try shows("\(code): \(efficiency)", in: "parity") }
    }

    @Test func `20 % mirror before LRC(12,2,1) is 62.5 % by 1 over 3m + (1-m) over e`() throws {
        // example: mirror-accelerated
        let layout = try Resiliency(parsing: "map:20%").layout(in: ClusterShape(servers: 16))
        let overhead = try layout.overhead()
        let efficiency = try layout.efficiency()
        // 3 x 0.2 + 0.8 x 5/4 = 8/5, efficiency 5/8: 62.5 %
        // end of example
        #expect(abs(efficiency.doubleValue - 1 / (3 * 0.2 + 0.8 / 0.8)) < 1e-12)
        try shows(overhead, efficiency, efficiency.percentText, in: "mirror-accelerated")
    }

    @Test func `nested-resiliency 2018: 256 GB, 39.1 %, and 25 % for nested copies`() throws {
        // example: nested
        let shape = try ClusterShape(servers: 2, capacityDrivesPerServer: 6)
        let layout = try Resiliency(parsing: "nested-map:10%").layout(in: shape)
        let footprint = try ByteCount(parsing: "100GB").multiplied(by: layout.overhead(), rounding: .up)
        let efficiency = try layout.efficiency().percentText
        let copies = try Resiliency.nestedTwoWayMirror.layout(in: shape).efficiency()
        // 256 GB, 39.06 %; nested copies 1/4
        // end of example
        #expect(footprint == (try ByteCount(parsing: "256GB")))
        #expect(abs(try layout.efficiency().doubleValue * 100 - 39.1) <= 0.05)
        #expect(copies == Fraction.ratio(25, 100))
        try shows(footprint, efficiency, copies, in: "nested")
    }

    // MARK: Survival

    @Test func `AL-114 LRC(8,2,1) survives any two losses and not any three`() throws {
        // example: decodability
        let code = try ErasureLayout(data: 8, localParities: 2, globalParities: 1)
        let oneGroup = try code.canDecode(without: [0, 1, 2])
        let twoGroups = try code.canDecode(without: [0, 1, 4])
        let tolerated = code.lossesTolerated
        // one group: false; two groups: true; any 2 losses are tolerated
        // end of example
        #expect(!oneGroup && twoGroups)
        #expect(tolerated == 2)
        try shows("one group: \(oneGroup)", "two groups: \(twoGroups)", "any \(tolerated) losses", in: "decodability")
    }

    @Test func `fault-tolerance 2023-04: a server and a drive stay online, three servers do not`() throws {
        // example: survival
        let cluster = try ClusterLayout(servers: 6, drivesEach: 4, hasWitness: true)
        let volume = try VolumePlacement(.threeWayMirror, in: cluster)
        let two: [FailedElement] = [.server(1), .drive(DrivePosition(server: 2, drive: 1))]
        let three: [FailedElement] = [.server(1), .server(2), .server(3)]
        let states = try [two, three].map { try volume.survival(after: [ClusterFailures($0, in: cluster)]).state }
        // a server and a drive: degraded; three servers: offline
        // end of example
        #expect(states == [.degraded, .offline])
        try shows("drive: \(states[0])", "servers: \(states[1])", in: "survival")
    }

    @Test func `400 drives fail in 10.67 million sets up to three, 16 over 3 times 25 cubed of them in three servers`()
        throws
    {
        // example: failure-sets
        let cluster = try ClusterLayout(servers: 16, drivesEach: 25, hasWitness: true)
        let volume = try VolumePlacement(.threeWayMirror, in: cluster)
        let sets = try FailureSets(of: [.drive], upTo: 3, for: volume)
        let offline = try sets.counts()[2].offline
        // 10667000 sets up to 3 drives; 8750000 of 3 drives are offline
        // end of example
        #expect(sets.total == 400 + 400 * 399 / 2 + 400 * 399 * 398 / 6)
        #expect(offline == 16 * 15 * 14 / 6 * 25 * 25 * 25)
        try shows(sets.total, offline, in: "failure-sets")
    }

    @Test func `delimit-volume-allocation 2018-02: 0.95 and 20 combinations; on four servers 0.80`() throws {
        // example: delimited
        let three = try DelimitedAllocation(clusterServers: 6, volumeServers: 3)
        let four = try DelimitedAllocation(clusterServers: 6, volumeServers: 4)
        let survival = try [three, four].map { try $0.survival(ofFailures: 3).percentText }
        // 95 % on three servers (20 combinations), 80 % on four
        // end of example
        #expect(try three.survival(ofFailures: 3).doubleValue == 0.95)
        #expect(try four.survival(ofFailures: 3).doubleValue == 0.80)
        #expect(three.combinations == 20)
        try shows(survival[0], "\(three.combinations) combinations", survival[1], in: "delimited")
    }

    // MARK: Capacity

    @Test func `plan-volumes: 128 TB less 8 TB are 120 TB, exactly full`() throws {
        // example: footprint
        let pool = try Pool(servers: 4, of: ServerDrives(capacity: DriveGroup.list(parsing: "16x2TB")))
        let volumes = try [
            Volume(parsing: "a:three-way-mirror:12TB"), Volume(parsing: "b:three-way-mirror:12TB"),
            Volume(parsing: "c:dual-parity:12TB"), Volume(parsing: "d:dual-parity:12TB"),
        ]
        let plan = try pool.plan(volumes, by: StorageProfile.azureLocal23H2.resolved(in: StorageProfile.builtIn))
        let footprints = plan.volumes.compactMap(\.footprint)
        // 128 TB raw, 8 TB reserve, 120 TB available; 36 TB, 36 TB, 24 TB and 24 TB leave 0 B
        // end of example
        #expect(pool.rawBytes == terabytes(128))
        #expect(pool.reserveBytes == terabytes(8))
        #expect(pool.availableBytes == terabytes(120))
        #expect(footprints == [36, 36, 24, 24].map(terabytes))
        #expect(plan.free == .zero)
        try shows(
            "\(pool.rawBytes) raw", "\(pool.reserveBytes) reserve", "\(pool.availableBytes) available",
            "\(footprints[0]), \(footprints[1]), \(footprints[2]) and \(footprints[3]) leave \(plan.free)",
            in: "footprint")
    }

    @Test func `drive-symmetry: 10, 10 and 15 TB strand 5 TB in three copies, nothing in two`() throws {
        // example: stranded
        let servers = try ["10x1TB", "10x1TB", "15x1TB"].map {
            try ServerDrives(capacity: DriveGroup.list(parsing: $0))
        }
        let pool = try Pool(servers: servers)
        let three = try pool.stranded(by: Resiliency.threeWayMirror.layout(in: pool.shape))
        let two = try pool.stranded(by: Resiliency.twoWayMirror.layout(in: pool.shape))
        // three copies: 10 TB, 5 TB stranded, 10 TB on each server; two copies: 17.5 TB, 0 B stranded
        // end of example
        #expect(three.largestVolume == terabytes(10))
        #expect(three.stranded == terabytes(5))
        #expect(three.onServers == [10, 10, 10].map(terabytes))
        #expect(three.witness == .places(.servers, [1]))
        #expect(two.largestVolume == terabytes(17.5))
        #expect(two.stranded == .zero)
        try shows(
            "\(three.largestVolume), \(three.stranded) stranded, \(three.onServers[2]) on each server",
            "\(two.largestVolume.decimalText), \(two.stranded) stranded", in: "stranded")
    }

    @Test func `AL-124 60 TB on four servers and on five: a fifth moves`() throws {
        // example: growth
        let drives = try ServerDrives(capacity: DriveGroup.list(parsing: "16x2TB"))
        let four = try Pool(servers: 4, of: drives)
        let growth = try four.growth(to: four.adding([drives]), with: [Volume(parsing: "data:three-way-mirror:20TB")])
        let held = (growth.heldBefore[0], growth.heldAfter[0])
        // 60 TB over 4 servers, then over 5: 15 TB and 12 TB on the first, 12 TB moved
        // end of example
        #expect(growth.moved == terabytes(60.0 / 5))
        #expect(growth.heldBefore == [15, 15, 15, 15, 0].map(terabytes))
        #expect(growth.heldAfter == [12, 12, 12, 12, 12].map(terabytes))
        try shows("\(held.0) and \(held.1) on the first", "\(growth.moved) moved", in: "growth")
    }

    @Test func `plan-volumes: the worked example is exactly full, so 15 drives do not do`() throws {
        // example: sizing
        let volumes = [try Volume(parsing: "data:three-way-mirror:24TB"), try Volume(parsing: "logs:dual-parity:24TB")]
        let profile = try StorageProfile.azureLocal23H2.resolved(in: StorageProfile.builtIn)
        let size = try ByteCount(parsing: "2TB")
        let sizing = try Sizing.drives(for: volumes, servers: 4, kind: .ssd, size: size, by: profile)
        let count = sizing.pool?.servers[0].capacityCount ?? 0
        // 16 drives a server; 15 do not do
        // end of example
        #expect(count == 16)
        #expect(sizing.refused.last?.count == 15)
        try shows("\(count) drives", "\(count - 1) do not do", in: "sizing")
    }

    @Test func `AL-131 choose-drives: 1.6 TB before 16 TB of disks, about 1.5 TB before 28.8 TB of flash`() throws {
        // example: cache
        let behindDisks = try CacheSizing.cache(for: ByteCount(parsing: "16TB"), .hybrid)
        let behindFlash = try CacheSizing.cache(for: ByteCount(parsing: "28.8TB"), .allFlash)
        let ratio = try CacheSizing.driveRatio(capacityDrives: 8, cacheDrives: 4)
        let server = try ServerDrives(
            capacity: DriveGroup.list(parsing: "4x4TB:hdd"), cache: DriveGroup.list(parsing: "2x800GB:nvme"))
        let profile = try StorageProfile.azureLocal23H2.resolved(in: StorageProfile.builtIn)
        let findings = try Pool(servers: 4, of: server).plan([], by: profile).findings
        // 1.6 TB, 1.44 TB, 2 drives on each; 6.4 GB of memory for 1.6 TB of cache
        // end of example
        #expect(behindDisks == terabytes(1.6))
        #expect(behindFlash == terabytes(28.8 * 0.05))
        #expect(abs(Double(behindFlash.bytes) - 1.5e12) < 0.1e12)
        #expect(ratio == Fraction(2))
        let memory = try #require(findings.compactMap(\.required?.description).first { $0.contains("of memory") })
        #expect(memory == "6.4 GB of memory for 1.6 TB of cache")
        try shows(
            behindDisks.decimalText, behindFlash.decimalText, "\(ratio) drives on each", memory, in: "cache")
    }

    @Test func `AL-133 data of half the size, and no reduction for databases`() throws {
        // example: data-reduction
        let twofold = try DataReduction(ratio: Fraction(2), source: "measured on the old file server")
        let size = try twofold.volumeSize(for: ByteCount(parsing: "3TB"))
        let advice = Workload.database.deduplication
        // 1.5 TB; for a database it is advised to be off
        // end of example
        #expect(size == terabytes(1.5))
        #expect(try twofold.logicalBytes(in: size) == terabytes(3))
        #expect(advice == .off)
        try shows(size.decimalText, "advised to be \(advice)", in: "data-reduction")
    }

    // MARK: Quorum

    @Test func `AL-109 quorum 2024-02: three nodes are 50 to 50, four with a witness are a yes`() throws {
        // example: cluster-quorum
        let three = try ClusterLayout(servers: 3, drivesEach: 4, hasWitness: false)
        let four = try ClusterLayout(servers: 4, drivesEach: 4, hasWitness: true)
        let oneThenAnother = try three.quorum(in: .oneThenAnother).cluster
        let twoAtOnce = try four.quorum(in: .twoAtOnce).cluster
        // three servers, one then another: 50/50; four and a witness, two at once: Yes
        // end of example
        #expect(oneThenAnother == .chance(Fraction.ratio(1, 2)))
        #expect(twoAtOnce == .yes)
        try shows("another: \(oneThenAnother)", "at once: \(twoAtOnce)", in: "cluster-quorum")
    }

    @Test func `AL-109 quorum 2024-02: 9 of 16 votes stay, 8 of 16 do not`() throws {
        // example: pool-quorum
        let cluster = try ClusterLayout(servers: 4, drivesEach: 4, hasWitness: true)
        let servers = try ClusterFailures([.server(3), .server(4)], in: cluster)
        let drive = try ClusterFailures([.drive(DrivePosition(server: 2, drive: 3))], in: cluster)
        let votes = try [[servers], [drive, servers]].map { try cluster.quorum(after: $0).steps.map(\.pool).last }
        // two servers down: 9 votes left, 9 needed: the pool stays online; a drive before: 8 votes left, 9 needed
        // end of example
        let stays = try #require(votes[0])
        let fails = try #require(votes[1])
        #expect(stays.left == 9 && stays.total == 16 && stays.hasQuorum)
        #expect(fails.left == 8 && fails.total == 16 && !fails.hasQuorum)
        try shows(
            "down: \(stays.left) votes left, \(stays.needed) needed: the pool stays online",
            "before: \(fails.left) votes left, \(fails.needed) needed", in: "pool-quorum")
    }

    // MARK: Repair

    @Test func `Xorbas 2013, table 1: 1x, 10x and 5x; Huang 2012: 3.6`() throws {
        // example: repair-reads
        let mirror = Code.copies(3).repairCost(of: .drive)
        let reedSolomon = try ErasureLayout(data: 10, globalParities: 4).repairReads(of: .data)
        let local = try ErasureLayout(data: 10, localParities: 2, globalParities: 4).repairReads(of: .data)
        let azure = try ErasureLayout(data: 6, localParities: 2, globalParities: 2).averageRepairReads
        // 1x, 10x and 5x; 18/5 on average
        // end of example
        let copies = try #require(mirror).reads
        #expect(copies == .one)
        #expect(reedSolomon == 10)
        #expect(local == 5)
        #expect(azure.doubleValue == 3.6)
        try shows("\(copies)x, \(reedSolomon)x and \(local)x", "\(azure) on average", in: "repair-reads")
    }

    @Test func `four servers with 20 % mirror read 3.8 bytes for 2.2`() throws {
        // example: repair-cost
        let layout = try Resiliency(parsing: "map:20%").layout(in: ClusterShape(servers: 4))
        let cost = try layout.repairCost(of: .drive)
        // 19/11 bytes read and as many moved for one lost
        // end of example
        #expect(abs(cost.reads.doubleValue - (0.6 * 1 + 1.6 * 2) / (0.6 + 1.6)) < 1e-12)
        #expect(cost.transfers == cost.reads)
        try shows("\(cost.reads) bytes read", in: "repair-cost")
    }

    @Test func `storage-repair-speed 2023-06-05: depths 1, 2, 4, 8 and 16, by Little 100 MiB a second`() throws {
        // example: queue-depth
        let depths = RepairSpeed.allCases.map(\.queueDepth)
        let request = try ByteCount(parsing: "256KiB")
        let rate = try RepairSpeed.medium.rate(requestSize: request, latency: .milliseconds(10))
        // depths [1, 2, 4, 8, 16]; 4 x 256 KiB in 10 ms are 100 MiB/s
        // end of example
        #expect(depths == [1, 2, 4, 8, 16])
        #expect(rate.bytesPerSecond == 4 * 256 * 1024 * 100)
        try shows(depths, rate, in: "queue-depth")
    }

    @Test func `AL-115 2 TB through 60 drives of 150 MB a second at a quarter take 2000 over 2.25 seconds`() throws {
        // example: rebuild
        let drives = try AggregateRate.drives(60, at: ByteRate(parsing: "150MB/s"))
        let plan = try RebuildPlan(
            lost: ByteCount(parsing: "2TB"), cost: .copy, sources: drives, targets: drives,
            network: .links(4, at: BitRate(parsing: "25GbE")), repairShare: Fraction(parsing: "25%"),
            detection: .seconds(900), encryption: .off)
        let time = try plan.time()
        // 888888888889ns after 15m of detection; the sources are the limit
        // end of example
        let seconds = 2e12 / (60 * 150e6 * 0.25)
        #expect(abs(time.transfer / .seconds(1) - seconds) < 1e-6)
        #expect(time.total == .seconds(900) + time.transfer)
        #expect(time.limit == .sources)
        try shows(time.transfer.unitText, plan.detection.unitText, time.limit?.rawValue ?? "none", in: "rebuild")
    }

    @Test func `two of two tolerated failures overlap for 40 seconds`() throws {
        // example: exposure
        let first = try VulnerabilityWindows.Outage(start: .seconds(0), end: .seconds(100))
        let second = try VulnerabilityWindows.Outage(start: .seconds(60), end: .seconds(150))
        let exposure = try VulnerabilityWindows(failuresTolerated: 2, outages: [first, second])
        let left = exposure.windows.map(\.failuresLeft)
        let none = exposure.time(withAtMost: 0)?.unitText ?? "for ever"
        // failures left: [1, 0, 1]; 40s in which the next one may lose data
        // end of example
        #expect(left == [1, 0, 1])
        #expect(exposure.time(withAtMost: 0) == .seconds(100 - 60))
        try shows(left, none, in: "exposure")
    }

    @Test func `512 writes of 4 KiB are 2 regions of 1 MiB in a row and at most 1024 apart`() throws {
        // example: dirty-regions
        let dirty = try DirtyRegions(
            written: ByteCount(parsing: "2MiB"), requestSize: ByteCount(parsing: "4KiB"),
            regionSize: ByteCount(parsing: "1MiB"), footprint: ByteCount(parsing: "1TiB"))
        // 512 writes: 2 MiB where they follow one another, 1 GiB at most
        // end of example
        #expect(dirty.sequential.bytes == 512 * 4096)
        #expect(dirty.scattered.bytes == 512 * 2 * 1024 * 1024)
        try shows(dirty.sequential, dirty.scattered, in: "dirty-regions")
    }

    @Test func `maintain-servers 2018-10-08: the first row prints 65 %`() throws {
        // example: progress
        let processed = ByteCount(bytes: 11_477_975_040)
        let total = ByteCount(bytes: 17_448_304_640)
        let job = StorageCondition.Job(name: "Repair", state: .running, processed: processed, total: total)
        let progress = job.progress?.percentText.text ?? "not known"
        // 65.78 %
        // end of example
        #expect(try Int(#require(job.progress).doubleValue * 100) == 65)
        try shows(progress, in: "progress")
    }

    // MARK: Throughput and encryption

    @Test func `AL-66 the architecture leaves 95 % of the links, Validate-DCB all`() throws {
        // example: encryption
        let architecture = EncryptionCost.architecture.bandwidthLeft.percentText
        let validateDCB = EncryptionCost.off.bandwidthLeft.percentText
        // 95 % and 100 % of the links are left
        // end of example
        #expect(EncryptionCost.architecture.bandwidthLeft == Fraction.ratio(95, 100))
        #expect(EncryptionCost.off.bandwidthLeft == .one)
        try shows(architecture, validateDCB, in: "encryption")
    }

    @Test func `a three-way mirror on four servers sends 9 bytes for 4 written`() throws {
        // example: throughput
        let shape = try ClusterShape(servers: 4)
        let bounds = try VolumeThroughput(
            layout: Resiliency.threeWayMirror.layout(in: shape), shape: shape,
            drives: .drives(64, at: ByteRate(parsing: "1GB/s")), network: .links(8, at: BitRate(parsing: "25GbE")),
            encryption: .off)
        let writes = bounds.writes.rate.bytesPerSecond
        let reads = bounds.reads.rate.bytesPerSecond
        // 11111111111 B/s written, 33333333333 B/s read
        // end of example
        #expect(writes == UInt64((25e9 * 4 / 9).rounded(.down)))
        #expect(reads == UInt64((25e9 * 4 / 3).rounded(.down)))
        try shows("\(writes) B/s written", "\(reads) B/s read", in: "throughput")
    }

    // MARK: Forecast

    @Test func `the series of predict_linear has no trend by ranks`() throws {
        // example: no-trend
        let sawtooth: [UInt64] = [0, 10, 20, 30, 40, 0, 10, 20, 30, 40, 50]
        let samples = sawtooth.enumerated().map { index, used in
            UsageSample(time: .seconds(300 * index), used: ByteCount(bytes: used), size: ByteCount(bytes: 100))
        }
        let outcome = try UsageHistory(samples).forecast(period: .seconds(300)).outcome
        // no trend
        // end of example
        #expect(outcome == .noTrend)
        try shows(outcome, in: "no-trend")
    }

    @Test func `eight points by hand: 10 to 70 over 6 GB a day, 920 GB and 912.5 GB to go`() throws {
        // example: time-to-full
        let gigabytes: [UInt64] = [10, 20, 30, 40, 50, 60, 70, 90]
        let size = try ByteCount(parsing: "1000GB")
        let samples = gigabytes.enumerated().map { day, used in
            UsageSample(time: .seconds(86_400 * day), used: ByteCount(bytes: used * 1_000_000_000), size: size)
        }
        let forecast = try UsageHistory(samples).forecast(confidence: .ninetyFive)
        let growth = forecast.bytesPerDay ?? 0...0
        // 10000000000 to 11666666667 bytes a day: full in 78d to 92d
        // end of example
        #expect(growth == 10_000_000_000...Int64((70e9 / 6).rounded(.up)))
        guard case .full(let earliest, let latest?) = forecast.outcome else {
            Issue.record("\(forecast.outcome)")
            return
        }
        let day = Duration.seconds(86_400)
        #expect(abs(earliest / day - 912.5 / (70.0 / 6)) < 1e-4)
        #expect(abs(latest / day - 920.0 / 10) < 1e-4)
        try shows("\(growth.lowerBound) to \(growth.upperBound) bytes", forecast.outcome, in: "time-to-full")
    }

    @Test func `AL-110 k of n servers take k/n of the capacity, and the rest must hold the load`() throws {
        // example: capacity-loss
        let loss = try CapacityLoss(servers: 4, failing: 1)
        let isEnough = loss.admits(.ratio(80, 100))
        // 1/4 lost, 3/4 may run; 80 % admitted: false
        // end of example
        #expect(loss.lost == Fraction.ratio(1, 4))
        #expect(loss.admits(.ratio(3, 4)))
        #expect(throws: StorageMathError.self) { try CapacityLoss(servers: 4, failing: 5) }
        try shows("\(loss.lost) lost", "\(loss.largestLoad) may run", "admitted: \(isEnough)", in: "capacity-loss")
    }

    // MARK: Links and where a repair goes

    @Test func `host-network-requirements 2025-08: 25 GbE gives 17.5, 7.25 and 0.25 Gbit a second`() throws {
        // example: host-bandwidth
        let share = try HostBandwidth(of: BitRate(parsing: "25GbE"))
        // 25 Gbit/s reserved: storage 17.5 Gbit/s, live migration 7.25 Gbit/s, heartbeat 250 Mbit/s
        // end of example
        #expect(share.storage == (try BitRate(parsing: "17.5Gbit/s")))
        try shows(share.reserved, share.storage, share.liveMigration, share.heartbeat, in: "host-bandwidth")
    }

    @Test func `rack-aware 2026-02: four machines with two ports of 25 GbE ask for 200 Gbit a second`() throws {
        // example: site-links
        let between = try SiteLinks.rackAwareBandwidth(machinesPerZone: 4, rate: BitRate(parsing: "25GbE"))
        let metres = try SiteLinks.fibreDistance(roundTrip: .milliseconds(5))
        // 200 Gbit/s between the zones; 5 ms of round trip are 500000 m of fibre
        // end of example
        #expect(metres == 500_000)
        try shows(between, "\(metres) m", in: "site-links")
    }

    @Test func `plan-volumes: 100 GB a day ask for 150 to 200 GB of mirror`() throws {
        // example: mirror-tier
        let tier = try MirrorTier(writtenDaily: ByteCount(parsing: "100GB"))
        // 150 GB to 200 GB
        // end of example
        try shows("\(tier.size.lowerBound) to \(tier.size.upperBound)", in: "mirror-tier")
    }

    @Test func `AL-115 three servers of three copies rebuild a drive beside it, four anywhere`() throws {
        // example: repair-sides
        let drives = try ServerDrives(capacity: DriveGroup.list(parsing: "10x2TB"))
        let sides = try [3, 4].map { count in
            let pool = try Pool(servers: count, of: drives)
            return try pool.repairSides(of: .drive, Resiliency.threeWayMirror.layout(in: pool.shape))
        }
        let words = sides.map { "\($0.sources) drives to \($0.targets)" }
        // 3 servers: 20 drives to 9; 4 servers: 39 drives to 39
        // end of example
        #expect(sides.map(\.targets) == [9, 39])
        try shows(words[0], words[1], in: "repair-sides")
    }
}
