public import ClusterCore

extension ReportComparison {
    /// A flow in both reports.
    ///
    /// The only noise that a report tells of a flow is that of its own seconds. So a flow is worse where its mean is below the
    /// slowest second of the old one, better where the old mean is below its own slowest second, and beyond that by more than
    /// the tolerance. No confidence goes with it. Where it fell to half or less and is not worse by that, it is not known.
    public struct Flow: Sendable, Hashable, Codable {
        public var operation: Operation
        public var direction: FlowDirection
        public var postedBy: BandwidthCell.PostingEnd
        public var sizeBytes: UInt64
        public var queuePairs: Int
        /// Whether the old report has it.
        public var isInOld: Bool
        public var isInNew: Bool
        @Explicit public var oldMeanBitsPerSecond: UInt64?
        @Explicit public var newMeanBitsPerSecond: UInt64?
        @Explicit public var oldLowestSecondBitsPerSecond: UInt64?
        @Explicit public var newLowestSecondBitsPerSecond: UInt64?
        /// The new mean less the old one, as a share of the old one.
        @Explicit public var shiftShare: Double?
        public var shift: Shift

        private enum CodingKeys: String, CodingKey {
            case operation, direction, shift
            case postedBy = "posted_by"
            case sizeBytes = "size_bytes"
            case queuePairs = "queue_pairs"
            case isInOld = "in_old"
            case isInNew = "in_new"
            case oldMeanBitsPerSecond = "old_mean_bits_per_second"
            case newMeanBitsPerSecond = "new_mean_bits_per_second"
            case oldLowestSecondBitsPerSecond = "old_lowest_second_bits_per_second"
            case newLowestSecondBitsPerSecond = "new_lowest_second_bits_per_second"
            case shiftShare = "shift_share"
        }

        /// - Parameter kind: either of the two, for what both are about.
        init(_ kind: BandwidthCell, from old: BandwidthCell?, to new: BandwidthCell?, tolerance: Double) {
            operation = kind.operation
            direction = kind.direction
            postedBy = kind.postedBy
            sizeBytes = kind.sizeBytes
            queuePairs = kind.queuePairs
            isInOld = old != nil
            isInNew = new != nil
            oldMeanBitsPerSecond = old?.meanBitsPerSecond
            newMeanBitsPerSecond = new?.meanBitsPerSecond
            oldLowestSecondBitsPerSecond = old?.lowestSecondBitsPerSecond
            newLowestSecondBitsPerSecond = new?.lowestSecondBitsPerSecond
            shift = .unknown
            guard let was = oldMeanBitsPerSecond, let now = newMeanBitsPerSecond else { return }
            if was > 0 { shiftShare = (Double(now) - Double(was)) / Double(was) }
            let exceeds = (shiftShare.map { abs($0) } ?? .infinity) > tolerance
            guard exceeds, now != was else {
                shift = .withinNoise
                return
            }
            if now < was {
                guard let lowest = oldLowestSecondBitsPerSecond else { return }
                // A flow that stood still for a second would excuse anything: half of a rate is gone beyond noise, or not known.
                let isHalved = shiftShare.map { $0 <= -0.5 } ?? true
                shift = now < lowest ? .worse : isHalved ? .unknown : .withinNoise
            } else {
                // Without the seconds of the new one nothing is better, and nothing is worse either.
                shift = newLowestSecondBitsPerSecond ?? 0 > was ? .better : .withinNoise
            }
        }

        /// What it is, for the middle of a sentence.
        public var words: String {
            "\(operation.rawValue) flow of \(sizeBytes) B \(direction.rawValue), posted by the \(postedBy.rawValue), "
                + "\(queuePairs) queue pair\(queuePairs == 1 ? "" : "s")"
        }
    }

    /// Unreliable datagrams of a size in both reports.
    ///
    /// Loss is worse or better where the intervals of both shares lie apart. The latencies are shown: a report has no interval
    /// of theirs, so nothing is concluded from them.
    public struct Datagrams: Sendable, Hashable, Codable {
        public var sizeBytes: UInt64
        /// Datagrams that were sent; `nil` where the report has none of the size.
        @Explicit public var oldSent: UInt64?
        @Explicit public var newSent: UInt64?
        @Explicit public var oldLost: UInt64?
        @Explicit public var newLost: UInt64?
        public var loss: Shift
        public var figures: [Figure]

        private enum CodingKeys: String, CodingKey {
            case loss, figures
            case sizeBytes = "size_bytes"
            case oldSent = "old_sent"
            case newSent = "new_sent"
            case oldLost = "old_lost"
            case newLost = "new_lost"
        }

