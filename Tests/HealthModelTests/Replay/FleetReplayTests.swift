import ClusterCore
import HealthModel
import TestSupport
import Testing

/// Recordings of several hosts under one dispatcher: root cause and signs of life (facts, 3.6 and 3.8).
struct FleetReplayTests {
    /// A recording of a host at one second, with what happens at each.
    private struct Host {
        let name: String
        var writer: RecordingWriter
        var bytes: [UInt8]

        init(_ name: String, begin: Int64 = 0) throws {
            self.name = name
            writer = try RecordingWriter(
                Recording.Header(
                    source: name, begin: SignalTime(seconds: begin), intervalNanoseconds: 1_000_000_000))
            bytes = writer.beginning
        }

        /// An interval: a sign of life, what was measured, and the moment.
        mutating func second(_ milliseconds: Int64, _ signals: [(String, [SignalLabel], Double)]) throws {
            let time = SignalTime(milliseconds: milliseconds)
            bytes += try writer.samples(
                signals.map {
                    Measurement(
                        try SignalIdentity($0.0, $0.1), .decimal($0.2), unit: .ratio, kind: .gauge, source: "test",
                        time: ReadingTime(time))
                })
            bytes += writer.heartbeat(of: "node:\(name)", at: time) + writer.moment(time)
        }

        func recorded(breaksOff: Bool = false) throws -> RecordedHost {
            if breaksOff { return RecordedHost(try Recording.readable(bytes).recording, breaksOff: true) }
            return RecordedHost(try Recording(bytes + writer.end()))
        }
    }

    private static let operators = AlertRoute(
        actionGroup: "operators", groupWaitNanoseconds: 0, groupIntervalNanoseconds: 1)

    private func dispatch(
        _ parents: [ComponentIdentifier: [ComponentIdentifier]] = [:], limit: Int64 = 120
    ) throws -> DispatchSettings {
        DispatchSettings(
            routes: [Self.operators], dependencies: try DependencyGraph(parents),
            suspicionLimitNanoseconds: limit * 1_000_000_000)
    }

    private func rules() throws -> RuleSet {
        try RuleSet(
            name: "test", version: "1",
            rules: [
                try HealthRule(
                    "drive.lost", SeriesSelector(SignalName("x")),
                    RuleCondition(.greater, HealthThreshold(0.8, .ratio)),
                    severity: .critical, subject: SubjectForm(["node", "drive"]), summary: "Lost", remedy: "Look"),
                try rule("node.down", .less, 0.5, for: 30, severity: .critical, availability: true, signal: "up"),
                try HealthRule(
                    "switch.down", SeriesSelector(SignalName("switch_up")),
                    RuleCondition(.less, HealthThreshold(0.5, .ratio)), pendingFor: .seconds(5), severity: .critical,
                    subject: SubjectForm(["switch"]), isAvailability: true, summary: "Gone", remedy: "Look"),
            ])
    }

    private func drive(_ node: String, _ value: Double) -> (String, [SignalLabel], Double) {
        ("x", [SignalLabel("node", node), SignalLabel("drive", "d0")], value)
    }

    /// Node a breaks off at `last` seconds; b goes on, and sees a's drive as lost from then on, and whether a is up.
    private func crash(
        last: Int64, end: Int64, up: ((Int64) -> Double)? = nil, limit: Int64 = 120, heals: Int64? = nil
    ) throws -> FaultTimeline {
        var (a, b) = (try Host("a"), try Host("b"))
        for second in 0...last { try a.second(second * 1000, []) }
        for second in 0...end {
            // Behind the signs of life of a by so much that each is judged with its own.
            let isLost = second > last + 2 && second < heals ?? .max
            var signals = [drive("a", isLost ? 0.9 : 0.1)]
            if let up { signals.append(("up", [SignalLabel("node", "a")], up(second))) }
            try b.second(second * 1000 + 100, signals)
        }
        return try FaultTimeline(
            judging: [a.recorded(breaksOff: true), b.recorded()], rules(), dispatch(limit: limit))
    }

