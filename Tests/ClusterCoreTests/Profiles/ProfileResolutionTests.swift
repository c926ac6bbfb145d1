import ClusterCore
import Testing

@Suite struct `Profiles that extend others` {
    private let architecture = RuleProfile(
        name: "architecture", version: "1",
        rules: [
            "rdma.latency": RuleSettings(
                parameters: ["required": .duration(.milliseconds(1)), "optimal": .duration(.microseconds(100))],
                severity: .critical, source: Reference(document: "Architecture", date: "2025-01-01")),
            "host.memory": RuleSettings(parameters: ["minimum": .bytes(ByteCount(bytes: 128 << 30))], mode: .audit),
        ])

    @Test func `the nearest profile wins, figure by figure`() throws {
        let mine = RuleProfile(
            name: "mine", version: "3", extends: "architecture",
            rules: [
                "rdma.latency": RuleSettings(parameters: ["required": .duration(.milliseconds(2))], severity: .warning)
            ])
        let resolved = try mine.resolved(in: [architecture])
        #expect(resolved.name == "mine")
        #expect(resolved.version == "3")
        #expect(resolved.chain == ["mine", "architecture"])
        #expect(try resolved.duration("rdma.latency", "required") == .milliseconds(2))
        #expect(try resolved.duration("rdma.latency", "optimal") == .microseconds(100))
        #expect(resolved.severity(of: "rdma.latency", otherwise: .information) == .warning)
        #expect(resolved.mode(of: "rdma.latency") == .enforce)
        #expect(resolved.mode(of: "host.memory") == .audit)
        #expect(resolved.mode(of: "never.heard") == .enforce)
        #expect(resolved.severity(of: "never.heard", otherwise: .information) == .information)
    }

    @Test func `every figure knows which profile set it and where it is written`() throws {
        let mine = RuleProfile(
            name: "mine", version: "1", extends: "architecture",
            rules: ["rdma.latency": RuleSettings(parameters: ["required": .duration(.milliseconds(2))])])
        let resolved = try mine.resolved(in: [architecture])
        #expect(try resolved.parameter("rdma.latency", "required").profile == "mine")
        // A figure that is replaced without a source is not written in the source of the one before.
        #expect(try resolved.parameter("rdma.latency", "required").source == nil)
        #expect(try resolved.parameter("rdma.latency", "optimal").profile == "architecture")
        #expect(try resolved.parameter("rdma.latency", "optimal").source?.document == "Architecture")
    }

    @Test func `a general rule governs those below it`() throws {
        let resolved = try architecture.resolved(in: [])
        #expect(resolved.rule(governing: "rdma.latency.p99_9")?.severity == .critical)
        #expect(resolved.rule(governing: "rdma.latencies") == nil)
        #expect(resolved.rule(governing: "rdma") == nil)
    }

    @Test func `an unknown parent names the chain and what is known`() {
        let mine = RuleProfile(name: "mine", version: "1", extends: "theirs")
        let theirs = RuleProfile(name: "theirs", version: "1", extends: "lost")
        let error = #expect(throws: ProfileError.self) { try mine.resolved(in: [architecture, theirs]) }
        #expect(
            error?.description
                == #"profile "mine", /extends: "lost" is not known (mine → theirs → lost); known are architecture, theirs"#
        )
    }

    @Test func `profiles that extend each other are refused`() {
        let (one, other) = (
            RuleProfile(name: "a", version: "1", extends: "b"), RuleProfile(name: "b", version: "1", extends: "a")
        )
        let error = #expect(throws: ProfileError.self) { try one.resolved(in: [one, other]) }
        #expect(error?.description == #"profile "a", /extends: profiles extend each other: a → b → a"#)
        let itself = RuleProfile(name: "a", version: "1", extends: "a")
        #expect(throws: ProfileError.self) { try itself.resolved(in: [itself]) }
    }

    @Test func `a chain of sixteen is followed and one of seventeen is refused`() throws {
        func chain(_ length: Int) -> [RuleProfile] {
            (0..<length).map {
                RuleProfile(name: "p\($0)", version: "1", extends: $0 + 1 < length ? "p\($0 + 1)" : nil)
            }
        }
        #expect(try chain(16)[0].resolved(in: chain(16)).chain.count == 16)
        let error = #expect(throws: ProfileError.self) { try chain(17)[0].resolved(in: chain(17)) }
        guard case .chainTooLong(_, limit: 16) = error?.problem else {
            Issue.record("another problem: \(String(describing: error))")
            return
        }
    }

    @Test func `two different parents of one name are refused, the same one twice is not`() throws {
        let mine = RuleProfile(name: "mine", version: "1", extends: "architecture")
        var changed = architecture
        changed.version = "2"
        let error = #expect(throws: ProfileError.self) { try mine.resolved(in: [architecture, changed]) }
        #expect(error?.problem == .ambiguousParent(chain: ["mine", "architecture"]))
        #expect(throws: Never.self) { try mine.resolved(in: [architecture, architecture]) }
    }

    @Test func `a figure cannot change its kind`() {
        let mine = RuleProfile(
            name: "mine", version: "1", extends: "architecture",
            rules: ["rdma.latency": RuleSettings(parameters: ["required": .bytes(ByteCount(bytes: 4096))])])
        let error = #expect(throws: ProfileError.self) { try mine.resolved(in: [architecture]) }
        #expect(
            error?.description
                == #"profile "mine", /rules/rdma.latency/parameters/required: expected a duration, found a size (4 KiB)"#
        )
    }

    @Test func `a misspelt unit is told by the unit's own error`() {
        let mine = RuleProfile(
            name: "mine", version: "1", extends: "architecture",
            rules: ["rdma.latency": RuleSettings(parameters: ["required": ParameterValue(reading: "1 mss")])])
        let error = #expect(throws: ProfileError.self) { try mine.resolved(in: [architecture]) }
        #expect(
            error?.description
                == #"profile "mine", /rules/rdma.latency/parameters/required: "1 mss" is not a duration: the unit "mss" is not known; write one of ns, us, ms, s, m, h, d"#
        )
    }

    @Test func `digits without a unit are read as what the rule wants`() throws {
        let mine = RuleProfile(
            name: "mine", version: "1", extends: "architecture",
            rules: ["host.memory": RuleSettings(parameters: ["minimum": ParameterValue(reading: "4096")])])
        #expect(try mine.resolved(in: [architecture]).bytes("host.memory", "minimum") == ByteCount(bytes: 4096))
    }
}

