extension AlertEngine {
    /// Judges every signal by its rules at a moment, and says what happened to alerts, in order of rules' signals.
    ///
    /// Moments should rise. Where one lies before the last (the clock was set back), times that lie after it are taken to be
    /// it, and samples from after it say nothing: no alert is resolved by a clock.
    public mutating func evaluate(at now: SignalTime) -> [AlertEvent] {
        if let last = self.now, now < last {
            counts.clockWentBack += 1
            alerts.clampTimes(to: now.nanoseconds)
        }
        missedEvaluation =
            settings.expectedIntervalNanoseconds.map { interval in
                self.now.map { AlertEngine.span($0.nanoseconds, now.nanoseconds) > interval &+ interval / 2 } ?? false
            } ?? false
        self.now = now
        var notes: [Note] = []
        for index in lanes.indices { evaluate(lane: index, now.nanoseconds, &notes) }
        return notes.map { note in
            AlertEvent(time: now, kind: note.kind, alert: alert(of: note.alert, resolvedAt: note.resolvedAt))
        }
    }

    /// What happened, before it is told in full.
    struct Note {
        var kind: AlertEvent.Kind
        var alert: LiveAlert
        var resolvedAt: Int64?
    }

    private mutating func evaluate(lane index: Int, _ now: Int64, _ notes: inout [Note]) {
        // Taken out while it is evaluated, so that each signal finds its arrays without going through the engine.
        var lane = Lane(rules: [], windows: [], capacity: 0)
        swap(&lane, &lanes[index])
        defer { swap(&lane, &lanes[index]) }
        let rules = lane.rules
        let windows = lane.windows
        var scans = [WindowScan](repeating: WindowScan(), count: windows.count)
        let includesStart = settings.windowsIncludeStart
        var next = 0
        while true {
            if !judgesAllInFull { next = lane.firstUnsettled(from: next, now: now, includesStart: includesStart) }
            guard next < lane.signals.count else { break }
            let place = next
            next += 1
            if isFromFuture(lane.newest[place].time, now) {
                counts.fromFuture += 1
                lane.clear(place)
            }
            let time = lane.newest[place].time
            let value = lane.newest[place].value
            for window in windows.indices {
                scans[window] = lane.scan(place, windows[window], now: now, includesStart: includesStart)
            }
            // A signal that was never seen has no age; a time from the future within the tolerance has age 0.
            let age = time == Lane.never ? Int64.max : max(0, AlertEngine.span(time, now))
            let first = place * rules.count
            for rule in rules.indices {
                let slot = lane.slots[first + rule]
                if slot.isUnmatched { continue }
                let compiled = rules[rule]
                let truth =
                    compiled.kind == .last
                    ? compiled.truth(ofNewest: value, age: age, includesStart)
                    : compiled.truth(of: scans[compiled.window], windows[compiled.window], now: now, includesStart)
                if slot.isQuiet, truth != .holds, !(truth == .unknown && compiled.noData == .fire) {
                    let verdict = quietVerdict(slot.verdict, truth, isNever: time == Lane.never, compiled)
                    if verdict != slot.verdict { lane.slots[first + rule].verdict = verdict }
                    continue
                }
                let measured =
                    compiled.kind == .last
                    ? value : compiled.value(of: scans[compiled.window], windows[compiled.window], now: now)
                settle(
                    &lane, Position(lane: index, place: place, rule: rule), truth, measured.isNaN ? nil : measured, now,
                    &notes)
            }
        }
    }

    @inline(__always)
    private func isFromFuture(_ time: Int64, _ now: Int64) -> Bool {
        guard time > now else { return false }
        let (ahead, overflow) = time.subtractingReportingOverflow(now)
        return overflow || ahead > settings.futureToleranceNanoseconds
    }

    /// Nanoseconds from one moment to another, or the nearest that can be held.
    @inline(__always)
    private static func span(_ from: Int64, _ to: Int64) -> Int64 {
        let (difference, overflow) = to.subtractingReportingOverflow(from)
        return overflow ? (to < from ? .min : .max) : difference
    }

    /// The verdict of a rule without an alert.
    @inline(__always)
    private func quietVerdict(
        _ before: VerdictCode, _ truth: Truth, isNever: Bool, _ rule: CompiledRule
    ) -> VerdictCode {
        switch truth {
        case .fails: .healthy
        // Between the thresholds the past decides, where it is known.
        case .between: (before == .healthy && !missedEvaluation) || rule.noData == .resolve ? .healthy : .undecided
        // For Prometheus no data is a condition that does not hold; it is not known to be healthy for that.
        case .unknown: isNever && before == .neverSeen ? .neverSeen : .stale
        case .partial: .undecided
        case .holds: before
        }
    }

    struct Position {
        var lane: Int
        var place: Int
        var rule: Int
    }

