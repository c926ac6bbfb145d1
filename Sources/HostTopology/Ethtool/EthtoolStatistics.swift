/// What a network driver counts under names of its own: pause frames, drops by priority, errors of the link.
///
/// It is told for one interface at a time, as `ethtool -S` shows it. Which statistics there are, and what they mean, is
/// the driver's own affair. A driver that keeps none gives an empty list.
public struct EthtoolStatistics: Sendable, Hashable {
    /// In the driver's order, which may have a name twice.
    public var entries: [Entry]

    /// A statistic.
    public struct Entry: Sendable, Hashable {
        /// The driver's name for it: `rx_prio3_pause`.
        public var name: String
        public var value: UInt64

        public init(name: String, value: UInt64) {
            self.name = name
            self.value = value
        }
    }

    public init(entries: [Entry]) { self.entries = entries }

    /// More statistics than an adapter with 256 queues has.
    static let limit = 16_384
    /// `ETH_GSTRING_LEN` of linux/ethtool.h: the room of a name.
    static let nameSize = 32
}

/// Why there are no statistics to be had.
public enum EthtoolError: Error, Sendable, Hashable {
    /// An answer is shorter than it says.
    case truncated(needed: Int, found: Int)
    /// More than any adapter has.
    case tooMany(limit: Int)
    /// There are not as many names as values: the driver made or dropped queues meanwhile.
    case countDiffers(names: Int, values: Int)
    /// A name that no interface has.
    case interfaceName
    /// A call failed, with this errno value; `EOPNOTSUPP` is a driver without statistics.
    case call(String, code: Int32)
    /// A line of a captured answer that is none of `name: value`.
    case line(Int)
    /// There is no answer to be had: the tree was captured without.
    case notCaptured
}

extension EthtoolError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let needed, let found): "the answer has \(found) bytes and says \(needed)"
        case .tooMany(let limit): "more than \(limit) statistics"
        case .countDiffers(let names, let values): "\(names) names and \(values) values"
        case .interfaceName: "no interface has such a name"
        case .call(let call, let code): "\(call) failed with errno \(code)"
        case .line(let number): "line \(number) is not a name and a number"
        case .notCaptured: "the tree was captured without it"
        }
    }
}

// MARK: Bytes that the kernel hands out

extension EthtoolStatistics {
    // Source: linux/ethtool.h, `struct ethtool_sset_info`, `ethtool_gstrings`, `ethtool_stats`. All numbers are in the
    // host's byte order; only little-endian hosts are supported.

    /// How many statistics there are, from the answer to `ETHTOOL_GSSET_INFO` about the one set `ETH_SS_STATS`.
    static func count(in answer: [UInt8]) throws(EthtoolError) -> Int {
        guard answer.count >= 16 else { throw .truncated(needed: 16, found: answer.count) }
        // The kernel takes the set out of the mask where the driver has none, and then there is no number.
        guard answer[8] & (1 << EthtoolStatistics.set) != 0 else { return 0 }
        guard answer.count >= 20 else { throw .truncated(needed: 20, found: answer.count) }
        let count = answer.number(at: 16, bytes: 4)
        guard count <= UInt64(limit) else { throw .tooMany(limit: limit) }
        return Int(count)
    }

    /// The names in the answer to `ETHTOOL_GSTRINGS`: a number of them, then 32 bytes for each. A name ends at its first
    /// zero byte, or fills its room.
    static func names(in answer: [UInt8]) throws(EthtoolError) -> [String] {
        guard answer.count >= 12 else { throw .truncated(needed: 12, found: answer.count) }
        let count = answer.number(at: 8, bytes: 4)
        guard count <= UInt64(limit) else { throw .tooMany(limit: limit) }
        let needed = 12 + Int(count) * nameSize
        guard answer.count >= needed else { throw .truncated(needed: needed, found: answer.count) }
        return (0..<Int(count)).map { index in
            let room = answer[(12 + index * nameSize)..<(12 + (index + 1) * nameSize)]
            return String(decoding: room.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// The values in the answer to `ETHTOOL_GSTATS`: a number of them, then 8 bytes for each.
    static func values(in answer: [UInt8]) throws(EthtoolError) -> [UInt64] {
        guard answer.count >= 8 else { throw .truncated(needed: 8, found: answer.count) }
        let count = answer.number(at: 4, bytes: 4)
        guard count <= UInt64(limit) else { throw .tooMany(limit: limit) }
        let needed = 8 + Int(count) * 8
        guard answer.count >= needed else { throw .truncated(needed: needed, found: answer.count) }
        return (0..<Int(count)).map { answer.number(at: 8 + $0 * 8, bytes: 8) }
    }

    /// Puts names and values together. Names that drivers leave empty say nothing and are left out.
    init(names: [String], values: [UInt64]) throws(EthtoolError) {
        guard names.count == values.count else {
            throw .countDiffers(names: names.count, values: values.count)
        }
        entries = zip(names, values).compactMap { name, value in
            name.allSatisfy(\.isWhitespace) ? nil : Entry(name: name, value: value)
        }
    }

    /// `ETH_SS_STATS`
    static let set: UInt8 = 1
}

extension [UInt8] {
    fileprivate func number(at offset: Int, bytes: Int) -> UInt64 {
        (0..<bytes).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64(8 * $1) }
    }
}

// MARK: Text

extension EthtoolStatistics {
    /// The statistics as `ethtool -S` writes them, which is how a captured tree holds them.
    public var text: String {
        "NIC statistics:\n" + entries.map { "     \($0.name): \($0.value)\n" }.joined()
    }

    /// Reads what `ethtool -S` wrote.
    /// - Throws: `line` with the number of the first line that is neither the heading nor a name and a number.
    public init(text: String) throws(EthtoolError) {
        let (space, tab, colon, zero) = (UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ":"), UInt8(ascii: "0"))
        var entries: [Entry] = []
        // By bytes: what Unicode takes for one character with a blank or a colon is none of them.
        for (index, line) in text.utf8.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            let words = (line.last == 13 ? line.dropLast() : line).drop { $0 == space || $0 == tab }
            if words.isEmpty || words.elementsEqual("NIC statistics:".utf8) { continue }
            // A name may hold colons; what stands behind the last one is the value.
            guard let end = words.lastIndex(of: colon), end > words.startIndex else { throw .line(index + 1) }
            let digits = words[words.index(after: end)...].drop { $0 == space }
            guard let value = UInt64(String(decoding: digits, as: UTF8.self)), digits.allSatisfy({ $0 >= zero }) else {
                throw .line(index + 1)
            }
            guard entries.count < EthtoolStatistics.limit else { throw .tooMany(limit: EthtoolStatistics.limit) }
            entries.append(Entry(name: String(decoding: words[..<end], as: UTF8.self), value: value))
        }
        self.entries = entries
    }
}
