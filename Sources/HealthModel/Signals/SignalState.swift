/// What is known of a signal at a moment. Unknown is a value of its own: neither zero, nor "fine".
public enum SignalState: Sendable, Hashable {
    /// The value is known; its age is that of the newest sample.
    case known(SignalValue, ageNanoseconds: Int64)
    /// The value was known and is too old, or its time lies in the future; `since` is when it was last known.
    case stale(last: SignalValue, since: SignalTime)
    /// No value was ever seen.
    case neverSeen

    /// The value, or `nil` unless it is known.
    public var value: SignalValue? {
        if case .known(let value, _) = self { return value }
        return nil
    }
}

/// How long a sample speaks for its signal.
public struct Freshness: Sendable, Hashable {
    /// A sample older than this is stale.
    public let staleAfterNanoseconds: Int64
    /// A sample that lies further in the future than this is stale: a clock jumped, and how old it is cannot be told.
    public let futureToleranceNanoseconds: Int64

    /// - Parameters:
    ///   - staleAfterNanoseconds: by default 5 minutes, the look-back of Prometheus.
    ///   - futureToleranceNanoseconds: by default 1 second.
    public init(staleAfterNanoseconds: Int64 = 300_000_000_000, futureToleranceNanoseconds: Int64 = 1_000_000_000) {
        self.staleAfterNanoseconds = max(0, staleAfterNanoseconds)
        self.futureToleranceNanoseconds = max(0, futureToleranceNanoseconds)
    }

    /// What a signal's newest sample says at a moment; NaN says nothing.
    public func state(of newest: SignalSample?, at now: SignalTime) -> SignalState {
        guard let newest, !newest.value.isNaN else { return .neverSeen }
        let age = now.nanoseconds(since: newest.time)
        guard age <= staleAfterNanoseconds, age >= -futureToleranceNanoseconds else {
            return .stale(last: newest.value, since: newest.time)
        }
        return .known(newest.value, ageNanoseconds: max(0, age))
    }
}

/// A value and its time.
public struct SignalSample: Sendable, Hashable {
    /// When.
    public let time: SignalTime
    /// What.
    public let value: SignalValue

    public init(_ time: SignalTime, _ value: SignalValue) {
        self.time = time
        self.value = value
    }
}
