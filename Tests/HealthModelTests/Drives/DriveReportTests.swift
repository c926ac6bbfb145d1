import FoundationEssentials
import HealthModel
import TestSupport
import Testing

@Suite struct `Drive reports` {
    private static var folder: String? { environment("CONFORMANCE_DATA").map { $0 + "/smartctl" } }
    private static func has(_ name: String) -> Bool {
        folder.map { FileManager.default.fileExists(atPath: $0 + "/" + name) } ?? false
    }

    private static let now = ReadingTime(SignalTime(seconds: 2_000_000_000))

    private static func report(_ name: String) throws -> DriveReport {
        let data = try #require(FileManager.default.contents(atPath: (folder ?? "") + "/" + name))
        return try DriveReport(parsing: Array(data), source: name)
    }

    private static func values(_ report: DriveReport) throws -> [String: SignalValue] {
        Dictionary(
            try report.measurements(at: now).map {
                ($0.identity.name.text + ($0.identity["attribute_id"].map { "/" + $0 } ?? ""), $0.value)
            }, uniquingKeysWith: { first, _ in first })
    }

    @Test(.enabled(if: has("nvme-null-SAMSUNG_MZWLL3T2HAJQ-00005-nvme0.json"), "CONFORMANCE_DATA has no such report"))
    func `facts 4.1 a backup that failed is no failed medium: SAMSUNG_MZWLL3T2HAJQ`() throws {
        let report = try Self.report("nvme-null-SAMSUNG_MZWLL3T2HAJQ-00005-nvme0.json")
        #expect(report.nvme?.criticalWarning == 16)
        #expect(report.passed == false)
        #expect(report.exit == .failing)
        #expect(report.nvme?.sparePercent == 100)
        #expect(report.nvme?.usedPercent == 0)
        let values = try Self.values(report)
        #expect(values["smartctl_device_smart_status"] == .unsigned(0))
        // 147556750 units of 512000 bytes.
        #expect(values["smartctl_device_bytes_written"] == .unsigned(75_549_056_000_000))
    }

