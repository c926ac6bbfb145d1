import ClusterCore

/// One host of a replay: its engine, and how far its recording was read.
///
/// Each host has an engine of its own, which judges at the moments of its recording: right behind its samples.
struct HostReplay {
    private let recording: Recording
    private let settings: EngineSettings
    private let freshness: Int64
    private var engine: AlertEngine
    /// A signal is known from its first sample on, as it was when it was recorded.
    private var indices: [SignalIndex?]
    private var position = 0
    /// What is counted of the host; events are listed elsewhere.
    private(set) var timeline: FaultTimeline
    /// The moment up to which it is read next; `nil` at the end.
    private(set) var next: SignalTime?
    /// The newest moment of its own.
    private(set) var last: SignalTime?
    /// Whether it is still to be heard of: there are moments to come, or it broke off.
    var isExpected: Bool { next != nil || breaksOff }
    private let breaksOff: Bool
    /// The components that it gives signs of life of.
    private(set) var components: Set<ComponentIdentifier> = []

    /// - Parameter settings: those of the engine, or `nil` for the recording's pace.
    init(_ host: RecordedHost, _ rules: RuleSet, _ settings: EngineSettings?) {
        recording = host.recording
        breaksOff = host.breaksOff
        var settings = settings ?? recording.pace
        settings.signalLimit = max(settings.signalLimit, recording.signals.count)
        self.settings = settings
        engine = AlertEngine(rules, settings: settings)
        freshness = rules.rules.map { $0.freshness.nanosecondsClamped }.min() ?? .max
        indices = Array(repeating: nil, count: recording.signals.count)
        timeline = FaultTimeline(rules: rules.name, source: recording.header.source)
        next = recording.moment(from: 0)
    }

    /// The time between two of its moments.
    var interval: Int64 { settings.expectedIntervalNanoseconds ?? recording.header.intervalNanoseconds }

    /// Takes what was recorded up to the next moment and judges it; at the end, what is behind the last one.
    mutating func advance(
        heartbeat: (ComponentIdentifier, SignalTime) -> Void
    ) throws(SignalError) -> [AlertEvent] {
        while position < recording.entries.count {
            let entry = recording.entries[position]
            position += 1
            switch entry {
            case .samples(let samples):
                timeline.unjudgedSamples += samples.count
                for sample in samples { engine.ingest(try index(of: sample), sample.value.double, at: sample.time) }
            case .heartbeat(let component, let time):
                let component = ComponentIdentifier(rawValue: component)
                components.insert(component)
                heartbeat(component, time)
            case .moment(let now):
                let events = engine.evaluate(at: now)
                timeline.unjudgedSamples = 0
                timeline.count(events, at: now, engine.verdicts(), freshness: freshness)
                last = now
                next = recording.moment(from: position)
                return events
            }
        }
        return []
    }

    private mutating func index(of sample: Recording.Sample) throws(SignalError) -> SignalIndex {
        if let known = indices[sample.signal] { return known }
        let signal = recording.signals[sample.signal]
        let index = try engine.signal(signal.identity, unit: signal.unit, kind: signal.kind, source: signal.source)
        indices[sample.signal] = index
        return index
    }

    /// Judges at the moment of another host, where this one should have had a moment of its own since its last one.
    mutating func judgeSilence(at now: SignalTime) -> [AlertEvent] {
        guard let last, isExpected, next.map({ $0 > now }) ?? true,
            now.nanoseconds(since: last) > interval &+ interval / 2
        else { return [] }
        let events = engine.evaluate(at: now)
        timeline.countSilence(events, engine.verdicts())
        return events
    }

    /// Takes what is behind the last moment, and what the engine counted.
    mutating func finish(heartbeat: (ComponentIdentifier, SignalTime) -> Void) throws(SignalError) -> FaultTimeline {
        _ = try advance(heartbeat: heartbeat)
        timeline.counts = engine.counts
        timeline.misfits = engine.misfits
        timeline.lastVerdicts = engine.verdicts()
        timeline.unheldRules = AlertEngine.unheldRules(of: engine.rules, settings)
        timeline.unseenRules = engine.rules.rules.map(\.id).filter { engine.verdicts(of: $0).isEmpty }
        return timeline
    }
}

extension Recording {
    /// The first moment from an entry on.
    fileprivate func moment(from position: Int) -> SignalTime? {
        for entry in entries[position...] { if case .moment(let time) = entry { return time } }
        return nil
    }

    /// How often samples come. A recorder that is slower than it was asked to be says so by its moments, and so does one that
    /// went on at another pace.
    fileprivate var pace: EngineSettings {
        var last: SignalTime?
        var spacings: [Int64] = []
        for case .moment(let time) in entries {
            if let last, time > last { spacings.append(time.nanoseconds(since: last)) }
            last = time
        }
        spacings.sort()
        let asked = header.intervalNanoseconds
        guard !spacings.isEmpty else {
            return EngineSettings(sampleIntervalNanoseconds: asked, expectedIntervalNanoseconds: asked)
        }
        return EngineSettings(
            sampleIntervalNanoseconds: min(asked, spacings[spacings.count / 20]),
            expectedIntervalNanoseconds: max(asked, spacings[spacings.count / 2]))
    }
}
