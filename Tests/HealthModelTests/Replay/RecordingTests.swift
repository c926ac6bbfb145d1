import ClusterCore
import HealthModel
import TestSupport
import Testing

struct RecordingTests {
    private func measurement(_ node: Int, _ value: SignalValue, at seconds: Int64) throws -> Measurement {
        Measurement(
            try SignalIdentity("x", [SignalLabel("node", "n\(node)")]), value, unit: .ratio, kind: .gauge,
            source: "test",
            time: ReadingTime(SignalTime(seconds: seconds)))
    }

    private let header = Recording.Header(
        source: "h1", begin: SignalTime(seconds: 0), intervalNanoseconds: 60_000_000_000)

    /// A recording of three nodes, and the events of an engine that saw the same live.
    private func recorded(seed: UInt64 = 5, steps: Int = 40) throws -> (bytes: [UInt8], ends: [Int], live: [AlertEvent])
    {
        let rules = try RuleSet(name: "test", version: "1", rules: EvidenceTests.rules())
        var random = SeededRandom(seed: seed)
        var writer = try RecordingWriter(header)
        var watch = HealthWatch(
            rules, DispatchSettings(routes: []),
            settings: EngineSettings(
                sampleIntervalNanoseconds: 60_000_000_000, expectedIntervalNanoseconds: 60_000_000_000))
        var bytes = writer.beginning
        var ends: [Int] = [bytes.count]
        var live: [AlertEvent] = []
        for step in 0..<steps {
            let seconds = Int64(step) * 60
            let measurements = try (0..<3).filter { _ in random.next() % 5 > 0 }.map {
                try measurement($0, .decimal(Double.random(in: 0...1, using: &random)), at: seconds)
            }
            for measurement in measurements { try watch.engine.ingest(measurement) }
            bytes += try writer.samples(measurements)
            if random.next() % 3 == 0 {
                bytes += writer.heartbeat(of: "node:n0", at: SignalTime(seconds: seconds))
                watch.heartbeat(of: "node:n0", at: SignalTime(seconds: seconds))
            }
            bytes += writer.moment(SignalTime(seconds: seconds))
            ends.append(bytes.count)
            live += watch.step(to: SignalTime(seconds: seconds)).events
        }
        return (bytes + writer.end(), ends, live)
    }

    private func rules() throws -> RuleSet { try RuleSet(name: "test", version: "1", rules: EvidenceTests.rules()) }

    @Test func `a replay gives the timeline that was live`() throws {
        let (bytes, _, live) = try recorded()
        let recording = try Recording(bytes)
        let timeline = try recording.replay(rules())
        #expect(timeline.events == live)
        #expect(!live.isEmpty)
        #expect(try recording.replay(rules()) == timeline)
        #expect(timeline.evaluations == 40)
        let fired = live.count { $0.kind == .firing }
        #expect(timeline.firings.values.reduce(0) { $0 + $1.count } == fired)
        #expect(timeline.firings.values.reduce(0) { $0 + $1.open } == fired - live.count { $0.kind == .resolved })
    }

    @Test func `whole numbers beyond two to the 53 stay exact, and every kind of value comes back`() throws {
        let values: [SignalValue] = [
            .unsigned(.max), .unsigned(9_007_199_254_740_993), .negative(.min), .negative(-1), .decimal(.nan),
            .decimal(-.infinity), .decimal(0.1), .unsigned(0),
        ]
        var writer = try RecordingWriter(header)
        var bytes = writer.beginning
        bytes += try writer.samples(values.enumerated().map { try measurement(0, $0.element, at: Int64($0.offset)) })
        bytes += writer.moment(SignalTime(seconds: 9)) + writer.end()
        let recording = try Recording(bytes)
        guard case .samples(let samples) = recording.entries.first else {
            Issue.record("no samples")
            return
        }
        #expect(samples.map(\.value) == values)
        #expect(recording.header == header)
        #expect(recording.signals.map(\.identity) == [try SignalIdentity("x", [SignalLabel("node", "n0")])])
    }

    @Test func `a recording that was cut anywhere is refused with the place, and gives what precedes it`() throws {
        let (bytes, ends, live) = try recorded(steps: 5)
        let rules = try self.rules()
        for length in 0..<bytes.count {
            let cut = Array(bytes[..<length])
            do throws(RecordingError) {
                _ = try Recording(cut)
                Issue.record("read although cut at \(length)")
            } catch {
                #expect(error.kind == .truncated || (length == 0 && error.kind == .foreign), "\(length): \(error)")
                #expect(error.offset <= length)
            }
            guard length >= ends[0] else { continue }
            let (readable, damage) = try Recording.readable(cut)
            #expect(damage?.kind == .truncated)
            // As many evaluations as were whole.
            let moments = ends.dropFirst().count { $0 <= length }
            let timeline = try readable.replay(rules)
            #expect(timeline.evaluations == moments)
            #expect(timeline.events == live.filter { $0.time < SignalTime(seconds: Int64(moments) * 60) })
            #expect(try Recording.wholeBytes(cut) == ends.last { $0 <= length })
        }
    }

