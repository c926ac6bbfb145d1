// /proc/diskstats (Linux Documentation/admin-guide/iostats.rst) and /proc/mdstat with its attributes in /sys/block.
extension LinuxReader {
    private enum Field {
        case count(String)
        case bytes(String)
        case milliseconds(String)
        case gauge(String)
    }

    private static let diskFields: [Field] = [
        .count("reads_completed_total"), .count("reads_merged_total"), .bytes("read_bytes_total"),
        .milliseconds("read_time_seconds_total"), .count("writes_completed_total"), .count("writes_merged_total"),
        .bytes("written_bytes_total"), .milliseconds("write_time_seconds_total"), .gauge("io_now"),
        .milliseconds("io_time_seconds_total"), .milliseconds("io_time_weighted_seconds_total"),
        .count("discards_completed_total"), .count("discards_merged_total"), .count("discarded_sectors_total"),
        .milliseconds("discard_time_seconds_total"), .count("flush_requests_total"),
        .milliseconds("flush_requests_time_seconds_total"),
    ]

    /// Sectors are of 512 bytes whatever the drive's are. Partitions, RAM disks, loop and floppy devices are left out, as
    /// node_exporter does by default: their traffic is that of another device or of none.
    mutating func readDisks(_ text: TextLines, _ path: String) {
        for (index, line) in text.lines.enumerated() where !line.isEmpty {
            let fields = TextLines.fields(line)
            guard fields.count >= 3 else {
                report(path, index + 1, "the line has \(fields.count) fields", "read the kernel's 14 and more")
                continue
            }
            let device = String(fields[2])
            // Kernels before 2.6.25 had four figures for a partition.
            if fields.count == 7 || LinuxReader.isPartOrVirtual(device) { continue }
            let values = fields.dropFirst(3).map { UInt64($0) }
            guard values.count >= 11, !values.contains(nil) else {
                report(path, index + 1, "the figures of \(device) are not 11 and more whole numbers", "read them again")
                continue
            }
            for (field, value) in zip(LinuxReader.diskFields, values.compactMap { $0 }) {
                let labels = [("device", device)]
                switch field {
                case .count(let name): add("node_disk_" + name, labels, .unsigned(value), .count, .counter, path)
                case .gauge(let name): add("node_disk_" + name, labels, .unsigned(value), .count, .gauge, path)
                case .milliseconds(let name):
                    add("node_disk_" + name, labels, .decimal(Double(value) / 1000), .seconds, .counter, path)
                case .bytes(let name):
                    let (bytes, overflow) = value.multipliedReportingOverflow(by: 512)
                    if overflow {
                        report(path, index + 1, "the sectors of \(device) are above 16 EiB", "read them again")
                    } else {
                        add("node_disk_" + name, labels, .unsigned(bytes), .bytes, .counter, path)
                    }
                }
            }
        }
    }

    /// `^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$`, node_exporter's default.
    static func isPartOrVirtual(_ device: String) -> Bool {
        var stem = device[...]
        while stem.last?.isASCII == true, stem.last?.isNumber == true { stem.removeLast() }
        guard stem.count < device.count else { return false }
        if ["ram", "zram", "loop", "fd"].contains(String(stem)) { return true }
        for prefix in ["hd", "sd", "vd", "xvd"] where stem.hasPrefix(prefix) && stem.count == prefix.count + 1 {
            return stem.last?.isLowercase == true && stem.last?.isASCII == true
        }
        return stem.hasPrefix("nvme") && stem.hasSuffix("p") && stem.dropFirst(4).first?.isNumber == true
    }

    /// Whether a drive turns (ABI/stable/sysfs-block). Device-mapper, md and loop have the attribute too, and no `device`:
    /// their traffic is that of the drives below them.
    mutating func readRotation(_ parts: [String], _ bytes: [UInt8], _ path: String) {
        guard links["sys/block/\(parts[2])/device"] != nil else { return }
        switch LinuxReader.trimmed(bytes) {
        case "0": add("host_disk_rotational", [("device", parts[2])], .unsigned(0), .state, .state, path)
        case "1": add("host_disk_rotational", [("device", parts[2])], .unsigned(1), .state, .state, path)
        default: report(path, 1, "it is neither 0 nor 1", "read the attribute again")
        }
    }

    // MARK: md

    private static let arrayStates = ["active", "inactive", "recovering", "resync", "check"]

