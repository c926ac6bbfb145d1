import ClusterCore

/// What a firewall or a proxy lets out: hosts with ports, as somebody wrote them down.
///
/// A line has a host or a URL, then ports and protocols, with blanks, commas or semicolons between them; `#` begins a
/// comment. A protocol is a port's own (`123/udp`), or holds for the ports beside it that have none: those before it, and
/// those after it where no other follows. A first line with the columns `host` and `port` makes the file CSV.
///
/// ```
/// *.blob.core.windows.net
/// ocsp2.globalsign.com 80
/// time.windows.com 123/udp     # NTP
/// *.example.com 443/tcp,123/udp
/// https://login.microsoftonline.com
/// mcr.microsoft.com:443
/// ```
public struct AllowList: Sendable, Hashable {
    /// The entries, in the order of the file.
    public let entries: [Entry]
    /// Lines that name addresses: they cover no name, since the addresses behind names change.
    public let addressLines: [Int]

    /// A host and how it may be reached.
    public struct Entry: Sendable, Hashable {
        /// The names.
        public let host: HostPattern
        /// The ports with their protocols; at least one.
        public let openings: [Opening]
        /// The path below which it allows, without the first slash, or `nil` for all.
        public let path: String?
        /// The line, from 1 on.
        public let line: Int
    }

    /// Ports over a protocol.
    public struct Opening: Sendable, Hashable {
        /// The ports; `nil` where the line has none.
        public let ports: ClosedRange<UInt16>?
        /// TCP or UDP, or `nil` for both, where the line says neither.
        public let transport: EndpointTransport?
    }

    /// Bounds of what is read.
    public enum Limit {
        /// Bytes of a file.
        public static let bytes = 4 << 20
        /// Entries of a file.
        public static let entries = 50_000
        /// Bytes of a line.
        public static let lineBytes = 2048
        /// Ports and ranges of a line.
        public static let portsPerLine = 64
    }

    /// A list of entries made by a program.
    public init(entries: [Entry]) {
        self.entries = entries
        addressLines = []
    }

    /// Reads a list.
    /// - Throws: with the line, where it is no host with ports, or the file is beyond a ``Limit``.
    public init(parsing bytes: [UInt8]) throws(TopologyError) {
        guard bytes.count <= Limit.bytes else {
            throw TopologyError(
                "the allow-list", "\(bytes.count) bytes", bound: "at most \(Limit.bytes) bytes", remedy: "split it")
        }
        var reader = AllowListReader()
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            try reader.read(line, number: number)
        }
        entries = reader.entries
        addressLines = reader.addressLines
    }
}

/// The state of reading a list line by line.
struct AllowListReader {
    var entries: [AllowList.Entry] = []
    var addressLines: [Int] = []
    /// The columns of a CSV file, once its header was read.
    private var columns: [String]?
    private var hasContent = false

    mutating func read(_ bytes: ArraySlice<UInt8>, number: Int) throws(TopologyError) {
        let place = "line \(number) of the allow-list"
        guard bytes.count <= AllowList.Limit.lineBytes else {
            throw TopologyError(
                place, "\(bytes.count) bytes", bound: "at most \(AllowList.Limit.lineBytes) bytes long",
                remedy: "write one host a line")
        }
        var line = String(decoding: bytes, as: UTF8.self)
        if number == 1, line.unicodeScalars.first == "\u{FEFF}" { line.unicodeScalars.removeFirst() }
        let fields: [String]
        if let columns {
            let values = AllowListReader.csvFields(line)
            guard values.contains(where: { !$0.isEmpty }) else { return }
            func value(_ name: String) -> [String] {
                columns.firstIndex(of: name).flatMap { $0 < values.count && !values[$0].isEmpty ? [values[$0]] : nil }
                    ?? []
            }
            let path = value("path").first.map { "/" + ($0.hasPrefix("/") ? String($0.dropFirst()) : $0) } ?? ""
            fields =
                value("host").map { $0 + path } + value("port").flatMap(AllowListReader.words)
                + value("transport").flatMap(AllowListReader.words)
        } else {
            fields = AllowListReader.words(AllowListReader.withoutComment(line))
        }
        guard let host = fields.first else {
            if columns == nil { return }
            throw TopologyError(place, line, bound: "a row with a host", remedy: "fill the column host")
        }
        if !hasContent {
            hasContent = true
            let header = AllowListReader.csvFields(line).map { $0.lowercased() }
            if header.contains("host"), header.contains("port") {
                columns = header
                return
            }
        }
        try add(host, fields.dropFirst(), line: number, place)
        guard entries.count + addressLines.count <= AllowList.Limit.entries else {
            throw TopologyError(
                place, host, bound: "within the first \(AllowList.Limit.entries) entries", remedy: "split the list")
        }
    }

