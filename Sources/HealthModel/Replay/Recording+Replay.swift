import ClusterCore

extension Recording {
    /// Judges the recording by rules: the same recording and rules give the same timeline, always.
    ///
    /// Nothing is resolved at its end: what fires there is still open. Without settings of its own the engine expects of each
    /// signal a sample an interval (``EngineSettings/expectedIntervalNanoseconds``), as a recorder takes them, so a sample
    /// that is not there never makes anything look better.
    public func replay(
        _ rules: RuleSet, _ dispatch: DispatchSettings = DispatchSettings(routes: []), settings: EngineSettings? = nil
    ) throws(SignalError) -> FaultTimeline {
        try FaultTimeline(judging: [RecordedHost(self)], rules, dispatch, settings: settings)
    }
}

extension FaultTimeline {
    /// Judges recordings of several hosts together: each by the moments of its own recording, and all of them by one
    /// dispatcher, in order of time, as their clocks had it.
    ///
    /// A host that gives signs of life (``Recording/Entry/heartbeat(component:time:)``) and stops while others go on is
    /// suspected to be gone (``PhiAccrualDetector/Settings/beats(every:)``), and alerts of what depends on it wait
    /// (``DispatchSettings/suspicionLimitNanoseconds``). Where it should have had a moment of its own it is judged at those
    /// of the others, by what is known of it then: nothing.
    public init(
        judging hosts: [RecordedHost], _ rules: RuleSet, _ dispatch: DispatchSettings = DispatchSettings(routes: []),
        settings: EngineSettings? = nil
    ) throws(SignalError) {
        var replay = FleetReplay(
            hosts: try RecordedHost.separated(hosts).map { HostReplay($0, rules, settings) }, rules, dispatch)
        try replay.run()
        self = replay.timeline
    }
}

/// Hosts that are replayed together.
private struct FleetReplay {
    var hosts: [HostReplay]
    var timeline: FaultTimeline
    private var dispatcher: AlertDispatcher
    private var detectors: [ComponentIdentifier: PhiAccrualDetector] = [:]
    /// The places of what lasts in the lists of the timeline.
    private var openHolds: [AlertFingerprint: Int] = [:]
    private var openSuspicions: [ComponentIdentifier: Int] = [:]

    /// The most components whose signs of life are heeded; of others nothing is suspected.
    static let componentLimit = 1000

    init(hosts: [HostReplay], _ rules: RuleSet, _ dispatch: DispatchSettings) {
        self.hosts = hosts
        dispatcher = AlertDispatcher(dispatch, rules: rules)
        timeline = FaultTimeline(rules: rules.name, source: hosts.map(\.timeline.source).joined(separator: ", "))
    }

    mutating func run() throws(SignalError) {
        while let (index, now) = nextHost {
            var events = try advance(index)
            for other in hosts.indices where other != index { events += hosts[other].judgeSilence(at: now) }
            suspect(at: now)
            let suspects = openSuspicions
            let outcome = dispatcher.step(events, at: now) { suspects[$0] != nil }
            timeline.list(events, outcome.notifications)
            hold(outcome.held, at: now)
            // A recording that was ended says nothing of its host from then on.
            if !hosts[index].isExpected { for component in hosts[index].components { forget(component, at: now) } }
        }
        for index in hosts.indices {
            timeline.add(try hosts[index].finish { _, _ in }, isFirst: index == 0)
        }
    }

    private var nextHost: (index: Int, time: SignalTime)? {
        var found: (index: Int, time: SignalTime)?
        for index in hosts.indices {
            guard let time = hosts[index].next else { continue }
            if found.map({ time < $0.time }) ?? true { found = (index, time) }
        }
        return found
    }

    private mutating func advance(_ index: Int) throws(SignalError) -> [AlertEvent] {
        var beats: [(ComponentIdentifier, SignalTime)] = []
        let events = try hosts[index].advance { beats.append(($0, $1)) }
        let settings = PhiAccrualDetector.Settings.beats(every: hosts[index].interval)
        for (component, time) in beats where detectors[component] != nil || detectors.count < FleetReplay.componentLimit
        {
            detectors[component, default: PhiAccrualDetector(settings)].heartbeat(at: time)
        }
        return events
    }

    private mutating func suspect(at now: SignalTime) {
        for component in detectors.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let detector = detectors[component], let phi = detector.phi(at: now) else { continue }
            let isSuspected = phi >= detector.settings.threshold
            if let open = openSuspicions[component] {
                if !isSuspected {
                    timeline.suspicions[open].end = now
                    openSuspicions[component] = nil
                }
            } else if isSuspected, timeline.suspicions.count < FaultTimeline.eventLimit {
                openSuspicions[component] = timeline.suspicions.count
                timeline.suspicions.append(Suspicion(component: component, begin: now, phi: phi))
            }
        }
    }

    private mutating func forget(_ component: ComponentIdentifier, at now: SignalTime) {
        detectors[component] = nil
        if let open = openSuspicions.removeValue(forKey: component) { timeline.suspicions[open].end = now }
    }

    private mutating func hold(_ held: [AlertDispatcher.HeldAlert], at now: SignalTime) {
        var still: Set<AlertFingerprint> = []
        for entry in held {
            let fingerprint = entry.alert.fingerprint
            still.insert(fingerprint)
            if let open = openHolds[fingerprint] {
                let hold = timeline.holds[open]
                if hold.cause == entry.cause, hold.certainty == entry.certainty { continue }
                close(fingerprint, open, .changed, at: now)
            }
            guard timeline.holds.count < FaultTimeline.eventLimit else { continue }
            openHolds[fingerprint] = timeline.holds.count
            timeline.holds.append(
                AlertHold(alert: entry.alert, cause: entry.cause, certainty: entry.certainty, begin: now))
        }
        for (fingerprint, open) in openHolds where !still.contains(fingerprint) {
            let ending: AlertHold.Ending =
                switch dispatcher.isTold(fingerprint) {
                case true?: .told
                case false?: .changed
                case nil: .over
                }
            close(fingerprint, open, ending, at: now)
        }
    }

    private mutating func close(
        _ fingerprint: AlertFingerprint, _ open: Int, _ ending: AlertHold.Ending, at now: SignalTime
    ) {
        timeline.holds[open].end = now
        timeline.holds[open].ending = ending
        openHolds[fingerprint] = nil
    }
}
