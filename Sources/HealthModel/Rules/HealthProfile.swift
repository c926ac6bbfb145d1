public import ClusterCore

/// The profiles of health rules that come along.
///
/// Sources disagree (80/90 % of a volume in Microsoft's pages, 90/95 % in its workbook, 80 % in the architecture), so each
/// is a profile of its own. What documents leave open, the window of an average and the threshold at which an alert ends, is
/// this suite's choice: an average is of five minutes, the longest interval of telemetry that the architecture names, and
/// an alert of a share, a latency or a round trip ends a sixteenth to a fifth below its threshold.
///
/// Where a source asks that something is so for long, one sample never fires: `for` says how long the condition must hold
/// at every evaluation, here and in the export. Of the Health Service that is 15 minutes for sustained use of processors,
/// five (its interval of checks) for overload, and two checks in a row for latencies
/// (`HighLatency.ConsecutiveMeasuresRequired`).
public enum HealthProfile {
    /// What the architecture asks for: keep below 70 % of the processors, 80 % of memory, 5 ms and 20 ms of latency, 60 % of
    /// the network, 80 % of capacity. A value at the limit is not below it, so every comparison is `>=`.
    ///
    /// Its averages have no `for`. The architecture names averages to be kept below a target, telemetry of one to five
    /// minutes and alerts by threshold, and no time for which a target may be missed: an average at the target is the
    /// violation, as in the metric alerts that Azure Monitor recommends, which wait for nothing either. Their five minutes
    /// are the wait, since a window in which a sample is missing says nothing good. The waits of the Health Service (15
    /// minutes, two measures in a row) belong to its own checks of other figures. What is compared by its newest sample, so
    /// that one could fire alone, has those five minutes as its `for` instead.
    public static let architecture = RuleProfile(
        name: "architecture", version: "1", summary: "Health as the architecture asks for it",
        rules: [
            "health.node_up": RuleSettings(
                parameters: ["fire_at": .count(1), "comparator": .text("<"), "no_data": .text("hold")],
                severity: .critical, source: Reference(architecture: [86])),
            "health.cpu_usage": average(.percent(70), until: .percent(65), al: [140]),
            "health.memory_usage": average(.percent(80), until: .percent(75), al: [140]),
            "health.drive_latency.ssd": average(
                .duration(.milliseconds(5)), until: .duration(.milliseconds(4)), al: [140]),
            "health.drive_latency.hdd": average(
                .duration(.milliseconds(20)), until: .duration(.milliseconds(16)), al: [140]),
            "health.network_usage": average(.percent(60), until: .percent(55), al: [140]),
            "health.capacity_usage": RuleSettings(
                parameters: [
                    "fire_at": .percent(80), "resolve_at": .percent(75), "comparator": .text(">="), "for": minutes(5),
                ], severity: .warning, source: Reference(architecture: [140])),
            "health.storage_network_latency": average(
                .duration(.milliseconds(1)), until: .duration(.microseconds(800)), al: []),
            "health.heartbeat_latency": average(
                .duration(.milliseconds(2)), until: .duration(.microseconds(1600)), al: []),
            "health.region_round_trip": RuleSettings(
                parameters: [
                    "warning_at": .duration(.milliseconds(150)), "warning_resolve_at": .duration(.milliseconds(130)),
                    "critical_at": .duration(.milliseconds(250)), "critical_resolve_at": .duration(.milliseconds(230)),
                    "comparator": .text(">="), "aggregation": .text("average"), "window": minutes(5),
                ], source: Reference(architecture: [103])),
            "health.temperature_high": temperature(35, until: 33, ">"),
            "health.temperature_low": temperature(10, until: 12, "<"),
        ])

    /// The Health Service of Microsoft's pages.
    public static let healthService = RuleProfile(
        name: "healthService", version: "1", summary: "The Health Service as Microsoft's pages describe it",
        rules: [
            "health.capacity_usage": levels(.percent(80), .percent(90), documents),
            "health.drive_latency.ssd": latency(.milliseconds(5), documents),
            "health.drive_latency.hdd": latency(.milliseconds(20), documents),
            "health.cpu_usage": RuleSettings(
                parameters: [
                    "fire_at": .percent(80), "comparator": .text(">"), "for": minutes(15),
                ], severity: .critical, source: documents),
            "health.cpu_overloaded": RuleSettings(
                parameters: [
                    "fire_at": .percent(90), "comparator": .text(">"), "aggregation": .text("average"),
                    "window": minutes(5), "for": minutes(5),
                ], severity: .critical, source: documents),
            "health.drive_wear": RuleSettings(
                parameters: ["fire_at": .percent(80), "comparator": .text(">=")], severity: .warning, source: documents),
            "health.memory_free": RuleSettings(
                parameters: ["fire_at": .percent(10), "comparator": .text("<")], severity: .critical, source: documents),
            "health.root_memory_usage": RuleSettings(
                parameters: ["fire_at": .percent(50), "comparator": .text(">")], severity: .critical, source: documents),
            "health.virtual_processors": RuleSettings(
                parameters: ["fire_at": .count(1000), "comparator": .text(">")], severity: .critical, source: documents),
            "health.vm_memory": RuleSettings(
                parameters: ["fire_at": .percent(95), "comparator": .text(">")], severity: .critical, source: documents),
            "health.vhd_full": levels(.percent(85), .percent(95), documents),
            "health.rdma_disconnects": increase(of: .count(10), over: .seconds(900), .information, documents),
        ])

