extension HealthWatch {
    /// Takes signals out of service and forgets them: their alerts end, that is told, and nothing is known or missed of them
    /// until they are seen again.
    /// - Parameter isRetired: which signals.
    /// - Returns: how many signals that were, and what it brought.
    public mutating func retire(
        at now: SignalTime, where isRetired: (SignalIdentity) -> Bool
    ) throws(SnapshotError) -> (count: Int, step: Step) {
        let retired = (0..<engine.catalogue.count).filter {
            isRetired(engine.catalogue.identity(of: SignalIndex(position: $0)))
        }
        var events: [AlertEvent] = []
        for position in retired { events += engine.retire(SignalIndex(position: position), at: now) }
        let step = told(dispatcher.step(events, at: now), events, now)
        try forget(Set(retired))
        return (retired.count, step)
    }

    /// Signals are known by dense numbers, so those that stay get new ones.
    private mutating func forget(_ retired: Set<Int>) throws(SnapshotError) {
        guard !retired.isEmpty else { return }
        var state = self.state()
        let kept = state.signals.indices.filter { !retired.contains($0) }
        let numbers = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element, $0.offset) })
        state.signals = kept.map { state.signals[$0] }
        state.alerts = state.alerts.compactMap { entry in
            guard let number = numbers[entry.signal] else { return nil }
            var entry = entry
            entry.signal = number
            return entry
        }
        state.changes = state.changes.compactMap { entry in
            guard let number = numbers[Int(entry.key >> 16)] else { return nil }
            return .init(key: UInt64(number) << 16 | entry.key & 0xFFFF, record: entry.record)
        }
        var fresh = AlertEngine(engine.rules, settings: engine.settings)
        try fresh.restore(state)
        engine = fresh
    }
}

extension AlertDispatcher {
    /// Alerts that flap, in order of fingerprint: who was told of one holds it for firing until it settles, whatever its
    /// signal says at the moment.
    public var flapping: [Alert] {
        tracked.values.filter(\.isFlapping).map(\.alert).sorted { $0.fingerprint < $1.fingerprint }
    }
}