    @Test func `any byte that changed is found, and what is behind it is not believed`() throws {
        let (bytes, ends, live) = try recorded(steps: 5)
        let rules = try self.rules()
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0x10
            do throws(RecordingError) {
                _ = try Recording(changed)
                Issue.record("read although byte \(place) changed")
            } catch {
                #expect(error.offset <= place)
                guard place >= ends[0] else { continue }
            }
            let (readable, damage) = try Recording.readable(changed)
            #expect(damage != nil)
            let timeline = try readable.replay(rules)
            #expect(timeline.evaluations == ends.dropFirst().count { $0 <= place })
            #expect(live.starts(with: timeline.events))
        }
    }

    @Test func `foreign bytes and other versions are refused by name`() throws {
        func kind(_ bytes: [UInt8]) -> RecordingError.Kind? {
            do throws(RecordingError) {
                _ = try Recording(bytes)
                return nil
            } catch { return error.kind }
        }
        #expect(kind(Array("PK\u{3}\u{4}whatever".utf8)) == .foreign)
        #expect(kind([]) == .foreign)
        #expect(kind(Array("HLTHREC".utf8) + [2, 0, 0, 0]) == .unsupported)
        let (bytes, _, _) = try recorded(steps: 2)
        #expect(kind(bytes + [0]) == .damaged)
        // A length that nobody would write.
        #expect(kind(Recording.magic + [255, 255, 255, 255, 1, 0, 0, 0, 0]) == .damaged)
    }

    @Test func `a recording that was cut off goes on where it was whole`() throws {
        let (bytes, ends, _) = try recorded(steps: 6)
        let cut = Array(bytes[..<(ends[4] + 7)])
        let whole = try Recording.wholeBytes(cut)
        #expect(whole == ends[4])
        var writer = RecordingWriter(continuing: try Recording.readable(cut).recording)
        var longer = Array(cut[..<whole])
        longer += try writer.samples([measurement(0, .decimal(0.5), at: 600), measurement(9, .decimal(0.5), at: 600)])
        longer += writer.moment(SignalTime(seconds: 600)) + writer.end()
        let recording = try Recording(longer)
        #expect(recording.signals.count == 4)
        #expect(recording.entries.count { if case .moment = $0 { true } else { false } } == 5)
    }

    @Test func `the same signals under other thresholds give another timeline`() throws {
        let recording = try Recording(recorded().bytes)
        func fired(_ limit: Double) throws -> Int {
            let rules = try RuleSet(name: "t", version: "1", rules: [rule("r.a", .greater, limit)])
            return try recording.replay(rules).firings["r.a"]?.count ?? 0
        }
        #expect(try fired(0.5) > fired(0.95))
        #expect(try fired(1) == 0)
    }

    /// One node's value every minute: a fault from minute 8 to 16, of which a part may be missing.
    private func minutes(without lost: Range<Int>, evaluated: Bool) throws -> FaultTimeline {
        var writer = try RecordingWriter(header)
        var bytes = writer.beginning
        for minute in 0..<25 {
            let seconds = Int64(minute) * 60
            if !lost.contains(minute) {
                bytes += try writer.samples([
                    measurement(0, .decimal((8...16).contains(minute) ? 0.9 : 0.1), at: seconds)
                ])
            } else if !evaluated {
                continue
            }
            bytes += writer.moment(SignalTime(seconds: seconds))
        }
        let rules = try RuleSet(name: "t", version: "1", rules: [rule("r.a", .greater, 0.5)])
        return try Recording(bytes + writer.end()).replay(rules)
    }

    @Test func `R15 a fault that is not in the recording any more leaves a mark, whatever else went with it`() throws {
        let whole = try minutes(without: 0..<0, evaluated: true)
        #expect(whole.firings["r.a"]?.count == 1)
        #expect(whole.unknownEvaluations == 0 && whole.gaps == 0 && whole.unseenRules.isEmpty)
        let samplesLost = try minutes(without: 7..<18, evaluated: true)
        #expect(samplesLost.firings.isEmpty && samplesLost.unknownEvaluations > 0 && samplesLost.gaps == 0)
        let allLost = try minutes(without: 7..<18, evaluated: false)
        #expect(allLost.firings.isEmpty && allLost.gaps == 1)
        let shortPause = try minutes(without: 2..<4, evaluated: false)
        #expect(shortPause.gaps == 0 && shortPause.unknownEvaluations == 0)
    }

    @Test func `rules of which a recording has no signal are named`() throws {
        let rules = try RuleSet(
            name: "t", version: "1", rules: [rule("r.a", .greater, 2), rule("r.b", .greater, 2, signal: "absent")])
        let timeline = try Recording(recorded().bytes).replay(rules)
        #expect(timeline.unseenRules == ["r.b"] && timeline.firings.isEmpty)
    }
}
