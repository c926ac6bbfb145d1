import ClusterCore
import StorageMath
import TestSupport
import Testing

@Suite struct ExposureTests {
    private func outage(_ start: Int, _ end: Int?) throws -> Exposure.Outage {
        try Exposure.Outage(start: .seconds(start), end: end.map { .seconds($0) })
    }

    @Test func `one failure of a three-way mirror leaves one more, two leave none`() throws {
        let exposure = try Exposure(failuresTolerated: 2, outages: [outage(0, 100), outage(60, 150)])
        #expect(exposure.windows.map(\.failuresLeft) == [1, 0, 1])
        #expect(exposure.windows.map(\.length) == [.seconds(60), .seconds(40), .seconds(50)])
        #expect(exposure.time(withAtMost: 0) == .seconds(40))
        #expect(exposure.time(withAtMost: 1) == .seconds(150))
    }

    @Test func `a two-way mirror is exposed for all of a rebuild`() throws {
        #expect(try Exposure(failuresTolerated: 1, outages: [outage(5, 65)]).time(withAtMost: 0) == .seconds(60))
    }

    @Test func `AL-115 an outage lasts as long as its rebuild, detection included`() throws {
        let drives = try AggregateRate.drives(10, at: ByteRate(parsing: "100MB/s"))
        let time = try RebuildPlan(
            lost: ByteCount(parsing: "1TB"), cost: .copy, sources: drives, targets: drives,
            network: .links(2, at: BitRate(parsing: "100GbE")), repairShare: .one, detection: .seconds(900),
            encryption: .off
        ).time()
        let outage = try Exposure.Outage(start: .seconds(50), rebuild: time)
        #expect(try Exposure(failuresTolerated: 1, outages: [outage]).time(withAtMost: 0) == .seconds(1900))
    }

    @Test func `more failures than the layout answers for are below zero`() throws {
        let exposure = try Exposure(failuresTolerated: 1, outages: [outage(0, 10), outage(2, 8)])
        #expect(exposure.windows.map(\.failuresLeft) == [0, -1, 0])
    }

    @Test func `what nothing rebuilds stays exposed`() throws {
        let exposure = try Exposure(failuresTolerated: 2, outages: [outage(0, nil), outage(10, 20)])
        #expect(exposure.windows.last?.end == nil)
        #expect(exposure.time(withAtMost: 1) == nil)
        #expect(exposure.time(withAtMost: 0) == .seconds(10))
    }

    @Test func `no outage is no exposure`() throws {
        #expect(try Exposure(failuresTolerated: 2, outages: []).windows.isEmpty)
        #expect(try Exposure(failuresTolerated: 2, outages: [outage(5, 5)]).time(withAtMost: 9) == .zero)
    }

    @Test func `windows count what is outstanding at every second`() {
        forRandom(1000) { random in
            let outages = try (0..<Int(random.next() % 8)).map { _ in
                let start = Int(random.next() % 40)
                return try outage(start, start + Int(random.next() % 20))
            }
            let exposure = try Exposure(failuresTolerated: 3, outages: outages)
            for level in -6...3 {
                let seconds = (0..<70).count { second in
                    let outstanding = outages.count {
                        $0.start <= .seconds(second) && .seconds(second) < $0.end ?? .zero
                    }
                    return outstanding > 0 && 3 - outstanding <= level
                }
                guard exposure.time(withAtMost: level) == .seconds(seconds) else { return false }
            }
            return zip(exposure.windows, exposure.windows.dropFirst()).allSatisfy {
                $0.failuresLeft != $1.failuresLeft || $0.end != $1.start
            }
        }
    }

    @Test func `impossible outages are refused`() throws {
        #expect(throws: StorageMathError.self) { try outage(5, 4) }
        #expect(throws: StorageMathError.self) { try Exposure.Outage(start: .seconds(Int64.max), end: nil) }
        #expect(throws: StorageMathError.self) { try Exposure(failuresTolerated: -1, outages: []) }
        let many = try Array(repeating: outage(0, 1), count: 1001)
        #expect(throws: StorageMathError.self) { try Exposure(failuresTolerated: 1, outages: many) }
    }
}
