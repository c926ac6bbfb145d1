import ClusterCore
import StorageMath
import TestSupport
import Testing

@Suite struct RebuildTimeTests {
    private func plan(
        lost: String = "2TB", cost: RepairCost = .copy, drives: Int = 60, drive: String = "150MB/s", links: Int = 4,
        link: String = "25GbE", share: String = "25%", detection: Duration = .seconds(900),
        encryption: EncryptionCost = .off, requests: RebuildPlan.Requests? = nil, speed: RepairSpeed = .medium,
        codingRate: ByteRate? = nil
    ) throws -> RebuildPlan {
        try RebuildPlan(
            lost: ByteCount(parsing: lost), cost: cost,
            sources: .drives(drives, at: ByteRate(parsing: drive)),
            targets: .drives(drives, at: ByteRate(parsing: drive)),
            network: .links(links, at: BitRate(parsing: link)), repairShare: Fraction(parsing: share),
            detection: detection, encryption: encryption, speed: speed, requests: requests, codingRate: codingRate)
    }

    /// Microsoft, storage-repair-speed (2023-06-05).
    @Test func `repair speeds are queue depths 1, 2, 4, 8 and 16 and medium is the default`() throws {
        #expect(RepairSpeed.allCases.map(\.queueDepth) == [1, 2, 4, 8, 16])
        #expect(try plan().speed.queueDepth == 4)
    }

    @Test func `AL-115 a repair is detected, parallel and throttled`() throws {
        // 60 drives x 150 MB/s x 25 % = 2.25 GB/s; 2 TB take 888.8 s after 900 s of detection.
        let time = try plan().time()
        #expect(time.limit == .sources)
        #expect(time.transfer == .nanoseconds(888_888_888_889))
        #expect(time.total == .seconds(900) + time.transfer)
        // Twice the width or twice the share: half the time.
        #expect(try plan(drives: 120, links: 8).time().transfer == .nanoseconds(444_444_444_445))
        #expect(try plan(share: "50%").time().transfer == .nanoseconds(444_444_444_445))
    }

    /// t = detect + lost × reads / (min(source, network, target) × width × share), for one byte read a byte lost.
    @Test func `AL-115 with equal widths the time of a mirror is the usual formula`() throws {
        forRandom(2000) { random in
            let width = Int(random.next() % 200) + 1
            let rates = (0..<3).map { _ in random.next() % 5_000_000 + 1 }
            let share = try Fraction(Int64(random.next() % 100) + 1, over: 100)
            let lost = random.next() >> 24
            let time = try RebuildPlan(
                lost: ByteCount(bytes: lost), cost: .copy,
                sources: .drives(width, at: ByteRate(bytesPerSecond: rates[0] * 1000)),
                targets: .drives(width, at: ByteRate(bytesPerSecond: rates[1] * 1000)),
                network: .links(width, at: BitRate(bitsPerSecond: rates[2] * 8000)), repairShare: share,
                detection: .zero, encryption: .off
            ).time()
            let slowest = Double((rates.min() ?? 0) * 1000) * Double(width) * share.doubleValue
            let expected = Double(lost) / slowest
            let got = Double(time.total.components.seconds) + Double(time.total.components.attoseconds) * 1e-18
            // The rates are rounded down to whole bytes a second, of which there are thousands at least.
            return abs(got - expected) <= expected * 2e-3 + 1e-8
        }
    }

    @Test func `parity reads more than it writes and the network carries what is read`() throws {
        // RS 6+2: 1 TB lost, 6 TB read and moved; 60 x 150 MB/s x 25 % against 4 x 25 Gbit/s x 25 % = 3.125 GB/s.
        let shape = try ClusterShape(servers: 9, media: .allFlash)
        let cost = try Resiliency.dualParity.layout(in: shape).repairCost(of: .server)
        let time = try plan(lost: "1TB", cost: cost, drives: 120).time()
        #expect(time.limit == .network)
        #expect(time.transfer == .seconds(1920))
        let bytes = Dictionary(uniqueKeysWithValues: time.stages.map { ($0.limit, $0.bytes) })
        #expect(bytes[.sources] == (try ByteCount(parsing: "6TB")))
        #expect(bytes[.network] == (try ByteCount(parsing: "6TB")))
        #expect(bytes[.targets] == (try ByteCount(parsing: "1TB")))
    }

    @Test func `AL-66 encryption takes its share of the network and of coding, and names its source`() throws {
        let bound = try plan(drives: 400, links: 2).time()
        let encrypted = try plan(drives: 400, links: 2, encryption: .architecture).time()
        #expect(bound.limit == .network && encrypted.limit == .network)
        // 1.5625 GB/s and 95 % of it: 1280 s becomes 1280 / 0.95.
        #expect(bound.transfer == .seconds(1280))
        #expect(abs(encrypted.transfer / bound.transfer - 1 / 0.95) < 1e-9)
        #expect(encrypted.assumptions.contains { $0.contains("AL-66") && $0.contains("5 %") })
        let parity = try RepairCost(reads: Fraction(2), transfers: .zero)
        let rate = try ByteRate(parsing: "1GB/s")
        let slow = try plan(lost: "1TB", cost: parity, encryption: .architecture, codingRate: rate).time()
        #expect(slow.limit == .coding)
        #expect(slow.stages.last?.rate == (try ByteRate(parsing: "950MB/s")))
    }

