extension LogBatch {
    /// Reads what `journalctl -o json` writes: one object a line.
    ///
    /// A field is a text; a list of numbers where it is no UTF-8; a list of texts where it was given more than once; `null`
    /// where it is too large for the export (systemd, Journal JSON Format). A last line without its end may have been cut
    /// and counts as unreadable unless it is whole.
    public init(journal bytes: [UInt8], source: String = "journal") throws(SignalError) {
        self.init(source: source)
        guard bytes.count <= Limit.bytes else {
            throw tooLarge("it has \(bytes.count) bytes", "export at most \(Limit.bytes) at once")
        }
        let limits = JSONValue.Limits(bytes: 4 << 20, depth: 8, values: 200_000)
        var line = 0
        for piece in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            if piece.allSatisfy({ $0 <= 0x20 }) { continue }
            guard events.count < Limit.events else {
                throw tooLarge("more than \(Limit.events) events", "export fewer at once")
            }
            do throws(SignalError) {
                let entry = try JSONValue(parsing: Array(piece), source: "\(source), line \(line)", limits: limits)
                guard case .object = entry else {
                    throw SignalError(
                        .malformed, input: source, place: "line \(line)", problem: "it is no object",
                        remedy: "export with journalctl -o json")
                }
                events.append(LogEvent(journal: entry))
            } catch { add(error) }
        }
    }
}

extension LogEvent {
    /// One entry of the journal.
    init(journal entry: JSONValue) {
        func text(_ key: String) -> String? {
            switch entry[key] {
            case .text(let text): text
            case .list(let items):
                // Bytes, or the first of several texts.
                items.first?.string
                    ?? (items.isEmpty
                        ? nil
                        : String(
                            decoding: items.compactMap { $0.unsigned.flatMap(UInt8.init(exactly:)) }, as: UTF8.self))
            default: nil
            }
        }
        let microseconds = text("_SOURCE_REALTIME_TIMESTAMP") ?? text("__REALTIME_TIMESTAMP")
        let time = microseconds.flatMap { Int64($0) }.flatMap { value -> SignalTime? in
            let (nanoseconds, overflow) = value.multipliedReportingOverflow(by: 1000)
            return overflow ? nil : SignalTime(nanoseconds: nanoseconds)
        }
        self.init(
            time: time, host: text("_HOSTNAME") ?? "", channel: "journal",
            provider: text("_SYSTEMD_UNIT") ?? text("UNIT") ?? text("SYSLOG_IDENTIFIER") ?? text("_TRANSPORT") ?? "",
            messageID: text("MESSAGE_ID"), level: LogLevel(syslog: text("PRIORITY")), message: text("MESSAGE"))
    }
}

extension LogLevel {
    /// By the number of syslog's severity.
    init(syslog priority: String?) {
        switch priority {
        case "0", "1", "2": self = .critical
        case "3": self = .error
        case "4": self = .warning
        case "5", "6": self = .information
        case "7": self = .debug
        default: self = .unknown
        }
    }
}
