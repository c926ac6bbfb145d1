import ClusterCore
import FoundationEssentials
import StorageMath

extension HealthWatch {
    /// The first bytes of a snapshot: its name and version.
    static let snapshotSchema = "health.alert_state/2"
    /// What is read: version 1 had no outbox.
    static let readSchemas: Set<String> = ["health.alert_state/1", snapshotSchema]
    /// The most bytes of a snapshot that is read.
    public static let snapshotLimit = 4 << 30

    /// The whole state as bytes: a line of JSON that says what it is, of which rules, how long and with which checksum
    /// (CRC-32C), and the state as one JSON document.
    public func snapshot() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Array(try encoder.encode(state()))
        let header = SnapshotHeader(
            schema: HealthWatch.snapshotSchema, rules: try engine.rules.digest(), bytes: body.count,
            crc32c: CRC32C.checksum(of: body))
        return Array(try encoder.encode(header)) + [UInt8(ascii: "\n")] + body
    }

    /// The watch that a snapshot was taken of, which goes on as if nothing had been.
    ///
    /// The rules must be those with which it was written: under others its alerts would mean something else.
    public init(_ rules: RuleSet, restoring bytes: [UInt8]) throws(SnapshotError) {
        let state = try WatchState(snapshot: bytes, of: rules)
        self.init(rules, state.dispatch, settings: state.settings, detectorSettings: state.detectorSettings)
        try engine.restore(state)
        dispatcher.restore(state)
        outbox.restore(state.outbox ?? [], dropped: state.dropped ?? 0)
        guard state.detectors.count <= HealthWatch.detectorLimit else {
            throw SnapshotError(.damaged, place: "detectors", problem: "\(state.detectors.count) of them")
        }
        for entry in state.detectors { detectors[entry.component] = entry.detector }
    }

    func state() -> WatchState {
        let (signals, alerts) = engine.entries()
        return WatchState(
            settings: engine.settings, detectorSettings: detectorSettings, dispatch: dispatcher.settings,
            now: engine.now, counts: engine.counts, signals: signals, alerts: alerts,
            changes: engine.changes.sorted { $0.key < $1.key }.map { .init(key: $0.key, record: $0.value) },
            mutes: dispatcher.mutes.values.sorted { $0.name < $1.name },
            tracked: dispatcher.tracked.values.sorted { $0.alert.fingerprint < $1.alert.fingerprint },
            groups: dispatcher.groups.sorted { $0.key < $1.key }.map { .init(key: $0.key, state: $0.value) },
            pendingLosses: dispatcher.pendingLosses.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                .init(subject: $0.key, alerts: $0.value.sorted())
            },
            detectors: detectors.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                .init(component: $0.key, detector: $0.value)
            },
            outbox: outbox.entries.values.sorted {
                ($0.actionGroup, $0.alert.fingerprint) < ($1.actionGroup, $1.alert.fingerprint)
            }, dropped: outbox.dropped)
    }
}

extension RuleSet {
    /// A checksum of the rules as they are written.
    func digest() throws -> UInt32 { CRC32C.checksum(of: try json()) }
}

extension AlertDispatcher {
    mutating func restore(_ state: WatchState) {
        for mute in state.mutes.prefix(DispatchSettings.muteLimit) { try? begin(mute) }
        for entry in state.tracked { tracked[entry.alert.fingerprint] = entry }
        for entry in state.groups where settings.routes.indices.contains(entry.key.route) {
            groups[entry.key] = entry.state
        }
        for entry in state.pendingLosses { pendingLosses[entry.subject] = Set(entry.alerts) }
    }
}

private struct SnapshotHeader: Codable {
    var schema: String
    var rules: UInt32
    var bytes: Int
    var crc32c: UInt32
}

extension WatchState {
    fileprivate init(snapshot bytes: [UInt8], of rules: RuleSet) throws(SnapshotError) {
        guard bytes.count <= HealthWatch.snapshotLimit else {
            throw SnapshotError(.tooLarge, place: "file", problem: "\(bytes.count) bytes")
        }
        guard let end = bytes.prefix(4096).firstIndex(of: UInt8(ascii: "\n")) else {
            throw SnapshotError(
                bytes.starts(with: Array("{\"bytes\":".utf8)) ? .truncated : .foreign, place: "line 1",
                problem: "no header")
        }
        guard let header = try? JSONDecoder().decode(SnapshotHeader.self, from: Data(bytes[..<end])) else {
            throw SnapshotError(.foreign, place: "line 1", problem: "no header of a snapshot")
        }
        guard HealthWatch.readSchemas.contains(header.schema) else {
            throw SnapshotError(
                header.schema.hasPrefix("health.alert_state/") ? .unsupported : .foreign, place: "schema",
                problem: "it is a \"\(header.schema)\"")
        }
        let body = Array(bytes[(end + 1)...])
        guard body.count >= header.bytes else {
            throw SnapshotError(
                .truncated, place: "byte \(bytes.count)", problem: "\(body.count) of \(header.bytes) bytes are there")
        }
        guard body.count == header.bytes, CRC32C.checksum(of: body) == header.crc32c else {
            throw SnapshotError(.damaged, place: "body", problem: "the checksum or the length is another")
        }
        guard header.rules == (try? rules.digest()) else {
            throw SnapshotError(.otherRules, place: "rules", problem: "the checksum of the rules is another")
        }
        do {
            self = try JSONDecoder().decode(WatchState.self, from: Data(body))
        } catch {
            throw SnapshotError(.damaged, place: "body", problem: "\(error)")
        }
        // What one document says twice must agree.
        guard dispatch.routes.count <= 10_000, signals.count <= settings.signalLimit else {
            throw SnapshotError(.damaged, place: "body", problem: "more routes or signals than can be")
        }
    }
}