    @Test func `a measured coding rate can be the limit of parity and never of a mirror`() throws {
        let parity = try RepairCost(reads: Fraction(4), transfers: Fraction(4))
        let slow = try ByteRate(parsing: "100MB/s")
        let time = try plan(lost: "1GB", cost: parity, codingRate: slow).time()
        #expect(time.limit == .coding)
        #expect(time.transfer == .seconds(40))
        #expect(try plan(codingRate: slow).time().stages.allSatisfy { $0.limit != .coding })
        #expect(try plan(lost: "1GB", cost: parity).time().assumptions.contains { $0.contains("no coding rate") })
    }

    @Test func `Little's law: depth 4 of 256 KiB in 10 ms is 100 MiB a second`() throws {
        let size = try ByteCount(parsing: "256KiB")
        #expect(
            try RepairSpeed.medium.rate(requestSize: size, latency: .milliseconds(10))
                == ByteRate(parsing: "100MiB/s"))
        // Each step doubles it, until the drive itself is the limit.
        let requests = RebuildPlan.Requests(size: size, latency: .milliseconds(10))
        let times = try RepairSpeed.allCases.map {
            try plan(
                drives: 10, drive: "300MB/s", links: 256, link: "100GbE", share: "100%", requests: requests, speed: $0
            ).time()
        }
        #expect(times.map(\.limit) == [.queueDepth, .queueDepth, .queueDepth, .queueDepth, .sources])
        #expect(times[1].transfer * 2 - times[0].transfer <= .nanoseconds(2))
    }

    @Test func `nothing lost takes only the detection`() throws {
        let time = try plan(lost: "0B").time()
        #expect(time.total == .seconds(900))
        #expect(time.limit == nil)
    }

    @Test func `more of any resource never takes longer`() {
        forRandom(1000) { random in
            let (drives, links, share) = (
                Int(random.next() % 200) + 1, Int(random.next() % 100) + 1, Int64(random.next() % 99) + 1
            )
            let cost = try RepairCost(reads: Fraction(Int64(random.next() % 12) + 1), transfers: .one)
            func time(_ drives: Int, _ links: Int, _ share: Int64, _ encryption: EncryptionCost) throws -> Duration {
                try plan(cost: cost, drives: drives, links: links, share: "\(share)%", encryption: encryption).time()
                    .total
            }
            let base = try time(drives, links, share, .architecture)
            return try time(drives + 1, links, share, .architecture) <= base
                && time(drives, links + 1, share, .architecture) <= base
                && time(drives, links, share + 1, .architecture) <= base
                && time(drives, links, share, .off) <= base
        }
    }

    @Test func `what is out of bounds is refused by name`() throws {
        #expect(throws: StorageMathError.self) { try plan(drives: 417) }
        #expect(throws: StorageMathError.self) { try plan(drives: 0) }
        #expect(throws: StorageMathError.self) { try plan(drive: "0B/s") }
        #expect(throws: StorageMathError.self) { try plan(link: "0Gbps") }
        #expect(throws: StorageMathError.self) { try plan(share: "0%") }
        #expect(throws: StorageMathError.self) { try plan(share: "101%") }
        #expect(throws: StorageMathError.self) { try plan(detection: .seconds(-1)) }
        #expect(throws: StorageMathError.self) { try plan(codingRate: .zero) }
        #expect(throws: StorageMathError.self) {
            try plan(requests: RebuildPlan.Requests(size: .zero, latency: .seconds(1)))
        }
        #expect(throws: StorageMathError.self) {
            try RepairSpeed.low.rate(requestSize: ByteCount(bytes: 1), latency: .zero)
        }
        #expect(throws: StorageMathError.self) { try RepairCost(reads: Fraction(257), transfers: .zero) }
        let drives = try AggregateRate.drives(1, at: ByteRate(bytesPerSecond: 1))
        let error = #expect(throws: StorageMathError.self) {
            try RebuildPlan(
                lost: .zero, cost: .copy, sources: drives, targets: drives, network: nil, repairShare: .one,
                detection: .zero, encryption: .off)
        }
        #expect(error?.quantity == "network of a repair")
        // 18 EB at a byte a second: longer than any cluster.
        let endless = try RebuildPlan(
            lost: ByteCount(bytes: .max), cost: RepairCost(reads: .one, transfers: .zero), sources: drives,
            targets: drives, network: nil, repairShare: .one, detection: .zero, encryption: .off)
        #expect(throws: StorageMathError.self) { try endless.time() }
    }

    @Test func `no input traps`() {
        forRandom(20_000) { random in
            func shares() -> Fraction { (try? Fraction(random.edgy(), over: random.edgy())) ?? .one }
            guard let cost = try? RepairCost(reads: shares(), transfers: shares()),
                let sources = try? AggregateRate.drives(
                    Int(random.next() % 420), at: ByteRate(bytesPerSecond: random.edgy())),
                let network = try? AggregateRate.links(
                    Int(random.next() % 260), at: BitRate(bitsPerSecond: random.edgy())),
                let plan = try? RebuildPlan(
                    lost: ByteCount(bytes: random.edgy()), cost: cost, sources: sources, targets: sources,
                    network: network, repairShare: shares(),
                    detection: .nanoseconds(random.edgy(Int64.self)), encryption: .architecture,
                    requests: RebuildPlan.Requests(
                        size: ByteCount(bytes: random.edgy()), latency: .nanoseconds(random.edgy(Int64.self))),
                    codingRate: ByteRate(bytesPerSecond: random.edgy()))
            else { return true }
            if let time = try? plan.time() { return time.total >= plan.detection }
            return true
        }
    }
}
