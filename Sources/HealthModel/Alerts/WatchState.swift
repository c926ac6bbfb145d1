import ClusterCore

/// The state of a ``HealthWatch`` as a document has it.
struct WatchState: Codable {
    var settings: EngineSettings
    var detectorSettings: PhiAccrualDetector.Settings
    var dispatch: DispatchSettings
    var now: SignalTime?
    var counts: EngineCounts
    var signals: [SignalEntry]
    var alerts: [AlertEntry]
    var changes: [ChangeEntry]
    var mutes: [AlertMute]
    var tracked: [TrackedAlert]
    var groups: [GroupEntry]
    var pendingLosses: [LossEntry]
    var detectors: [DetectorEntry]
    /// Since version 2.
    var outbox: [NotificationOutbox.Entry]?
    var dropped: UInt64?

    /// A signal with what is known of it. Doubles stand as their bits.
    struct SignalEntry: Codable {
        var name: String
        var labels: [String]
        var unit: SignalUnit
        var kind: SignalKind
        var source: String
        /// The newest sample; `nil` where it was never seen.
        var time: Int64?
        var value: UInt64
        /// The sample since which there is no gap; `nil` where the newest is no number, and in version 1.
        var since: Int64?
        var historyTimes: [Int64]
        var historyValues: [UInt64]
        /// The verdict of each rule of the signal's name, as its code.
        var verdicts: [UInt8]
    }

    /// A live alert, by the number of its signal.
    struct AlertEntry: Codable {
        var signal: Int
        var rule: Int
        var isFiring: Bool
        var activeAt: Int64
        var firedAt: Int64?
        var keepSince: Int64?
        var staleSince: Int64?
        var value: UInt64?
    }

    struct ChangeEntry: Codable {
        var key: UInt64
        var record: ChangeRecord
    }

    struct GroupEntry: Codable {
        var key: GroupKey
        var state: GroupState
    }

    struct LossEntry: Codable {
        var subject: ComponentIdentifier
        var alerts: [AlertFingerprint]
    }

    struct DetectorEntry: Codable {
        var component: ComponentIdentifier
        var detector: PhiAccrualDetector
    }
}

extension AlertEngine {
    /// The signals in order of number, and the live alerts.
    func entries() -> (signals: [WatchState.SignalEntry], alerts: [WatchState.AlertEntry]) {
        var signals: [WatchState.SignalEntry] = []
        signals.reserveCapacity(catalogue.count)
        for number in 0..<catalogue.count {
            let index = SignalIndex(position: number)
            let identity = catalogue.identity(of: index)
            var entry = WatchState.SignalEntry(
                name: identity.name.text, labels: LabelPairs.written(identity.labels), unit: catalogue.unit(of: index),
                kind: catalogue.kind(of: index), source: catalogue.source(of: index), time: nil,
                value: Double.nan.bitPattern, since: nil, historyTimes: [], historyValues: [], verdicts: [])
            if laneOf[number] >= 0 {
                let lane = lanes[Int(laneOf[number])]
                let place = Int(placeOf[number])
                let newest = lane.newest[place]
                if newest.time != Lane.never { entry.time = newest.time }
                entry.value = newest.value.bitPattern
                if newest.since != Lane.never { entry.since = newest.since }
                let history = lane.history(place)
                entry.historyTimes = history.map(\.time)
                entry.historyValues = history.map(\.value.bitPattern)
                entry.verdicts = lane.rules.indices.map {
                    lane.slots[place * lane.rules.count + $0].verdict.rawValue
                }
            }
            signals.append(entry)
        }
        let live = alerts.places.compactMap(\.self).map {
            WatchState.AlertEntry(
                signal: Int(lanes[$0.lane].signals[$0.place]), rule: $0.rule, isFiring: $0.isFiring,
                activeAt: $0.activeAt, firedAt: $0.firedAt, keepSince: $0.keepSince, staleSince: $0.staleSince,
                value: $0.value?.bitPattern)
        }
        // Where an alert stands in the table is chance; the document is the same for the same state.
        return (signals, live.sorted { ($0.signal, $0.rule) < ($1.signal, $1.rule) })
    }

