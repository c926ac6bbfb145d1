// edac, thermal and hwmon (Linux Documentation/admin-guide/ras.rst, ABI/testing/sysfs-class-thermal,
// hwmon/sysfs-interface.rst).
extension LinuxReader {
    /// Counts of memory errors of a controller, of its rows and of their channels.
    mutating func readMemoryErrors(_ parts: [String], _ bytes: [UInt8], _ path: String) {
        guard parts.count >= 7, parts[5].hasPrefix("mc"), let file = parts.last, file.hasSuffix("_count") else {
            return
        }
        let controller = String(parts[5].dropFirst(2))
        guard UInt64(controller) != nil else { return }
        let isCorrectable = file.hasSuffix("ce_count") || file == "ce_noinfo_count"
        guard isCorrectable || file.hasSuffix("ue_count") || file == "ue_noinfo_count" else { return }
        let word = isCorrectable ? "correctable" : "uncorrectable"
        guard let value = LinuxReader.number(LinuxReader.trimmed(bytes)) else {
            report(path, 1, "it is no whole number", "read the counter again")
            return
        }
        var labels = [("controller", controller)]
        if parts.count == 7 {
            guard file.contains("noinfo") else {
                add("node_edac_\(word)_errors_total", labels, value, .count, .counter, path)
                return
            }
            labels.append(("csrow", "unknown"))
            add("node_edac_csrow_\(word)_errors_total", labels, value, .count, .counter, path)
        } else if parts.count == 8, parts[6].hasPrefix("csrow") {
            labels.append(("csrow", String(parts[6].dropFirst(5))))
            if file.hasPrefix("ch") {
                let channel = file.dropFirst(2).prefix { $0 != "_" }
                let label = text(parts.dropLast().joined(separator: "/") + "/ch\(channel)_dimm_label") ?? ""
                labels += [("channel", String(channel)), ("dimm_label", LinuxReader.slotName(label))]
                add("node_edac_channel_\(word)_errors_total", labels, value, .count, .counter, path)
            } else {
                add("node_edac_csrow_\(word)_errors_total", labels, value, .count, .counter, path)
            }
        }
    }

    /// The kernel's own `mc#0csrow#1channel#0` as `mc0_csrow1_channel0`; a board's name as it is.
    static func slotName(_ text: String) -> String {
        let plain = text.filter { $0 != "#" }
        guard plain.hasPrefix("mc"), let row = plain.firstRange(of: "csrow"),
            let channel = plain.firstRange(of: "channel"),
            row.upperBound <= channel.lowerBound
        else { return text }
        return plain[..<row.lowerBound] + "_" + plain[row.lowerBound..<channel.lowerBound] + "_"
            + plain[channel.lowerBound...]
    }

    /// Millidegrees of a zone, steps of a cooling device.
    mutating func readThermal(_ parts: [String], _ bytes: [UInt8], _ path: String) {
        let folder = parts.dropLast().joined(separator: "/") + "/"
        let type = text(folder + "type") ?? ""
        func value() -> Int64? { Int64(LinuxReader.trimmed(bytes)) }
        if parts[3].hasPrefix("thermal_zone"), parts[4] == "temp" {
            guard let value = value() else {
                report(path, 1, "it is no whole number of millidegrees", "read it again")
                return
            }
            add(
                "node_thermal_zone_temp", [("type", type), ("zone", String(parts[3].dropFirst(12)))],
                .decimal(Double(value) / 1000), .celsius, .gauge, path)
        } else if parts[3].hasPrefix("cooling_device"), parts[4] == "cur_state" || parts[4] == "max_state" {
            guard let value = value() else {
                report(path, 1, "it is no whole number", "read it again")
                return
            }
            add(
                "node_cooling_device_" + parts[4], [("name", String(parts[3].dropFirst(14))), ("type", type)],
                SignalValue(value), .state, .gauge, path)
        }
    }

    // MARK: hwmon

    private static let sensorTypes: Set<String> = [
        "in", "cpu", "fan", "pwm", "temp", "curr", "power", "energy", "humidity", "intrusion", "freq",
    ]

    /// All chips of hwmon. A chip is named by its device, since the numbers of hwmon follow the order of loading; where one
    /// device has several, its own name is added.
    mutating func readSensors() {
        var chips: [String: [(sensor: String, element: String, path: String)]] = [:]
        for path in files.keys.sorted() where path.hasPrefix("sys/class/hwmon/") {
            let parts = path.split(separator: "/").map(String.init)
            guard parts.count >= 5, parts.count == 5 || (parts.count == 6 && parts[4] == "device") else { continue }
            chips[parts[3], default: []] +=
                LinuxReader.sensor(parts[parts.count - 1]).map { [($0.0, $0.1, path)] } ?? []
        }
        let devices = chips.keys.reduce(into: [String: [String]]()) { $0[device($1) ?? "", default: []].append($1) }
        for (chip, sensors) in chips.sorted(by: { $0.key < $1.key }) {
            let device = device(chip)
            let isShared = device.map { (devices[$0]?.count ?? 0) > 1 } ?? false
            readChip(chipName(chip, device, isShared: isShared), chip, sensors)
        }
    }

    /// `temp1_crit_alarm` as sensor `temp1` and element `crit_alarm`.
    private static func sensor(_ file: String) -> (String, String)? {
        let type = file.prefix { !("0"..."9").contains($0) }
        let number = file.dropFirst(type.count).prefix { ("0"..."9").contains($0) }
        let rest = file.dropFirst(type.count + number.count)
        guard !number.isEmpty, sensorTypes.contains(String(type)), rest.isEmpty || rest.first == "_" else { return nil }
        return (String(type + number), String(rest.dropFirst()))
    }

