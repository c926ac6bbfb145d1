extension ReportComparison {
    /// What is not the same about the ends and the way between them. A part that neither report knows is no change.
    static func changes(from old: ProbeReport, to new: ProbeReport) -> [Change] {
        var changes: [Change] = []
        func compare(_ place: String, _ old: String?, _ new: String?) {
            if old != new { changes.append(Change(place: place, old: old, new: new)) }
        }
        func compare(_ end: String, _ old: EndAccount?, _ new: EndAccount?) {
            compare("\(end)/name", old?.name, new?.name)
            compare("\(end)/kernel", old?.kernel, new?.kernel)
            compare("\(end)/address", old?.address, new?.address)
            let (was, now) = (old?.device, new?.device)
            compare("\(end)/device/name", was?.name, now?.name)
            compare("\(end)/device/port", was.map { "\($0.port)" }, now.map { "\($0.port)" })
            compare("\(end)/device/transport", was?.transport.rawValue, now?.transport.rawValue)
            compare("\(end)/device/software", was.map { "\($0.software)" }, now.map { "\($0.software)" })
            compare("\(end)/device/netdev", was?.netdev, now?.netdev)
            compare("\(end)/device/driver", was?.driver, now?.driver)
            compare("\(end)/device/firmware", was?.firmware, now?.firmware)
            compare(
                "\(end)/device/rate_bits_per_second", was?.rate.map { "\($0)" }, now?.rate.map { "\($0)" })
            compare("\(end)/device/gid", was?.gid, now?.gid)
            compare(
                "\(end)/device/active_mtu_bytes", was?.activeMTUBytes.map { "\($0)" },
                now?.activeMTUBytes.map { "\($0)" })
            compare(
                "\(end)/device/netdev_mtu_bytes", was?.netdevMTUBytes.map { "\($0)" },
                now?.netdevMTUBytes.map { "\($0)" })
        }
        compare("host", old.host, new.host)
        compare("peer", old.peer, new.peer)
        compare("environment/completion_wait", old.environment.completionWait, new.environment.completionWait)
        compare("environment/clock", old.environment.clock, new.environment.clock)
        return changes
    }
}

extension LatencyCell {
    /// Whether the other cell measured the same thing.
    func isSameKind(as other: LatencyCell) -> Bool { cell == other.cell && load == other.load }
}

extension ReportComparison.Cell {
    /// - Parameter kind: either of the two, for what both are about.
    init(_ kind: LatencyCell, from old: LatencyCell?, to new: LatencyCell?, tolerance: Double) {
        let loss: ReportComparison.Shift =
            switch (old?.lost, new?.lost) {
            case (nil, _), (_, nil): .unknown
            case (0?, 0?): .withinNoise
            case (0?, .some): .worse
            case (.some, 0?): .better
            case (.some, .some): .withinNoise
            }
        // Intervals of the full histogram are finer; both reports must have the same scale.
        let areFine = old?.intervals != nil && new?.intervals != nil
        let figures = ReportComparison.percentiles.map { percentile in
            func interval(_ cell: LatencyCell?) -> PercentileInterval? {
                guard let cell else { return nil }
                return areFine
                    ? cell.intervals?.first { $0.percentile == percentile }
                    : PercentileInterval(of: percentile, rankedBins: cell.histogram)
            }
            return ReportComparison.Figure(
                percentile, old: old?.knownValue(of: percentile), new: new?.knownValue(of: percentile),
                oldInterval: interval(old), newInterval: interval(new), tolerance: tolerance)
        }
        self.init(
            cell: kind.cell, load: kind.load, oldSamples: old?.samples, newSamples: new?.samples, oldLost: old?.lost,
            newLost: new?.lost, loss: loss, figures: figures)
    }
}

extension ReportComparison.Figure {
    init(
        _ percentile: Percentile, old: UInt64?, new: UInt64?, oldInterval: PercentileInterval?,
        newInterval: PercentileInterval?, tolerance: Double
    ) {
        var share: Double?
        var shift = ReportComparison.Shift.unknown
        if let old, let new {
            if old > 0 { share = (Double(new) - Double(old)) / Double(old) }
            let exceeds = (share.map { abs($0) } ?? .infinity) > tolerance
            if let oldInterval, let newInterval {
                let isWorse = newInterval.low > oldInterval.high && new > old
                let isBetter = newInterval.high < oldInterval.low && new < old
                shift = !exceeds ? .withinNoise : isWorse ? .worse : isBetter ? .better : .withinNoise
            }
        }
        self.init(
            percentile: percentile, old: old, new: new, shiftShare: share, oldInterval: oldInterval,
            newInterval: newInterval, shift: shift)
    }
}