    /// Puts back what ``entries()`` and the rest of a state were; an error where the parts do not fit each other.
    mutating func restore(_ state: WatchState) throws(SnapshotError) {
        for (number, entry) in state.signals.enumerated() {
            let place = "signal \(number)"
            guard entry.historyTimes.count == entry.historyValues.count else {
                throw SnapshotError(.damaged, place: place, problem: "a history with more times than values")
            }
            let index: SignalIndex
            do {
                let identity = try SignalIdentity(entry.name, LabelPairs.read(entry.labels))
                index = try signal(identity, unit: entry.unit, kind: entry.kind, source: entry.source)
            } catch {
                throw SnapshotError(.damaged, place: place, problem: "\(error)")
            }
            guard index.position == number else {
                throw SnapshotError(.damaged, place: place, problem: "the signal is there twice")
            }
            try restore(entry, number: number, place: place)
        }
        for (number, entry) in state.alerts.enumerated() {
            guard laneOf.indices.contains(entry.signal), laneOf[entry.signal] >= 0,
                lanes[Int(laneOf[entry.signal])].rules.indices.contains(entry.rule)
            else {
                throw SnapshotError(.damaged, place: "alert \(number)", problem: "its signal or its rule is not there")
            }
            let lane = Int(laneOf[entry.signal])
            let position = Int(placeOf[entry.signal])
            let slot = position * lanes[lane].rules.count + entry.rule
            let live = LiveAlert(
                lane: lane, place: position, rule: entry.rule, isFiring: entry.isFiring, activeAt: entry.activeAt,
                firedAt: entry.firedAt, keepSince: entry.keepSince, staleSince: entry.staleSince,
                value: entry.value.map { Double(bitPattern: $0) })
            guard lanes[lane].slots[slot].alert == nil, let place = alerts.add(live) else {
                throw SnapshotError(
                    .damaged, place: "alert \(number)", problem: "it is there twice, or there are too many")
            }
            lanes[lane].slots[slot].alert = place
        }
        for entry in state.changes {
            let signal = Int(entry.key >> 16)
            let rule = Int(entry.key & 0xFFFF)
            guard laneOf.indices.contains(signal), laneOf[signal] >= 0 else { continue }
            let lane = Int(laneOf[signal])
            guard lanes[lane].rules.indices.contains(rule) else { continue }
            lanes[lane].slots[Int(placeOf[signal]) * lanes[lane].rules.count + rule].hasChanges = true
            changes[entry.key] = entry.record
        }
        now = state.now
        counts = state.counts
    }

    private mutating func restore(_ entry: WatchState.SignalEntry, number: Int, place: String) throws(SnapshotError) {
        guard laneOf[number] >= 0 else { return }
        let lane = Int(laneOf[number])
        let position = Int(placeOf[number])
        guard entry.verdicts.count == lanes[lane].rules.count else {
            throw SnapshotError(.damaged, place: place, problem: "\(entry.verdicts.count) verdicts")
        }
        for (rule, code) in entry.verdicts.enumerated() {
            guard let verdict = VerdictCode(rawValue: code) else {
                throw SnapshotError(.damaged, place: place, problem: "the verdict \(code)")
            }
            lanes[lane].slots[position * lanes[lane].rules.count + rule].verdict = verdict
        }
        let times = entry.historyTimes
        let isOrdered = zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
        guard isOrdered, (times.last ?? Lane.never) <= (entry.time ?? Lane.never) else {
            throw SnapshotError(.damaged, place: place, problem: "a history out of the order of time")
        }
        lanes[lane].restore(
            position,
            newest: Lane.Sample(time: entry.time ?? Lane.never, value: Double(bitPattern: entry.value)),
            since: min(entry.since ?? Lane.never, entry.time ?? Lane.never),
            history: zip(entry.historyTimes, entry.historyValues).map {
                Lane.Sample(time: $0, value: Double(bitPattern: $1))
            })
    }
}
