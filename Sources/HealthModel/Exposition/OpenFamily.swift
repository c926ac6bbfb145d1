/// The family of OpenMetrics that is being read: its groups of samples, and the histogram of the group.
struct OpenFamily {
    /// Which sample of a family a name is, by what follows the family's name.
    enum Suffix {
        case none
        case total
        case created
        case count
        case sum
        case bucket
        case gcount
        case gsum
        case info

        init(_ text: StaticString) {
            switch "\(text)" {
            case "_total": self = .total
            case "_created": self = .created
            case "_count": self = .count
            case "_sum": self = .sum
            case "_bucket": self = .bucket
            case "_gcount": self = .gcount
            case "_gsum": self = .gsum
            case "_info": self = .info
            default: self = .none
            }
        }
    }

    let number: Int
    /// Whether the newest sample's time had more than nine decimals.
    var timeIsCut = false
    var histogram = HistogramCheck()
    private var group: UInt64?
    private var time: Int64?

    init(number: Int) { self.number = number }

    /// What may follow the name of a family of a type.
    static func suffixes(of type: ExpositionType) -> [StaticString] {
        switch type {
        case .counter: counter
        case .summary: summary
        case .histogram: histogram
        case .gaugeHistogram: gaugeHistogram
        case .info: info
        case .gauge, .stateSet, .unknown: plain
        }
    }

    private static let counter: [StaticString] = ["_total", "_created"]
    private static let summary: [StaticString] = ["", "_count", "_sum", "_created"]
    private static let histogram: [StaticString] = ["_bucket", "_count", "_sum", "_created"]
    private static let gaugeHistogram: [StaticString] = ["_bucket", "_gcount", "_gsum"]
    private static let info: [StaticString] = ["_info"]
    private static let plain: [StaticString] = [""]

    /// What a sample's group is to those before it.
    enum Entry {
        /// The group of the sample before.
        case same
        /// Another one, which must not have been there.
        case other
        /// A fault, and its remedy.
        case refused(String, String)
    }

    /// Goes on in the group of a sample: groups stand together, and times do not go back in one.
    mutating func enter(group hash: UInt64, _ record: ExpositionRecord, _ type: ExpositionType) -> Entry {
        let own = record.hasTime ? record.time : nil
        let isSame = group == hash
        if isSame {
            guard (own == nil) == (time == nil) else {
                return .refused(
                    "some samples of a group have a time and some have none", "give a time to all or to none")
            }
            if let own, let time, own < time, type != .info {
                return .refused("the time goes back within a group", "give samples in the order of time")
            }
            if own != time, let problem = histogram.finish() { return .refused(problem, "give complete histograms") }
        } else if group != nil, let problem = histogram.finish() {
            return .refused(problem, "give complete histograms")
        }
        group = hash
        time = own
        return isSame ? .same : .other
    }
}

/// What a histogram's samples must fulfil together.
struct HistogramCheck {
    private var isOpen = false
    private var bound: Double?
    private var value: SignalValue = .unsigned(0)
    private var count: SignalValue?
    private var hasSum = false
    private var hasGaugeSum = false
    private var hasNegativeGaugeSum = false
    private var hasNegativeBound = false

    /// Adds a sample; what is wrong with it, or `nil`.
    mutating func add(_ suffix: OpenFamily.Suffix, _ value: SignalValue, bound: Double) -> String? {
        if suffix == .none { return nil }
        isOpen = true
        switch suffix {
        case .bucket:
            if let last = self.bound, bound <= last { return "the buckets are out of order" }
            if value.order(self.value) == .less { return "a bucket holds less than the one before" }
            if bound < 0 { hasNegativeBound = true }
            (self.bound, self.value) = (bound, value)
        case .count, .gcount: count = value
        case .sum: hasSum = true
        case .gsum:
            hasGaugeSum = true
            hasNegativeGaugeSum = value.order(.unsigned(0)) == .less
        default: break
        }
        return nil
    }

    /// What is missing or contradicts, were this all; `nil` where nothing is.
    var problem: String? {
        guard isOpen else { return nil }
        if bound != .infinity { return "the bucket of +Inf is missing" }
        if let count, count.order(value) != .equal { return "the count is not that of the last bucket" }
        if hasSum || hasGaugeSum, count == nil { return "there is a sum and no count" }
        if !hasSum, !hasGaugeSum, count != nil { return "there is a count and no sum" }
        if hasNegativeBound, hasSum { return "a histogram with negative bounds has a sum that only rises" }
        if !hasNegativeBound, hasNegativeGaugeSum { return "the sum is negative and no bound is" }
        return nil
    }

    /// Ends one set of labels; what is missing, or `nil`.
    mutating func finish() -> String? {
        let problem = problem
        self = HistogramCheck()
        return problem
    }
}

/// The names that families of OpenMetrics have taken, and the groups that were there.
struct ClaimedNames {
    private var arena: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []
    private var table = HashTable(expecting: 8)
    private var groupHashes: [UInt64] = []
    private var groups: HashTable

    /// - Parameter groups: how many groups there may be.
    init(expecting groups: Int) { self.groups = HashTable(expecting: groups) }

    /// Takes a name with a suffix; whether it was free.
    mutating func claim(_ name: [UInt8], _ suffix: StaticString, _ hasher: ExpositionHash) -> Bool {
        let start = arena.count
        arena.append(contentsOf: name)
        suffix.withUTF8Buffer { unsafe arena.append(contentsOf: $0) }
        let hash = hasher.hash(arena.span, start, arena.count)
        let isTaken =
            table.find(hash) { number in
                let from = number == 0 ? 0 : ends[Int(number) - 1]
                return hashes[Int(number)] == hash && arena[from..<ends[Int(number)]] == arena[start...]
            } != nil
        if isTaken { return false }
        table.insert(UInt32(truncatingIfNeeded: ends.count), hash) { hashes[Int($0)] }
        ends.append(arena.count)
        hashes.append(hash)
        return true
    }

    /// Whether a group was there; if not, it is from now on. Groups are known by 64 bits of a seeded hash.
    mutating func seenGroup(_ hash: UInt64) -> Bool {
        if groups.find(hash, where: { groupHashes[Int($0)] == hash }) != nil { return true }
        groups.insert(UInt32(truncatingIfNeeded: groupHashes.count), hash) { groupHashes[Int($0)] }
        groupHashes.append(hash)
        return false
    }
}
