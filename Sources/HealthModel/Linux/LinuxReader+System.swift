// /proc/stat, meminfo, loadavg, uptime and pressure (Linux Documentation/filesystems/proc.rst, accounting/psi.rst).
extension LinuxReader {
    private static let modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]
    private static let vectors = [
        "hi", "timer", "net_tx", "net_rx", "block", "block_iopoll", "tasklet", "sched", "hrtimer", "rcu",
    ]
    private static let counts: [String: (name: String, kind: SignalKind, unit: SignalUnit)] = [
        "ctxt": ("node_context_switches_total", .counter, .count), "intr": ("node_intr_total", .counter, .count),
        "processes": ("node_forks_total", .counter, .count), "btime": ("node_boot_time_seconds", .gauge, .seconds),
        "procs_running": ("node_procs_running", .gauge, .count),
        "procs_blocked": ("node_procs_blocked", .gauge, .count),
    ]

    /// Times are in ticks of `USER_HZ`; those of guests are contained in user and nice.
    mutating func readStat(_ text: TextLines, _ path: String) {
        for (index, line) in text.lines.enumerated() {
            let fields = TextLines.fields(line)
            guard let key = fields.first.map(String.init), fields.count > 1 else { continue }
            if key.hasPrefix("cpu"), key.count > 3 {
                let cpu = String(key.dropFirst(3))
                let values = fields.dropFirst().map { UInt64($0) }
                guard UInt64(cpu) != nil, values.count >= 4, !values.contains(nil) else {
                    report(path, index + 1, "the times of \(key) are no whole numbers", "read at least four")
                    continue
                }
                for (mode, value) in zip(LinuxReader.modes, values.compactMap { $0 }) {
                    add(
                        "node_cpu_seconds_total", [("cpu", cpu), ("mode", mode)], .decimal(Double(value) / ticks),
                        .seconds,
                        .counter, path)
                }
                for (mode, value) in zip(["user", "nice"], values.dropFirst(8).compactMap { $0 }) {
                    add(
                        "node_cpu_guest_seconds_total", [("cpu", cpu), ("mode", mode)], .decimal(Double(value) / ticks),
                        .seconds, .counter, path)
                }
            } else if let known = LinuxReader.counts[key] {
                guard let value = UInt64(fields[1]).map({ SignalValue.unsigned($0) }) else {
                    report(path, index + 1, "\(key) is no whole number", "read one")
                    continue
                }
                add(known.name, [], value, known.unit, known.kind, path)
            } else if key == "softirq" {
                for (vector, field) in zip(LinuxReader.vectors, fields.dropFirst(2)) {
                    guard let value = UInt64(field).map({ SignalValue.unsigned($0) }) else { continue }
                    add("node_softirqs_total", [("vector", vector)], value, .count, .counter, path)
                }
            }
        }
    }

    /// A `kB` of meminfo is 1024 bytes; figures without a unit are counts. Where the kernel does not tell what is
    /// available, `host_memory_available_estimated_bytes` is free + buffers + cached + reclaimable - shared.
    mutating func readMemory(_ text: TextLines, _ path: String) {
        var known: [String: UInt64] = [:]
        var isRepeated = false
        for (index, line) in text.lines.enumerated() where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else {
                report(path, index + 1, "the line has no colon", "read `name: value kB`")
                continue
            }
            let key = String(line[..<colon])
            let fields = TextLines.fields(line[line.index(after: colon)...])
            guard let value = fields.first.flatMap({ UInt64($0) }),
                fields.count == 1 || (fields.count == 2 && fields[1] == "kB")
            else {
                report(path, index + 1, "\(key) is no number of kB", "read `name: value kB`")
                continue
            }
            let name = "node_memory_" + key.map { $0 == "(" ? "_" : String($0) }.joined().filter { $0 != ")" }
            guard fields.count == 2 else {
                add(name, [], .unsigned(value), .count, .gauge, path)
                continue
            }
            let (bytes, overflow) = value.multipliedReportingOverflow(by: 1024)
            guard !overflow else {
                report(path, index + 1, "\(key) is above 16 EiB", "read a number of kB")
                continue
            }
            isRepeated = known.updateValue(bytes, forKey: key) != nil || isRepeated
            add(name + "_bytes", [], .unsigned(bytes), .bytes, .gauge, path)
        }
        guard !isRepeated, known["MemAvailable"] == nil, let free = known["MemFree"], let buffers = known["Buffers"],
            let cached = known["Cached"]
        else { return }
        let parts = [free, buffers, cached, known["SReclaimable"] ?? 0]
        let sum = parts.reduce(0 as UInt64) { total, part in
            let (sum, overflow) = total.addingReportingOverflow(part)
            return overflow ? .max : sum
        }
        let shared = known["Shmem"] ?? 0
        add(
            "host_memory_available_estimated_bytes", [], .unsigned(sum > shared ? sum - shared : 0), .bytes, .gauge,
            path)
    }

    mutating func readLoad(_ text: TextLines, _ path: String) {
        let fields = TextLines.fields(text.lines[0])
        let values = fields.prefix(3).map { Double($0) }
        guard values.count == 3, values.allSatisfy({ $0?.isFinite == true }) else {
            report(path, 1, "there are no three averages", "read `0.21 0.37 0.39 1/719 19737`")
            return
        }
        for (name, value) in zip(["node_load1", "node_load5", "node_load15"], values.compactMap { $0 }) {
            add(name, [], .decimal(value), .count, .gauge, path)
        }
    }

    mutating func readUptime(_ text: TextLines, _ path: String) {
        guard let value = TextLines.fields(text.lines[0]).first.flatMap({ Double($0) }), value.isFinite, value >= 0
        else {
            report(path, 1, "the uptime is no number of seconds", "read `350735.47 234388.90`")
            return
        }
        add("host_uptime_seconds", [], .decimal(value), .seconds, .gauge, path)
    }

    /// `total` is in microseconds; averages are percentages of time.
    mutating func readPressure(_ text: TextLines, _ resource: String, _ path: String) {
        for (index, line) in text.lines.enumerated() where !line.isEmpty {
            let fields = TextLines.fields(line)
            guard let stall = fields.first, stall == "some" || stall == "full" else {
                report(path, index + 1, "the line is neither some nor full", "read the kernel's pressure file")
                continue
            }
            for field in fields.dropFirst() {
                let pair = field.split(separator: "=", maxSplits: 1)
                guard pair.count == 2 else { continue }
                if pair[0] == "total", let value = UInt64(pair[1]) {
                    // node_exporter leaves the stalls of the whole processor out: they are always 0.
                    if stall == "full", resource == "cpu" { continue }
                    let word = stall == "some" ? "waiting" : "stalled"
                    add(
                        "node_pressure_\(resource)_\(word)_seconds_total", [], .decimal(Double(value) / 1e6), .seconds,
                        .counter, path)
                } else if pair[0].hasPrefix("avg"), let value = Double(pair[1]), value.isFinite {
                    add(
                        "host_pressure_ratio",
                        [("resource", resource), ("stall", String(stall)), ("window", "\(pair[0].dropFirst(3))s")],
                        .decimal(value / 100), .ratio, .gauge, path)
                } else {
                    report(path, index + 1, "\(field) is no number", "read the kernel's pressure file")
                }
            }
        }
    }
}
