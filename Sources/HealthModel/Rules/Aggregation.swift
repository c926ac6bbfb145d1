import ClusterCore

/// What of a signal's samples is compared with a threshold.
///
/// A window is open on the left: it holds the samples after its start and up to the moment of evaluation.
public struct Aggregation: Sendable, Hashable {
    /// What is computed.
    public let kind: Kind
    /// How far back samples count; `nil` for the newest sample alone.
    public let window: Duration?
    /// Fewer samples in the window say nothing of the value. 1, or 2 for rates, as Prometheus has it; with as many as the
    /// window should hold, no lost sample can make a value look better.
    public let minimumSamples: Int

    /// The ways to make one number of samples.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The newest sample.
        case last
        /// The mean of the samples.
        case average
        case minimum
        case maximum
        /// The rise of a counter a second: resets are seen, the edges of the window extrapolated, as `rate()` of Prometheus.
        case rate
        /// The rise of a counter over the window, as `increase()` of Prometheus.
        case increase
        /// Every sample must stand on the bad side of the threshold.
        case allSamples = "all_samples"
    }

    /// The longest window.
    public static let windowLimit = Duration.seconds(400 * 86400)
    /// The most samples that can be asked for.
    public static let samplesLimit = 100_000

    /// The newest sample.
    public static let last = Aggregation(unchecked: .last, nil, 1)

    private init(unchecked kind: Kind, _ window: Duration?, _ minimumSamples: Int) {
        self.kind = kind
        self.window = window
        self.minimumSamples = minimumSamples
    }

    /// - Parameter minimumSamples: at least 1, and 2 for rates; `nil` for the least.
    public init(_ kind: Kind, over window: Duration? = nil, minimumSamples: Int? = nil) throws(RuleError) {
        guard (kind == .last) == (window == nil) else {
            throw RuleError(
                .contradiction, place: "window",
                problem: kind == .last ? "the newest sample has no window" : "\(kind.rawValue) needs a window",
                remedy: kind == .last ? "leave the window out, or name an aggregation" : "write one, as in 5m")
        }
        if let window, window <= .zero || window > Aggregation.windowLimit {
            throw RuleError(
                .outOfBounds, place: "window", problem: "\(window.unitText) is no window",
                remedy: "write a duration above 0 and at most \(Aggregation.windowLimit.unitText)")
        }
        let least = kind == .rate || kind == .increase ? 2 : 1
        let samples = minimumSamples ?? least
        guard samples >= least, samples <= Aggregation.samplesLimit, kind != .last || samples == 1 else {
            throw RuleError(
                .outOfBounds, place: "minimum_samples", problem: "\(samples) samples for \(kind.rawValue)",
                remedy: kind == .last ? "leave it out" : "write \(least) to \(Aggregation.samplesLimit)")
        }
        self.init(unchecked: kind, window, samples)
    }

    /// The unit of what is computed from a signal, or `nil` where nothing can be: a rate of a rate.
    public func unit(of signal: SignalUnit) -> SignalUnit? {
        switch kind {
        case .rate:
            switch signal {
            case .count: .countPerSecond
            case .bytes: .bytesPerSecond
            case .seconds: .ratio
            case .joules: .watts
            case .unknown: .unknown
            default: nil
            }
        default: signal
        }
    }
}

extension Aggregation: CustomStringConvertible {
    public var description: String {
        guard let window else { return "last" }
        return "\(kind.rawValue) of \(window.unitText)"
    }
}

extension Aggregation: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case kind, window
        case minimumSamples = "minimum_samples"
    }

    public init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        let window = try container.contains(.window) ? container.duration(.window, otherwise: .zero) : nil
        try self.init(
            container.decode(Kind.self, forKey: .kind), over: window,
            minimumSamples: container.decodeIfPresent(Int.self, forKey: .minimumSamples))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        try container.encodeIfPresent(window?.unitText, forKey: .window)
        if minimumSamples > 1 { try container.encode(minimumSamples, forKey: .minimumSamples) }
    }
}
