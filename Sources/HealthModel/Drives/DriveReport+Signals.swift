extension DriveReport {
    /// The report as signals, named as smartctl_exporter names them where it has them; those of this suite start with
    /// `host_drive_`. What the report does not say gives no signal.
    ///
    /// Where the drive could not be read, `host_drive_readable` 0 is all that is told: what an earlier report said turns
    /// stale, and nothing turns into "fine".
    /// - Parameter time: when the report was made, unless it says so itself.
    public func measurements(at time: ReadingTime) throws(SignalError) -> [Measurement] {
        var list = MeasurementList(report: self, time: self.time.map { ReadingTime($0, boot: time.boot) } ?? time)
        let isReadable = exit?.isNoReading != true
        try list.add("host_drive_readable", .unsigned(isReadable ? 1 : 0), .state, .state)
        if let exit {
            try list.add("smartctl_device_smartctl_exit_status", .unsigned(UInt64(exit.rawValue)), .state, .state)
        }
        guard isReadable else { return list.measurements }
        if let passed { try list.add("smartctl_device_smart_status", .unsigned(passed ? 1 : 0), .state, .state) }
        if let temperature {
            try list.add(
                "smartctl_device_temperature", SignalValue(temperature), .celsius, .gauge,
                ("temperature_type", "current"))
        }
        if let tripTemperature {
            try list.add(
                "smartctl_device_temperature", SignalValue(tripTemperature), .celsius, .gauge,
                ("temperature_type", "drive_trip"))
        }
        if let powerOnHours {
            let (seconds, overflow) = powerOnHours.multipliedReportingOverflow(by: 3600)
            if !overflow { try list.add("smartctl_device_power_on_seconds", .unsigned(seconds), .seconds, .counter) }
        }
        try list.add("smartctl_device_power_cycle_count", powerCycles)
        if let capacityBytes {
            try list.add("smartctl_device_capacity_bytes", .unsigned(capacityBytes), .bytes, .gauge)
        }
        if let rotationRate {
            try list.add("smartctl_device_rotation_rate", .unsigned(rotationRate), .revolutionsPerMinute, .gauge)
        }
        try list.add("smartctl_device_error_log_count", errorLogCount)
        for attribute in attributes { try list.add(attribute) }
        if let nvme { try list.add(nvme) }
        if let enduranceUsedPercent {
            try list.add(
                "host_drive_endurance_used_ratio", .decimal(Double(enduranceUsedPercent) / 100), .ratio, .gauge)
        }
        try list.add("host_drive_grown_defects", grownDefects)
        for (operation, counter) in errorCounters.sorted(by: { $0.key < $1.key }) {
            try list.add("smartctl_\(operation)_total_errors_corrected", counter.corrected)
            try list.add("smartctl_\(operation)_total_uncorrected_errors", counter.uncorrected)
            if let gigabytes = counter.gigabytes {
                try list.add(
                    "host_drive_processed_bytes", .decimal(gigabytes * 1e9), .bytes, .counter, ("operation", operation))
            }
        }
        return list.measurements
    }

    /// What rules judge of it, with the labels of their subjects, `node` and `drive`; nothing where it could not be read.
    public func ruleMeasurements(at time: ReadingTime, node: String) throws(SignalError) -> [Measurement] {
        guard exit?.isNoReading != true, let percent = enduranceUsedPercent else { return [] }
        let list = MeasurementList(report: self, time: self.time.map { ReadingTime($0, boot: time.boot) } ?? time)
        let drive = list.device.isEmpty ? serial ?? source : list.device
        let identity = try SignalIdentity(
            "drive_endurance_used_ratio", [SignalLabel("node", node), SignalLabel("drive", drive)])
        return [
            Measurement(
                identity, .decimal(Double(percent) / 100), unit: .ratio, kind: .gauge, source: source, time: list.time)
        ]
    }
}

/// Puts the labels of one drive to its signals.
private struct MeasurementList {
    let report: DriveReport
    let time: ReadingTime
    var measurements: [Measurement] = []

    init(report: DriveReport, time: ReadingTime) {
        self.report = report
        self.time = time
    }

    /// The device without its folder; empty where the report has none.
    var device: String { report.device.map { $0.hasPrefix("/dev/") ? String($0.dropFirst(5)) : $0 } ?? "" }

    mutating func add(
        _ name: String, _ value: SignalValue, _ unit: SignalUnit, _ kind: SignalKind, _ labels: (String, String)...
    ) throws(SignalError) {
        let all = [("device", device), ("serial_number", report.serial ?? "")] + labels
        let identity = try SignalIdentity(name, all.map { SignalLabel($0.0, $0.1) })
        measurements.append(Measurement(identity, value, unit: unit, kind: kind, source: report.source, time: time))
    }

    /// A count that only rises, where it is known.
    mutating func add(_ name: String, _ count: UInt64?) throws(SignalError) {
        if let count { try add(name, .unsigned(count), .count, .counter) }
    }

    mutating func add(_ attribute: DriveAttribute) throws(SignalError) {
        let labels = [("attribute_id", "\(attribute.id)"), ("attribute_name", attribute.name)]
        for (type, value) in [
            ("value", attribute.value), ("worst", attribute.worst), ("thresh", attribute.threshold),
            ("raw", attribute.raw),
        ] {
            guard let value else { continue }
            try add(
                "smartctl_device_attribute", .unsigned(value), .unknown, .gauge, labels[0], labels[1],
                ("attribute_value_type", type))
        }
        if let count = attribute.count {
            try add("host_drive_attribute_count", .unsigned(count), .count, .gauge, labels[0], labels[1])
        }
        if let failed = attribute.failed {
            try add(
                "host_drive_attribute_failed", .unsigned(failed == .now ? 2 : failed == .past ? 1 : 0), .state, .state,
                labels[0], labels[1])
        }
    }

    mutating func add(_ health: NVMeHealth) throws(SignalError) {
        if let bits = health.criticalWarning {
            try add("smartctl_device_critical_warning", .unsigned(bits), .state, .state)
        }
        for (name, percent) in [
            ("host_drive_available_spare_ratio", health.sparePercent),
            ("host_drive_available_spare_threshold_ratio", health.spareThresholdPercent),
        ] {
            if let percent { try add(name, .decimal(Double(percent) / 100), .ratio, .gauge) }
        }
        for (name, units) in [
            ("smartctl_device_bytes_read", health.unitsRead), ("smartctl_device_bytes_written", health.unitsWritten),
        ] {
            guard let units else { continue }
            let (bytes, overflow) = units.multipliedReportingOverflow(by: 512_000)
            try add(name, overflow ? .decimal(Double(units) * 512_000) : .unsigned(bytes), .bytes, .counter)
        }
        try add("host_drive_read_commands", health.hostReads)
        try add("host_drive_write_commands", health.hostWrites)
        try add("smartctl_device_media_errors", health.mediaErrors)
        try add("smartctl_device_num_err_log_entries", health.errorLogEntries)
        try add("host_drive_unsafe_shutdowns", health.unsafeShutdowns)
    }
}
