import ClusterCore
import StorageMath
import Testing

/// Microsoft, fault-tolerance (2023-04), nested-resiliency (2018), plan-volumes and mirror-accelerated-parity.
@Suite struct EfficiencyTests {
    private func efficiency(
        _ name: String, servers: Int, racks: Int = 1, media: ClusterShape.Media = .allFlash, drives: Int = 4
    ) throws -> Fraction {
        let shape = try ClusterShape(servers: servers, racks: racks, media: media, capacityDrivesPerServer: drives)
        return try Resiliency(parsing: name).layout(in: shape).efficiency()
    }

    @Test func `AL-112 two-way mirror stores one half`() throws {
        #expect(try efficiency("two-way-mirror", servers: 2) == Fraction(1, over: 2))
    }

    @Test func `AL-113 three-way mirror stores one third`() throws {
        #expect(try efficiency("three-way-mirror", servers: 3) == Fraction(1, over: 3))
    }

    @Test func `rack-aware 2026-02 four-way mirror stores one quarter`() throws {
        for servers in [4, 6, 8] {
            #expect(try efficiency("four-way-mirror", servers: servers, racks: 2) == Fraction(1, over: 4))
        }
    }

    /// The published table, in percent to one digit, by number of fault domains from 4 to 16.
    @Test(arguments: [
        (
            ClusterShape.Media.hybrid,
            [50.0, 50.0, 50.0, 66.7, 66.7, 66.7, 66.7, 66.7, 72.7, 72.7, 72.7, 72.7, 72.7]
        ),
        (.allFlash, [50.0, 50.0, 50.0, 66.7, 66.7, 75.0, 75.0, 75.0, 75.0, 75.0, 75.0, 75.0, 80.0]),
    ])
    func `AL-114 dual parity by fault domains, the published table`(
        media: ClusterShape.Media, percent: [Double]
    ) throws {
        for (servers, expected) in zip(4...16, percent) {
            let found = try efficiency("dual-parity", servers: servers, media: media).doubleValue * 100
            #expect(abs(found - expected) <= 0.05, "\(servers) fault domains")
        }
    }

    @Test func `the layouts at the steps of the published table`() throws {
        func layout(_ domains: Int, _ media: ClusterShape.Media) -> String? {
            ErasureLayout.dualParity(faultDomains: domains, media: media)?.description
        }
        #expect(layout(3, .hybrid) == nil)
        #expect(layout(4, .hybrid) == "RS 2+2")
        #expect(layout(6, .allFlash) == "RS 2+2")
        #expect(layout(7, .allFlash) == "RS 4+2")
        #expect(layout(9, .allFlash) == "RS 6+2")
        #expect(layout(11, .hybrid) == "RS 4+2")
        #expect(layout(12, .hybrid) == "LRC(8,2,1)")
        #expect(layout(15, .allFlash) == "RS 6+2")
        #expect(layout(16, .allFlash) == "LRC(12,2,1)")
        #expect(layout(17, .allFlash) == nil)
    }

    @Test func `the local groups are of 4 symbols on hard disks and of 6 on flash`() {
        #expect(ErasureLayout.dualParity(faultDomains: 12, media: .hybrid)?.groupSize == 4)
        #expect(ErasureLayout.dualParity(faultDomains: 16, media: .allFlash)?.groupSize == 6)
    }

    /// Rows: capacity drives a server. Columns: 10, 20, 30 % mirror.
    @Test(arguments: [
        (4, [35.7, 34.1, 32.6]), (5, [37.7, 35.7, 33.9]), (6, [39.1, 36.8, 34.7]), (7, [40.0, 37.5, 35.3]),
        (12, [40.0, 37.5, 35.3]),
    ])
    func `nested-resiliency 2018, all cells of nested mirror-accelerated parity`(
        drives: Int, percent: [Double]
    ) throws {
        for (share, expected) in zip(["10%", "20%", "30%"], percent) {
            let found = try efficiency("nested-map:\(share)", servers: 2, drives: drives).doubleValue * 100
            // To the printed digit; 35.7 is 35.714…, and 37.7 is 37.735…
            #expect(abs(found - expected) <= 0.05 + 1e-9, "\(drives) drives, \(share): \(found)")
        }
    }

    @Test func `nested-resiliency 2018, 100 GB with 6 drives and 10 % mirror take 256 GB`() throws {
        let shape = try ClusterShape(servers: 2, capacityDrivesPerServer: 6)
        let layout = try Resiliency(parsing: "nested-map:10%").layout(in: shape)
        let footprint = try ByteCount(parsing: "100 GB").multiplied(by: layout.overhead(), rounding: .exact)
        #expect(footprint == (try ByteCount(parsing: "256 GB")))
    }

    /// By layout: the mirror share in percent and the efficiency in percent to two digits.
    @Test(arguments: [
        (4, ClusterShape.Media.hybrid, [45.45, 47.62, 40.00]), (7, .hybrid, [55.56, 60.61, 44.44]),
        (9, .allFlash, [60.00, 66.67, 46.15]), (12, .hybrid, [58.82, 65.04, 45.71]),
        (16, .allFlash, [62.50, 70.18, 47.06]),
    ])
    func `mirror-accelerated parity, 1/(3m + (1-m)/e)`(
        servers: Int, media: ClusterShape.Media, percent: [Double]
    ) throws {
        for (share, expected) in zip(["20%", "10%", "50%"], percent) {
            let found = try efficiency("map:\(share)", servers: servers, media: media).doubleValue * 100
            #expect(abs(found - expected) <= 0.005 + 1e-9, "\(servers) servers, \(share): \(found)")
        }
    }

    @Test func `no layout stores more than it holds, whatever the cluster`() throws {
        let types =
            Resiliency.plain
            + ([1, 13, 50, 99] as [Int64]).flatMap { percent -> [Resiliency] in
                guard let share = try? MirrorShare(Fraction(percent, over: 100)) else { return [] }
                return [.mirrorAcceleratedParity(share), .nestedMirrorAcceleratedParity(share)]
            }
        for servers in 1...16 {
            for media in ClusterShape.Media.allCases {
                let shape = try ClusterShape(servers: servers, media: media, capacityDrivesPerServer: 7)
                for type in types {
                    guard let layout = type.suitability(in: shape).layout else { continue }
                    #expect(try layout.efficiency() <= .one)
                    #expect(try layout.efficiency() > .zero)
                    let shares = try layout.parts.reduce(Fraction.zero) { try $0.adding($1.share) }
                    #expect(shares == Fraction.one)
                }
            }
        }
    }
}
