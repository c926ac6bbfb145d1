import ClusterCore
import HealthModel
import TestSupport
import Testing

/// Who is told of what: groups, mutes, inhibition, root cause.
struct DispatchTests {
    private static let route = AlertRoute(
        actionGroup: "operators", groupBy: ["alertname"], groupWaitNanoseconds: 30 * EngineDriver.second,
        groupIntervalNanoseconds: 300 * EngineDriver.second, repeatIntervalNanoseconds: 3600 * EngineDriver.second)

    /// Signals of nodes under a few rules, and a watch of ten-second steps.
    struct World {
        var watch: HealthWatch
        var time: Int64 = 0
        var values: [String: Double?] = [:]
        var told: [AlertNotification] = []
        var endedMutes: [AlertDispatcher.EndedMute] = []
        private var signals: [String: SignalIndex] = [:]

        init(
            _ rules: [HealthRule], inhibitions: [AlertInhibition] = [],
            dependencies: DependencyGraph = DependencyGraph(),
            route: AlertRoute = DispatchTests.route, suspicionLimit: Int64 = 120
        ) throws {
            watch = HealthWatch(
                try RuleSet(name: "test", version: "1", rules: rules),
                DispatchSettings(
                    routes: [route], inhibitions: inhibitions, dependencies: dependencies,
                    suspicionLimitNanoseconds: suspicionLimit * EngineDriver.second))
        }

        mutating func set(_ signal: String, _ node: String, _ value: Double?) throws {
            let key = "\(signal)/\(node)"
            if signals[key] == nil {
                signals[key] = try watch.engine.signal(
                    SignalIdentity(signal, [SignalLabel("node", node)]), unit: .ratio, kind: .gauge)
            }
            values[key] = value
        }

        /// So many steps of ten seconds.
        mutating func run(_ steps: Int) {
            for _ in 0..<steps {
                let now = SignalTime(seconds: time)
                for (key, index) in signals {
                    if let value = values[key] ?? nil { watch.engine.ingest(index, value, at: now) }
                }
                let step = watch.step(to: now)
                told += step.notifications
                endedMutes += step.endedMutes
                time += 10
            }
        }

        mutating func retire(_ signal: String, _ node: String) {
            guard let index = signals["\(signal)/\(node)"] else { return }
            values["\(signal)/\(node)"] = nil
            signals["\(signal)/\(node)"] = nil
            told += watch.retire(index, at: SignalTime(seconds: time)).notifications
        }

        var firing: [[String]] { told.map { $0.firing.map { "\($0.rule)@\($0.subject)" } } }
        var resolved: [[String]] { told.map { $0.resolved.map { "\($0.rule)@\($0.subject)" } } }
    }

    @Test func `a new group waits, then tells all its alerts at once, and their end at the next interval`() throws {
        var world = try World([rule("r.load", .greater, 0.8)])
        try world.set("x", "a", 0.9)
        world.run(1)
        try world.set("x", "b", 0.9)
        world.run(2)
        #expect(world.told.isEmpty)
        world.run(1)
        #expect(world.told.map(\.time) == [SignalTime(seconds: 30)])
        #expect(world.firing == [["r.load@node:a", "r.load@node:b"].sorted()] || world.firing[0].count == 2)
        #expect(world.told[0].group == [SignalLabel("alertname", "r.load")])
        try world.set("x", "a", 0.1)
        world.run(29)
        #expect(world.told.count == 1)
        world.run(1)
        #expect(world.told.count == 2)
        #expect(world.resolved[1] == ["r.load@node:a"])
        #expect(world.firing[1] == ["r.load@node:b"])
        #expect(world.told[1].occasion == .changed)
    }

    @Test func `an alert that ends before its group was told is never told`() throws {
        var world = try World([rule("r.load", .greater, 0.8)])
        try world.set("x", "a", 0.9)
        world.run(2)
        try world.set("x", "a", 0.1)
        world.run(100)
        #expect(world.told.isEmpty)
    }