    struct MDArray {
        var device: String
        var line: Int
        var state: String
        var spare = 0
        var failed = 0
        var members = 0
        var active: UInt64?
        var required: UInt64?
        var blocks: UInt64?
        var synced: UInt64?
        var total: UInt64?
        var isSyncing = false
    }

    /// Progress is computed from the blocks, never taken from the percentage, which the kernel cuts.
    mutating func readArrays(_ text: TextLines, _ path: String) {
        var array: MDArray?
        for (index, line) in text.lines.enumerated() {
            let isIndented = line.first == " " || line.first == "\t"
            if !isIndented || line.isEmpty {
                if let array { emit(array, path) }
                array = nil
                let fields = TextLines.fields(line)
                guard line.hasPrefix("md"), fields.count >= 3, fields[1] == ":" else { continue }
                var new = MDArray(
                    device: String(fields[0]), line: index + 1, state: fields[2] == "inactive" ? "inactive" : "active")
                for field in fields.dropFirst(3) where field.contains("[") && !field.hasPrefix("[") {
                    if field.hasSuffix("(S)") {
                        new.spare += 1
                    } else if field.hasSuffix("(F)") {
                        new.failed += 1
                    } else {
                        new.members += 1
                    }
                }
                array = new
            } else if array != nil {
                array?.read(TextLines.fields(line))
            }
        }
        if let array { emit(array, path) }
    }

    private mutating func emit(_ array: MDArray, _ path: String) {
        let labels = [("device", array.device)]
        guard let blocks = array.blocks else {
            report(path, array.line, "\(array.device) has no number of blocks", "read the kernel's mdstat")
            return
        }
        for state in LinuxReader.arrayStates {
            add(
                "node_md_state", labels + [("state", state)], .unsigned(array.state == state ? 1 : 0), .state, .state,
                path)
        }
        let isActive = array.state != "inactive"
        let active = isActive ? array.active ?? UInt64(array.members) : 0
        add("node_md_disks", labels + [("state", "active")], .unsigned(active), .count, .gauge, path)
        add("node_md_disks", labels + [("state", "failed")], .unsigned(UInt64(array.failed)), .count, .gauge, path)
        add("node_md_disks", labels + [("state", "spare")], .unsigned(UInt64(array.spare)), .count, .gauge, path)
        let required = isActive ? array.required ?? UInt64(array.members) : 0
        add("node_md_disks_required", labels, .unsigned(required), .count, .gauge, path)
        add("node_md_blocks", labels, .unsigned(blocks), .count, .gauge, path)
        let synced = array.isSyncing ? array.synced ?? 0 : blocks
        add("node_md_blocks_synced", labels, .unsigned(synced), .count, .gauge, path)
        if let done = array.synced, let total = array.total, total > 0 {
            add("host_md_sync_ratio", labels, .decimal(Double(done) / Double(total)), .ratio, .gauge, path)
        }
    }

    mutating func readArrayAttribute(_ parts: [String], _ bytes: [UInt8], _ path: String) {
        let names = ["raid_disks": "node_md_raid_disks", "degraded": "node_md_degraded"]
        guard let name = names[parts[4]] else { return }
        // A raid_disks of an array that changes shape is `4 (3)`.
        guard let value = TextLines.fields(LinuxReader.trimmed(bytes)[...]).first.flatMap(LinuxReader.number) else {
            report(path, 1, "it is no whole number", "read the attribute again")
            return
        }
        add(name, [("device", parts[2])], value, .count, .gauge, path)
    }
}

extension LinuxReader.MDArray {
    /// One of the indented lines: blocks and members, or what is going on.
    fileprivate mutating func read(_ fields: [Substring]) {
        if fields.count >= 2, fields[1] == "blocks" {
            blocks = UInt64(fields[0])
            for field in fields where field.hasPrefix("[") && field.contains("/") {
                let pair = field.dropFirst().dropLast().split(separator: "/")
                if pair.count == 2 { (required, active) = (UInt64(pair[0]), UInt64(pair[1])) }
            }
            return
        }
        let words = [
            ("recovery", "recovering"), ("resync", "resync"), ("reshape", "recovering"), ("check", "check"),
            ("repair", "resync"),
        ]
        for field in fields {
            for (word, name) in words where field == word || field.hasPrefix(word + "=") {
                isSyncing = true
                state = name
            }
            if isSyncing, field.hasPrefix("("), field.hasSuffix(")") {
                let pair = field.dropFirst().dropLast().split(separator: "/")
                if pair.count == 2 { (synced, total) = (UInt64(pair[0]), UInt64(pair[1])) }
            }
        }
    }
}
