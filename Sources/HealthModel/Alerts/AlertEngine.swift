public import ClusterCore

/// Evaluates rules over signals on a virtual clock: samples in, events of alerts out, the same for the same input always.
///
/// ```swift
/// var engine = AlertEngine(rules)
/// try engine.ingest(measurement)
/// let events = engine.evaluate(at: now)
/// ```
///
/// Signals are known by dense numbers (``SignalCatalogue``); those of one name stand in arrays beside each other with four
/// bytes for each rule that judges them, so neither a sample nor an evaluation looks anything up in a dictionary or takes
/// memory, but for alerts that begin or end.
///
/// An alert is resolved by evidence only: a value on the good side that is fresh. A gap makes it stale. Where a rule says
/// ``NoDataBehaviour/resolve`` and has no second threshold, the life of its alerts is that of Prometheus (rules/alerting.go).
public struct AlertEngine: Sendable {
    public let rules: RuleSet
    public let settings: EngineSettings
    /// The signals that were seen, with their numbers.
    public private(set) var catalogue: SignalCatalogue
    /// The newest evaluation.
    public internal(set) var now: SignalTime?
    public internal(set) var counts = EngineCounts()
    var lanes: [Lane] = []
    private var laneOfName: [SignalName: Int] = [:]
    /// The lane of a signal by its number, or −1 where no rule has its name.
    private(set) var laneOf: [Int32] = []
    private(set) var placeOf: [UInt32] = []
    var alerts: AlertTable
    var changes: [UInt64: ChangeRecord] = [:]
    /// Whether an evaluation is missing before the one that goes on: what was the case then is not known.
    var missedEvaluation = false
    /// Whether also signals are judged in full that an evaluation leaves as they are: slower, and the same.
    package var judgesAllInFull = false
    /// Rules that a signal's unit does not fit, with why; bounded by the number of rules.
    public private(set) var misfits: [RuleID: RuleError] = [:]

    public init(_ rules: RuleSet, settings: EngineSettings = EngineSettings()) {
        self.rules = rules
        self.settings = settings
        catalogue = SignalCatalogue(limit: settings.signalLimit)
        alerts = AlertTable(limit: settings.alertLimit)
        var names: [SignalName: [Int]] = [:]
        var order: [SignalName] = []
        for (number, rule) in rules.rules.enumerated() {
            if names[rule.selector.name] == nil { order.append(rule.selector.name) }
            names[rule.selector.name, default: []].append(number)
        }
        for name in order {
            laneOfName[name] = lanes.count
            lanes.append(AlertEngine.lane(of: names[name] ?? [], rules, settings))
        }
    }

    private static func lane(of numbers: [Int], _ rules: RuleSet, _ settings: EngineSettings) -> Lane {
        var windows: [WindowForm] = []
        var compiled: [CompiledRule] = []
        var (capacity, thinning) = (0, Int64(0))
        for number in numbers {
            let rule = rules.rules[number]
            var window = 0
            if let length = rule.condition.aggregation.window?.nanosecondsClamped {
                let form = WindowForm(
                    length: length, takesNaN: rule.noData == .resolve || settings.judgesAsExported,
                    toZeroFirst: settings.extrapolatesToZeroFirst)
                window = windows.firstIndex(of: form) ?? windows.count
                if window == windows.count { windows.append(form) }
                capacity = max(capacity, settings.capacity(ofWindow: length))
                thinning = max(thinning, settings.thinning(ofWindow: length))
            }
            compiled.append(CompiledRule(rule, number: number, window: window, settings))
        }
        // The rise of a counter is the same without samples in between; of any other window each sample counts.
        let isOfCounters = compiled.allSatisfy { [.last, .rate, .increase].contains($0.kind) }
        let gap = settings.expectedIntervalNanoseconds.map { $0.addingReportingOverflow($0 / 2).partialValue }
        return Lane(
            rules: compiled, windows: windows, capacity: min(capacity, settings.historyLimit),
            thinning: isOfCounters ? thinning : 0, longestGap: gap)
    }

    /// Rules whose window holds more samples than are kept (``EngineSettings/historyLimit``), so that they can hardly say
    /// anything. Of windows on counters alone fewer samples are kept, and nothing is lost.
    public static func unheldRules(of rules: RuleSet, _ settings: EngineSettings) -> [RuleID] {
        let thinned = Dictionary(grouping: rules.rules, by: \.selector.name).filter { _, members in
            members.allSatisfy { [.last, .rate, .increase].contains($0.condition.aggregation.kind) }
        }
        return rules.rules.filter { rule in
            guard let window = rule.condition.aggregation.window?.nanosecondsClamped,
                settings.capacity(ofWindow: window) > settings.historyLimit
            else { return false }
            return thinned[rule.selector.name] == nil
                || rule.condition.aggregation.minimumSamples > settings.historyLimit / 2 - 2
        }.map(\.id)
    }

    // MARK: Samples