@Suite struct `Figures of rules` {
    private let resolved: ResolvedProfile

    init() throws {
        resolved = try RuleProfile(
            name: "p", version: "1",
            rules: [
                "r": RuleSettings(parameters: [
                    "duration": .duration(.seconds(1)), "bytes": .bytes(ByteCount(bytes: 1)),
                    "bitRate": .bitRate(BitRate(bitsPerSecond: 1)), "byteRate": .byteRate(ByteRate(bytesPerSecond: 1)),
                    "fraction": .fraction(.one), "watts": .watts(Watts(milliwatts: 1)),
                    "celsius": .celsius(Celsius(millidegrees: 1)),
                    "count": .count(1), "flag": .flag(true), "text": .text("t"), "list": .list(["l"]),
                    "odd": .duration(.seconds(300)),
                ])
            ]
        ).resolved(in: [])
    }

    @Test func `each kind has its lookup`() throws {
        #expect(try resolved.duration("r", "duration") == .seconds(1))
        #expect(try resolved.bytes("r", "bytes") == ByteCount(bytes: 1))
        #expect(try resolved.bitRate("r", "bitRate") == BitRate(bitsPerSecond: 1))
        #expect(try resolved.byteRate("r", "byteRate") == ByteRate(bytesPerSecond: 1))
        #expect(try resolved.fraction("r", "fraction") == .one)
        #expect(try resolved.watts("r", "watts") == Watts(milliwatts: 1))
        #expect(try resolved.celsius("r", "celsius") == Celsius(millidegrees: 1))
        #expect(try resolved.count("r", "count") == 1)
        #expect(try resolved.flag("r", "flag"))
        #expect(try resolved.text("r", "text") == "t")
        #expect(try resolved.list("r", "list") == ["l"])
        #expect(try resolved.fraction("r", "count") == .one)
    }

    @Test func `a missing rule and a missing figure are told by name`() {
        let rule = #expect(throws: ProfileError.self) { try resolved.duration("q", "duration") }
        #expect(rule?.description == #"profile "p", /rules: there is no rule q"#)
        let figure = #expect(throws: ProfileError.self) { try resolved.duration("r", "durations") }
        #expect(
            figure?.description
                == #"profile "p", /rules/r: the rule r has no parameter "durations"; it has bitRate, byteRate, bytes, celsius, count, duration, flag, fraction, list, odd, text, watts"#
        )
    }

    @Test func `a figure of another kind is told with what was found`() {
        let bytes = #expect(throws: ProfileError.self) { try resolved.duration("r", "bytes") }
        #expect(
            bytes?.description == #"profile "p", /rules/r/parameters/bytes: expected a duration, found a size (1 B)"#)
        let text = #expect(throws: ProfileError.self) { try resolved.text("r", "odd") }
        #expect(
            text?.description
                == #"profile "p", /rules/r/parameters/odd: expected a text, found a duration (5m); a text that looks like a quantity is written {"text": …}"#
        )
        let words = #expect(throws: ProfileError.self) { try resolved.bytes("r", "text") }
        #expect(
            words?.description
                == #"profile "p", /rules/r/parameters/text: "t" is not a number of bytes: unexpected "t" at position 1; start with a digit from 0 to 9"#
        )
    }
}