    /// The Health Service of the workbook that Microsoft's pages point to, where it says something else.
    public static let healthServiceWorkbook = RuleProfile(
        name: "healthServiceWorkbook", version: "1", summary: "The Health Service as its workbook lists the settings",
        extends: "healthService",
        rules: [
            "health.capacity_usage": levels(.percent(90), .percent(95), workbook),
            "health.cpu_usage": RuleSettings(
                parameters: [
                    "fire_at": .percent(90), "comparator": .text(">"), "for": minutes(5),
                ], severity: .critical, source: workbook),
            "health.drive_wear": RuleSettings(
                parameters: ["fire_at": .percent(95), "comparator": .text(">=")], severity: .warning, source: workbook),
            "health.drive_latency.ssd": latency(.milliseconds(10), workbook, mode: .off),
            "health.drive_latency.hdd": latency(.milliseconds(100), workbook, mode: .off),
            "health.drive_latency.scm": latency(.milliseconds(1), workbook, mode: .off),
            "health.volume_latency": RuleSettings(
                parameters: [
                    "fire_at": .duration(.seconds(3)), "comparator": .text(">"), "aggregation": .text("average"),
                    "window": minutes(15), "for": minutes(5),
                ], severity: .warning, source: workbook),
            "health.drive_bad_blocks": week(10, 100, .enforce),
            "health.drive_io_failures": week(10, 100, .off),
            "health.drive_io_retries": week(1000, 10_000, .off),
        ])

    /// The metric alerts that Azure Monitor recommends. Its limits of the network are printed in gigabytes a second, which
    /// no adapter reaches, so these two rules are off.
    public static let azureMonitor = RuleProfile(
        name: "azureMonitor", version: "1", summary: "The alert rules that Azure Monitor recommends",
        rules: [
            "health.cpu_usage": recommended(.percent(80), ">"),
            "health.memory_available": recommended(.bytes(ByteCount(bytes: 1_000_000_000)), "<"),
            "health.volume_read_latency": recommended(.duration(.milliseconds(500)), ">"),
            "health.volume_write_latency": recommended(.duration(.milliseconds(500)), ">"),
            "health.network_in": recommended(.byteRate(ByteRate(bytesPerSecond: 500_000_000_000)), ">", mode: .off),
            "health.network_out": recommended(.byteRate(ByteRate(bytesPerSecond: 200_000_000_000)), ">", mode: .off),
        ])

    /// The profiles that need no file, by which a user's own may be extended.
    public static let builtIn: [RuleProfile] = [architecture, healthService, healthServiceWorkbook, azureMonitor]

    /// A built-in profile by its name.
    public static func named(_ name: String) -> RuleProfile? { builtIn.first { $0.name == name } }

    private static let documents = Reference(document: "Microsoft, health-service-faults")
    private static let workbook = Reference(document: "Microsoft, health-service-faults.xlsx", date: "2026-04")

    private static func minutes(_ count: Int64) -> ParameterValue { .duration(.seconds(60 * count)) }

    private static func average(_ limit: ParameterValue, until: ParameterValue, al: [Int]) -> RuleSettings {
        RuleSettings(
            parameters: [
                "fire_at": limit, "resolve_at": until, "comparator": .text(">="), "aggregation": .text("average"),
                "window": minutes(5),
            ], severity: .warning,
            source: Reference(architecture: al, document: al.isEmpty ? "the architecture's targets" : nil))
    }

    private static func temperature(_ degrees: Int64, until: Int64, _ comparator: String) -> RuleSettings {
        RuleSettings(
            parameters: [
                "fire_at": .celsius(Celsius(millidegrees: degrees * 1000)),
                "resolve_at": .celsius(Celsius(millidegrees: until * 1000)), "comparator": .text(comparator),
                "for": minutes(5),
            ], severity: .warning, source: Reference(architecture: [36, 38]))
    }

    private static func levels(_ warning: ParameterValue, _ critical: ParameterValue, _ source: Reference)
        -> RuleSettings
    {
        RuleSettings(
            parameters: ["warning_at": warning, "critical_at": critical, "comparator": .text(">=")], source: source)
    }

    private static func latency(_ limit: Duration, _ source: Reference, mode: RuleMode? = nil) -> RuleSettings {
        RuleSettings(
            parameters: [
                "fire_at": .duration(limit), "comparator": .text(">"), "aggregation": .text("average"),
                "window": minutes(15), "for": minutes(5),
            ], severity: .warning, mode: mode, source: source)
    }

    private static func increase(
        of count: ParameterValue, over window: Duration, _ severity: Severity, _ source: Reference
    ) -> RuleSettings {
        RuleSettings(
            parameters: [
                "fire_at": count, "comparator": .text(">="), "aggregation": .text("increase"),
                "window": .duration(window),
            ], severity: severity, source: source)
    }

    private static func week(_ warning: Int64, _ critical: Int64, _ mode: RuleMode) -> RuleSettings {
        RuleSettings(
            parameters: [
                "warning_at": .count(warning), "critical_at": .count(critical), "comparator": .text(">="),
                "aggregation": .text("increase"), "window": .duration(.seconds(168 * 3600)),
            ], mode: mode, source: workbook)
    }

    private static func recommended(
        _ limit: ParameterValue, _ comparator: String, mode: RuleMode? = nil
    ) -> RuleSettings {
        RuleSettings(
            parameters: [
                "fire_at": limit, "comparator": .text(comparator), "aggregation": .text("average"),
                "window": minutes(5),
            ], severity: .information, mode: mode,
            source: Reference(document: "Microsoft, set-up-recommended-alert-rules"))
    }
}

extension ParameterValue {
    fileprivate static func percent(_ count: Int32) -> ParameterValue { .fraction(.ratio(count, 100)) }
}
