import ClusterCore

extension LogBatch {
    /// Reads events of Windows as XML: one `Event`, several in one element (`Events`), as `wevtutil qe LOG /f:xml /e:Events` or
    /// `Get-WinEvent` with `ToXml()` write them.
    ///
    /// A document that is no XML has no events that could be told from others, so it is refused as a whole; an event without
    /// its system part counts as unreadable.
    public init(windowsEvents bytes: [UInt8], source: String = "Windows events") throws(SignalError) {
        self.init(source: source)
        var limits = XMLReader.Limits()
        limits.bytes = Limit.bytes
        limits.depth = 64
        limits.elements = Limit.events * 8
        let root: XMLElement
        do throws(XMLError) { root = try XMLReader.read(bytes, limits: limits) } catch {
            throw SignalError(
                .malformed, input: source, place: "line \(error.position.line), column \(error.position.column)",
                problem: error.problem, remedy: "export the events as XML again")
        }
        let list = root.localName == "Event" ? [root] : root.elements.filter { $0.localName == "Event" }
        guard list.count <= Limit.events else {
            throw tooLarge("it has \(list.count) events", "export at most \(Limit.events) at once")
        }
        if list.isEmpty, root.localName != "Events" {
            throw SignalError(
                .unsupported, input: source, problem: "the outermost element is \(root.name)",
                remedy: "give an Event, or Events around several")
        }
        for element in list {
            if let event = LogEvent(windows: element) {
                events.append(event)
            } else {
                add(
                    SignalError(
                        .malformed, input: source,
                        place: "line \(element.position.line), column \(element.position.column)",
                        problem: "the event has no System with a Provider, an EventID and a Channel",
                        remedy: "export it again"))
            }
        }
    }
}

extension LogEvent {
    /// One event by its schema (Windows Event Schema, SystemPropertiesType); `nil` where its system part is not there.
    init?(windows event: XMLElement) {
        guard let system = event.child("System"),
            let provider = system.child("Provider").flatMap({ $0.attribute("Name") ?? $0.attribute("EventSourceName") }
            ),
            let number = system.child("EventID").flatMap({ UInt64($0.trimmedText) }),
            let channel = system.child("Channel")?.trimmedText, !channel.isEmpty
        else { return nil }
        let keywords = system.child("Keywords")?.trimmedText ?? ""
        let bits = keywords.hasPrefix("0x") ? UInt64(keywords.dropFirst(2), radix: 16) : nil
        self.init(
            time: system.child("TimeCreated")?.attribute("SystemTime").flatMap(SignalTime.init(calendar:)),
            host: system.child("Computer")?.trimmedText ?? "", channel: channel, provider: provider, eventID: number,
            level: LogLevel(windows: system.child("Level")?.trimmedText, keywords: bits),
            message: event.child("RenderingInfo")?.child("Message")?.trimmedText)
    }
}

extension XMLElement {
    /// The first element of that name, whatever its prefix.
    fileprivate func child(_ name: String) -> XMLElement? { elements.first { $0.localName == name } }

    fileprivate var trimmedText: String {
        var text = text[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text.drop { $0.isWhitespace })
    }
}

extension LogLevel {
    /// By the number of Windows' level; 0 is an audit where the keywords say so.
    init(windows level: String?, keywords: UInt64?) {
        if let keywords, keywords & 0x10_0000_0000_0000 != 0 {
            self = .auditFailure
            return
        }
        if let keywords, keywords & 0x20_0000_0000_0000 != 0 {
            self = .auditSuccess
            return
        }
        switch level {
        case "1": self = .critical
        case "2": self = .error
        case "3": self = .warning
        // 0 is an event that is always logged; Windows shows it as information.
        case "0", "4": self = .information
        case "5": self = .debug
        default: self = .unknown
        }
    }
}

extension SignalTime {
    /// Reads a moment of RFC 3339 in UTC, as in `2026-11-27T22:31:02.1234567Z`; decimals beyond the ninth are cut. `nil` for
    /// anything else, for a day that no calendar has and for years before 1678 and after 2261.
    public init?(calendar text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ $0 &- 48 < 10 }) else { return nil }
            return bytes[range].reduce(0) { $0 * 10 + Int64($1 &- 48) }
        }
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[4] == UInt8(ascii: "-"),
            bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1678...2261).contains(year),
            (1...12).contains(month), day >= 1, day <= SignalTime.days(of: month, year), hour < 24, minute < 60,
            second < 60
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            let decimals = bytes[20..<bytes.count - 1]
            guard bytes[19] == UInt8(ascii: "."), !decimals.isEmpty, decimals.allSatisfy({ $0 &- 48 < 10 }) else {
                return nil
            }
            for place in 0..<9 {
                let index = 20 + place
                let digit = index < bytes.count - 1 ? bytes[index] &- 48 : 0
                fraction = fraction * 10 + Int64(digit)
            }
        }
        // Days since 1970-03-01 of a year that starts in March (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        self.init(nanoseconds: seconds * 1_000_000_000 + fraction)
    }

    private static func days(of month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