    /// The folder of the device that a chip belongs to, by its links.
    private func device(_ chip: String) -> String? {
        guard let link = links["sys/class/hwmon/\(chip)/device"] else { return nil }
        let folder = links["sys/class/hwmon/" + chip].map { LinuxReader.resolved($0, in: "sys/class/hwmon") }
        return LinuxReader.resolved(link, in: folder ?? "sys/class/hwmon/" + chip)
    }

    private static func resolved(_ link: String, in folder: String) -> String {
        var parts = link.hasPrefix("/") ? [] : folder.split(separator: "/")
        for part in link.split(separator: "/") {
            if part == ".." {
                _ = parts.popLast()
            } else if part != "." {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }

    private func chipName(_ chip: String, _ device: String?, isShared: Bool) -> String {
        let name = text("sys/class/hwmon/\(chip)/name").map(LinuxReader.cleaned) ?? ""
        if let parts = device?.split(separator: "/"), parts.count >= 2 {
            let own = LinuxReader.cleaned(String(parts[parts.count - 1]))
            let bus = LinuxReader.cleaned(String(parts[parts.count - 2]))
            if !own.isEmpty, !bus.isEmpty {
                return isShared && !name.isEmpty ? "\(bus)_\(own)_\(name)" : "\(bus)_\(own)"
            }
        }
        return name.isEmpty ? LinuxReader.cleaned(chip) : name
    }

    private static func cleaned(_ text: String) -> String {
        var result = text.lowercased().map {
            ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == ":" ? $0 : "_"
        }
        while result.last == "_" { result.removeLast() }
        return String(result.drop { $0 == "_" })
    }

    private mutating func readChip(
        _ chip: String, _ folder: String, _ sensors: [(sensor: String, element: String, path: String)]
    ) {
        if let name = text("sys/class/hwmon/\(folder)/name").map(LinuxReader.cleaned), !name.isEmpty {
            add(
                "node_hwmon_chip_names", [("chip", chip), ("chip_name", name)], .unsigned(1), .state, .state,
                "sys/class/hwmon/\(folder)/name")
        }
        let texts = sensors.filter { $0.element == "label" }.map { ($0.sensor, text($0.path) ?? "") }
        let labels = Dictionary(texts, uniquingKeysWith: { first, _ in first })
        let values = Set(sensors.filter { $0.element.isEmpty }.map(\.sensor))
        // A chip's own folder and its device's may both have a file; the first counts.
        var seen: Set<String> = []
        for (sensor, element, path) in sensors where seen.insert("\(sensor)_\(element)").inserted {
            let type = String(sensor.prefix { !("0"..."9").contains($0) })
            if element == "label" {
                guard let label = labels[sensor], !label.isEmpty else { continue }
                add(
                    "node_hwmon_sensor_label", [("chip", chip), ("label", label), ("sensor", sensor)], .unsigned(1),
                    .state,
                    .state, path)
                continue
            }
            // A sensor that fails, as one of a card that sleeps, gives an error in place of a number: unknown.
            guard let value = text(path).flatMap({ Double($0) }), value.isFinite else { continue }
            let name = LinuxReader.metric(type, element, hasPlain: values.contains(sensor))
            let shown = type == "freq" ? labels[sensor].map(LinuxReader.cleaned) ?? sensor : sensor
            add(
                name.text, [("chip", chip), ("sensor", shown)], LinuxReader.scaled(value, name.divisor), name.unit,
                name.unit == .state ? .state : name.unit == .joules ? .counter : .gauge, path)
        }
    }

    private static func scaled(_ value: Double, _ divisor: Double) -> SignalValue {
        let scaled = value / divisor
        return divisor == 1 ? Int64(exactly: scaled).map { SignalValue($0) } ?? .decimal(scaled) : .decimal(scaled)
    }

    /// The metric of an element, what to divide by and the unit, as node_exporter has them: even an alarm of a limit of
    /// temperature is in thousandths there.
    private static func metric(
        _ type: String, _ element: String, hasPlain: Bool
    ) -> (text: String, divisor: Double, unit: SignalUnit) {
        var name = "node_hwmon_" + type
        if element == "input" {
            if hasPlain { name += "_input" }
        } else if !element.isEmpty {
            name += "_" + cleaned(element)
        }
        switch (type, element) {
        case (_, "fault"), (_, "alarm"): return (name, 1, .state)
        case (_, "beep"): return (name + "_enabled", 1, .state)
        case ("in", _), ("cpu", _): return (name + "_volts", 1000, .volts)
        case ("temp", "type"): return (name, 1, .state)
        case ("temp", _): return (name + "_celsius", 1000, .celsius)
        case ("curr", _): return (name + "_amps", 1000, .amperes)
        case ("energy", _): return (name + "_joule_total", 1e6, .joules)
        case ("power", "accuracy"): return (name, 1e6, .ratio)
        case ("power", "average_interval"), ("power", "average_interval_min"), ("power", "average_interval_max"):
            return (name + "_seconds", 1000, .seconds)
        case ("power", _): return (name + "_watt", 1e6, .watts)
        case ("humidity", _):
            // In thousandths of a percent. node_exporter divides by ten times too much, so its name is not taken.
            let part = element == "input" ? "" : "_" + cleaned(element)
            return ("host_hwmon_humidity\(part)_ratio", 1e5, .ratio)
        case ("freq", "input"): return (name + "_freq_mhz", 1e6, .unknown)
        case ("fan", "input"), ("fan", "min"), ("fan", "max"), ("fan", "target"):
            return (name + "_rpm", 1, .revolutionsPerMinute)
        default: return (name, 1, .unknown)
        }
    }
}
