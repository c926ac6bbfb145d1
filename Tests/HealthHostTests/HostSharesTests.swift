import HealthHost
import HealthModel
import HostTopology
import TestSupport
import Testing

/// What rules ask for and no file of a host says, from made-up readings five seconds apart.
@Suite struct `Shares and rates of a host` {
    private let boot = "0123456789abcdef0123456789abcdef\n"

    private func host(rotational: [String: String] = ["sda": "1", "nvme0n1": "0"]) throws -> TemporaryTree {
        let tree = try TemporaryTree()
        try tree.write(boot, to: "proc/sys/kernel/random/boot_id")
        for (device, text) in rotational {
            try tree.write(text + "\n", to: "sys/block/\(device)/queue/rotational")
            if !device.hasPrefix("dm-") { try tree.link("sys/block/\(device)/device", to: "../../devices/\(device)") }
        }
        return tree
    }

    private func time(_ seconds: Int64) -> ReadingTime {
        ReadingTime(SignalTime(seconds: seconds), monotonicNanoseconds: seconds * 1_000_000_000)
    }

    /// The fields of /proc/diskstats that count here: requests and milliseconds of reads and writes, and of the device.
    private func disk(_ device: String, _ reads: Int, _ readTime: Int, _ writes: Int, _ writeTime: Int, _ busy: Int)
        -> String
    {
        "8 0 \(device) \(reads) 0 0 \(readTime) \(writes) 0 0 \(writeTime) 0 \(busy) 0\n"
    }

    private func net(_ device: String, received: UInt64, sent: UInt64, errors: Int) -> String {
        "a|b|c\na|b|c\n\(device): \(received) 1 \(errors) 0 0 0 0 0 \(sent) 1 0 0 0 0 0 0\n"
    }

    /// What the second of two readings gives, by name and the device's label.
    private func values(_ tree: TemporaryTree, _ first: [String: String], _ second: [String: String]) throws
        -> (values: [String: Double], problems: [SignalError])
    {
        var recorder = HostRecorder(root: HostRoot(path: tree.path), node: "n1")
        for (path, text) in first { try tree.write(text, to: path) }
        _ = recorder.read(at: time(100))
        for (path, text) in second { try tree.write(text, to: path) }
        let reading = recorder.read(at: time(105))
        var values: [String: Double] = [:]
        for measurement in reading.measurements where measurement.identity["node"] == "n1" {
            let device = measurement.identity["drive"] ?? measurement.identity["adapter"]
            let media = measurement.identity["media"].map { " " + $0 } ?? ""
            values[measurement.identity.name.text + (device.map { " " + $0 } ?? "") + media] = measurement.value.double
        }
        return (values, reading.problems)
    }

    @Test func `AL-140 a drive's latency is its milliseconds by its requests, and its busy share that of the time`()
        throws
    {
        // Facts 4.3: latency = Δms/ΔI/O, utilisation = Δfield10/Δt.
        let tree = try host(rotational: ["sda": "1", "nvme0n1": "0", "dm-0": "0"])
        let path = "proc/diskstats"
        let (values, problems) = try values(
            tree,
            [
                path: disk("sda", 1000, 5000, 500, 2500, 9000) + disk("nvme0n1", 10, 10, 0, 0, 5)
                    + disk("dm-0", 0, 0, 0, 0, 0)
            ],
            [
                path: disk("sda", 1060, 6500, 540, 3000, 11_500) + disk("nvme0n1", 10, 10, 0, 0, 5)
                    + disk("dm-0", 9, 9, 9, 9, 9)
            ])
        #expect(problems.isEmpty, "\(problems)")
        // (1500 + 500) ms by 100 requests; 2.5 s of 5 s.
        #expect(values["drive_latency_seconds sda hdd"] == 0.02)
        #expect(values["drive_busy_ratio sda hdd"] == 0.5)
        // Without a request there is no latency, and what lies on other drives is none of its own.
        #expect(values["drive_latency_seconds nvme0n1 ssd"] == nil)
        #expect(values["drive_busy_ratio nvme0n1 ssd"] == 0)
        #expect(!values.keys.contains { $0.contains("dm-0") })
    }

    @Test func `a counter that fell, or the first reading, gives no rate`() throws {
        let tree = try host()
        let path = "proc/diskstats"
        let (values, _) = try values(
            tree, [path: disk("sda", 1000, 5000, 500, 2500, 9000)], [path: disk("sda", 5, 6500, 540, 3000, 50)])
        #expect(!values.keys.contains { $0.hasPrefix("drive_") }, "\(values)")
    }

