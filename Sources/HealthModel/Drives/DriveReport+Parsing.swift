extension DriveReport {
    /// Reads a report of `smartctl --json`.
    /// - Parameters:
    ///   - bytes: the document.
    ///   - source: what errors and measurements call it.
    public init(parsing bytes: [UInt8], source: String = "smartctl") throws(SignalError) {
        let limits = JSONValue.Limits(bytes: 8 << 20, depth: 32, values: 500_000)
        try self.init(JSONValue(parsing: bytes, source: source, limits: limits), source: source)
    }

    /// Reads a report that was parsed before.
    public init(_ document: JSONValue, source: String = "smartctl") throws(SignalError) {
        guard let tool = document["smartctl"] else {
            throw SignalError(
                .unsupported, input: source, problem: "it has no member smartctl",
                remedy: "give the output of smartctl --json")
        }
        guard document["device"] != nil || document["devices"] == nil else {
            throw SignalError(
                .unsupported, input: source, place: "/devices", problem: "it lists drives and is a report of none",
                remedy: "give the output of smartctl --json -x DEVICE, a file a drive")
        }
        let version = document["json_format_version"]?.items.first?.unsigned
        guard version == nil || version == 1 else {
            throw SignalError(
                .unsupported, input: source, place: "/json_format_version",
                problem: "the major version is \(version ?? 0)", remedy: "give a document of version 1")
        }
        self.source = source
        device = document["device"]?["name"]?.string
        family = document["device"]?["protocol"]?.string.flatMap(Family.init(rawValue:)) ?? .unknown
        // SCSI: vendor and product apart, in older reports only together.
        let parts = [document["scsi_vendor"]?.string, document["scsi_product"]?.string].compactMap { $0 }
        model =
            document["model_name"]?.string ?? document["scsi_model_name"]?.string
            ?? (parts.isEmpty ? nil : parts.joined(separator: " "))
        serial = document["serial_number"]?.string
        firmware = document["firmware_version"]?.string ?? document["scsi_revision"]?.string
        unitName = DriveReport.unitName(document)
        exit = tool["exit_status"]?.unsigned.flatMap(UInt8.init(exactly:)).map(ExitStatus.init(rawValue:))
        time = document["local_time"]?["time_t"]?.unsigned.flatMap(Int64.init(exactly:)).map(SignalTime.init(seconds:))
        passed = document["smart_status"]?["passed"]?.bool
        temperature =
            DriveReport.degrees(document["temperature"]?["current"])
            ?? DriveReport.degrees(document["scsi_temperature"]?["current"])
        tripTemperature =
            DriveReport.degrees(document["temperature"]?["drive_trip"])
            ?? DriveReport.degrees(document["scsi_temperature"]?["drive_trip"])
        powerOnHours = document["power_on_time"]?["hours"]?.unsigned
        powerCycles = document["power_cycle_count"]?.unsigned
        capacityBytes = document["user_capacity"]?["bytes"]?.unsigned ?? document["nvme_total_capacity"]?.unsigned
        rotationRate = document["rotation_rate"]?.unsigned
        let log = document["ata_smart_error_log"]
        errorLogCount = log?["extended"]?["count"]?.unsigned ?? log?["summary"]?["count"]?.unsigned
        attributes = (document["ata_smart_attributes"]?["table"]?.items ?? []).compactMap(DriveAttribute.init)
        nvme = document["nvme_smart_health_information_log"].map(NVMeHealth.init)
        enduranceUsedPercent = nvme?.usedPercent ?? document["endurance_used"]?["current_percent"]?.unsigned
        grownDefects = document["scsi_grown_defect_list"]?.unsigned
        var counters: [String: SCSIErrorCounter] = [:]
        for member in document["scsi_error_counter_log"]?.members ?? []
        where ["read", "write", "verify"].contains(member.key) {
            counters[member.key] = SCSIErrorCounter(member.value)
        }
        errorCounters = counters
    }

    private static func degrees(_ value: JSONValue?) -> Int? {
        switch value?.number {
        case .unsigned(let value): Int(exactly: value)
        case .negative(let value): Int(exactly: value)
        case .decimal, nil: nil
        }
    }

    private static func unitName(_ document: JSONValue) -> String? {
        if let name = document["logical_unit_id"]?.string { return name }
        guard let wwn = document["wwn"], let naa = wwn["naa"]?.unsigned, let oui = wwn["oui"]?.unsigned,
            let id = wwn["id"]?.unsigned
        else { return nil }
        func hexadecimal(_ value: UInt64, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        return "0x\(hexadecimal(naa, 1))\(hexadecimal(oui, 6))\(hexadecimal(id, 9))"
    }
}

extension DriveAttribute {
    /// One row of the table, or `nil` where it has no number of an attribute.
    init?(_ row: JSONValue) {
        guard let id = row["id"]?.unsigned.flatMap(Int.init(exactly:)), (1...255).contains(id) else { return nil }
        self.id = id
        name = row["name"]?.string ?? "Unknown_Attribute"
        value = row["value"]?.unsigned
        worst = row["worst"]?.unsigned
        threshold = row["thresh"]?.unsigned
        failed = row["when_failed"]?.string.flatMap(Failure.init(rawValue:))
        raw = row["raw"]?["value"]?.unsigned
        rawText = row["raw"]?["string"]?.string
    }
}

extension NVMeHealth {
    init(_ log: JSONValue) {
        criticalWarning = log["critical_warning"]?.unsigned
        sparePercent = log["available_spare"]?.unsigned
        spareThresholdPercent = log["available_spare_threshold"]?.unsigned
        usedPercent = log["percentage_used"]?.unsigned
        unitsRead = log["data_units_read"]?.unsigned
        unitsWritten = log["data_units_written"]?.unsigned
        hostReads = log["host_reads"]?.unsigned
        hostWrites = log["host_writes"]?.unsigned
        mediaErrors = log["media_errors"]?.unsigned
        errorLogEntries = log["num_err_log_entries"]?.unsigned
        unsafeShutdowns = log["unsafe_shutdowns"]?.unsigned
    }
}

extension SCSIErrorCounter {
    init(_ counter: JSONValue) {
        corrected = counter["total_errors_corrected"]?.unsigned
        uncorrected = counter["total_uncorrected_errors"]?.unsigned
        // A text, not a number: `"111593.179"`.
        gigabytes = counter["gigabytes_processed"]?.string.flatMap(Double.init).flatMap {
            $0.isFinite && $0 >= 0 ? $0 : nil
        }
    }
}
