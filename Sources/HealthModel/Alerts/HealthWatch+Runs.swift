import ClusterCore

extension EngineSettings {
    /// Settings of a watch that is kept between runs, each of which reads a host twice (``HealthWatch/run(_:_:every:)``).
    ///
    /// Where it is known how often a run comes, samples are expected as often. Where it is not, another one is expected after
    /// the time between the two readings of a run: then a rule over a window says that it holds where a part of the window is
    /// enough for that, and never that all is well.
    /// - Parameters:
    ///   - over: the time between the two readings.
    ///   - every: the time from one run to the next, or `nil` where that is not known.
    public static func runs(over: Duration, every: Duration?) -> EngineSettings {
        guard let every = every?.nanosecondsClamped else {
            return EngineSettings(expectedIntervalNanoseconds: over.nanosecondsClamped)
        }
        // Runs by hand in between must not push the samples of a window out.
        return EngineSettings(
            sampleIntervalNanoseconds: max(every / 4, min(every, 15_000_000_000)), expectedIntervalNanoseconds: every)
    }
}

extension HealthWatch {
    /// What was read of a host at a moment.
    public typealias Reading = (time: SignalTime, measurements: [Measurement])

    /// Takes the two readings of one run and judges at the time of the second, right behind its samples: what was measured
    /// before and not now is not known now.
    ///
    /// Where it is known how often a run comes, only the second counts: the first is there for the rates that follow from
    /// two. Otherwise both count, for rules over a window that a part of it decides.
    /// - Parameter every: as in ``EngineSettings/runs(over:every:)``.
    /// - Returns: what the moment brought, and the measurements that were not taken.
    public mutating func run(
        _ first: Reading, _ second: Reading, every: Duration?
    ) -> (step: Step, problems: [SignalError]) {
        var problems: [SignalError] = []
        for measurement in (every == nil ? first.measurements : []) + second.measurements {
            do throws(SignalError) { try engine.ingest(measurement) } catch { problems.append(error) }
        }
        engine.silence(but: Set(second.measurements.map(\.identity)), at: second.time)
        return (step(to: second.time), problems)
    }

    /// Goes on with other settings of the engine. Where samples are expected at another pace, nothing is known of gaps
    /// before: windows fill anew.
    public mutating func adopt(_ settings: EngineSettings) throws(SnapshotError) {
        guard settings != engine.settings else { return }
        var state = self.state()
        if settings.expectedIntervalNanoseconds != engine.settings.expectedIntervalNanoseconds {
            for index in state.signals.indices where state.signals[index].since != nil {
                state.signals[index].since = state.signals[index].time
            }
        }
        var fresh = AlertEngine(engine.rules, settings: settings)
        try fresh.restore(state)
        engine = fresh
    }
}

extension AlertEngine {
    /// Says of signals that were not measured now that nothing is known of them, where a sample of before would still speak:
    /// a run may come sooner after the one before than it is expected.
    fileprivate mutating func silence(but measured: Set<SignalIdentity>, at now: SignalTime) {
        guard let interval = settings.expectedIntervalNanoseconds else { return }
        for position in 0..<catalogue.count where laneOf[position] >= 0 {
            let index = SignalIndex(position: position)
            let time = lanes[Int(laneOf[position])].newest[Int(placeOf[position])].time
            guard time != Lane.never, now.nanoseconds(since: SignalTime(nanoseconds: time)) < interval - interval / 2,
                !measured.contains(catalogue.identity(of: index))
            else { continue }
            ingest(index, .nan, at: now)
        }
    }
}