    @Test(.enabled(if: has("ST3200820AS_16.json"), "CONFORMANCE_DATA has no such report"))
    func `facts 4.1 raw values of ST3200820AS are vendors' own, and its old log entries are no failure`() throws {
        let report = try Self.report("ST3200820AS_16.json")
        #expect(report.exit == .errorLog)
        #expect(report.passed == true)
        #expect(report.errorLogCount == 98)
        let byID = Dictionary(report.attributes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        #expect(byID[190]?.raw == 0x251A_0021)
        #expect(byID[190]?.count == 33)
        #expect(byID[194]?.raw == 85_899_345_953)
        #expect(byID[194]?.count == 33)
        #expect(byID[1]?.raw == 143_944_925)
        #expect(byID[1]?.count == nil)
        #expect(byID[1]?.isAtThreshold == false)
        #expect(report.temperature == 33)
        let values = try Self.values(report)
        #expect(values["host_drive_attribute_count/1"] == nil)
        #expect(values["host_drive_readable"] == .unsigned(1))
    }

    @Test(.enabled(if: has("HITACHI_H109060SESUN600G_9.json"), "CONFORMANCE_DATA has no such report"))
    func `a SCSI drive counts gigabytes as a text`() throws {
        let report = try Self.report("HITACHI_H109060SESUN600G_9.json")
        #expect(report.family == .scsi)
        #expect(report.model == "HITACHI H109060SESUN600G")
        #expect(report.errorCounters["read"]?.gigabytes == 111_593.179)
        #expect(report.errorCounters["write"]?.uncorrected == 0)
        #expect(report.grownDefects == 0)
        #expect(report.tripTemperature == 85)
    }

    private static func parse(_ text: String) throws -> DriveReport { try DriveReport(parsing: Array(text.utf8)) }

    @Test func `a drive that sleeps or cannot be opened is unreadable, and nothing of it is fine`() throws {
        let report = try Self.parse(
            #"{"smartctl": {"exit_status": 2}, "device": {"name": "/dev/sda"}, "smart_status": {"passed": true}}"#)
        #expect(report.exit?.isNoReading == true)
        let names = try report.measurements(at: Self.now).map(\.identity.name.text)
        #expect(names == ["host_drive_readable", "smartctl_device_smartctl_exit_status"])
        #expect(try report.measurements(at: Self.now)[0].value == .unsigned(0))
    }

    @Test func `no verdict in the report is no verdict in the signals`() throws {
        let report = try Self.parse(#"{"smartctl": {"exit_status": 0}, "temperature": {"current": null}}"#)
        #expect(report.passed == nil)
        #expect(report.temperature == nil)
        let names = try report.measurements(at: Self.now).map(\.identity.name.text)
        #expect(!names.contains("smartctl_device_smart_status"))
    }

    @Test func `bit 7 of a working SAS drive says nothing of its health (smartctl_exporter 265)`() throws {
        let report = try Self.parse(#"{"smartctl": {"exit_status": 128}, "smart_status": {"passed": true}}"#)
        #expect(report.exit == .selfTestLog)
        #expect(report.exit?.isNoReading == false)
        #expect(report.passed == true)
    }

    @Test func `command timeouts of Seagate are three counts of 16 bits (facts 4.1)`() throws {
        func attribute(_ raw: String, _ value: UInt64) throws -> DriveAttribute {
            let report = try Self.parse(
                #"{"smartctl": {}, "ata_smart_attributes": {"table": [{"id": 188, "name": "Command_Timeout", "raw": {"value": \#(value), "string": "\#(raw)"}}]}}"#
            )
            return try #require(report.attributes.first)
        }
        #expect(try attribute("4295032833", 0x0001_0001_0001).count == 1)
        #expect(try attribute("0 0 0", 0).count == 0)
        #expect(try attribute("7", 7).count == 7)
    }

    @Test func `an attribute fails at its threshold, and a threshold of 0 never fails (smartmontools)`() throws {
        func isAtThreshold(_ value: Int, _ threshold: Int) throws -> Bool? {
            try Self.parse(
                #"{"smartctl": {}, "ata_smart_attributes": {"table": [{"id": 5, "value": \#(value), "thresh": \#(threshold)}]}}"#
            ).attributes.first?.isAtThreshold
        }
        #expect(try isAtThreshold(36, 36) == true)
        #expect(try isAtThreshold(37, 36) == false)
        #expect(try isAtThreshold(0, 0) == false)
    }

    @Test func `counters beyond 2⁵³ are exact, whatever joins them as text`() throws {
        let report = try Self.parse(
            #"{"smartctl": {}, "nvme_smart_health_information_log": {"host_reads": 9007199254740993, "host_reads_s": "9007199254740993"}}"#
        )
        #expect(report.nvme?.hostReads == 9_007_199_254_740_993)
    }

    @Test func `endurance above its whole is a ratio above 1 and no failure (smartmontools 537)`() throws {
        let report = try Self.parse(
            #"{"smartctl": {}, "nvme_smart_health_information_log": {"percentage_used": 255, "available_spare": 100}}"#)
        let values = try Self.values(report)
        #expect(values["host_drive_endurance_used_ratio"] == .decimal(2.55))
        #expect(values["host_drive_available_spare_ratio"] == .decimal(1))
    }

    @Test func `a list of drives, as smartctl --scan gives it, is no report of a drive`() throws {
        #expect(throws: SignalError.self) {
            try Self.parse(
                #"{"json_format_version": [1, 0], "smartctl": {"exit_status": 0}, "devices": [{"name": "/dev/sda"}]}"#)
        }
    }

    @Test func `what is no report of smartctl is refused by name`() {
        #expect(throws: SignalError.self) { try Self.parse("{}") }
        #expect(throws: SignalError.self) { try Self.parse(#"{"smartctl": {}, "json_format_version": [2, 0]}"#) }
        #expect(throws: SignalError.self) { try Self.parse(#"{"smartctl": {"exit_status": 0}, "smartctl": {}}"#) }
    }
}
