import ClusterCore
import HealthModel
import Testing

struct RuleSetTests {
    @Test(arguments: HealthProfile.builtIn)
    func `the rules of a profile read back from their document as they were`(profile: RuleProfile) throws {
        let rules = try RuleSet(profile.resolved(in: HealthProfile.builtIn))
        #expect(!rules.rules.isEmpty)
        #expect(try RuleSet(json: rules.json()) == rules)
    }

    private func rules(_ name: String) throws -> RuleSet {
        try RuleSet(#require(HealthProfile.named(name)).resolved(in: HealthProfile.builtIn))
    }

    private func figures(_ set: RuleSet, _ rule: RuleID) -> String? {
        set.rule(rule).map { "\($0.condition.comparator.rawValue) \($0.condition.fireAt)" }
    }

    // facts: the seed's targets.
    @Test(arguments: [
        ("health.cpu_usage", ">= 70 %"), ("health.memory_usage", ">= 80 %"), ("health.drive_latency.ssd", ">= 0.005 s"),
        ("health.drive_latency.hdd", ">= 0.02 s"), ("health.network_usage", ">= 60 %"),
        ("health.capacity_usage", ">= 80 %"),
    ])
    func `AL-140 the architecture's figures`(rule: String, expected: String) throws {
        let id = try #require(RuleID(rawValue: rule))
        #expect(try figures(rules("architecture"), id) == expected)
    }

    @Test func `AL-103 the way to the region warns at 150 ms and is critical at 250 ms`() throws {
        let set = try rules("architecture")
        #expect(figures(set, "health.region_round_trip.warning") == ">= 0.15 s")
        #expect(figures(set, "health.region_round_trip.critical") == ">= 0.25 s")
        #expect(set.rule("health.region_round_trip.critical")?.severity == .critical)
    }

    @Test func `AL-38 the room's temperature has an upper and a lower limit`() throws {
        let set = try rules("architecture")
        #expect(figures(set, "health.temperature_high") == "> 35 °C")
        #expect(figures(set, "health.temperature_low") == "< 10 °C")
    }

    @Test func `the pages fill a volume at 80 and 90 percent, the workbook at 90 and 95`() throws {
        let (pages, workbook) = (try rules("healthService"), try rules("healthServiceWorkbook"))
        #expect(figures(pages, "health.capacity_usage.warning") == ">= 80 %")
        #expect(figures(pages, "health.capacity_usage.critical") == ">= 90 %")
        #expect(figures(workbook, "health.capacity_usage.warning") == ">= 90 %")
        #expect(figures(workbook, "health.capacity_usage.critical") == ">= 95 %")
        // The check of mean latency is off in the workbook, and 5 and 20 ms in the text.
        #expect(figures(pages, "health.drive_latency.hdd") == "> 0.02 s")
        #expect(workbook.rule("health.drive_latency.hdd") == nil)
        // What the workbook does not say differently comes from the pages.
        #expect(figures(workbook, "health.memory_free") == "< 10 %")
    }

    @Test func `Azure Monitor recommends 80 percent of the processors and 1 GB of memory, for information`() throws {
        let set = try rules("azureMonitor")
        #expect(figures(set, "health.cpu_usage") == "> 80 %")
        #expect(figures(set, "health.memory_available") == "< 1000000000 B")
        #expect(set.rules.allSatisfy { $0.severity == .information })
        #expect(set.rule("health.network_in") == nil)
    }

    @Test func `ten bad blocks in a week warn and a hundred are critical`() throws {
        let set = try rules("healthServiceWorkbook")
        #expect(figures(set, "health.drive_bad_blocks.warning") == ">= 10")
        #expect(figures(set, "health.drive_bad_blocks.critical") == ">= 100")
        #expect(
            set.rule("health.drive_bad_blocks.warning")?.condition.aggregation
                == (try Aggregation(.increase, over: .seconds(604_800))))
        #expect(set.rule("health.drive_io_retries.warning") == nil)
    }

