/// The unit in which a signal's value is given; the names that follow those of Prometheus (base units, no prefixes).
public enum SignalUnit: String, Sendable, Hashable, Codable, CaseIterable {
    /// The source does not say.
    case unknown
    /// A number of things: errors, packets, threads, states.
    case count
    /// Things per second.
    case countPerSecond = "count_per_second"
    /// Bytes, see `ByteCount`.
    case bytes
    /// Bytes per second, see `ByteRate`.
    case bytesPerSecond = "bytes_per_second"
    /// Bits per second, see `BitRate`.
    case bitsPerSecond = "bits_per_second"
    /// Seconds.
    case seconds
    /// A share; 1 is the whole. Values above 1 are possible (endurance used).
    case ratio
    /// Degrees Celsius.
    case celsius
    /// Volts.
    case volts
    /// Amperes.
    case amperes
    /// Watts, see `Watts`.
    case watts
    /// Joules.
    case joules
    /// Turns a minute.
    case revolutionsPerMinute = "revolutions_per_minute"
    /// Cycles a second.
    case hertz
    /// Yes (1) or no (0), or the number of a state.
    case state
}

/// How a signal's values follow one another.
public enum SignalKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A value that goes up and down.
    case gauge
    /// A value that only rises while its source lives; a fall is a reset of the source.
    case counter
    /// One of a few conditions, told by a number; averages mean nothing.
    case state
}
