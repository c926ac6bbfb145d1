import ClusterCore
import HealthModel
import TestSupport
import Testing

/// Suppression along the topology: creation only, and children wait while a parent is suspected (facts, 3.8).
struct RootCauseTests {
    private func rules(_ wait: Int64 = 30) throws -> [HealthRule] {
        [
            try rule("node.down", .less, 0.5, for: wait, severity: .critical, availability: true, signal: "up"),
            try HealthRule(
                "drive.lost", SeriesSelector(SignalName("x")), RuleCondition(.greater, HealthThreshold(0.8, .ratio)),
                severity: .critical, subject: SubjectForm(["node", "drive"]), summary: "Lost", remedy: "Look"),
        ]
    }

    private func world(_ wait: Int64 = 30, suspicionLimit: Int64 = 120) throws -> RootWorld {
        try RootWorld(rules(wait), suspicionLimit: suspicionLimit)
    }

    @Test func `a node that is gone hides the lost drives in it, and one alert remains`() throws {
        var world = try self.world()
        try world.up("a", 1)
        world.run(1)
        // The drives are lost at once, the node is found to be gone half a minute later.
        try world.up("a", 0)
        for drive in 0..<10 { try world.drive("a", "d\(drive)", 0.9) }
        try world.drive("b", "d0", 0.9)
        world.run(30)
        #expect(world.firing == ["drive.lost@node:b/drive:d0", "node.down@node:a"])
        // The node is back and all its drives are well: only what was told is told as over.
        try world.up("a", 1)
        for drive in 0..<10 { try world.drive("a", "d\(drive)", 0.1) }
        world.run(60)
        #expect(world.resolved == ["node.down@node:a"])
    }

    @Test func `a drive that stays lost when its node is back is told then`() throws {
        var world = try self.world()
        try world.up("a", 0)
        try world.drive("a", "d0", 0.9)
        world.run(20)
        try world.up("a", 1)
        world.run(60)
        #expect(world.firing.contains("drive.lost@node:a/drive:d0"))
    }

    @Test func `children wait while their parent is suspected, not for ever`() throws {
        // The node's own rule takes an hour: its drives are told after the suspicion's limit.
        var world = try self.world(3600, suspicionLimit: 120)
        try world.up("a", 0)
        try world.drive("a", "d0", 0.9)
        world.run(12)
        #expect(world.firing.isEmpty)
        world.run(10)
        #expect(world.firing == ["drive.lost@node:a/drive:d0"])
    }

    @Test func `what was told of a drive before its node was gone gets its resolution`() throws {
        var world = try self.world()
        try world.up("a", 1)
        try world.drive("a", "d0", 0.9)
        world.run(10)
        #expect(world.firing == ["drive.lost@node:a/drive:d0"])
        try world.up("a", 0)
        world.run(10)
        try world.drive("a", "d0", 0.1)
        world.run(60)
        #expect(world.resolved == ["drive.lost@node:a/drive:d0"])
    }

    @Test func `signs of life that stop make children wait`() throws {
        var world = try self.world(3600, suspicionLimit: 100_000)
        try world.up("a", 1)
        for beat in 0..<20 { world.watch.heartbeat(of: "node:a", at: SignalTime(seconds: Int64(beat))) }
        world.time = 100
        #expect(world.watch.isSuspected("node:a", at: SignalTime(seconds: 100)))
        #expect(!world.watch.isSuspected("node:b", at: SignalTime(seconds: 100)))
        try world.drive("a", "d0", 0.9)
        world.run(20)
        #expect(world.firing.isEmpty)
        // A sign of life ends the suspicion.
        for beat in 0..<50 {
            world.watch.heartbeat(of: "node:a", at: SignalTime(seconds: world.time + Int64(beat) * 10))
        }
        world.run(30)
        #expect(world.firing == ["drive.lost@node:a/drive:d0"])
    }

    @Test func `a component with two ways is explained only when both are lost`() throws {
        let graph = try DependencyGraph(["drive:d": ["node:a", "node:b"], "node:a": ["rack:1"], "node:b": ["rack:2"]])
        #expect(graph.cause(of: "drive:d") { $0 == "node:a" } == nil)
        #expect(graph.cause(of: "drive:d") { $0 == "node:a" || $0 == "rack:2" } != nil)
        #expect(graph.cause(of: "drive:d") { $0 == "rack:1" || $0 == "node:b" } == "rack:1")
        #expect(graph.cause(of: "drive:d") { $0 == "drive:d" } == "drive:d")
        #expect(graph.cause(of: "node:c/drive:d") { $0 == "node:c" } == "node:c")
        #expect(graph.cause(of: "node:cc/drive:d") { $0 == "node:c" } == nil)
    }