    @Test func `what does not change is told again after the repeat interval, at a multiple of the group interval`()
        throws
    {
        var world = try World([rule("r.load", .greater, 0.8)])
        try world.set("x", "a", 0.9)
        world.run(800)
        // First at 30 s; 3600 s later is 3630 s, the twelfth interval.
        #expect(
            world.told.map(\.time) == [SignalTime(seconds: 30), SignalTime(seconds: 3630), SignalTime(seconds: 7230)])
        #expect(world.told.map(\.occasion) == [.changed, .repeated, .repeated])
    }

    @Test func `AL-86 an alert that no route takes is told to nobody, one that matches goes to its action group`()
        throws
    {
        var route = DispatchTests.route
        route.matchers = [try .oneOf("severity", ["critical"])]
        var world = try World(
            [rule("r.mild", .greater, 0.8), rule("r.severe", .greater, 0.9, severity: .critical)], route: route)
        try world.set("x", "a", 0.95)
        world.run(10)
        #expect(world.firing == [["r.severe@node:a"]])
        #expect(world.told[0].actionGroup == "operators")
    }

    // MARK: Mutes

    private func mute(
        _ world: World, _ subject: ComponentIdentifier, lasting: Int64, count: Int, severity: Severity = .warning,
        sticky: Bool = false
    ) throws -> AlertMute {
        try AlertMute(
            name: "m", subject: subject, from: SignalTime(seconds: world.time), lasting: .seconds(lasting),
            countLimit: count, severityLimit: severity, isSticky: sticky, owner: "me", reason: "work on it")
    }

    @Test func `a mute keeps quiet until it expires`() throws {
        var world = try World([rule("r.load", .greater, 0.8)])
        try world.set("x", "a", 0.9)
        try world.watch.dispatcher.begin(mute(world, "node:a", lasting: 600, count: 1))
        world.run(60)
        #expect(world.told.isEmpty)
        world.run(10)
        #expect(world.endedMutes.map(\.reason) == [.expired])
        #expect(world.firing == [["r.load@node:a"]])
    }

    @Test func `a mute ends when more alerts fire than it was for`() throws {
        var world = try World([rule("r.load", .greater, 0.8), rule("r.more", .greater, 0.9)])
        try world.set("x", "a", 0.85)
        try world.watch.dispatcher.begin(mute(world, "node:a", lasting: 86_400, count: 1))
        world.run(20)
        #expect(world.told.isEmpty)
        try world.set("x", "a", 0.95)
        world.run(10)
        #expect(world.endedMutes.map(\.reason) == [.moreAlerts])
        #expect(Set(world.firing.flatMap(\.self)) == ["r.load@node:a", "r.more@node:a"])
    }

    @Test func `a mute ends when a more severe alert fires`() throws {
        var world = try World([rule("r.load", .greater, 0.8), rule("r.worse", .greater, 0.9, severity: .critical)])
        try world.set("x", "a", 0.85)
        try world.watch.dispatcher.begin(mute(world, "node:a", lasting: 86_400, count: 5))
        world.run(20)
        try world.set("x", "a", 0.95)
        world.run(1)
        #expect(world.endedMutes.map(\.reason) == [.moreSevere])
    }

    @Test func `a mute ends when nothing fires any more, unless it is sticky`() throws {
        for sticky in [false, true] {
            var world = try World([rule("r.load", .greater, 0.8)])
            try world.set("x", "a", 0.9)
            world.run(1)
            try world.watch.dispatcher.begin(mute(world, "node:a", lasting: 86_400, count: 1, sticky: sticky))
            world.run(10)
            try world.set("x", "a", 0.1)
            world.run(2)
            #expect(world.endedMutes.map(\.reason) == (sticky ? [] : [.cleared]))
        }
    }

    @Test func `a mute that begins before anything fires waits for it, and ends when that is over`() throws {
        var world = try World([rule("r.load", .greater, 0.8)])
        try world.set("x", "a", 0.1)
        try world.watch.dispatcher.begin(mute(world, "node:a", lasting: 86_400, count: 1))
        world.run(10)
        #expect(world.endedMutes.isEmpty)
        try world.set("x", "a", 0.9)
        world.run(20)
        #expect(world.told.isEmpty && world.endedMutes.isEmpty)
        try world.set("x", "a", 0.1)
        world.run(1)
        #expect(world.endedMutes.map(\.reason) == [.cleared])
    }

    @Test func `what was told before it was muted gets its resolution`() throws {
        var world = try World([rule("r.load", .greater, 0.8)])
        try world.set("x", "a", 0.9)
        world.run(10)
        #expect(world.firing == [["r.load@node:a"]])
        try world.watch.dispatcher.begin(mute(world, "node:a", lasting: 86_400, count: 1, sticky: true))
        try world.set("x", "a", 0.1)
        world.run(60)
        #expect(world.resolved.last == ["r.load@node:a"])
    }

    @Test func `a mute of one node is silent about no other, nor about one whose name begins alike`() throws {
        var world = try World([rule("r.load", .greater, 0.8)])
        try world.watch.dispatcher.begin(mute(world, "node:a", lasting: 86_400, count: 1))
        for node in ["a", "aa", "b"] { try world.set("x", node, 0.9) }
        world.run(10)
        #expect(Set(world.firing.flatMap(\.self)) == ["r.load@node:aa", "r.load@node:b"])
        #expect(world.endedMutes.isEmpty)
    }

    @Test func `a mute that cannot be is refused, each fault by its own words`() throws {
        func problem(
            _ name: String = "m", scope: ComponentIdentifier? = "node:a", lasting: Int64 = 1, count: Int = 1,
            owner: String = "me", reason: String = "work"
        ) -> String {
            do throws(RuleError) {
                _ = try AlertMute(
                    name: name, subject: scope, from: SignalTime(seconds: 0), lasting: .seconds(lasting),
                    countLimit: count, severityLimit: .warning, owner: owner, reason: reason)
                return ""
            } catch { return "\(error.place): \(error.problem)" }
        }
        #expect(problem() == "")
        #expect(problem("") == "mute: it has no name")
        #expect(problem(scope: nil) == "mute m: it has no scope")
        #expect(problem(lasting: 0) == "mute m: it lasts 0s")
        #expect(problem(lasting: 367 * 86_400).hasPrefix("mute m: it lasts "))
        #expect(problem(count: -1) == "mute m: it bears -1 alerts")
        let long = String(repeating: "x", count: 5000)
        #expect(problem(long) == "mute: its name has 5000 bytes")
        #expect(problem(owner: long) == "mute: its owner has 5000 bytes")
        #expect(problem(reason: long) == "mute: its reason has 5000 bytes")
    }

    // MARK: Flapping

    /// On and off too often, then taken out of service while it is on or off.
    @Test(arguments: [0.9, 0.1])
    func `an alert that flaps when its signal is taken out of service is told as over, and never again`(
        last: Double
    ) throws {
        var world = try World([rule("r.load", .greater, 0.8, flapping: .nagios)])
        for swing in 0..<40 {
            try world.set("x", "a", swing.isMultiple(of: 2) ? 0.9 : 0.1)
            world.run(1)
        }
        try world.set("x", "a", last)
        world.run(1)
        #expect(world.firing == [["r.load@node:a"]])
        #expect(world.resolved == [[]])
        world.retire("x", "a")
        world.run(2000)
        #expect(world.firing == [["r.load@node:a"], []])
        #expect(world.resolved == [[], ["r.load@node:a"]])
        #expect(world.watch.dispatcher.suppressions(at: SignalTime(seconds: world.time)).isEmpty)
        #expect(world.watch.dispatcher.firing { _ in true }.count == 0)
    }

    // MARK: Inhibition

    @Test func `the critical level of a family silences its warning on the same node only`() throws {
        let family = [SignalLabel("family", "load")]
        var world = try World(
            [
                rule("load.warning", .greater, 0.8, labels: family),
                rule("load.critical", .greater, 0.9, severity: .critical, labels: family),
            ])
        try world.set("x", "a", 0.95)
        try world.set("x", "b", 0.85)
        world.run(10)
        #expect(Set(world.firing.flatMap(\.self)) == ["load.critical@node:a", "load.warning@node:b"])
        // When the critical one ends, the warning that was held is told.
        try world.set("x", "a", 0.85)
        world.run(60)
        #expect(
            world.firing.last == ["load.warning@node:a", "load.warning@node:b"].sorted()
                || world.firing.last?.count == 2)
    }

    @Test func `a level about a subject that no label names silences no other`() throws {
        let family = [SignalLabel("family", "load")]
        var world = try World([
            rule("load.warning", .greater, 0.8, labels: family),
            rule("load.critical", .greater, 0.9, severity: .critical, labels: family),
        ])
        // Without the label node the alerts of two disks would look as if they were about one subject.
        for (disk, value) in [("a", 0.95), ("b", 0.85)] {
            let signal = try world.watch.engine.signal(
                SignalIdentity("x", [SignalLabel("disk", disk)]), unit: .ratio, kind: .gauge)
            world.watch.engine.ingest(signal, value, at: SignalTime(seconds: 0))
        }
        world.run(10)
        #expect(
            Set(world.told.flatMap(\.firing).map { "\($0.rule) \($0[label: "disk"] ?? "")" })
                == ["load.critical a", "load.warning a", "load.warning b"])
    }

    @Test func `two labels that are missing are equal, and an alert does not silence itself`() throws {
        let both = try AlertInhibition(
            source: [.oneOf("severity", ["warning"])], target: [.oneOf("severity", ["warning"])], equal: ["rack"])
        var world = try World([rule("r.one", .greater, 0.8), rule("r.two", .greater, 0.8)], inhibitions: [both])
        try world.set("x", "a", 0.9)
        world.run(10)
        // Both match both sides, so neither is inhibited.
        #expect(Set(world.firing.flatMap(\.self)) == ["r.one@node:a", "r.two@node:a"])
        let oneWay = try AlertInhibition(
            source: [.oneOf("alertname", ["r.one"])], target: [.oneOf("alertname", ["r.two"])], equal: ["rack"])
        var other = try World([rule("r.one", .greater, 0.8), rule("r.two", .greater, 0.8)], inhibitions: [oneWay])
        try other.set("x", "a", 0.9)
        other.run(10)
        #expect(other.firing == [["r.one@node:a"]])
    }
}