    @Test func `phi of a host that fell silent is that of the exact normal distribution (facts 3.6)`() throws {
        // 40 punctual beats: the mean is 1000 ms and the deviation at its least, a tenth of that, with a pause of 500 ms.
        var (a, b) = (try Host("a"), try Host("b"))
        for second in 0...40 { try a.second(Int64(second) * 1000, []) }
        for second in 0...40 { try b.second(Int64(second) * 1000, []) }
        // 1900 ms after the last beat y is 4, 2100 ms after it 6: phi 4.499 and 9.006, and the threshold is 8.
        try b.second(41_900, [])
        try b.second(42_100, [])
        let timeline = try FaultTimeline(judging: [a.recorded(breaksOff: true), b.recorded()], rules(), dispatch())
        #expect(timeline.suspicions.map(\.component) == ["node:a"])
        let suspicion = try #require(timeline.suspicions.first)
        #expect(suspicion.begin == SignalTime(milliseconds: 42_100))
        #expect(abs(suspicion.phi - 9.006) < 5.1e-4, "\(suspicion.phi)")
        #expect(suspicion.end == nil)
    }

    @Test func `alerts of what is part of a silent host wait, and are told when the wait is over`() throws {
        let timeline = try crash(last: 30, end: 80, limit: 20)
        let hold = try #require(timeline.holds.first)
        #expect(timeline.holds.count == 1)
        #expect(hold.cause == "node:a" && hold.certainty == .suspected && hold.ending == .told)
        #expect(hold.alert.subject == "node:a/drive:d0")
        // It fires at 33.1 s.
        #expect(hold.begin == SignalTime(milliseconds: 33_100))
        #expect(hold.end == SignalTime(milliseconds: 53_100))
        let told = timeline.notifications.filter { !$0.firing.isEmpty }
        #expect(told.map(\.time) == [SignalTime(milliseconds: 53_100)])
    }

    @Test
    func `an alert that says that the host is gone takes over, and its parts are told of only when they outlive it`()
        throws
    {
        let timeline = try crash(last: 30, end: 120, up: { $0 > 30 && $0 < 90 ? 0 : 1 }, limit: 40, heals: 100)
        #expect(timeline.holds.map(\.certainty) == [.suspected, .gone])
        #expect(timeline.holds.map(\.ending) == [.changed, .told])
        let fired = timeline.notifications.flatMap(\.firing).map(\.rule)
        #expect(fired == ["node.down", "drive.lost"])
        // Each that was told is told to be over.
        #expect(timeline.notifications.flatMap(\.resolved).map(\.rule) == ["node.down", "drive.lost"])
    }

    @Test func `what was told before its host fell silent is told to be over while it is silent`() throws {
        var (a, b) = (try Host("a"), try Host("b"))
        for second in 0...30 { try a.second(Int64(second) * 1000, []) }
        for second in 0...80 {
            try b.second(Int64(second) * 1000 + 100, [drive("a", (20..<60).contains(second) ? 0.9 : 0.1)])
        }
        let timeline = try FaultTimeline(judging: [a.recorded(breaksOff: true), b.recorded()], rules(), dispatch())
        #expect(timeline.holds.isEmpty)
        #expect(timeline.notifications.map(\.time) == [20_100, 60_100].map(SignalTime.init(milliseconds:)))
        #expect(timeline.notifications.last?.resolved.map(\.rule) == ["drive.lost"])
    }

    @Test func `a recording that was ended says nothing of its host`() throws {
        var (a, b) = (try Host("a"), try Host("b"))
        for second in 0...30 { try a.second(Int64(second) * 1000, []) }
        for second in 0...80 { try b.second(Int64(second) * 1000 + 100, [drive("a", second > 40 ? 0.9 : 0.1)]) }
        let timeline = try FaultTimeline(judging: [a.recorded(), b.recorded()], rules(), dispatch())
        #expect(timeline.suspicions.isEmpty && timeline.holds.isEmpty)
    }

    @Test func `a pause within a recording is a time of suspicion, and it ends with the next sign of life`() throws {
        var (a, b) = (try Host("a"), try Host("b"))
        for second in Array(0...30) + Array(50...80) { try a.second(Int64(second) * 1000, []) }
        for second in 0...80 { try b.second(Int64(second) * 1000 + 100, []) }
        let timeline = try FaultTimeline(judging: [a.recorded(), b.recorded()], rules(), dispatch())
        let suspicion = try #require(timeline.suspicions.first)
        #expect(timeline.suspicions.count == 1)
        #expect(suspicion.begin == SignalTime(milliseconds: 32_100))
        #expect(suspicion.end == SignalTime(milliseconds: 50_000))
    }

