// /proc/net/dev, /sys/class/net and /sys/class/infiniband (Linux Documentation/ABI/testing/sysfs-class-net,
// ABI/stable/sysfs-class-infiniband).
extension LinuxReader {
    private static let received = [
        "bytes", "packets", "errs", "drop", "fifo", "frame", "compressed", "multicast",
    ]
    private static let transmitted = ["bytes", "packets", "errs", "drop", "fifo", "colls", "carrier", "compressed"]

    mutating func readNetDevices(_ text: TextLines, _ path: String) {
        // Two lines of headings.
        for (index, line) in text.lines.enumerated() where index >= 2 && !line.isEmpty {
            guard let colon = line.lastIndex(of: ":") else {
                report(path, index + 1, "the line has no colon", "read the kernel's table")
                continue
            }
            let device = TextLines.fields(line[..<colon]).joined(separator: " ")
            let values = TextLines.fields(line[line.index(after: colon)...]).map { UInt64($0) }
            guard values.count >= 16, !values.contains(nil) else {
                report(path, index + 1, "the figures of \(device) are not 16 whole numbers", "read them again")
                continue
            }
            let known = values.compactMap { $0 }
            for (name, value) in zip(
                LinuxReader.received.map { "receive_" + $0 } + LinuxReader.transmitted.map { "transmit_" + $0 }, known)
            {
                let unit: SignalUnit = name.hasSuffix("_bytes") ? .bytes : .count
                add("node_network_\(name)_total", [("device", device)], .unsigned(value), unit, .counter, path)
            }
        }
    }

    private static let netAttributes: [String: (name: String, kind: SignalKind, unit: SignalUnit)] = [
        "addr_assign_type": ("address_assign_type", .state, .state), "carrier": ("carrier", .state, .state),
        "carrier_changes": ("carrier_changes_total", .counter, .count),
        "carrier_up_count": ("carrier_up_changes_total", .counter, .count),
        "carrier_down_count": ("carrier_down_changes_total", .counter, .count),
        "dev_id": ("device_id", .state, .state), "dormant": ("dormant", .state, .state),
        "flags": ("flags", .state, .state), "ifindex": ("iface_id", .state, .state),
        "iflink": ("iface_link", .state, .state), "link_mode": ("iface_link_mode", .state, .state),
        "mtu": ("mtu_bytes", .gauge, .bytes), "name_assign_type": ("name_assign_type", .state, .state),
        "netdev_group": ("net_dev_group", .state, .state), "type": ("protocol_type", .state, .state),
        "tx_queue_len": ("transmit_queue_length", .gauge, .count),
    ]

    /// An attribute of a network device. A speed of -1 is that of a link that is down: unknown. Reading `carrier` of a device
    /// that is administratively down fails, so its file is missing.
    mutating func readNetAttribute(_ parts: [String], _ bytes: [UInt8], _ path: String) {
        let text = LinuxReader.trimmed(bytes)
        let labels = [("device", parts[3])]
        if let known = LinuxReader.netAttributes[parts[4]] {
            let value = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
            guard let value else {
                report(path, 1, "it is no whole number", "read the attribute again")
                return
            }
            add("node_network_" + known.name, labels, .unsigned(value), known.unit, known.kind, path)
        } else if parts[4] == "speed" {
            // Megabits a second; a whole number of them is a whole number of bytes.
            guard let megabits = Int64(text) else {
                report(path, 1, "it is no whole number", "read the attribute again")
                return
            }
            guard megabits >= 0, let speed = UInt64(exactly: megabits)?.multipliedReportingOverflow(by: 125_000),
                !speed.overflow
            else { return }
            add("node_network_speed_bytes", labels, .unsigned(speed.partialValue), .bytesPerSecond, .gauge, path)
        } else if parts[4] == "operstate" {
            guard !text.isEmpty else { return }
            add("node_network_up", labels, .unsigned(text == "up" ? 1 : 0), .state, .state, path)
            addNetInfo(parts, state: text, path)
        }
    }

    private mutating func addNetInfo(_ parts: [String], state: String, _ path: String) {
        let folder = parts.dropLast().joined(separator: "/") + "/"
        func attribute(_ name: String) -> String { text(folder + name) ?? "" }
        let flags = attribute("flags")
        let bits = flags.hasPrefix("0x") ? UInt64(flags.dropFirst(2), radix: 16) : nil
        // IFF_UP is the lowest bit.
        let admin = bits.map { $0 & 1 == 1 ? "up" : "down" } ?? ""
        add(
            "node_network_info",
            [
                ("address", attribute("address")), ("adminstate", admin), ("broadcast", attribute("broadcast")),
                ("device", parts[3]), ("duplex", attribute("duplex")), ("ifalias", attribute("ifalias")),
                ("operstate", state),
            ], .unsigned(1), .state, .state, path)
    }

    /// Which network devices are adapters: bridges, bonds and virtual ends have no `device`, and their traffic is that of
    /// others.
    mutating func readAdapters() {
        for path in links.keys.sorted() where path.hasPrefix("sys/class/net/") && path.hasSuffix("/device") {
            let parts = path.split(separator: "/").map(String.init)
            guard parts.count == 5 else { continue }
            add("host_network_hardware", [("device", parts[3])], .unsigned(1), .state, .state, path)
        }
    }