    /// The number of a signal, which is known from then on; a signal that was never sampled is "never seen", not healthy.
    ///
    /// An error where there are too many signals, or where it comes with another unit than before.
    public mutating func signal(
        _ identity: SignalIdentity, unit: SignalUnit, kind: SignalKind, source: String = ""
    ) throws(SignalError) -> SignalIndex {
        let index = try catalogue.index(of: identity, unit: unit, kind: kind, source: source)
        if index.position == laneOf.count {
            if let lane = laneOfName[identity.name] {
                let rules = self.rules
                var misfits: [(RuleID, RuleError)] = []
                let place = lanes[lane].add(UInt32(index.position)) { compiled in
                    let rule = rules.rules[compiled.number]
                    guard rule.selector.matches(identity) else { return false }
                    do throws(RuleError) {
                        try rule.checkUnit(of: unit)
                        return true
                    } catch {
                        misfits.append((rule.id, error))
                        return false
                    }
                }
                for (rule, error) in misfits { self.misfits[rule] = error }
                laneOf.append(Int32(lane))
                placeOf.append(UInt32(place))
            } else {
                laneOf.append(-1)
                placeOf.append(0)
            }
        }
        return index
    }

    /// Takes a value of a signal at a moment.
    ///
    /// What is older than the newest sample, or repeats it, changes nothing and is counted. NaN is a time at which nothing
    /// was known; ``StaleMarker`` says that the signal ended.
    /// - Precondition: the index is of this engine.
    @inline(__always)
    @discardableResult
    public mutating func ingest(_ signal: SignalIndex, _ value: Double, at time: SignalTime) -> SignalSeries.Outcome {
        let lane = laneOf[signal.position]
        guard lane >= 0, time.nanoseconds != Lane.never else { return .late }
        let outcome = lanes[Int(lane)].ingest(Int(placeOf[signal.position]), time.nanoseconds, value)
        switch outcome {
        case .taken: counts.taken &+= 1
        case .late: counts.late &+= 1
        case .repeated: counts.repeated &+= 1
        case .contradicted: counts.contradicted &+= 1
        }
        return outcome
    }

    /// Takes a measurement, whose signal is known from then on.
    @discardableResult
    public mutating func ingest(_ measurement: Measurement) throws(SignalError) -> SignalSeries.Outcome {
        let index = try signal(
            measurement.identity, unit: measurement.unit, kind: measurement.kind, source: measurement.source)
        return ingest(index, measurement.value.double, at: measurement.time.time)
    }

    // MARK: What is known

    /// The bytes that the engine takes beside the history of samples.
    public var memoryBytes: Int {
        catalogue.memoryBytes + laneOf.capacity * 4 + placeOf.capacity * 4 + lanes.reduce(0) { $0 + $1.memoryBytes }
            + alerts.places.capacity * MemoryLayout<LiveAlert?>.stride
    }

    /// The bytes of the history of samples.
    public var historyBytes: Int { lanes.reduce(0) { $0 + $1.historyBytes } }

    /// What a rule said of a signal at the newest evaluation, or `nil` where it does not judge it.
    public func verdict(of rule: RuleID, on signal: SignalIndex) -> SignalVerdict? {
        guard laneOf.indices.contains(signal.position), laneOf[signal.position] >= 0 else { return nil }
        let lane = lanes[Int(laneOf[signal.position])]
        guard let index = lane.rules.firstIndex(where: { rules.rules[$0.number].id == rule }) else { return nil }
        let slot = lane.slots[Int(placeOf[signal.position]) * lane.rules.count + index]
        return slot.isUnmatched ? nil : slot.verdict.verdict
    }

    /// How many signals each verdict holds for, of all rules or of one.
    public func verdicts(of rule: RuleID? = nil) -> [SignalVerdict: Int] {
        var result: [SignalVerdict: Int] = [:]
        for lane in lanes {
            for (index, compiled) in lane.rules.enumerated()
            where rule == nil || rules.rules[compiled.number].id == rule {
                for place in lane.signals.indices {
                    let slot = lane.slots[place * lane.rules.count + index]
                    if !slot.isUnmatched { result[slot.verdict.verdict, default: 0] += 1 }
                }
            }
        }
        return result
    }

    /// The alerts that are pending or firing, in order of fingerprint.
    public var liveAlerts: [Alert] {
        alerts.places.compactMap { $0.map { alert(of: $0) } }.sorted { $0.fingerprint < $1.fingerprint }
    }

    /// The alert as a value.
    func alert(of live: LiveAlert, resolvedAt: Int64? = nil) -> Alert {
        let lane = lanes[live.lane]
        let rule = rules.rules[lane.rules[live.rule].number]
        let identity = catalogue.identity(of: SignalIndex(position: Int(lane.signals[live.place])))
        let labels = rule.alertLabels(of: identity)
        return Alert(
            fingerprint: AlertFingerprint(labels), rule: rule.id, signal: identity, labels: labels,
            subject: rule.subject.component(of: identity), severity: rule.severity,
            state: resolvedAt != nil ? .resolved : live.isFiring ? .firing : .pending, value: live.value,
            activeAt: SignalTime(nanoseconds: live.activeAt),
            firedAt: live.firedAt.map { SignalTime(nanoseconds: $0) },
            keepFiringSince: live.keepSince.map { SignalTime(nanoseconds: $0) },
            resolvedAt: resolvedAt.map { SignalTime(nanoseconds: $0) },
            staleSince: live.staleSince.map { SignalTime(nanoseconds: $0) }, summary: rule.summary, remedy: rule.remedy)
    }
}
