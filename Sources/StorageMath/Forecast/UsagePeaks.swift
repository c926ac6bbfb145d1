import ClusterCore

/// The points that a forecast is drawn through: the peaks of periods or of cycles since use last changed its way.
struct UsagePeaks {
    /// The steps in the level.
    var steps: [Step] = []
    /// The points since the last step.
    var points: [RankTrend.Point]
    /// Whether the points are peaks of cycles of rising and falling, and not of periods.
    var areCycles = false

    /// The level changed at once and stayed.
    struct Step {
        /// The period after it, as the points have it.
        let x: Double
        let isFall: Bool
    }

    /// Shorter series have no interval that excludes a slope of zero often enough.
    static let fewest = 8
    /// The pairs of 512 points are 130,816.
    static let most = 512

    /// So many falls are cycles, and so many steps up are growth.
    private static let recurring = 3
    /// So many falls are cycles where the level stays down after each: a spike falls too, but from where it rose.
    private static let recurringSteps = 2
    /// A jump is what exceeds the typical change between neighbours so many times: 3.4 standard deviations in noise
    /// that is normal, which happens once in 1300.
    private static let jump = 5.0
    /// Points on either side of a step that must agree that the level has changed.
    private static let window = 5

    /// - Parameters:
    ///   - peaks: the peaks of periods, in order of time.
    ///   - floor: changes up to this are no jumps, however steady the rest is.
    init(_ peaks: [RankTrend.Point], floor: Double) {
        points = peaks
        guard peaks.count >= 2 else { return }
        let slope = RankTrend(peaks).slope
        let level = peaks.map { $0.y - slope * $0.x }
        let changes = (1..<level.count).map { level[$0] - level[$0 - 1] }
        let bound = max(UsagePeaks.jump * RankTrend.median(changes.map(\.magnitude)), floor)
        // The index of the first point after each jump.
        let jumps = changes.indices.filter { changes[$0].magnitude > bound }.map { $0 + 1 }
        let falls = jumps.filter { changes[$0 - 1] < 0 }
        let shifts = jumps.filter { UsagePeaks.isShift(level, at: $0) }
        let rises = shifts.filter { changes[$0 - 1] > 0 }
        if falls.count >= UsagePeaks.recurring || shifts.count - rises.count >= UsagePeaks.recurringSteps {
            areCycles = true
            points = UsagePeaks.cycles(of: peaks, falls: falls)
            return
        }
        guard let last = shifts.last, rises.count < UsagePeaks.recurring else { return }
        steps = shifts.map { Step(x: peaks[$0].x, isFall: changes[$0 - 1] < 0) }
        points = Array(peaks[last...])
    }

    /// Whether the level after a jump differs from that before it by more than half of the jump. A wild point jumps
    /// there and back, and the levels around it agree.
    private static func isShift(_ level: [Double], at index: Int) -> Bool {
        let (before, after) = (level[..<index].suffix(window), level[index...].prefix(window))
        guard min(before.count, after.count) >= 3 else { return false }
        let shift = RankTrend.median(Array(after)) - RankTrend.median(Array(before))
        let jump = level[index] - level[index - 1]
        return shift * jump > 0 && shift.magnitude > jump.magnitude / 2
    }

    /// The highest point between falls. The last cycle has not fallen yet, so it counts only where it is the highest of
    /// all already.
    private static func cycles(of peaks: [RankTrend.Point], falls: [Int]) -> [RankTrend.Point] {
        let bounds = [0] + falls + [peaks.count]
        let tops = zip(bounds, bounds.dropFirst()).compactMap { start, end in
            peaks[start..<end].max { $0.y < $1.y }
        }
        guard let open = tops.last, let highest = tops.dropLast().map(\.y).max() else { return tops }
        return open.y > highest ? tops : tops.dropLast()
    }
}

extension UsagePeaks {
    /// The peaks of periods that are counted back from the last sample, in seconds and bytes, the latest ``most``.
    ///
    /// A peak stands at the end of its period, zero for the last: points are at least a period apart then, and no
    /// digits are lost to a distant origin. A first period with less than half of the samples of the
    /// fullest one is left out: its peak may have been before.
    static func periods(of samples: ArraySlice<UsageSample>, length: Double) -> [RankTrend.Point] {
        guard let last = samples.last?.time else { return [] }
        var peaks: [(period: Int, used: UInt64, count: Int)] = []
        for sample in samples {
            let period = sample.periods(before: last, length: length)
            if let index = peaks.indices.last, peaks[index].period == period {
                peaks[index].count += 1
                peaks[index].used = max(peaks[index].used, sample.used.bytes)
            } else {
                peaks.append((period, sample.used.bytes, 1))
            }
        }
        if let first = peaks.first, first.count * 2 < peaks.map(\.count).max() ?? 0 { peaks.removeFirst() }
        return peaks.suffix(most).map { RankTrend.Point(x: -Double($0.period) * length, y: Double($0.used)) }
    }
}

extension UsageSample {
    /// The whole periods from this sample to a later time.
    func periods(before time: Duration, length: Double) -> Int {
        Int(((time - self.time).seconds / length).rounded(.down))
    }
}

extension Duration {
    /// In seconds, as near as floating point comes.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
