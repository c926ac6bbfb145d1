import HealthModel
import TestSupport
import Testing

@Suite struct `Log events` {
    private func journal(_ text: String) throws -> LogBatch { try LogBatch(journal: Array(text.utf8)) }
    private func windows(_ text: String) throws -> LogBatch { try LogBatch(windowsEvents: Array(text.utf8)) }

    @Test
    func
        `AL-85 an entry of the journal has its time, unit, level and text, in whichever of its forms (systemd, Journal JSON Format)`()
        throws
    {
        let batch = try journal(
            """
            {"__REALTIME_TIMESTAMP":"1700000000123456","PRIORITY":"3","_HOSTNAME":"n1","_SYSTEMD_UNIT":"smbd.service","MESSAGE":"x"}
            {"__REALTIME_TIMESTAMP":"1700000001000000","PRIORITY":"4","SYSLOG_IDENTIFIER":"kernel","MESSAGE":[104,105]}
            {"__REALTIME_TIMESTAMP":"1700000002000000","PRIORITY":"6","_TRANSPORT":"audit","MESSAGE":null,"MESSAGE_ID":"fc2e22bc6ee647b6b90729ab34a250b1"}
            {"PRIORITY":"2","SYSLOG_IDENTIFIER":["a","b"]}
            """)
        #expect(batch.unreadable == 0)
        #expect(batch.events.map(\.level) == [.error, .warning, .information, .critical])
        #expect(batch.events.map(\.provider) == ["smbd.service", "kernel", "audit", "a"])
        #expect(batch.events[0].time == SignalTime(nanoseconds: 1_700_000_000_123_456_000))
        #expect(batch.events[0].host == "n1")
        #expect(batch.events[1].message == "hi")
        #expect(batch.events[2].message == nil)
        #expect(batch.events[2].messageID == "fc2e22bc6ee647b6b90729ab34a250b1")
        #expect(batch.events[3].time == nil)
    }

    @Test func `a damaged line of the journal is counted with its place, and the others are read`() throws {
        let batch = try journal("{\"PRIORITY\":\"3\"}\n{\"PRIO\n[1]\n\n{\"PRIORITY\":\"4\"}\n{\"PRIORITY\":\"4\"")
        #expect(batch.events.count == 2)
        #expect(batch.unreadable == 3)
        #expect(batch.problems[0].description.hasPrefix("journal, line 2, byte "))
        var counter = LogCounter()
        counter.count(batch)
        let signals = try counter.measurements(at: ReadingTime(SignalTime(seconds: 0)))
        #expect(signals.last?.identity.name.text == "host_log_unreadable_events_total")
        #expect(signals.last?.value == .unsigned(3))
    }

    /// The shape of Microsoft's Event Schema (SystemPropertiesType); disk event 7 is a bad block (facts 1.2).
    private func event(_ number: Int, level: Int, keywords: String, channel: String, provider: String = "disk")
        -> String
    {
        """
        <Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="\(provider)" />
        <EventID Qualifiers="49156">\(number)</EventID><Version>0</Version><Level>\(level)</Level><Task>0</Task>
        <Keywords>\(keywords)</Keywords><TimeCreated SystemTime="2026-11-27T22:31:02.1234567Z" />
        <EventRecordID>42</EventRecordID><Channel>\(channel)</Channel><Computer>node1.example</Computer><Security /></System>
        <EventData><Data>\\Device\\Harddisk3\\DR3</Data></EventData></Event>
        """
    }

    @Test func `AL-139 events of Windows' System and Security logs are counted by channel, provider, level and number`()
        throws
    {
        let batch = try windows(
            "<Events>" + event(7, level: 2, keywords: "0x80000000000000", channel: "System")
                + event(7, level: 2, keywords: "0x80000000000000", channel: "System")
                + event(153, level: 3, keywords: "0x80000000000000", channel: "System")
                + event(
                    4625, level: 0, keywords: "0x8010000000000000", channel: "Security",
                    provider: "Microsoft-Windows-Security-Auditing")
                + event(
                    4624, level: 0, keywords: "0x8020000000000000", channel: "Security",
                    provider: "Microsoft-Windows-Security-Auditing")
                + "</Events>")
        #expect(batch.events.map(\.level) == [.error, .error, .warning, .auditFailure, .auditSuccess])
        // 2026-11-27 is day 20784 since 1970.
        #expect(
            batch.events[0].time == SignalTime(nanoseconds: (20_784 * 86_400 + 81_062) * 1_000_000_000 + 123_456_700))
        var counter = LogCounter()
        counter.count(batch)
        let signals = try counter.measurements(at: ReadingTime(SignalTime(seconds: 0)))
        let counts = Dictionary(
            signals.map { ($0.identity["event_id"] ?? "", $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(counts["7"] == .unsigned(2))
        #expect(counts["153"] == .unsigned(1))
        #expect(counts["4625"] == .unsigned(1))
        #expect(signals.allSatisfy { $0.kind == .counter })
    }

    @Test func `one event alone is read, and one without its system part is counted as unreadable`() throws {
        #expect(try windows(event(7, level: 1, keywords: "0x0", channel: "System")).events.map(\.level) == [.critical])
        let batch = try windows("<Events><Event/><Event><System><EventID>x</EventID></System></Event></Events>")
        #expect(batch.events.isEmpty && batch.unreadable == 2)
        #expect(throws: SignalError.self) { try windows("<Other/>") }
        #expect(throws: SignalError.self) { try windows("<Events><Event></Events>") }
        #expect(throws: SignalError.self) { try windows("") }
    }

    @Test func `an entity of the document's own, which could grow without end, is refused`() {
        let bomb = "<!DOCTYPE E [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><Events>&b;</Events>"
        #expect(throws: SignalError.self) { try windows(bomb) }
    }

    @Test func `a flood of invented names does not grow the counter, and hides nothing`() throws {
        var counter = LogCounter(limit: 10)
        for number in 0..<10_000 {
            counter.count(LogEvent(time: nil, host: "h", channel: "journal", provider: "p\(number)", level: .error))
        }
        let signals = try counter.measurements(at: ReadingTime(SignalTime(seconds: 0)))
        #expect(signals.count == 12)
        #expect(signals.compactMap(\.value.unsigned).reduce(0, +) == 10_000)
        #expect(signals.first { $0.identity["provider"] == "(other)" }?.value == .unsigned(9990))
    }

    @Test func `texts are cut to whole characters`() {
        let event = LogEvent(
            time: nil, host: "", channel: "", provider: "", level: .unknown,
            message: String(repeating: "é", count: 1000))
        #expect(event.message == String(repeating: "é", count: LogEvent.textLimit / 2))
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1_000_000_000),
        ("2000-02-29T12:00:00.5Z", 951_825_600_500_000_000),
        ("2026-01-02T03:04:05.1234567890123Z", 1_767_323_045_123_456_789),
        ("2026-01-02T03:04:05.123456789999999999999999999999999999999999Z", 1_767_323_045_123_456_789),
    ])
    func `a moment of RFC 3339 is read`(text: String, nanoseconds: Int64) {
        #expect(SignalTime(calendar: text)?.nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        "", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-02-29T03:04:05Z", "2026-01-02T24:04:05Z",
        "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.x5Z", "2026-01-02 03:04:05Z", "9999-01-02T03:04:05Z",
        "2026-01-02T03:04:05+01:00Z",
    ])
    func `it is no moment`(text: String) { #expect(SignalTime(calendar: text) == nil) }
}
