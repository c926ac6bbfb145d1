import Fuzzing
import HealthModel

/// Files of a Linux host: the input, cut at zero bytes, is what stands in them, one piece a file.
///
/// Must hold: no value is one that no file can mean, and no signal is there twice unless a file says it twice.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let pieces = Input(start, count).pieces
    let files = zip(paths, pieces).map { HostFile($0, bytes: $1) }
    let links = [
        HostFile("/sys/class/hwmon/hwmon0", .link(String(decoding: pieces.first ?? [], as: UTF8.self))),
        HostFile("/sys/class/hwmon/hwmon0/device", .link(String(decoding: pieces.last ?? [], as: UTF8.self))),
    ]
    let reading = LinuxReading(files + links, at: ReadingTime(SignalTime(seconds: 0)))
    for measurement in reading.measurements {
        require(measurement.value.double.isFinite, "\(measurement.identity) is \(measurement.value)")
        require(
            measurement.kind != .counter || measurement.value.double >= 0,
            "the counter \(measurement.identity) is \(measurement.value)")
    }
    return 0
}

private let paths = [
    "/proc/stat", "/proc/meminfo", "/proc/diskstats", "/proc/net/dev", "/proc/loadavg", "/proc/uptime", "/proc/mdstat",
    "/proc/pressure/io", "/proc/pressure/cpu", "/proc/sys/kernel/random/boot_id", "/sys/block/md0/md/raid_disks",
    "/sys/devices/system/edac/mc/mc0/ce_count", "/sys/devices/system/edac/mc/mc0/csrow0/ch0_ce_count",
    "/sys/devices/system/edac/mc/mc0/csrow0/ch0_dimm_label", "/sys/class/hwmon/hwmon0/name",
    "/sys/class/hwmon/hwmon0/temp1_input", "/sys/class/hwmon/hwmon0/temp1_label",
    "/sys/class/hwmon/hwmon0/power1_average",
    "/sys/class/hwmon/hwmon0/freq1_input", "/sys/class/thermal/thermal_zone0/temp",
    "/sys/class/thermal/cooling_device0/cur_state", "/sys/class/infiniband/mlx5_0/hca_type",
    "/sys/class/infiniband/mlx5_0/ports/1/state", "/sys/class/infiniband/mlx5_0/ports/1/rate",
    "/sys/class/infiniband/mlx5_0/ports/1/counters/port_rcv_data", "/sys/class/net/eth0/speed",
    "/sys/class/net/eth0/flags", "/sys/class/net/eth0/operstate", "/sys/class/net/eth0/mtu",
]
