import ClusterCore
import StorageMath
import TestSupport
import Testing

@Suite struct VolumeThroughputTests {
    private func throughput(
        _ name: String, servers: Int, drives: Int = 64, drive: String = "1GB/s", links: Int = 8, link: String = "25GbE",
        encryption: EncryptionCost = .off
    ) throws -> VolumeThroughput {
        let shape = try ClusterShape(servers: servers)
        return try VolumeThroughput(
            layout: Resiliency(parsing: name).layout(in: shape), shape: shape,
            drives: .drives(drives, at: ByteRate(parsing: drive)),
            network: .links(links, at: BitRate(parsing: link)), encryption: encryption)
    }

    @Test func `a three-way mirror on 4 servers sends 9 bytes over the network for 4 written`() throws {
        // 8 x 25 Gbit/s = 25 GB/s; 3 x 3/4 = 2.25 bytes cross for each: 11.11 GB/s. Reads: 25 / 0.75 = 33.33 GB/s.
        let bounds = try throughput("three-way-mirror", servers: 4)
        #expect(bounds.writes.limit == .network)
        #expect(bounds.writes.rate.bytesPerSecond == 11_111_111_111)
        #expect(bounds.reads.limit == .network)
        #expect(bounds.reads.rate.bytesPerSecond == 33_333_333_333)
    }

    @Test func `slow drives bound a mirror at a third of what they write`() throws {
        let bounds = try throughput("three-way-mirror", servers: 4, drives: 30, drive: "100MB/s")
        #expect(bounds.writes.limit == .drives)
        #expect(bounds.writes.rate == (try ByteRate(parsing: "1GB/s")))
        #expect(bounds.reads.rate == (try ByteRate(parsing: "3GB/s")))
    }

    @Test func `AL-66 encryption lowers what the network bounds by its share and nothing else`() throws {
        let plain = try throughput("three-way-mirror", servers: 4)
        let encrypted = try throughput("three-way-mirror", servers: 4, encryption: .architecture)
        let ratio = Double(encrypted.writes.rate.bytesPerSecond) / Double(plain.writes.rate.bytesPerSecond)
        #expect(abs(ratio - 0.95) < 1e-9)
        #expect(encrypted.assumptions.contains { $0.contains("AL-66") })
        let slow = try throughput(
            "three-way-mirror", servers: 4, drives: 30, drive: "100MB/s", encryption: .architecture)
        #expect(slow.writes.rate == (try ByteRate(parsing: "1GB/s")))
    }

    @Test func `a single server uses no network`() throws {
        let bounds = try throughput("simple", servers: 1, links: 1, link: "1Gbps")
        #expect(bounds.writes.limit == .drives && bounds.reads.limit == .drives)
    }

    @Test func `mirror-accelerated parity says that moving to parity is not counted`() throws {
        let mixed = try throughput("map:20%", servers: 4).assumptions
        #expect(mixed.contains { $0.contains("from mirror to parity") })
        #expect(try throughput("dual-parity", servers: 4).assumptions.count == mixed.count - 1)
    }

    @Test func `a layout that stores less writes no slower`() throws {
        for servers in 4...16 {
            let mirror = try throughput("three-way-mirror", servers: servers).writes.rate
            let parity = try throughput("dual-parity", servers: servers).writes.rate
            let mixed = try throughput("map:20%", servers: servers).writes.rate
            #expect(mirror <= mixed && mixed <= parity)
        }
    }
}
