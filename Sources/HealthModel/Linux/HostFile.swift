/// One file of a Linux host as it was read: its path and its bytes, or where a link points.
public struct HostFile: Sendable, Hashable {
    /// The path from the root, as in `/proc/stat`; the slash at its start may be missing.
    public let path: String
    /// What was there.
    public let content: Content

    /// What a path holds.
    public enum Content: Sendable, Hashable {
        /// The bytes of a file.
        case bytes([UInt8])
        /// The target of a symbolic link, as it is written.
        case link(String)
    }

    public init(_ path: String, _ content: Content) {
        self.path = path
        self.content = content
    }

    /// A file of these bytes.
    public init(_ path: String, bytes: [UInt8]) { self.init(path, .bytes(bytes)) }

    /// The parts of the path.
    var parts: [Substring] { path.split(separator: "/") }
}

/// What the files of a Linux host say: measurements, and problems where a file is not what it should be.
///
/// A file that is missing, empty or damaged gives no measurement of its own and takes away none of others: what is not
/// known stays unknown. Metrics that node_exporter has are named as it names them; the others start with `host_`.
public struct LinuxReading: Sendable {
    /// What was read.
    public private(set) var measurements: [Measurement] = []
    /// What could not be.
    public private(set) var problems: [SignalError] = []
    /// The boot, where `/proc/sys/kernel/random/boot_id` was among the files.
    public private(set) var boot: BootIdentifier?

    /// The largest file that is read, in bytes.
    public static let fileLimit = 4 << 20
    /// The most files that are read at once.
    public static let countLimit = 100_000

    /// Reads files of a host.
    /// - Parameters:
    ///   - files: what was read, in any order; see ``LinuxSource`` for what is asked for.
    ///   - time: when. Where it names no boot, the one of the files is taken.
    ///   - ticksPerSecond: `USER_HZ` of the host, 100 but for rare builds; `getconf CLK_TCK` tells.
    public init(_ files: [HostFile], at time: ReadingTime, ticksPerSecond: Int = 100) {
        var reader = LinuxReader(ticks: Double(max(1, ticksPerSecond)))
        if files.count > LinuxReading.countLimit {
            problems.append(
                SignalError(
                    .tooLarge, input: "files of the host", problem: "\(files.count) of them",
                    remedy: "read at most \(LinuxReading.countLimit) at once"))
        }
        for file in files.prefix(LinuxReading.countLimit) {
            guard case .bytes(let bytes) = file.content else {
                reader.links[file.parts.joined(separator: "/")] = file.content.target
                continue
            }
            guard bytes.count <= LinuxReading.fileLimit else {
                problems.append(
                    SignalError(
                        .tooLarge, input: file.path, problem: "it has \(bytes.count) bytes",
                        remedy: "read at most \(LinuxReading.fileLimit)"))
                continue
            }
            reader.files[file.parts.joined(separator: "/")] = bytes
        }
        reader.readAll()
        boot = reader.boot
        let own = ReadingTime(
            time.time, monotonicNanoseconds: time.monotonicNanoseconds, boot: time.boot ?? reader.boot)
        measurements = reader.found.map {
            Measurement($0.identity, $0.value, unit: $0.unit, kind: $0.kind, source: $0.source, time: own)
        }
        problems += reader.problems
    }
}

extension HostFile.Content {
    fileprivate var target: String? {
        if case .link(let target) = self { return target }
        return nil
    }
}

/// Which files of a Linux host hold signals: paths in which `*` stands for any text without a slash.
public struct LinuxSource: Sendable, Hashable {
    /// The path.
    public let pattern: String
    /// Whether it is the target of a link that is asked for, not the bytes of a file.
    public let isLink: Bool

    /// All that ``LinuxReading`` reads.
    public static let all: [LinuxSource] =
        [
            "/proc/stat", "/proc/meminfo", "/proc/diskstats", "/proc/net/dev", "/proc/loadavg", "/proc/uptime",
            "/proc/mdstat", "/proc/pressure/*", "/proc/sys/kernel/random/boot_id", "/sys/block/*/md/raid_disks",
            "/sys/block/*/md/degraded", "/sys/block/*/queue/rotational", "/sys/devices/system/edac/mc/*/*_count",
            "/sys/devices/system/edac/mc/*/csrow*/*_count", "/sys/devices/system/edac/mc/*/csrow*/*_dimm_label",
            "/sys/class/hwmon/*/name", "/sys/class/hwmon/*/*_*", "/sys/class/hwmon/*/device/*_*",
            "/sys/class/hwmon/*/pwm*", "/sys/class/thermal/thermal_zone*/type",
            "/sys/class/thermal/thermal_zone*/temp", "/sys/class/thermal/cooling_device*/*",
            "/sys/class/infiniband/*/board_id", "/sys/class/infiniband/*/fw_ver", "/sys/class/infiniband/*/hca_type",
            "/sys/class/infiniband/*/ports/*/state", "/sys/class/infiniband/*/ports/*/phys_state",
            "/sys/class/infiniband/*/ports/*/rate", "/sys/class/infiniband/*/ports/*/counters/*",
            "/sys/class/infiniband/*/ports/*/counters_ext/*", "/sys/class/net/*/*",
        ].map { LinuxSource(pattern: $0, isLink: false) }
        + [
            "/sys/class/hwmon/*", "/sys/class/hwmon/*/device", "/sys/block/*/device", "/sys/class/net/*/device",
        ].map { LinuxSource(pattern: $0, isLink: true) }
}
