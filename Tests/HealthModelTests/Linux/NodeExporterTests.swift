import HealthModel
import TestSupport
import Testing

@Suite struct `Signals of a Linux host` {
    @Test func `AL-38 a host's own sensors tell temperature and humidity (Linux hwmon, sysfs-interface)`() {
        let files = [
            HostFile("/sys/class/hwmon/hwmon3/name", bytes: Array("sht3x\n".utf8)),
            HostFile("/sys/class/hwmon/hwmon3/temp1_input", bytes: Array("23450\n".utf8)),
            HostFile("/sys/class/hwmon/hwmon3/humidity1_input", bytes: Array("48210\n".utf8)),
            HostFile("/sys/class/hwmon/hwmon3/temp2_input", bytes: Array("No data available\n".utf8)),
        ]
        let reading = LinuxReading(files, at: ReadingTime(SignalTime(seconds: 0)))
        let values = Dictionary(reading.measurements.map { ($0.identity.description, $0) }) { first, _ in first }
        let temperature = values[#"node_hwmon_temp_celsius{chip="sht3x",sensor="temp1"}"#]
        #expect(temperature?.value == .decimal(23.45) && temperature?.unit == .celsius)
        #expect(values[#"node_hwmon_temp_celsius{chip="sht3x",sensor="temp2"}"#] == nil)
        // Thousandths of a percent: 48.21 %.
        let humidity = values[#"host_hwmon_humidity_ratio{chip="sht3x",sensor="humidity1"}"#]
        #expect(humidity?.value == .decimal(0.4821) && humidity?.unit == .ratio)
    }

    @Test func `a driver without counters gives no zero (facts 4.3, i40iw)`() {
        let reading = LinuxReading(
            [
                HostFile(
                    "/sys/class/infiniband/i40iw0/ports/1/counters/link_downed", bytes: Array("N/A (no PMA)\n".utf8))
            ],
            at: ReadingTime(SignalTime(seconds: 0)))
        #expect(reading.measurements.isEmpty)
        #expect(reading.problems.isEmpty)
    }

    @Test func `a link that is down has no speed`() {
        let reading = LinuxReading(
            [HostFile("/sys/class/net/eth0/speed", bytes: Array("-1\n".utf8))], at: ReadingTime(SignalTime(seconds: 0)))
        #expect(reading.measurements.isEmpty)
    }

    @Test func `net dev of the kernel's documentation has its columns in place`() throws {
        let text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
              eth0:10 11 12 13 14 15 16 17 20 21 22 23 24 25 26 18446744073709551615
            """
        let reading = LinuxReading(
            [HostFile("proc/net/dev", bytes: Array(text.utf8))], at: ReadingTime(SignalTime(seconds: 7)))
        let values = Dictionary(reading.measurements.map { ($0.identity.description, $0.value) }) { first, _ in first }
        #expect(values[#"node_network_receive_bytes_total{device="eth0"}"#] == .unsigned(10))
        #expect(values[#"node_network_receive_multicast_total{device="eth0"}"#] == .unsigned(17))
        #expect(values[#"node_network_transmit_bytes_total{device="eth0"}"#] == .unsigned(20))
        #expect(values[#"node_network_transmit_colls_total{device="eth0"}"#] == .unsigned(25))
        #expect(values[#"node_network_transmit_compressed_total{device="eth0"}"#] == .unsigned(.max))
        #expect(reading.measurements.count == 16)
        #expect(reading.measurements.allSatisfy { $0.time.time == SignalTime(seconds: 7) })
    }

    @Test func `memory that the kernel does not tell as available is estimated under another name`() {
        let text = "MemFree: 10 kB\nBuffers: 2 kB\nCached: 5 kB\nSReclaimable: 3 kB\nShmem: 4 kB\n"
        let reading = LinuxReading(
            [HostFile("/proc/meminfo", bytes: Array(text.utf8))], at: ReadingTime(SignalTime(seconds: 0)))
        let estimated = reading.measurements.first { $0.identity.name.text == "host_memory_available_estimated_bytes" }
        #expect(estimated?.value == .unsigned(16 * 1024))
        #expect(!reading.measurements.contains { $0.identity.name.text == "node_memory_MemAvailable_bytes" })
    }

    @Test func `progress of an array is computed from its blocks, not taken from the percentage (facts 4.3)`() throws {
        let text = """
            md6 : active raid1 sdb2[2](F) sdc[1](S) sda2[0]
                  195310144 blocks [2/1] [U_]
                  [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec
            """
        let reading = LinuxReading(
            [HostFile("/proc/mdstat", bytes: Array(text.utf8))], at: ReadingTime(SignalTime(seconds: 0)))
        let ratio = try #require(reading.measurements.first { $0.identity.name.text == "host_md_sync_ratio" })
        #expect(abs(ratio.value.double - 0.08589) < 0.00001)
    }

    @Test func `a boot is known by its identifier, and the time of all measurements names it`() throws {
        let files = [
            HostFile("/proc/sys/kernel/random/boot_id", bytes: Array("0123abcd-0000-4000-8000-00000000ffff\n".utf8)),
            HostFile("/proc/loadavg", bytes: Array("0.21 0.37 0.39 1/719 19737\n".utf8)),
        ]
        let reading = LinuxReading(files, at: ReadingTime(SignalTime(seconds: 0)))
        let boot = BootIdentifier(high: 0x0123_ABCD_0000_4000, low: 0x8000_0000_0000_FFFF)
        #expect(reading.boot == boot)
        #expect(reading.measurements.map(\.time.boot) == [boot, boot, boot])
    }

    @Test func `a damaged file gives a problem with its line and takes nothing from the others`() {
        let files = [
            HostFile("/proc/stat", bytes: Array("cpu0 1 2 x 4\nctxt 5\n".utf8)),
            HostFile("/proc/diskstats", bytes: Array("8 0 sda 1 2 3\n".utf8)),
            HostFile("/proc/uptime", bytes: Array("350735.47 234388.90\n".utf8)),
        ]
        let reading = LinuxReading(files, at: ReadingTime(SignalTime(seconds: 0)))
        #expect(
            reading.measurements.map(\.identity.description).sorted() == [
                "host_uptime_seconds", "node_context_switches_total",
            ])
        #expect(
            reading.problems.map(\.description).map { $0.prefix(23) } == [
                "/proc/diskstats, line 1", "/proc/stat, line 1: the",
            ])
    }

    @Test
    func
        `any mutation of the host's files gives measurements or problems, never a crash or a number that is not there`()
    {
        let good = "cpu0 44490 19 21045 1087069 220 1 3410 0 2 1\nctxt 38014093\n"
        forRandom(300) { random in
            var bytes = Array(good.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            let paths = [
                "/proc/stat", "/proc/meminfo", "/proc/diskstats", "/proc/net/dev", "/proc/mdstat", "/proc/pressure/io",
            ]
            let reading = LinuxReading(
                paths.map { HostFile($0, bytes: bytes) }, at: ReadingTime(SignalTime(seconds: 0)))
            return reading.measurements.allSatisfy { $0.value.double.isFinite && $0.value.double >= 0 }
        }
    }
}
