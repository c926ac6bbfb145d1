/// Counts events by channel, provider, level and number, with fixed memory: what comes when the counter is full is counted
/// under `(other)` of its level, so that a flood of invented names hides nothing and fills nothing.
///
/// Each event is to be handed in once; exports that overlap count twice.
public struct LogCounter: Sendable {
    private struct Key: Hashable, Comparable {
        var host: String
        var channel: String
        var provider: String
        var level: LogLevel
        var number: String

        static func < (left: Key, right: Key) -> Bool {
            (left.host, left.channel, left.provider, left.level.rawValue, left.number)
                < (right.host, right.channel, right.provider, right.level.rawValue, right.number)
        }
    }

    private var counts: [Key: UInt64] = [:]
    private var unreadable: UInt64 = 0
    /// The most different kinds of events that are told apart, beside those of `(other)`.
    public let limit: Int

    /// An empty counter.
    /// - Parameter limit: the most different kinds of events, by default 1000.
    public init(limit: Int = 1000) { self.limit = max(0, limit) }

    /// Counts the events of a batch, and those of it that could not be read.
    public mutating func count(_ batch: LogBatch) {
        for event in batch.events { count(event) }
        unreadable = LogCounter.sum(unreadable, UInt64(max(0, batch.unreadable)))
    }

    /// Counts one event.
    public mutating func count(_ event: LogEvent) {
        let number = event.eventID.map { "\($0)" } ?? event.messageID ?? ""
        let key = Key(
            host: event.host, channel: event.channel, provider: event.provider, level: event.level, number: number)
        if let known = counts[key] {
            counts[key] = LogCounter.sum(known, 1)
        } else if counts.count < limit {
            counts[key] = 1
        } else {
            let other = Key(
                host: "", channel: LogCounter.other, provider: LogCounter.other, level: event.level, number: "")
            counts[other] = LogCounter.sum(counts[other] ?? 0, 1)
        }
    }

    /// The counts as signals: `host_log_events_total` by `host`, `channel`, `provider`, `level` and `event_id`, and
    /// `host_log_unreadable_events_total`.
    public func measurements(at time: ReadingTime, source: String = "logs") throws(SignalError) -> [Measurement] {
        var measurements: [Measurement] = []
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
            let identity = try SignalIdentity(
                "host_log_events_total",
                [
                    SignalLabel("host", key.host), SignalLabel("channel", key.channel),
                    SignalLabel("provider", key.provider), SignalLabel("level", key.level.rawValue),
                    SignalLabel("event_id", key.number),
                ])
            measurements.append(
                Measurement(identity, .unsigned(count), unit: .count, kind: .counter, source: source, time: time))
        }
        let identity = try SignalIdentity("host_log_unreadable_events_total")
        measurements.append(
            Measurement(identity, .unsigned(unreadable), unit: .count, kind: .counter, source: source, time: time))
        return measurements
    }

    /// Windows' events of drives in the channel System that rules judge, by `node`: bad blocks (Disk event 7), retried
    /// (153) and failed (154) requests. A host of which the channel has events and none of these has had none of them.
    ///
    /// Nothing where events could not be read or are counted together as `(other)`: these may be among them.
    public func ruleMeasurements(at time: ReadingTime, source: String = "logs") throws(SignalError) -> [Measurement] {
        guard unreadable == 0, !counts.keys.contains(where: { $0.channel == LogCounter.other }) else { return [] }
        let names = ["7": "drive_bad_blocks_total", "153": "drive_io_retries_total", "154": "drive_io_failures_total"]
        var hosts: [String: [String: UInt64]] = [:]
        for (key, count) in counts where key.channel == "System" && !key.host.isEmpty {
            var sums = hosts[key.host] ?? [:]
            if key.provider.lowercased() == "disk", let name = names[key.number] {
                sums[name] = LogCounter.sum(sums[name] ?? 0, count)
            }
            hosts[key.host] = sums
        }
        var measurements: [Measurement] = []
        for (host, sums) in hosts.sorted(by: { $0.key < $1.key }) {
            for name in names.values.sorted() {
                let identity = try SignalIdentity(name, [SignalLabel("node", host)])
                measurements.append(
                    Measurement(
                        identity, .unsigned(sums[name] ?? 0), unit: .count, kind: .counter, source: source, time: time))
            }
        }
        return measurements
    }

    private static let other = "(other)"

    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