    /// The slow path: an alert is there, begins, or changed lately.
    private mutating func settle(
        _ lane: inout Lane, _ position: Position, _ found: Truth, _ value: Double?, _ now: Int64, _ notes: inout [Note]
    ) {
        let rule = lane.rules[position.rule]
        let number = position.place * lane.rules.count + position.rule
        var slot = lane.slots[number]
        let isUnknown = found == .unknown || found == .partial
        var truth = isUnknown ? Truth.unknown : found
        if found == .unknown {
            switch rule.noData {
            case .hold: break
            case .resolve: truth = .fails
            case .fire: truth = .holds
            }
        }
        if let alertPlace = slot.alert, var live = alerts[alertPlace] {
            let isLive = step(&live, rule, truth, isUnknown: isUnknown, value, now, &notes)
            if isLive {
                alerts[alertPlace] = live
                slot.verdict = live.isFiring ? .firing : .pending
            } else {
                alerts.remove(alertPlace)
                slot.alert = nil
                // A kept alert ends with a past that is known to be good; of one that was pending it is not known.
                let isUndecided = truth == .between && !live.isFiring && rule.noData != .resolve
                slot.verdict = isUnknown ? .stale : isUndecided ? .undecided : .healthy
            }
        } else if truth == .holds {
            begin(position, rule, &slot, value, isUnknown: isUnknown, now, &notes)
        } else {
            slot.verdict = quietVerdict(
                slot.verdict, found, isNever: lane.newest[position.place].time == Lane.never, rule)
        }
        if let thresholds = rule.flapping, !isUnknown {
            record(lane.signals[position.place], position, &slot, thresholds, now, &notes)
        }
        lane.slots[number] = slot
    }

    private mutating func begin(
        _ position: Position, _ rule: CompiledRule, _ slot: inout Slot, _ value: Double?, isUnknown: Bool, _ now: Int64,
        _ notes: inout [Note]
    ) {
        var live = LiveAlert(
            lane: position.lane, place: position.place, rule: position.rule, activeAt: now,
            staleSince: isUnknown ? now : nil, value: value)
        slot.verdict = .pending
        guard let place = alerts.add(live) else {
            counts.refusedAlerts &+= 1
            return
        }
        notes.append(Note(kind: .pending, alert: live))
        if rule.pendingFor == 0 {
            live.isFiring = true
            live.firedAt = now
            slot.verdict = .firing
            notes.append(Note(kind: .firing, alert: live))
        }
        alerts[place] = live
        slot.alert = place
    }

    /// One evaluation of a live alert; whether it is live afterwards.
    private func step(
        _ live: inout LiveAlert, _ rule: CompiledRule, _ truth: Truth, isUnknown: Bool, _ value: Double?, _ now: Int64,
        _ notes: inout [Note]
    ) -> Bool {
        if isUnknown, rule.noData != .resolve {
            if live.staleSince == nil {
                live.staleSince = now
                notes.append(Note(kind: .stale, alert: live))
            }
        } else if live.staleSince != nil, !isUnknown {
            live.staleSince = nil
            notes.append(Note(kind: .known, alert: live))
        }
        if let value, !isUnknown { live.value = value }
        // Evidence of recovery must be unbroken.
        if missedEvaluation, rule.noData != .resolve { live.keepSince = nil }
        switch truth {
        case .unknown, .partial:
            // Evidence of recovery must be unbroken.
            live.keepSince = nil
            return !settings.judgesAsExported || hold(&live, rule, now, &notes)
        case .holds: return hold(&live, rule, now, &notes)
        case .between where live.isFiring && live.keepSince == nil:
            // Once the value was good the alert is only kept: between the thresholds it does not begin again.
            return true
        case .between, .fails:
            guard live.isFiring else {
                notes.append(Note(kind: .cancelled, alert: live))
                return false
            }
            if rule.keepFiringFor > 0 {
                let since = live.keepSince ?? now
                live.keepSince = since
                if AlertEngine.span(since, now) < rule.keepFiringFor { return true }
            }
            notes.append(Note(kind: .resolved, alert: live, resolvedAt: now))
            return false
        }
    }

    /// The condition holds: fires where it has for long enough. Always `true`.
    private func hold(_ live: inout LiveAlert, _ rule: CompiledRule, _ now: Int64, _ notes: inout [Note]) -> Bool {
        live.keepSince = nil
        // A rule whose `for` was raised takes back an alert that is younger.
        let held = AlertEngine.span(live.activeAt, now)
        if live.isFiring, held < rule.pendingFor { live.isFiring = false }
        if !live.isFiring, held >= rule.pendingFor {
            live.isFiring = true
            live.firedAt = now
            notes.append(Note(kind: .firing, alert: live))
        }
        return true
    }

