public import ClusterCore

/// When a volume or a pool will be full, as an interval, or why no time can be told.
///
/// Times count from the last sample.
public struct CapacityForecast: Sendable, Hashable {
    /// The answer.
    public enum Outcome: Sendable, Hashable {
        /// It will be full between these times; `nil` for the later one where that is more than
        /// ``CapacityForecast/horizon`` away.
        case full(between: Duration, and: Duration?)
        /// Use neither rises nor falls by more than chance explains.
        case noTrend
        /// Use falls.
        case shrinking
        /// It is full.
        case alreadyFull
        /// There is too little to go by, for this reason.
        case notEnough(String)
    }

    /// What cut the history: only samples since the last of them count.
    public struct ChangePoint: Sendable, Hashable {
        /// What changed.
        public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
            /// The size.
            case resize
            /// The level of use, at once and for good.
            case step
        }
        /// What changed.
        public let kind: Kind
        /// When the first sample after it was read, in the samples' own times.
        public let time: Duration

        public init(kind: Kind, time: Duration) {
            self.kind = kind
            self.time = time
        }
    }

    /// The points that the trend is drawn through.
    public enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
        /// The peaks of periods.
        case periods
        /// The peaks of cycles in which use rises and then falls at once.
        case cycles
    }

    /// The answer.
    public let outcome: Outcome
    /// How sure the interval is; a rise is told only where as sure an interval of the slope lies above zero.
    public let confidence: Confidence
    /// The interval of the growth in bytes a day, rounded outwards; `nil` where there is none.
    public let bytesPerDay: ClosedRange<Int64>?
    /// What counts as full: the latest size, or the share of it that was asked for. `nil` where no size is known.
    public let limit: ByteCount?
    /// The points that the trend is drawn through.
    public let points: Int
    /// What the points are.
    public let basis: Basis
    /// What cut the history, in order of time.
    public let changePoints: [ChangePoint]
    /// What was taken for granted.
    public let assumptions: [String]

    /// 100 years: nothing later is told.
    public static let horizon = Duration.seconds(100 * 365 * 86_400)
}

extension CapacityForecast.Outcome: CustomStringConvertible {
    /// In words: `full in 12d to 31d`, `no trend`.
    public var description: String {
        switch self {
        case .full(let earliest, let latest):
            "full in \(earliest.inWords) to \(latest?.inWords ?? "more than 100 years")"
        case .noTrend: "no trend"
        case .shrinking: "shrinking"
        case .alreadyFull: "full"
        case .notEnough(let reason): "not enough to go by: \(reason)"
        }
    }
}

extension Duration {
    /// The whole days, or hours below two days.
    fileprivate var inWords: String {
        let hours = components.seconds / 3600
        return hours < 48 ? "\(hours)h" : "\(hours / 24)d"
    }
}