    @Test func `a circle of dependencies is refused`() {
        #expect(throws: RuleError.self) { try DependencyGraph(["a:1": ["b:1"], "b:1": ["c:1"], "c:1": ["a:1"]]) }
        #expect(throws: RuleError.self) { try DependencyGraph(["a:1": ["a:1"]]) }
    }

    @Test func `every alert that was told is told once as over, and none before it was told`() throws {
        let rules = [
            try rule(
                "node.down", .less, 0.5, for: 20, severity: .critical, availability: true, flapping: .nagios,
                signal: "up"),
            try rule("r.load", .greater, 0.8, until: 0.6, labels: [SignalLabel("family", "load")], flapping: .nagios),
            try rule(
                "r.worse", .greater, 0.9, freshness: 25, severity: .critical, labels: [SignalLabel("family", "load")]),
        ]
        var notifications = 0
        forRandom(15) { random in
            var world = try RootWorld(rules)
            var open: Set<AlertFingerprint> = []
            for step in 0..<400 {
                // At the end everything is well.
                let isEnd = step > 200
                if step % 7 == 0, random.next() % 2 == 0 {
                    let node = "n\(random.next() % 3)"
                    try world.up(node, isEnd || random.next() % 3 > 0 ? 1 : 0)
                    try world.load(node, isEnd ? 0.1 : [0.1, 0.7, 0.85, 0.95, nil][Int(random.next() % 5)])
                }
                if isEnd {
                    for node in 0..<3 {
                        try world.up("n\(node)", 1)
                        try world.load("n\(node)", 0.1)
                    }
                }
                if random.next() % 40 == 0, !isEnd {
                    try world.watch.dispatcher.begin(
                        AlertMute(
                            name: "m\(random.next() % 3)",
                            subject: ComponentIdentifier(rawValue: "node:n\(random.next() % 3)"),
                            from: SignalTime(seconds: world.time), lasting: .seconds(Int64(random.next() % 500) + 1),
                            countLimit: Int(random.next() % 3), severityLimit: .warning,
                            isSticky: random.next() % 2 == 0,
                            owner: "me", reason: "test"))
                }
                for notification in world.runOne() {
                    notifications += 1
                    for alert in notification.resolved where open.remove(alert.fingerprint) == nil { return false }
                    open.formUnion(notification.firing.map(\.fingerprint))
                    if notification.firing.isEmpty && notification.resolved.isEmpty { return false }
                }
            }
            return open.isEmpty
        }
        #expect(notifications > 80)
    }
}

/// Nodes and drives under a watch of ten-second steps.
struct RootWorld {
    var watch: HealthWatch
    var time: Int64 = 0
    private var values: [String: (index: SignalIndex, value: Double?)] = [:]
    private var told: [AlertNotification] = []

    init(_ rules: [HealthRule], inhibitions: [AlertInhibition] = [], suspicionLimit: Int64 = 120) throws {
        watch = HealthWatch(
            try RuleSet(name: "test", version: "1", rules: rules),
            DispatchSettings(
                routes: [
                    AlertRoute(
                        actionGroup: "operators", groupBy: ["alertname"],
                        groupWaitNanoseconds: 10 * EngineDriver.second,
                        groupIntervalNanoseconds: 60 * EngineDriver.second)
                ], inhibitions: inhibitions, suspicionLimitNanoseconds: suspicionLimit * EngineDriver.second))
    }

    private mutating func set(_ signal: String, _ labels: [SignalLabel], _ value: Double?) throws {
        let identity = try SignalIdentity(signal, labels)
        let index = try watch.engine.signal(identity, unit: .ratio, kind: .gauge)
        values["\(identity)"] = (index, value)
    }

    mutating func up(_ node: String, _ value: Double) throws { try set("up", [SignalLabel("node", node)], value) }
    mutating func load(_ node: String, _ value: Double?) throws { try set("x", [SignalLabel("node", node)], value) }
    mutating func drive(_ node: String, _ drive: String, _ value: Double) throws {
        try set("x", [SignalLabel("node", node), SignalLabel("drive", drive)], value)
    }

    mutating func runOne() -> [AlertNotification] {
        let now = SignalTime(seconds: time)
        for (index, value) in values.values { if let value { watch.engine.ingest(index, value, at: now) } }
        time += 10
        let step = watch.step(to: now)
        told += step.notifications
        return step.notifications
    }

    mutating func run(_ steps: Int) { for _ in 0..<steps { _ = runOne() } }

    /// Alerts that were ever told as firing, and as over, each once.
    var firing: [String] { Set(told.flatMap { $0.firing.map { "\($0.rule)@\($0.subject)" } }).sorted() }
    var resolved: [String] { told.flatMap { $0.resolved.map { "\($0.rule)@\($0.subject)" } }.sorted() }
}
