/// The rules of a lane as bare numbers: by them an evaluation sees which signals it can leave as they are.
struct QuietBounds: Sendable {
    /// The bounds of rules on the newest sample, then those of each window in turn.
    let bounds: [Bound]
    /// How many of them are on the newest sample.
    let newestCount: Int
    let windows: [Window]
    /// What is older than this says nothing for at least one rule.
    let freshness: Int64

    /// What a value must pass so that the condition of a rule holds, or may go on holding.
    struct Bound: Sendable {
        let sign: Double
        let limit: Double
        /// The place of the rule in the lane.
        let rule: Int
        let kind: CompiledRule.Kind
        let comparator: Comparator

        init(_ rule: CompiledRule, at place: Int) {
            sign = rule.sign
            // With a second threshold it is the nearer one; without, both are the same.
            limit = rule.sign != 0 ? (rule.hasHysteresis ? rule.holdBound : rule.fireBound) : rule.fireAt
            self.rule = place
            kind = rule.kind
            comparator = rule.comparator
        }

        /// Whether a number, which is not NaN, is on the good side.
        @inline(__always)
        func isPassed(by value: Double) -> Bool {
            sign != 0 ? sign * value > limit : comparator.holds(value, limit)
        }
    }

    struct Window: Sendable {
        let form: WindowForm
        let minimumSamples: Int
        /// Whether it says something only where no sample is missing.
        let needsWhole: Bool
        let firstBound: Int
        let endBound: Int
    }

    init(_ rules: [CompiledRule], _ forms: [WindowForm]) {
        var bounds: [Bound] = []
        for (place, rule) in rules.enumerated() where rule.kind == .last { bounds.append(Bound(rule, at: place)) }
        newestCount = bounds.count
        var windows: [Window] = []
        for (number, form) in forms.enumerated() {
            let first = bounds.count
            let members = rules.enumerated().filter { $0.element.kind != .last && $0.element.window == number }
            for (place, rule) in members { bounds.append(Bound(rule, at: place)) }
            windows.append(
                Window(
                    form: form, minimumSamples: members.map(\.element.minimumSamples).max() ?? 1,
                    needsWhole: members.contains(where: \.element.needsWhole), firstBound: first,
                    endBound: bounds.count))
        }
        self.bounds = bounds
        self.windows = windows
        freshness = rules.map { min($0.freshness, $0.currentAge) }.min() ?? .max
    }
}

extension AlertEngine {
    /// How many signals an evaluation at a moment would judge in full.
    package func unsettledSignals(at now: SignalTime) -> Int {
        var count = 0
        for lane in lanes {
            var place = 0
            while true {
                place = lane.firstUnsettled(
                    from: place, now: now.nanoseconds, includesStart: settings.windowsIncludeStart)
                guard place < lane.signals.count else { break }
                count += 1
                place += 1
            }
        }
        return count
    }
}

extension Lane {
    /// The next place, from one on, whose signal must be judged in full; the number of signals where there is none.
    ///
    /// A signal is passed over only where judging it changes nothing: its newest sample is fresh and a number, no rule that
    /// judges it has an alert or a record of changes, each has called it healthy, and for each the value is on the good
    /// side. Whatever is not sure is judged in full, so this says the same as judging all.
    func firstUnsettled(from start: Int, now: Int64, includesStart: Bool) -> Int {
        let newest = newest.span
        let slots = slots.span
        let bounds = quiet.bounds.span
        let windows = quiet.windows.span
        let ruleCount = rules.count
        var place = start
        while place < newest.count {
            let point = newest[place]
            let (age, isFar) = now.subtractingReportingOverflow(point.time)
            guard !isFar, age >= 0, age < quiet.freshness, !point.value.isNaN else { return place }
            let first = place * ruleCount
            var isQuiet = true
            for index in 0..<quiet.newestCount {
                let bound = bounds[index]
                let slot = slots[first + bound.rule]
                let isLeft = slot == .healthy ? !bound.isPassed(by: point.value) : slot == .unmatched
                isQuiet = isQuiet && isLeft
            }
            guard isQuiet else { return place }
            for index in windows.indices {
                let window = windows[index]
                guard let scan = plainScan(place, point, window, now: now, includesStart: includesStart) else {
                    return place
                }
                for index in window.firstBound..<window.endBound {
                    let bound = bounds[index]
                    let value =
                        switch bound.kind {
                        case .last: scan.lastValue
                        case .average: scan.average
                        case .minimum: scan.minimum
                        case .maximum: scan.maximum
                        case .increase: scan.increase(window.form, to: now, aSecond: false)
                        case .rate: scan.increase(window.form, to: now, aSecond: true)
                        }
                    let slot = slots[first + bound.rule]
                    let isLeft = slot == .healthy ? !(bound.isPassed(by: value) || value.isNaN) : slot == .unmatched
                    isQuiet = isQuiet && isLeft
                }
                guard isQuiet else { return place }
            }
            place += 1
        }
        return place
    }

    /// One pass over a window that is whole, has samples enough and holds numbers only; `nil` for any other. The newest
    /// sample is not after `now`, so none is.
    @inline(__always)
    private func plainScan(
        _ place: Int, _ point: Point, _ window: QuietBounds.Window, now: Int64, includesStart: Bool
    ) -> WindowScan? {
        let ring = ring.span
        let count = Int(point.count)
        let start = now.subtractingReportingOverflow(window.form.length).partialValue
        guard !window.needsWhole || point.isWhole(from: start) else { return nil }
        let bound = includesStart ? start : start &+ 1
        let base = place * capacity
        let oldest = count == capacity ? Int(point.head) : 0
        @inline(__always) func position(_ age: Int) -> Int {
            let position = oldest + age
            return base + (position < capacity ? position : position - capacity)
        }
        guard count > 0, count < capacity || ring[position(0)].time < bound else { return nil }
        var skipped = 0
        while skipped < count, ring[position(skipped)].time < bound {
            skipped += 1
            guard skipped == 4 else { continue }
            // A shorter window than the longest of the lane: its start is looked for by halves.
            var end = count
            while skipped < end {
                let middle = (skipped + end) / 2
                if ring[position(middle)].time < bound { skipped = middle + 1 } else { end = middle }
            }
        }
        guard count - skipped >= max(1, window.minimumSamples) else { return nil }
        let first = ring[position(skipped)]
        var sums = WindowSums(first: first.value)
        // In two runs, before and behind the end of the ring.
        let end = min(oldest + count, capacity)
        var index = base + oldest + skipped
        while index < base + end {
            sums.add(ring[index].value)
            index += 1
        }
        index = base + max(0, oldest + skipped - capacity)
        let wrapped = base + oldest + count - capacity
        while index < wrapped {
            sums.add(ring[index].value)
            index += 1
        }
        guard !sums.sum.isNaN else { return nil }
        return WindowScan(
            sums, count: count - skipped, firstTime: first.time, firstValue: first.value,
            lastTime: ring[position(count - 1)].time)
    }
}
