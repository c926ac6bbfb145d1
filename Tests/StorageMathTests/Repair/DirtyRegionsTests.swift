import ClusterCore
import StorageMath
import TestSupport
import Testing

/// Microsoft, understand-storage-resync (2019-01-14): only what is stale is copied.
@Suite struct DirtyRegionsTests {
    private func regions(_ written: UInt64, _ request: UInt64, _ region: UInt64, _ footprint: UInt64) throws
        -> DirtyRegions
    {
        try DirtyRegions(
            written: ByteCount(bytes: written), requestSize: ByteCount(bytes: request),
            regionSize: ByteCount(bytes: region), footprint: ByteCount(bytes: footprint))
    }

    @Test func `1 GB of 4 KiB writes dirties at most two regions each, and never more than the server stores`() throws {
        let dirty = try regions(4096 * 1000, 4096, 1 << 20, 1 << 40)
        #expect(dirty.sequential.bytes == 4 << 20)
        #expect(dirty.scattered.bytes == 2000 << 20)
        #expect(try regions(4096 * 1000, 4096, 1 << 20, 1 << 30).scattered.bytes == 1 << 30)
    }

    @Test func `nothing written is nothing stale`() throws {
        #expect(try regions(0, 4096, 1 << 20, 1 << 40).sequential == .zero)
        #expect(try regions(0, 4096, 1 << 20, 1 << 40).scattered == .zero)
    }

    @Test func `writes at any place dirty no more than the bound, by marking every region`() {
        forRandom(3000) { random in
            let (region, request) = (random.next() % 16 + 1, random.next() % 40 + 1)
            let footprintRegions = random.next() % 30 + 3
            let footprint = region * footprintRegions
            guard request <= footprint else { return true }
            let writes = random.next() % 12
            var marked: Set<UInt64> = []
            for _ in 0..<writes {
                let start = random.next() % (footprint - request + 1)
                for byte in start..<(start + request) { marked.insert(byte / region) }
            }
            let dirty = try regions(writes * request, request, region, footprint)
            return UInt64(marked.count) * region <= dirty.scattered.bytes
                && dirty.sequential <= dirty.scattered && dirty.scattered.bytes <= footprint
        }
    }

    @Test func `the bound is reached by a write across a border`() throws {
        // 3 bytes at offset 3 in regions of 4: bytes 3, 4 and 5 lie in two regions.
        #expect(try regions(3, 3, 4, 100).scattered.bytes == 8)
        // One byte never touches two.
        #expect(try regions(1, 1, 4, 100).scattered.bytes == 4)
    }

    @Test func `a resync moves what is stale through the plan of a rebuild`() throws {
        let drives = try AggregateRate.drives(10, at: ByteRate(parsing: "100MB/s"))
        let plan = try RebuildPlan(
            lost: ByteCount(parsing: "30TB"), cost: .copy, sources: drives, targets: drives,
            network: .links(2, at: BitRate(parsing: "100GbE")), repairShare: .one, detection: .zero, encryption: .off)
        // 214 GB out of sync, as the page shows for a server, at 1 GB/s.
        let stale = try DirtyRegions(
            written: ByteCount(parsing: "214GB"), requestSize: ByteCount(bytes: 1), regionSize: ByteCount(bytes: 1),
            footprint: plan.lost)
        #expect(try stale.resync(like: plan).time().total == .seconds(214))
    }

    @Test func `zero sizes are refused and huge ones do not trap`() throws {
        #expect(throws: StorageMathError.self) { try regions(1, 0, 1, 1) }
        #expect(throws: StorageMathError.self) { try regions(1, 1, 0, 1) }
        #expect(try regions(.max, 1, .max, .max).scattered.bytes == .max)
        forRandom(20_000) { random in
            guard let dirty = try? regions(random.edgy(), random.edgy(), random.edgy(), random.edgy()) else {
                return true
            }
            return dirty.sequential <= dirty.footprint && dirty.scattered <= dirty.footprint
        }
    }
}
