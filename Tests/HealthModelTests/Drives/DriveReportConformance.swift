import Foundation
import HealthModel
import TestSupport
import Testing

/// Reports of `smartctl --json` by others, each held to what a reader of JSON that is not ours finds in it.
@Suite struct `Drive report conformance` {
    static let folder = environment("CONFORMANCE_DATA").map { $0 + "/smartctl" }
    static let names: [String] = {
        let found = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
        return found.filter { $0.hasSuffix(".json") }.sorted()
    }()

    private static func bytes(_ name: String) throws -> Data {
        try #require(FileManager.default.contents(atPath: (folder ?? "") + "/" + name), "\(name)")
    }

    private static func whole(_ value: Any?) -> UInt64? {
        guard let number = value as? NSNumber else { return nil }
        return UInt64(number.stringValue)
    }

    private static func member(_ document: [String: Any], _ path: String...) -> Any? {
        path.reduce(document as Any?) { ($0 as? [String: Any])?[$1] }
    }

    @Test(.enabled(if: !names.isEmpty, "CONFORMANCE_DATA has no smartctl reports"))
    func `every report says what its document says, and its signals have no repeats`() throws {
        let now = ReadingTime(SignalTime(seconds: 2_000_000_000))
        var families: [String: Int] = [:]
        var refused: [String] = []
        for name in Self.names {
            let data = try Self.bytes(name)
            guard let document = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
                document["smartctl"] is [String: Any], document["devices"] == nil || document["device"] != nil,
                (document["json_format_version"] as? [Any]).map({ Self.whole($0.first) == 1 }) ?? true
            else {
                // No JSON, not of smartctl, of another format, or a list of drives: no drive is to be made of it.
                #expect(throws: SignalError.self, "\(name)") { try DriveReport(parsing: Array(data), source: name) }
                refused.append(name)
                continue
            }
            let report: DriveReport
            do { report = try DriveReport(parsing: Array(data), source: name) } catch {
                Issue.record("\(name): \(error)")
                continue
            }
            families[report.family.rawValue, default: 0] += 1
            let spoken = Self.member(document, "device", "protocol") as? String
            #expect(report.family.rawValue == spoken || !["ATA", "NVMe", "SCSI"].contains(spoken), "\(name)")
            if let model = document["model_name"] as? String { #expect(report.model == model, "\(name)") }
            #expect(report.serial == document["serial_number"] as? String, "\(name)")
            #expect(report.passed == Self.member(document, "smart_status", "passed") as? Bool, "\(name)")
            let degrees =
                Self.member(document, "temperature", "current") ?? Self.member(document, "scsi_temperature", "current")
            #expect(report.temperature == (degrees as? NSNumber)?.intValue, "\(name)")
            let status = Self.whole(Self.member(document, "smartctl", "exit_status"))
            #expect(report.exit.map { UInt64($0.rawValue) } == status, "\(name)")
            #expect(report.powerOnHours == Self.whole(Self.member(document, "power_on_time", "hours")), "\(name)")
            try compare(report, document, name)
            let measurements = try report.measurements(at: now)
            #expect(Set(measurements.map(\.identity)).count == measurements.count, "\(name)")
            if let status, status & 3 != 0 {
                #expect(
                    measurements.allSatisfy {
                        ["host_drive_readable", "smartctl_device_smartctl_exit_status"]
                            .contains($0.identity.name.text)
                    }, "\(name)")
            }
        }
        print(
            "smartctl: \(Self.names.count) files, \(families.map { "\($0.key) \($0.value)" }.sorted()), \(refused.count) refused"
        )
    }

    private func compare(_ report: DriveReport, _ document: [String: Any], _ name: String) throws {
        let rows = Self.member(document, "ata_smart_attributes", "table") as? [[String: Any]] ?? []
        #expect(report.attributes.map(\.id) == rows.compactMap { ($0["id"] as? NSNumber)?.intValue }, "\(name)")
        for (attribute, row) in zip(report.attributes, rows) {
            #expect(attribute.value == Self.whole(row["value"]), "\(name) \(attribute.id)")
            #expect(attribute.threshold == Self.whole(row["thresh"]), "\(name) \(attribute.id)")
            #expect(attribute.raw == Self.whole(Self.member(row, "raw", "value")), "\(name) \(attribute.id)")
            #expect(attribute.failed?.rawValue == row["when_failed"] as? String, "\(name) \(attribute.id)")
            // What smartctl itself says of the threshold is what the values say.
            if row["when_failed"] as? String == "now" { #expect(attribute.isAtThreshold == true, "\(name)") }
            if row["when_failed"] as? String == "" { #expect(attribute.isAtThreshold != true, "\(name)") }
        }
        let log = "nvme_smart_health_information_log"
        #expect(report.nvme?.criticalWarning == Self.whole(Self.member(document, log, "critical_warning")), "\(name)")
        #expect(report.nvme?.usedPercent == Self.whole(Self.member(document, log, "percentage_used")), "\(name)")
        #expect(report.nvme?.mediaErrors == Self.whole(Self.member(document, log, "media_errors")), "\(name)")
        #expect(report.nvme?.unitsWritten == Self.whole(Self.member(document, log, "data_units_written")), "\(name)")
        #expect(report.grownDefects == Self.whole(document["scsi_grown_defect_list"]), "\(name)")
    }
}