    @Test func `AL-140 an adapter's use is the busier direction by its speed`() throws {
        let tree = try host()
        // 10 Gb/s is 1.25 GB/s; 3.75 GB sent in 5 s is 0.75 GB/s.
        try tree.write("10000\n", to: "sys/class/net/eth0/speed")
        try tree.link("sys/class/net/eth0/device", to: "../../../0000:01:00.0")
        try tree.write("10000\n", to: "sys/class/net/veth0/speed")
        let path = "proc/net/dev"
        let (values, problems) = try values(
            tree, [path: net("eth0", received: 1000, sent: 0, errors: 2)],
            [path: net("eth0", received: 6000, sent: 3_750_000_000, errors: 12)])
        #expect(problems.isEmpty, "\(problems)")
        #expect(values["node_network_receive_bytes_per_second eth0"] == 1000)
        #expect(values["node_network_transmit_bytes_per_second eth0"] == 750_000_000)
        #expect(values["node_network_usage_ratio eth0"] == 0.6)
        #expect(values["node_network_errors_per_second eth0"] == 2)
        // More than the adapter can carry is no share.
        let (beyond, _) = try self.values(
            tree, [path: net("eth0", received: 0, sent: 0, errors: 0)],
            [path: net("eth0", received: 0, sent: 12_500_000_000, errors: 0)])
        #expect(beyond["node_network_usage_ratio eth0"] == nil)
        #expect(beyond["node_network_transmit_bytes_per_second eth0"] == 2_500_000_000)
    }

    @Test func `what a file says is known for half an hour, and of two that claim one signal the second is told`()
        throws
    {
        let tree = try host()
        let written = HostRecorder.now().time
        try tree.write("volume_used_ratio{volume=\"v1\"} 0.5\n", to: "a.prom")
        try tree.write("volume_used_ratio{volume=\"v1\"} 0.9\n", to: "b.prom")
        var recorder = HostRecorder(
            root: HostRoot(path: tree.path), node: "n1",
            files: ["a.prom", "b.prom"].map { HealthFile(.exposition, path: tree.absolute($0)) })
        func read(after seconds: Int64) -> (values: [SignalValue], problems: [SignalError]) {
            let now = ReadingTime(written.advanced(byNanoseconds: seconds * 1_000_000_000))
            let reading = recorder.read(at: now)
            let found = reading.measurements.filter { $0.identity.name.text == "volume_used_ratio" }
            #expect(found.allSatisfy { $0.time.time == now.time })
            return (found.map(\.value), reading.problems)
        }
        for seconds in [0, 60, 1799] as [Int64] {
            let (values, problems) = read(after: seconds)
            #expect(values == [.decimal(0.5)], "\(seconds)")
            #expect(problems.map(\.kind) == [.duplicate], "\(problems)")
        }
        let (values, problems) = read(after: 1900)
        #expect(values.isEmpty)
        #expect(problems.map(\.input) == ["a.prom", "b.prom"].map(tree.absolute), "\(problems)")
        try tree.remove("a.prom")
        #expect(read(after: 0).problems.contains { $0.problem == "there is no such file" })
    }

    @Test func `what is dated in the future has no age and is not known, but for what clocks may differ by`() throws {
        let tree = try host()
        let now = HostRecorder.now()
        let milliseconds = now.time.nanoseconds / 1_000_000
        let files = ["soon", "day", "year"].map { tree.absolute($0) }
        for (name, ahead) in [("soon", 5), ("day", 86_400), ("year", 31_536_000)] as [(String, Int64)] {
            try tree.write("volume_used_ratio{volume=\"\(name)\"} 0.5 \(milliseconds + ahead * 1000)\n", to: name)
        }
        var recorder = HostRecorder(
            root: HostRoot(path: tree.path), node: "n1", files: files.map { HealthFile(.exposition, path: $0) })
        func read(after seconds: Int64) -> (volumes: [String?], problems: [SignalError]) {
            let reading = recorder.read(
                at: ReadingTime(now.time.advanced(byNanoseconds: seconds * 1_000_000_000)))
            let found = reading.measurements.filter { $0.identity.name.text == "volume_used_ratio" }
            return (found.map { $0.identity["volume"] }, reading.problems)
        }
        let (volumes, problems) = read(after: 0)
        #expect(volumes == ["soon"])
        #expect(problems.map(\.input) == Array(files.dropFirst()), "\(problems)")
        #expect(problems.allSatisfy { $0.problem.contains("in the future") })
        // A moment that has come is none of the future; the oldest is past its half hour by then.
        let later = read(after: 86_400)
        #expect(later.volumes == ["day"])
        #expect(Set(later.problems.map(\.input)) == [files[0], files[2]])
    }

    @Test func `a file that is not what it is said to be is refused by its name`() throws {
        let tree = try TemporaryTree()
        try tree.write("{}", to: "x")
        for kind in [HealthFile.Kind.smartctl, .rdmaprobe, .exposition] {
            do throws(SignalError) {
                try HealthFile(kind, path: tree.absolute("x")).check(node: "n1")
                Issue.record("\(kind) was read")
            } catch { #expect(error.input == tree.absolute("x"), "\(error)") }
        }
    }
}