    @Test func `a profile that names a rule or a figure that does not exist is refused`() throws {
        let unknown = RuleProfile(name: "mine", version: "1", rules: ["health.cpu_usag": RuleSettings()])
        #expect(throws: RuleError.self) { try RuleSet(unknown.resolved(in: [])) }
        let figure = RuleProfile(
            name: "mine", version: "1",
            rules: ["health.cpu_usage": RuleSettings(parameters: ["fire_above": .fraction(.ratio(1, 2))])])
        #expect(throws: RuleError.self) { try RuleSet(figure.resolved(in: [])) }
        let unit = RuleProfile(
            name: "mine", version: "1",
            rules: ["health.cpu_usage": RuleSettings(parameters: ["fire_at": .duration(.seconds(1))])])
        #expect(throws: RuleError.self) { try RuleSet(unit.resolved(in: [])) }
    }

    @Test(arguments: [
        ("[]", ""),
        ("{\"schema\": \"health.rules/2\", \"name\": \"a\", \"version\": \"\", \"rules\": []}", "health.rules/2"),
        ("{\"schema\": \"health.rules/1\", \"name\": \"a\", \"version\": \"1\", \"rules\": [], \"rule\": 1}", "rule"),
        ("{\"schema\": \"health.rules/1\", \"name\": \"\", \"version\": \"1\", \"rules\": []}", "name"),
        (
            "{\"schema\": \"health.rules/1\", \"name\": \"a\", \"version\": \"1\", \"rules\": [{\"id\": \"a\", \"selector\": {\"name\": \"x\"}, \"condition\": {\"comparator\": \">\", \"fire_at\": \"80%\", \"resolve_at\": \"90%\"}, \"severity\": \"warning\", \"summary\": \"s\"}]}",
            "better side"
        ),
        (
            "{\"schema\": \"health.rules/1\", \"name\": \"a\", \"version\": \"1\", \"rules\": [{\"id\": \"a\", \"selector\": {\"name\": \"x\"}, \"condition\": {\"comparator\": \">\", \"fire_at\": \"80%\"}, \"for\": \"5\", \"severity\": \"warning\", \"summary\": \"s\"}]}",
            "for"
        ),
    ])
    func `a document that is not one of rules is refused with what is wrong`(text: String, word: String) {
        do throws(RuleError) {
            _ = try RuleSet(json: Array(text.utf8))
            Issue.record("read: \(text)")
        } catch {
            #expect("\(error)".contains(word), "\(error)")
            #expect(!"\(error)".contains("\n"))
        }
    }

    @Test(arguments: [
        (
            "{\"schema\": \"health.rules/1\",\n \"name\": \"a\", \"version\": \"1\",\n  \"name\": \"b\", \"rules\": []}",
            "name", 3, 3
        ),
        (
            "{\"schema\": \"health.rules/1\", \"name\": \"a\", \"version\": \"1\", \"rules\": [{\n\"condition\": "
                + "{\"comparator\": \">\", \"fire_at\": \"90%\",\n\n\"fire\\u005fat\": \"99%\"}}]}", "fire_at", 4, 1
        ),
    ])
    func `a key that is there twice is refused by its name, line and column`(
        text: String, key: String, line: Int, column: Int
    ) {
        #expect { try RuleSet(json: Array(text.utf8)) } throws: {
            "\($0)" == "line \(line), column \(column): the key \"\(key)\" is there twice; say it once"
        }
    }

    @Test func `a rule written by hand reads as it is meant`() throws {
        let text = """
            {"schema": "health.rules/1", "name": "mine", "version": "1", "rules": [{
              "id": "disk.full", "selector": {"name": "fs_used_ratio", "matchers": [{"label": "fs", "none_of": ["tmpfs"]}]},
              "condition": {"comparator": ">=", "fire_at": "85%", "resolve_at": "75%"}, "for": "10m",
              "severity": "critical", "subject": ["node=instance", "volume"], "summary": "Full", "remedy": "Empty it"}]}
            """
        let rule = try #require(try RuleSet(json: Array(text.utf8)).rules.first)
        #expect(rule.pendingFor == .seconds(600))
        #expect(rule.condition.resolveAt?.value == 0.75)
        #expect(rule.noData == .hold)
        let disk = try SignalIdentity(
            "fs_used_ratio", [SignalLabel("instance", "n1"), SignalLabel("volume", "v1"), SignalLabel("fs", "refs")])
        #expect(rule.selector.matches(disk))
        #expect(rule.subject.component(of: disk) == "node:n1/volume:v1")
        #expect(!rule.selector.matches(try SignalIdentity("fs_used_ratio", [SignalLabel("fs", "tmpfs")])))
        // A label that is not there is an empty one.
        #expect(rule.selector.matches(try SignalIdentity("fs_used_ratio")))
    }
}
