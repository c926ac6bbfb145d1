import ClusterCore

/// What was measured of unreliable datagrams of one size: what became of each message that was sent.
public struct DatagramCell: Sendable, Hashable, Codable {
    public var sizeBytes: UInt64
    /// Messages that were sent; warm-up is left out.
    public var sent: UInt64
    /// Messages that were answered in time, each of which is a sample.
    public var answered: UInt64
    /// Messages that were not: `sent` less `answered`.
    public var lost: UInt64
    /// Of the lost ones those that the far program never received; `nil` where it gave no account.
    public var lostThere: UInt64?
    /// Of the lost ones those whose answer came after its time.
    public var late: UInt64
    /// Messages and answers that arrived more than once; `nil` where the far program gave no account.
    public var duplicated: UInt64?
    /// Messages and answers that arrived after one that was sent later; `nil` where the far program gave no account.
    public var reordered: UInt64?
    /// From the post of a message until its answer was taken, in nanoseconds; `nil` where too few samples carry it.
    public var minimum: UInt64?
    public var p50: UInt64?
    public var p90: UInt64?
    public var p99: UInt64?
    public var p999: UInt64?
    public var maximum: UInt64?
    public var mean: Double?

    private enum CodingKeys: String, CodingKey {
        case sent, answered, lost, late, duplicated, reordered
        case sizeBytes = "size_bytes"
        case lostThere = "lost_there"
        case lossShare = "loss_share"
        case minimum = "min_ns"
        case p50 = "p50_ns"
        case p90 = "p90_ns"
        case p99 = "p99_ns"
        case p999 = "p99_9_ns"
        case maximum = "max_ns"
        case mean = "mean_ns"
    }

    /// - Parameters:
    ///   - samples: of the messages that were answered, with their percentiles.
    ///   - far: what arrived at the far program; `nil` where it did not tell.
    ///   - near: what arrived here of answers.
    public init(sizeBytes: UInt64, sent: UInt64, late: UInt64, samples: LatencyCell, near: Arrivals, far: Arrivals?) {
        self.sizeBytes = sizeBytes
        self.sent = sent
        self.late = late
        answered = samples.samples
        lost = sent >= samples.samples ? sent - samples.samples : 0
        lostThere = far.map { sent >= $0.distinct ? sent - $0.distinct : 0 }
        duplicated = far.map { $0.duplicated &+ near.duplicated }
        reordered = far.map { $0.reordered &+ near.reordered }
        minimum = samples.minimum
        p50 = samples.p50
        p90 = samples.p90
        p99 = samples.p99
        p999 = samples.p999
        maximum = samples.maximum
        mean = samples.mean
    }

    /// The share of the messages that was lost, 0 to 1; `nil` where none was sent.
    public var lossShare: Double? { sent == 0 ? nil : Double(lost) / Double(sent) }

    /// The size in words: `datagrams of 1 KiB`.
    public var words: String {
        let size = ByteCount(bytes: sizeBytes).binaryText
        return "datagrams of \(size.isExact ? size.text : "\(sizeBytes) B")"
    }
}

extension DatagramCell {
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        sizeBytes = try values.decode(UInt64.self, forKey: .sizeBytes)
        sent = try values.decode(UInt64.self, forKey: .sent)
        answered = try values.decode(UInt64.self, forKey: .answered)
        lost = try values.decode(UInt64.self, forKey: .lost)
        late = try values.decode(UInt64.self, forKey: .late)
        lostThere = try values.decodeIfPresent(UInt64.self, forKey: .lostThere)
        duplicated = try values.decodeIfPresent(UInt64.self, forKey: .duplicated)
        reordered = try values.decodeIfPresent(UInt64.self, forKey: .reordered)
        minimum = try values.decodeIfPresent(UInt64.self, forKey: .minimum)
        p50 = try values.decodeIfPresent(UInt64.self, forKey: .p50)
        p90 = try values.decodeIfPresent(UInt64.self, forKey: .p90)
        p99 = try values.decodeIfPresent(UInt64.self, forKey: .p99)
        p999 = try values.decodeIfPresent(UInt64.self, forKey: .p999)
        maximum = try values.decodeIfPresent(UInt64.self, forKey: .maximum)
        mean = try values.decodeIfPresent(Double.self, forKey: .mean)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(sizeBytes, forKey: .sizeBytes)
        try values.encode(sent, forKey: .sent)
        try values.encode(answered, forKey: .answered)
        try values.encode(lost, forKey: .lost)
        try values.encode(lossShare, forKey: .lossShare)
        try values.encode(lostThere, forKey: .lostThere)
        try values.encode(late, forKey: .late)
        try values.encode(duplicated, forKey: .duplicated)
        try values.encode(reordered, forKey: .reordered)
        try values.encode(minimum, forKey: .minimum)
        try values.encode(p50, forKey: .p50)
        try values.encode(p90, forKey: .p90)
        try values.encode(p99, forKey: .p99)
        try values.encode(p999, forKey: .p999)
        try values.encode(maximum, forKey: .maximum)
        try values.encode(mean, forKey: .mean)
    }
}