    private mutating func add(
        _ text: String, _ words: ArraySlice<String>, line: Int, _ place: String
    ) throws(TopologyError) {
        var host = text[...]
        var schemePort: UInt16?
        var path: String?
        for (scheme, port) in [("https://", UInt16(443)), ("http://", 80)]
        where host.prefix(scheme.count).lowercased() == scheme {
            host = host.dropFirst(scheme.count)
            schemePort = port
        }
        if let end = host.firstRange(of: "://") {
            throw TopologyError(
                place, "\(host[..<end.lowerBound])", bound: "a scheme that is known, http or https",
                remedy: "write the host and its ports: example.com 443/tcp")
        }
        if AllowListReader.isAddress(host) {
            addressLines.append(line)
            return
        }
        if let slash = host.firstIndex(of: "/") {
            let rest = host[host.index(after: slash)...]
            // `/` and `/*` are all of the host.
            let below = rest.hasSuffix("/*") ? rest.dropLast(2) : rest == "*" ? "" : rest
            path = below.isEmpty ? nil : String(below)
            host = host[..<slash]
        }
        var openings = AllowListOpenings()
        if let colon = host.lastIndex(of: ":") {
            openings.add(port: try AllowListReader.ports(host[host.index(after: colon)...], place))
            host = host[..<colon]
        }
        if AllowListReader.isAddress(host) {
            addressLines.append(line)
            return
        }
        for word in words {
            let word = word.lowercased()
            if let transport = EndpointTransport(rawValue: word) {
                openings.add(transport)
                continue
            }
            let known = EndpointTransport.allCases.first { word.hasSuffix("/\($0.rawValue)") }
            let port = word.dropLast(known.map { $0.rawValue.count + 1 } ?? 0)
            openings.add(port: try AllowListReader.ports(port, place), over: known)
            guard openings.ports.count <= AllowList.Limit.portsPerLine else {
                throw TopologyError(
                    place, text, bound: "a host with at most \(AllowList.Limit.portsPerLine) ports",
                    remedy: "write ranges, such as 8000-8100")
            }
        }
        entries.append(
            AllowList.Entry(
                host: try HostPattern(parsing: String(host), place: place),
                openings: try openings.result(withoutPort: schemePort.map { $0...$0 }, place), path: path, line: line))
    }

    /// A port, a range of ports, a scheme, or any.
    private static func ports(_ text: Substring, _ place: String) throws(TopologyError) -> ClosedRange<UInt16> {
        switch text {
        case "*", "any", "all": return 1...65535
        case "https": return 443...443
        case "http": return 80...80
        default: break
        }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { end in
            (1...5).contains(end.utf8.count) && end.utf8.allSatisfy { (48...57).contains($0) } ? UInt16(end) : nil
        }
        guard let low = ends.first ?? nil, let high = ends.last ?? nil, low >= 1, low <= high else {
            throw TopologyError(
                place, String(text), bound: "a port, a range of ports, tcp or udp",
                remedy: "write a host, then ports: example.com 443, or example.com 80,443/tcp")
        }
        return low...high
    }

