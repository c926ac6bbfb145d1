import HealthModel
import TestSupport
import Testing

@Suite struct `Signal series` {
    private func sample(_ seconds: Int64, _ value: SignalValue) -> SignalSample {
        SignalSample(SignalTime(seconds: seconds), value)
    }

    @Test func `a ring keeps the newest samples in order`() {
        var series = SignalSeries(capacity: 3)
        for second in 1...7 { series.append(sample(Int64(second), SignalValue(second))) }
        #expect((0..<series.count).map { series[$0].value } == [.unsigned(5), .unsigned(6), .unsigned(7)])
        #expect(series.newest == sample(7, .unsigned(7)))
    }

    @Test func `late, repeated and contradicting samples change nothing`() {
        var series = SignalSeries(capacity: 3)
        series.append(sample(5, .unsigned(1)))
        #expect(series.append(sample(4, .unsigned(9))) == .late)
        #expect(series.append(sample(5, .unsigned(1))) == .repeated)
        #expect(series.append(sample(5, .unsigned(2))) == .contradicted)
        #expect(series.count == 1 && series.newest?.value == .unsigned(1))
    }

    @Test func `a signal is never seen, known, then stale since its last number`() {
        var series = SignalSeries(capacity: 2)
        let freshness = Freshness(staleAfterNanoseconds: 60_000_000_000)
        #expect(series.state(at: SignalTime(seconds: 0), freshness) == .neverSeen)
        series.append(sample(100, .decimal(.nan)))
        #expect(series.state(at: SignalTime(seconds: 100), freshness) == .neverSeen)
        series.append(sample(110, .unsigned(7)))
        #expect(
            series.state(at: SignalTime(seconds: 170), freshness)
                == .known(.unsigned(7), ageNanoseconds: 60_000_000_000))
        #expect(
            series.state(at: SignalTime(seconds: 171), freshness)
                == .stale(last: .unsigned(7), since: SignalTime(seconds: 110)))
        // Eleven times without a number push it out of the ring, not out of what is known.
        for second in 120...130 { series.append(sample(Int64(second), .decimal(.nan))) }
        #expect(series.state(at: SignalTime(seconds: 131), freshness).value == .unsigned(7))
        #expect(
            series.state(at: SignalTime(seconds: 171), freshness)
                == .stale(last: .unsigned(7), since: SignalTime(seconds: 110)))
    }

    @Test func `a sample of the future is stale: how old it is cannot be told after a clock jumped`() {
        var series = SignalSeries(capacity: 2)
        series.append(sample(1000, .unsigned(7)))
        #expect(series.state(at: SignalTime(seconds: 10)).value == nil)
        #expect(series.state(at: SignalTime(seconds: 999)).value == .unsigned(7))
        #expect(series.state(at: SignalTime(nanoseconds: .min)).value == nil)
        #expect(series.state(at: SignalTime(nanoseconds: .max)).value == nil)
    }

    @Test func `removing any samples never makes a state known that was not`() {
        forRandom(500) { random in
            let samples = (0..<20).map { second in
                sample(Int64(second * 10), Bool.random(using: &random) ? .unsigned(random.next()) : .decimal(.nan))
            }
            let kept = samples.filter { _ in Bool.random(using: &random) }
            let now = SignalTime(seconds: Int64(random.next() % 300))
            let freshness = Freshness(staleAfterNanoseconds: 30_000_000_000)
            var (all, some) = (SignalSeries(capacity: 8), SignalSeries(capacity: 8))
            for sample in samples where sample.time <= now { all.append(sample) }
            for sample in kept where sample.time <= now { some.append(sample) }
            return all.state(at: now, freshness).value != nil || some.state(at: now, freshness).value == nil
        }
    }

    @Test func `a catalogue gives one dense index an identity and gives the identity back`() throws {
        var catalogue = SignalCatalogue()
        var indices: [SignalIdentity: SignalIndex] = [:]
        for number in 0..<2000 {
            let identity = try SignalIdentity(
                "m\(number % 7)", [SignalLabel("host", "h\(number % 50)"), SignalLabel("disk", "\(number)")])
            let index = try catalogue.index(of: identity, unit: .bytes, kind: .gauge, source: "s\(number % 3)")
            #expect(index.position == number)
            indices[identity] = index
        }
        for (identity, index) in indices {
            #expect(catalogue.find(identity) == index)
            #expect(catalogue.identity(of: index) == identity)
            #expect(try catalogue.index(of: identity, unit: .bytes, kind: .gauge) == index)
        }
        #expect(catalogue.count == 2000)
        #expect(catalogue.source(of: SignalIndex(position: 4)) == "s1")
        #expect(catalogue.find(try SignalIdentity("m0", [SignalLabel("host", "h1")])) == nil)
    }

    @Test func `a signal that comes back with another unit or kind is a contradiction, and a full catalogue refuses`()
        throws
    {
        var catalogue = SignalCatalogue(limit: 1)
        let identity = try SignalIdentity("m")
        _ = try catalogue.index(of: identity, unit: .unknown, kind: .gauge)
        let index = try catalogue.index(of: identity, unit: .bytes, kind: .gauge)
        #expect(catalogue.unit(of: index) == .bytes)
        #expect { try catalogue.index(of: identity, unit: .seconds, kind: .gauge) } throws: {
            ($0 as? SignalError)?.kind == .contradiction
        }
        #expect { try catalogue.index(of: identity, unit: .bytes, kind: .counter) } throws: {
            ($0 as? SignalError)?.kind == .contradiction
        }
        #expect { try catalogue.index(of: SignalIdentity("n"), unit: .bytes, kind: .gauge) } throws: {
            ($0 as? SignalError)?.kind == .tooLarge
        }
    }

    @Test func `ten thousand series of six labels take at most 200 bytes each beside their history`() throws {
        let count = 10_000
        var catalogue = SignalCatalogue()
        for number in 0..<count {
            let labels = [
                SignalLabel("cluster", "c1"), SignalLabel("host", "node\(number % 16)"),
                SignalLabel("device", "nvme\(number / 16)n1"),
                SignalLabel("job", "node"), SignalLabel("site", "berlin"), SignalLabel("rack", "r\(number % 4)"),
            ]
            _ = try catalogue.index(of: SignalIdentity("node_disk_io_now", labels), unit: .count, kind: .gauge)
        }
        // Each series' own value, and the head of the one allocation of its ring (32 bytes, and 16 of the allocator).
        let perSeries = catalogue.memoryBytes / count + MemoryLayout<SignalSeries>.stride + 48
        #expect(perSeries <= 200, "\(perSeries) bytes")
        #expect(MemoryLayout<SignalSample>.stride == SignalSeries.bytesPerSample)
    }
}