    @Test func `nodes wait for the switch that they hang on, and not where they have another`() throws {
        func told(_ ways: [ComponentIdentifier]) throws -> [RuleID] {
            var b = try Host("b")
            for second in 0...80 {
                let isDown = second > 20
                try b.second(
                    Int64(second) * 1000,
                    [
                        ("switch_up", [SignalLabel("switch", "s1")], isDown ? 0 : 1),
                        ("up", [SignalLabel("node", "a")], isDown ? 0 : 1), drive("a", isDown ? 0.9 : 0.1),
                    ])
            }
            return try FaultTimeline(judging: [b.recorded()], rules(), dispatch(["node:a": ways]))
                .notifications.flatMap(\.firing).map(\.rule)
        }
        #expect(try told(["switch:s1"]) == ["switch.down"])
        #expect(try Set(told(["switch:s1", "switch:s2"])) == ["switch.down", "node.down"])
    }

    @Test func `each host is judged as if it were alone`() throws {
        let rules = try RuleSet(name: "test", version: "1", rules: EvidenceTests.rules())
        forRandom(6) { random in
            // Hosts whose clocks and paces have nothing to do with each other.
            let hosts = try (0..<3).map { number -> Host in
                var host = try Host("h\(number)")
                let shift = Int64(random.next() % 1000)
                for second in 0..<Int64(200) where random.next() % 10 > 0 {
                    var signals: [(String, [SignalLabel], Double)] = []
                    if random.next() % 6 > 0 { signals = [("x", [], Double.random(in: 0...1, using: &random))] }
                    try host.second(second * 1000 + shift, signals)
                }
                return host
            }
            let alone = try hosts.map { try FaultTimeline(judging: [$0.recorded()], rules) }
            let together = try FaultTimeline(judging: hosts.map { try $0.recorded() }, rules)
            // A pause of one host is noticed at the moments of the others; nothing fires or ends for that.
            func changes(_ timeline: FaultTimeline) -> [[String]] {
                timeline.events.filter { $0.kind != .stale && $0.kind != .known }.map {
                    ["\($0.time)", $0.kind.rawValue, "\($0.alert.rule)", "\($0.alert.value ?? -1)"]
                }
            }
            let all = alone.flatMap(changes).sorted { $0.lexicographicallyPrecedes($1) }
            guard changes(together).sorted(by: { $0.lexicographicallyPrecedes($1) }) == all, !all.isEmpty else {
                return false
            }
            return together.firings.mapValues(\.count)
                == alone.reduce(into: [:]) { sums, one in
                    for (rule, firing) in one.firings { sums[rule, default: 0] += firing.count }
                }
        }
    }

    @Test func `a signal that two hosts recorded is that of each, and parts of one host are one`() throws {
        var (a, b, later) = (try Host("a"), try Host("b"), try Host("a", begin: 100))
        for second in 0...10 {
            try a.second(Int64(second) * 1000, [("x", [], 0.9), ("up", [SignalLabel("node", "c")], 1)])
            try b.second(Int64(second) * 1000 + 500, [("x", [], 0.1), ("up", [SignalLabel("node", "c")], 1)])
            try later.second(Int64(100 + second) * 1000, [("x", [], 0.9)])
        }
        let rules = try RuleSet(
            name: "t", version: "1", rules: [rule("r.x", .greater, 0.5), rule("r.up", .atLeast, 0.5, signal: "up")])
        // In any order of arguments.
        let timeline = try FaultTimeline(judging: [later.recorded(), b.recorded(), a.recorded()], rules)
        #expect(timeline.counts.contradicted == 0 && timeline.counts.late == 0)
        let firing = timeline.events.filter { $0.kind == .firing }.map { "\($0.alert.signal)" }
        #expect(
            Set(firing) == [
                #"x{node="a"}"#, #"up{node="c",recorder="a"}"#, #"up{node="c",recorder="b"}"#,
            ])
        #expect(timeline.source == "a, b")
    }

    @Test func `a recording without signs of life suspects nobody`() throws {
        var writer = try RecordingWriter(
            Recording.Header(source: "old", begin: SignalTime(seconds: 0), intervalNanoseconds: 1_000_000_000))
        var bytes = writer.beginning
        for second in 0..<Int64(10) { bytes += try writer.samples([]) + writer.moment(SignalTime(seconds: second)) }
        var b = try Host("b")
        for second in 0...80 { try b.second(Int64(second) * 1000, []) }
        let old = RecordedHost(try Recording.readable(bytes).recording, breaksOff: true)
        #expect(try FaultTimeline(judging: [old, b.recorded()], rules(), dispatch()).suspicions.isEmpty)
    }
}