    private static func isAddress(_ text: Substring) -> Bool {
        var inner = text
        if inner.first == "[", let close = inner.firstIndex(of: "]") {
            inner = inner[inner.index(after: inner.startIndex)..<close]
        }
        return (try? Subnet(parsing: String(inner))) != nil
    }

    private static func words(_ line: String) -> [String] {
        line.split { $0 == " " || $0 == "\t" || $0 == "," || $0 == ";" || $0 == "\r" || $0 == "\r\n" }.map(String.init)
    }

    /// The line up to a `#` that begins it or follows a blank.
    private static func withoutComment(_ line: String) -> String {
        var previous: Character = " "
        for index in line.indices {
            if line[index] == "#", previous == " " || previous == "\t" { return String(line[..<index]) }
            previous = line[index]
        }
        return line
    }

    /// The fields of a line of CSV (RFC 4180), without the quotes.
    private static func csvFields(_ line: String) -> [String] {
        var fields: [String] = [""]
        var isQuoted = false
        for scalar in line.unicodeScalars where scalar != "\r" {
            switch scalar {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].unicodeScalars.append(scalar)
            }
        }
        // A spreadsheet's guard before a leading star or sign.
        return fields.map { $0.hasPrefix("'") ? String($0.dropFirst()) : $0 }
    }
}

/// The ports and protocols of a line, in its order, until it is known which belong together.
private struct AllowListOpenings {
    /// A port with the protocols written on it.
    private(set) var ports: [(range: ClosedRange<UInt16>, own: EndpointTransport?, index: Int)] = []
    /// Protocols that stand alone, with how many words stand before them.
    private var alone: [(transport: EndpointTransport, index: Int)] = []
    private var words = 0

    mutating func add(port: ClosedRange<UInt16>, over own: EndpointTransport? = nil) {
        ports.append((port, own, words))
        words += 1
    }

    mutating func add(_ transport: EndpointTransport) {
        alone.append((transport, words))
        words += 1
    }

    /// What the line opens.
    /// - Parameter range: the port where the line has none.
    /// - Throws: where a protocol stands for no port, since leaving it out would misread the line.
    func result(
        withoutPort range: ClosedRange<UInt16>?, _ place: String
    ) throws(TopologyError) -> [AllowList.Opening] {
        func openings(
            _ range: ClosedRange<UInt16>?, _ transports: [EndpointTransport]
        ) -> [AllowList.Opening] {
            transports.isEmpty
                ? [AllowList.Opening(ports: range, transport: nil)]
                : transports.map { AllowList.Opening(ports: range, transport: $0) }
        }
        if ports.isEmpty { return openings(range, alone.map(\.transport)) }
        let named = ports.compactMap { port in port.own.map { (transport: $0, index: port.index) } }
        var used: Set<Int> = []
        var result: [AllowList.Opening] = []
        for port in ports {
            if let own = port.own {
                result += openings(port.range, [own])
                continue
            }
            let later = (alone + named).filter { $0.index > port.index }.map(\.index).min()
            let earlier = (alone + named).filter { $0.index < port.index }.map(\.index).max()
            var transports: [EndpointTransport] = []
            if let first = later ?? earlier {
                // Protocols side by side hold together: `53 tcp udp`.
                let step = later == nil ? -1 : 1
                var index = first
                while let found = alone.first(where: { $0.index == index }) {
                    transports.append(found.transport)
                    used.insert(index)
                    index += step
                }
                if transports.isEmpty { transports = named.filter { $0.index == first }.map(\.transport) }
            }
            result += openings(port.range, transports)
        }
        if let idle = alone.first(where: { !used.contains($0.index) }) {
            throw TopologyError(
                place, idle.transport.rawValue, bound: "beside a port that names no protocol of its own",
                remedy: "write the protocol with each port: example.com 443/tcp,123/udp")
        }
        return result
    }
}
