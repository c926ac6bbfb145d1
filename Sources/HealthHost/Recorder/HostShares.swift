import HealthModel

/// What rules ask for and no file says: shares, latencies and rates of one node, from a reading and the one before it. They
/// carry the labels that name the subjects of rules: `node`, `drive`, `adapter`.
struct HostShares: Sendable {
    let node: String
    private var processors: (times: ProcessorTime, boot: BootIdentifier?)?
    private var counters: [SignalIdentity: CounterReading] = [:]

    /// By how much a share may be above the whole and count as the whole: times are read one after the other and in ticks.
    static let tolerance = 0.05

    init(node: String) { self.node = node }

    /// What follows from the measurements of a host, and what cannot be.
    mutating func derived(
        from measurements: [Measurement], at time: ReadingTime
    ) -> (measurements: [Measurement], problems: [SignalError]) {
        var found = Found(node: node, time: time)
        var names: [String: [Measurement]] = [:]
        for measurement in measurements { names[measurement.identity.name.text, default: []].append(measurement) }
        memory(names, &found)
        let times = HostShares.processorTime(names["node_cpu_seconds_total"] ?? [])
        if let times, let processors, processors.boot == time.boot, let share = times.busyShare(since: processors.times)
        {
            found.add("node_cpu_usage_ratio", share, .ratio, "/proc/stat")
        }
        processors = times.map { ($0, time.boot) }
        let steps = steps(measurements, time)
        drives(names["host_disk_rotational"] ?? [], steps, &found)
        adapters(names, steps, &found)
        return (found.measurements, found.problems)
    }

    private struct Found {
        let node: String
        let time: ReadingTime
        var measurements: [Measurement] = []
        var problems: [SignalError] = []

        mutating func add(
            _ name: String, _ value: Double, _ unit: SignalUnit, _ source: String, _ labels: [(String, String)] = []
        ) {
            let all = [("node", node)] + labels
            guard value.isFinite, let identity = try? SignalIdentity(name, all.map { SignalLabel($0.0, $0.1) })
            else { return }
            measurements.append(
                Measurement(identity, .decimal(value), unit: unit, kind: .gauge, source: source, time: time))
        }

        /// A share of what is there at most; one that is more says nothing.
        mutating func share(_ name: String, _ value: Double, _ source: String, _ labels: [(String, String)]) {
            if value <= 1 + HostShares.tolerance { add(name, min(1, value), .ratio, source, labels) }
        }
    }

    private func memory(_ names: [String: [Measurement]], _ found: inout Found) {
        func value(_ name: String) -> Double? { names[name]?.first?.value.double }
        let available = value("node_memory_MemAvailable_bytes") ?? value("host_memory_available_estimated_bytes")
        guard let total = value("node_memory_MemTotal_bytes"), total > 0, let available else { return }
        guard available <= total else {
            found.problems.append(
                SignalError(
                    .badNumber, input: "/proc/meminfo", place: "MemAvailable",
                    problem: "of \(UInt64(total)) bytes \(UInt64(available)) are available",
                    remedy: "read the kernel's file again"))
            return
        }
        found.add("node_memory_usage_ratio", 1 - available / total, .ratio, "/proc/meminfo")
        found.add("node_memory_available_ratio", available / total, .ratio, "/proc/meminfo")
        found.add("node_memory_available_bytes", available, .bytes, "/proc/meminfo")
    }

    // MARK: Counters

    /// What each counter says since the reading before, by name and device.
    private mutating func steps(_ measurements: [Measurement], _ time: ReadingTime) -> [String: [String: CounterStep]] {
        var steps: [String: [String: CounterStep]] = [:]
        var readings: [SignalIdentity: CounterReading] = [:]
        for measurement in measurements where measurement.kind == .counter {
            let name = measurement.identity.name.text
            guard name.hasPrefix("node_disk_") || name.hasPrefix("node_network_"),
                let device = measurement.identity["device"]
            else { continue }
            let reading = CounterReading(measurement.value, at: time)
            if let before = counters[measurement.identity] {
                steps[name, default: [:]][device] = CounterStep(from: before, to: reading)
            }
            readings[measurement.identity] = reading
        }
        counters = readings
        return steps
    }

    /// Of each drive its mean time of a request and its share of busy time. A drive without requests has no latency.
    private func drives(_ media: [Measurement], _ steps: [String: [String: CounterStep]], _ found: inout Found) {
        let source = "/proc/diskstats"
        for drive in media {
            guard let device = drive.identity["device"] else { continue }
            func step(_ name: String) -> CounterStep? { steps["node_disk_" + name]?[device] }
            let labels = [("drive", device), ("media", drive.value.double == 0 ? "ssd" : "hdd")]
            if let reads = step("reads_completed_total")?.amount, let writes = step("writes_completed_total")?.amount,
                let reading = step("read_time_seconds_total")?.amount,
                let writing = step("write_time_seconds_total")?.amount, reads + writes > 0
            {
                found.add("drive_latency_seconds", (reading + writing) / (reads + writes), .seconds, source, labels)
            }
            if let busy = step("io_time_seconds_total")?.perSecond {
                found.share("drive_busy_ratio", busy, source, labels)
            }
        }
    }

    /// Of each adapter what it carries and which share of its speed that is, in the direction that carries more; and its
    /// errors.
    private func adapters(
        _ names: [String: [Measurement]], _ steps: [String: [String: CounterStep]], _ found: inout Found
    ) {
        let source = "/proc/net/dev"
        let speeds = (names["node_network_speed_bytes"] ?? []).reduce(into: [String: Double]()) {
            $0[$1.identity["device"] ?? ""] = $1.value.double
        }
        for adapter in names["host_network_hardware"] ?? [] {
            guard let device = adapter.identity["device"] else { continue }
            func rate(_ name: String) -> Double? { steps["node_network_\(name)_total"]?[device]?.perSecond }
            let labels = [("adapter", device)]
            if let received = rate("receive_bytes"), let sent = rate("transmit_bytes") {
                found.add("node_network_receive_bytes_per_second", received, .bytesPerSecond, source, labels)
                found.add("node_network_transmit_bytes_per_second", sent, .bytesPerSecond, source, labels)
                if let speed = speeds[device], speed > 0 {
                    found.share("node_network_usage_ratio", max(received, sent) / speed, source, labels)
                }
            }
            if let received = rate("receive_errs"), let sent = rate("transmit_errs") {
                found.add("node_network_errors_per_second", received + sent, .countPerSecond, source, labels)
            }
        }
    }

    /// The times of all processors together; `nil` where none was read.
    private static func processorTime(_ measurements: [Measurement]) -> ProcessorTime? {
        var sums: [String: Double] = [:]
        for measurement in measurements {
            guard let mode = measurement.identity["mode"] else { continue }
            sums[mode, default: 0] += measurement.value.double
        }
        guard let user = sums["user"], let nice = sums["nice"], let system = sums["system"], let idle = sums["idle"]
        else {
            return nil
        }
        return ProcessorTime(
            user: user, nice: nice, system: system, idle: idle, iowait: sums["iowait"] ?? 0, irq: sums["irq"] ?? 0,
            softirq: sums["softirq"] ?? 0, steal: sums["steal"] ?? 0)
    }
}

extension CounterStep {
    /// The increase, or `nil` where nothing certain is known.
    fileprivate var amount: Double? {
        guard case .increase(let value, _) = self else { return nil }
        return value.double
    }
}