        init(_ kind: DatagramCell, from old: DatagramCell?, to new: DatagramCell?, tolerance: Double) {
            sizeBytes = kind.sizeBytes
            (oldSent, newSent) = (old?.sent, new?.sent)
            (oldLost, newLost) = (old?.lost, new?.lost)
            loss = .unknown
            if let old, let new, let was = LossInterval(lost: old.lost, of: old.sent),
                let now = LossInterval(lost: new.lost, of: new.sent)
            {
                let shift = (old.lossShare ?? 0) > 0 ? abs((new.lossShare ?? 0) / (old.lossShare ?? 1) - 1) : .infinity
                loss =
                    shift <= tolerance
                    ? .withinNoise : now.low > was.high ? .worse : now.high < was.low ? .better : .withinNoise
            }
            figures = [(Percentile.p50, old?.p50, new?.p50), (.p99, old?.p99, new?.p99), (.p999, old?.p999, new?.p999)]
                .map { percentile, was, now in
                    Figure(percentile, old: was, new: now, oldInterval: nil, newInterval: nil, tolerance: tolerance)
                }
        }
    }

    static func flows(from old: ProbeReport, to new: ProbeReport, tolerance: Double) -> [Flow]? {
        guard old.bandwidth != nil || new.bandwidth != nil else { return nil }
        return pairs(old.bandwidth ?? [], new.bandwidth ?? []) { one, other in
            one.operation == other.operation && one.direction == other.direction && one.postedBy == other.postedBy
                && one.sizeBytes == other.sizeBytes && one.queuePairs == other.queuePairs
        }.map { Flow($0, from: $1, to: $2, tolerance: tolerance) }
    }

    static func datagrams(from old: ProbeReport, to new: ProbeReport, tolerance: Double) -> [Datagrams]? {
        guard old.datagrams != nil || new.datagrams != nil else { return nil }
        return pairs(old.datagrams ?? [], new.datagrams ?? []) { $0.sizeBytes == $1.sizeBytes }
            .map { Datagrams($0, from: $1, to: $2, tolerance: tolerance) }
    }

    /// What both have, in the order of the old one, then what only the new one has.
    private static func pairs<Part>(
        _ old: [Part], _ new: [Part], _ areSame: (Part, Part) -> Bool
    ) -> [(kind: Part, old: Part?, new: Part?)] {
        old.map { part in (part, part, new.first { areSame(part, $0) }) }
            + new.filter { part in !old.contains { areSame(part, $0) } }.map { ($0, nil, $0) }
    }

    /// What is worse about flows and datagrams, in sentences.
    var worseFlowsAndDatagrams: [String] {
        (flows ?? []).filter { $0.shift == .worse }.map {
            "The \($0.words) is slower than in the slowest second it had."
        }
            + (datagrams ?? []).filter { $0.loss == .worse }.map {
                "Datagrams of \($0.sizeBytes) B are lost more often, beyond noise."
            }
    }

    /// What the old report has of flows and datagrams and the new one has not, in sentences.
    var missingFlowsAndDatagrams: [String] {
        var reasons: [String] = []
        for flow in flows ?? [] where flow.isInOld {
            if !flow.isInNew {
                reasons.append("The \(flow.words) is not in the new report.")
            } else if flow.oldMeanBitsPerSecond != nil, flow.newMeanBitsPerSecond == nil {
                reasons.append("The rate of the \(flow.words) is not known in the new report.")
            } else if flow.shift == .unknown, flow.oldMeanBitsPerSecond != nil {
                reasons.append(
                    flow.oldLowestSecondBitsPerSecond == nil
                        ? "The \(flow.words) fell, and the old report has no slowest second to judge that by."
                        : "The \(flow.words) fell to half or less, and in one second the old one was slower still.")
            }
        }
        for cell in datagrams ?? [] where cell.oldSent != nil {
            if cell.newSent == nil { reasons.append("Datagrams of \(cell.sizeBytes) B are not in the new report.") }
            for figure in cell.figures where cell.newSent != nil && figure.old != nil && figure.new == nil {
                reasons.append(
                    "\(figure.percentile) of datagrams of \(cell.sizeBytes) B is not known in the new report.")
            }
        }
        return reasons
    }
}

/// Between which shares the loss of a path lies, by what was lost of what was sent: the score interval with 99 %.
///
/// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American
/// Statistical Association 22(158), 1927.
struct LossInterval {
    let low: Double
    let high: Double

    /// The deviation that a normal variate exceeds in either direction with 1 %.
    private static let deviation = 2.575_829_303_548_901

    /// `nil` where nothing was sent.
    init?(lost: UInt64, of sent: UInt64) {
        guard sent > 0 else { return nil }
        let (count, share) = (Double(sent), Double(min(lost, sent)) / Double(sent))
        let square = LossInterval.deviation * LossInterval.deviation
        let centre = (share + square / (2 * count)) / (1 + square / count)
        let reach =
            LossInterval.deviation / (1 + square / count)
            * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        low = lost == 0 ? 0 : max(0, centre - reach)
        high = lost >= sent ? 1 : min(1, centre + reach)
    }
}
