public import ClusterCore

/// A counter before and after something: an entry of `counters` in documents.
public struct CounterChange: Sendable, Hashable, Codable {
    public var device: String
    /// Counted from 1; `nil` for a counter of the whole device.
    @Explicit public var port: Int?
    /// The suite's own name for what is counted; `nil` for a counter that the dictionary does not have.
    @Explicit public var name: String?
    /// The name by which the driver knows it.
    public var source: String
    /// What is counted; `nil` where that is not known.
    @Explicit public var unit: CounterDefinition.Unit?
    /// `nil` where it could not be read then.
    @Explicit public var before: UInt64?
    @Explicit public var after: UInt64?
    /// By how much it rose; `nil` where that is not known. Of a counter that stands at its end it is the least that it
    /// may be.
    @Explicit public var change: UInt64?
    /// Whether it stands at its end and counts no further.
    public var saturated: Bool
    /// Whether it began anew on the way, and the change takes that into account.
    public var wrapped: Bool

    init(_ after: CounterValue, before: UInt64?) {
        device = after.device
        port = after.port
        source = after.source
        self.before = before
        self.after = after.value
        let definition = after.definition
        name = definition?.name
        unit = definition?.unit
        let reading = CounterChange.difference(before: before, after: after.value, definition)
        change = reading.change
        saturated = reading.saturated
        wrapped = reading.wrapped
    }

    /// By how much a counter rose.
    ///
    /// One of 32 bits that fell has begun anew, once: that often it is read. One of 64 bits that fell was reset, and one
    /// that stays at its end may have risen by any number: of these the rise is not known, or known to be at least that.
    static func difference(
        before: UInt64?, after: UInt64?, _ definition: CounterDefinition?
    ) -> (change: UInt64?, saturated: Bool, wrapped: Bool) {
        let saturated = definition.map { $0.saturates && after.map($0.isEnd) == true } ?? false
        guard let before, let after else { return (nil, saturated, false) }
        if let definition, definition.unit == .objects { return (nil, false, false) }
        if after >= before { return (saturated && after == before ? nil : after - before, saturated, false) }
        // So near to its end that it can have come there; else it was set back.
        guard let definition, !definition.saturates, definition.bits < 64, before <= definition.maximum,
            before > definition.maximum / 2
        else { return (nil, saturated, false) }
        return (definition.maximum - before + after + 1, false, true)
    }

    /// The changes from one reading to another, in the order of the second. One that only the second had was not known
    /// before; a counter that only the first had comes behind them and is not known any more: a device that went away, or
    /// a folder that cannot be read now, must not look like one where nothing rose.
    public static func between(_ before: [CounterValue], _ after: [CounterValue]) -> [CounterChange] {
        struct Key: Hashable {
            var device: String
            var port: Int?
            var source: String
        }
        let known = Dictionary(
            before.map { (Key(device: $0.device, port: $0.port, source: $0.source), $0.value) },
            uniquingKeysWith: { first, _ in first })
        var seen: Set<Key> = []
        let changes = after.map { value in
            let key = Key(device: value.device, port: value.port, source: value.source)
            seen.insert(key)
            return CounterChange(value, before: known[key] ?? nil)
        }
        let gone = before.filter { value in
            value.value != nil
                && seen.insert(Key(device: value.device, port: value.port, source: value.source)).inserted
        }
        return changes
            + gone.map { value in
                CounterChange(
                    CounterValue(device: value.device, port: value.port, source: value.source, value: nil),
                    before: value.value)
            }
    }

    /// The change in bytes, where data is counted.
    public var changeBytes: UInt64? {
        switch unit {
        case .bytes: return change
        case .words:
            guard let change else { return nil }
            let (product, overflow) = change.multipliedReportingOverflow(by: 4)
            return overflow ? nil : product
        default: return nil
        }
    }

    /// Whether the network driver keeps it, and not the RDMA device.
    public var isEthernet: Bool { source.hasPrefix(CounterDefinition.ethernetFolder) }

    /// Whether it is known that nothing happened.
    public var isUnchanged: Bool { change == 0 && !saturated }
}
