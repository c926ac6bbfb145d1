/// Collects what files say; the themes are extensions of it.
struct LinuxReader {
    /// Paths without a slash at the start.
    var files: [String: [UInt8]] = [:]
    var links: [String: String] = [:]
    let ticks: Double
    var boot: BootIdentifier?
    private(set) var found: [Found] = []
    private(set) var problems: [SignalError] = []

    struct Found {
        var identity: SignalIdentity
        var value: SignalValue
        var unit: SignalUnit
        var kind: SignalKind
        var source: String
    }

    /// The most problems that are told; a host with more is damaged as a whole.
    static let problemLimit = 1000

    init(ticks: Double) { self.ticks = ticks }

    mutating func readAll() {
        for path in files.keys.sorted() {
            guard let bytes = files[path] else { continue }
            let parts = path.split(separator: "/").map(String.init)
            switch parts.first {
            case "proc": readProcess(parts, bytes, path)
            case "sys": readDevice(parts, bytes, path)
            default: break
            }
        }
        readSensors()
        readAdapters()
        dropRepeated()
    }

    /// Of a signal that is there twice neither value is known to be right.
    private mutating func dropRepeated() {
        var counts: [SignalIdentity: Int] = [:]
        for entry in found { counts[entry.identity, default: 0] += 1 }
        guard counts.count < found.count else { return }
        var told: Set<SignalIdentity> = []
        for entry in found where counts[entry.identity, default: 0] > 1 && told.insert(entry.identity).inserted {
            append(
                SignalError(
                    .duplicate, input: entry.source, place: "\(entry.identity)", problem: "it is there twice",
                    remedy: "read the file again"))
        }
        found.removeAll { told.contains($0.identity) }
    }

    private mutating func readProcess(_ parts: [String], _ bytes: [UInt8], _ path: String) {
        let text = TextLines(bytes)
        switch parts.dropFirst().joined(separator: "/") {
        case "stat": readStat(text, path)
        case "meminfo": readMemory(text, path)
        case "diskstats": readDisks(text, path)
        case "net/dev": readNetDevices(text, path)
        case "loadavg": readLoad(text, path)
        case "uptime": readUptime(text, path)
        case "mdstat": readArrays(text, path)
        case "sys/kernel/random/boot_id":
            boot = BootIdentifier(text: bytes)
            if boot == nil { report(path, 1, "it is no boot identifier", "read 32 hexadecimal digits") }
        default: if parts.count == 3, parts[1] == "pressure" { readPressure(text, parts[2], path) }
        }
    }

    private mutating func readDevice(_ parts: [String], _ bytes: [UInt8], _ path: String) {
        switch (parts.count, parts[safe: 1], parts[safe: 2]) {
        case (5, "block", _) where parts[3] == "md": readArrayAttribute(parts, bytes, path)
        case (5, "block", _) where parts[3] == "queue": readRotation(parts, bytes, path)
        case (5, "class", "net"): readNetAttribute(parts, bytes, path)
        case (5..., "class", "infiniband"): readFabric(parts, bytes, path)
        case (5, "class", "thermal"): readThermal(parts, bytes, path)
        case (6..., "devices", "system") where parts[3] == "edac" && parts[4] == "mc":
            readMemoryErrors(parts, bytes, path)
        default: break
        }
    }

    // MARK: What is found

    mutating func add(
        _ name: String, _ labels: [(String, String)] = [], _ value: SignalValue, _ unit: SignalUnit, _ kind: SignalKind,
        _ path: String
    ) {
        do {
            let identity = try SignalIdentity(name, labels.map { SignalLabel($0.0, $0.1) })
            found.append(Found(identity: identity, value: value, unit: unit, kind: kind, source: "/" + path))
        } catch { append(error) }
    }

    mutating func report(_ path: String, _ line: Int, _ problem: String, _ remedy: String) {
        append(SignalError(.malformed, input: "/" + path, place: "line \(line)", problem: problem, remedy: remedy))
    }

    private mutating func append(_ problem: SignalError) {
        if problems.count < LinuxReader.problemLimit { problems.append(problem) }
    }

    /// The text of a small file, without what ends it; `nil` where there is no such file.
    func text(_ path: String) -> String? { files[path].map { LinuxReader.trimmed($0) } }

    static func trimmed(_ bytes: [UInt8]) -> String {
        var end = bytes.count
        while end > 0, bytes[end - 1] <= 0x20 { end -= 1 }
        var start = 0
        while start < end, bytes[start] <= 0x20 { start += 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// A whole number exactly, signed or not; `nil` for anything else, as for `N/A (no PMA)`.
    static func number(_ text: some StringProtocol) -> SignalValue? {
        if let value = UInt64(text) { return text.utf8.first == UInt8(ascii: "+") ? nil : .unsigned(value) }
        if let value = Int64(text), value < 0 { return .negative(value) }
        return nil
    }
}

/// The lines of a file and their fields; what is no UTF-8 is replaced.
struct TextLines {
    let lines: [Substring]

    init(_ bytes: [UInt8]) {
        lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    static func fields(_ line: Substring) -> [Substring] {
        line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
    }
}

extension Array {
    /// The element, or `nil` where there is none.
    fileprivate subscript(safe position: Int) -> Element? { position < count ? self[position] : nil }
}

extension BootIdentifier {
    /// Reads the text of `/proc/sys/kernel/random/boot_id`: 32 hexadecimal digits with or without dashes.
    public init?(text bytes: [UInt8]) {
        let digits = bytes.filter { $0 != UInt8(ascii: "-") && $0 > 0x20 }
        guard digits.count == 32,
            let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}