    // MARK: InfiniBand

    private static let fabricCounters: [String: (name: String, factor: UInt64)] = [
        "VL15_dropped": ("vl15_dropped", 1),
        "excessive_buffer_overrun_errors": ("excessive_buffer_overrun_errors", 1),
        "link_downed": ("link_downed", 1), "link_error_recovery": ("link_error_recovery", 1),
        "local_link_integrity_errors": ("local_link_integrity_errors", 1),
        "multicast_rcv_packets": ("multicast_packets_received", 1),
        "multicast_xmit_packets": ("multicast_packets_transmitted", 1),
        "port_rcv_constraint_errors": ("port_constraint_errors_received", 1),
        "port_xmit_constraint_errors": ("port_constraint_errors_transmitted", 1),
        "port_rcv_data": ("port_data_received_bytes", 4), "port_xmit_data": ("port_data_transmitted_bytes", 4),
        "port_rcv_discards": ("port_discards_received", 1), "port_xmit_discards": ("port_discards_transmitted", 1),
        "port_rcv_errors": ("port_errors_received", 1), "port_rcv_packets": ("port_packets_received", 1),
        "port_xmit_packets": ("port_packets_transmitted", 1), "port_xmit_wait": ("port_transmit_wait", 1),
        "port_rcv_remote_physical_errors": ("port_receive_remote_physical_errors", 1),
        "port_rcv_switch_relay_errors": ("port_receive_switch_relay_errors", 1), "symbol_error": ("symbol_error", 1),
        "unicast_rcv_packets": ("unicast_packets_received", 1),
        "unicast_xmit_packets": ("unicast_packets_transmitted", 1),
    ]
    private static let fabricExtended: [String: (name: String, factor: UInt64)] = [
        "port_multicast_rcv_packets": ("legacy_multicast_packets_received", 1),
        "port_multicast_xmit_packets": ("legacy_multicast_packets_transmitted", 1),
        "port_rcv_data_64": ("legacy_data_received_bytes", 4),
        "port_xmit_data_64": ("legacy_data_transmitted_bytes", 4),
        "port_rcv_packets_64": ("legacy_packets_received", 1),
        "port_xmit_packets_64": ("legacy_packets_transmitted", 1),
        "port_unicast_rcv_packets": ("legacy_unicast_packets_received", 1),
        "port_unicast_xmit_packets": ("legacy_unicast_packets_transmitted", 1),
    ]

    /// Data is counted in units of 4 bytes. A driver without counters writes `N/A (no PMA)` into every file: unknown, not 0.
    mutating func readFabric(_ parts: [String], _ bytes: [UInt8], _ path: String) {
        let text = LinuxReader.trimmed(bytes)
        if parts.count == 5, parts[4] == "hca_type" {
            let folder = parts.dropLast().joined(separator: "/") + "/"
            add(
                "node_infiniband_info",
                [
                    ("board_id", self.text(folder + "board_id") ?? ""), ("device", parts[3]),
                    ("firmware_version", self.text(folder + "fw_ver") ?? ""), ("hca_type", text),
                ], .unsigned(1), .state, .state, path)
        }
        guard parts.count >= 7, parts[4] == "ports" else { return }
        let labels = [("device", parts[3]), ("port", parts[5])]
        if parts.count == 7 {
            readFabricState(parts[6], text, labels, path)
        } else if parts.count == 8, parts[6] == "counters" || parts[6] == "counters_ext" {
            let table = parts[6] == "counters" ? LinuxReader.fabricCounters : LinuxReader.fabricExtended
            guard let known = table[parts[7]], !text.hasPrefix("N/A") else { return }
            guard let value = UInt64(text), case let scaled = value.multipliedReportingOverflow(by: known.factor),
                !scaled.overflow
            else {
                report(path, 1, "it is no whole number", "read the counter again")
                return
            }
            let unit: SignalUnit = known.name.hasSuffix("_bytes") ? .bytes : .count
            add("node_infiniband_\(known.name)_total", labels, .unsigned(scaled.partialValue), unit, .counter, path)
        }
    }

    private mutating func readFabricState(_ name: String, _ text: String, _ labels: [(String, String)], _ path: String)
    {
        switch name {
        case "state", "phys_state":
            guard let value = UInt64(text.prefix { $0 != ":" }) else {
                report(path, 1, "it does not start with the number of a state", "read it again")
                return
            }
            let metric = name == "state" ? "node_infiniband_state_id" : "node_infiniband_physical_state_id"
            add(metric, labels, .unsigned(value), .state, .state, path)
        case "rate":
            // `40 Gb/sec (4X QDR)`, `2.5 Gb/sec (1X SDR)`
            let fields = TextLines.fields(text[...])
            guard fields.count >= 2, fields[1] == "Gb/sec", let rate = Double(fields[0]), rate.isFinite, rate >= 0
            else {
                report(path, 1, "it is no rate in Gb/sec", "read it again")
                return
            }
            let bytes = rate * 125_000_000
            add(
                "node_infiniband_rate_bytes_per_second", labels,
                UInt64(exactly: bytes).map { .unsigned($0) } ?? .decimal(bytes), .bytesPerSecond, .gauge, path)
        default: break
        }
    }
}