    /// Adds to the record of changes, which is kept while there are any.
    private mutating func record(
        _ signal: UInt32, _ position: Position, _ slot: inout Slot, _ thresholds: FlapThresholds, _ now: Int64,
        _ notes: inout [Note]
    ) {
        let isOn = slot.verdict == .firing
        let key = UInt64(signal) << 16 | UInt64(position.rule)
        guard slot.hasChanges || isOn else { return }
        guard slot.hasChanges || changes.count < settings.alertLimit else { return }
        var record = changes[key] ?? ChangeRecord(isOn: false)
        let change = record.add(isOn, thresholds)
        if let change {
            let live =
                slot.alert.flatMap { alerts[$0] }
                ?? LiveAlert(lane: position.lane, place: position.place, rule: position.rule, activeAt: now)
            notes.append(
                Note(kind: change ? .flapping : .settled, alert: live, resolvedAt: slot.alert == nil ? now : nil))
        }
        slot.hasChanges = !record.isQuiet || isOn
        changes[key] = slot.hasChanges ? record : nil
    }

    /// Takes a signal out of service: its alerts end, as somebody knows that it is gone, and what flapped has settled.
    public mutating func retire(_ signal: SignalIndex, at now: SignalTime) -> [AlertEvent] {
        guard laneOf.indices.contains(signal.position), laneOf[signal.position] >= 0 else { return [] }
        let lane = Int(laneOf[signal.position])
        let place = Int(placeOf[signal.position])
        var events: [AlertEvent] = []
        for rule in lanes[lane].rules.indices {
            let number = place * lanes[lane].rules.count + rule
            if let alertPlace = lanes[lane].slots[number].alert, let live = alerts[alertPlace] {
                let ended = alert(of: live, resolvedAt: live.isFiring ? now.nanoseconds : nil)
                events.append(AlertEvent(time: now, kind: live.isFiring ? .resolved : .cancelled, alert: ended))
                alerts.remove(alertPlace)
            }
            let record = changes.removeValue(forKey: UInt64(signal.position) << 16 | UInt64(rule))
            if record?.isFlapping == true {
                let gone = LiveAlert(lane: lane, place: place, rule: rule, activeAt: now.nanoseconds)
                let ended = alert(of: gone, resolvedAt: now.nanoseconds)
                events.append(AlertEvent(time: now, kind: .settled, alert: ended))
            }
            if !lanes[lane].slots[number].isUnmatched { lanes[lane].slots[number] = Slot() }
        }
        lanes[lane].clear(place)
        return events
    }
}

extension CompiledRule {
    /// What the newest sample says.
    @inline(__always)
    func truth(ofNewest value: Double, age: Int64, _ includesStart: Bool) -> Truth {
        let isFresh = isFresh(age, includesStart)
        if value.isNaN {
            // An ordinary NaN is a value for Prometheus, its marker of an end is none.
            let isValue = noData == .resolve && isFresh && value.bitPattern != StaleMarker.bits
            return isValue ? truth(value) : .unknown
        }
        guard isFresh else { return .unknown }
        return age < currentAge ? truth(value) : late
    }

    @inline(__always)
    private func isFresh(_ age: Int64, _ includesStart: Bool) -> Bool {
        includesStart ? age <= freshness : age < freshness
    }

    /// What a sample says that is fresh, though the next one should have come.
    private var late: Truth { noData == .fire ? .partial : .unknown }

    /// What the samples of a window say.
    @inline(__always)
    func truth(of scan: WindowScan, _ form: WindowForm, now: Int64, _ includesStart: Bool) -> Truth {
        guard scan.count > 0 else { return .unknown }
        let value = value(of: scan, form, now: now)
        if noData == .resolve { return scan.count >= minimumSamples && !scan.isCut ? truth(value) : .unknown }
        if value.isNaN { return .unknown }
        // What came last may say only that the signal ended: its last value is as old as it is.
        let age = now &- scan.lastTime
        let isWhole = !scan.isCut && (!needsWhole || scan.isWhole)
        if !isWhole, holds(byPartOf: scan, value) { return .holds }
        guard scan.count >= minimumSamples, isFresh(age, includesStart) else {
            return holdsByOneSample && truth(value) == .holds ? .holds : .unknown
        }
        guard age < currentAge else { return holdsByOneSample && truth(value) == .holds ? .holds : late }
        return isWhole ? truth(value) : .partial
    }

    /// The number that is compared; NaN where there are too few samples for one.
    @inline(__always)
    func value(of scan: WindowScan, _ form: WindowForm, now: Int64) -> Double {
        guard scan.count > 0 else { return .nan }
        switch kind {
        case .last: return scan.lastValue
        case .average: return scan.average
        case .minimum: return scan.minimum
        case .maximum: return scan.maximum
        case .increase: return scan.increase(form, to: now, aSecond: false)
        case .rate: return scan.increase(form, to: now, aSecond: true)
        }
    }
}
