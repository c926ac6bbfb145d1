/// How much is to be suspected that something which used to give a sign of life is gone, from how its signs came before.
///
/// φ = −log₁₀ of the chance that a sign still comes, after Hayashibara, Défago, Yared and Katayama, "The φ accrual failure
/// detector", 2004: φ 1 is wrong once in ten times, φ 8 once in 10⁸. A threshold belongs to one ``Form``: the two differ in
/// the tail.
public struct PhiAccrualDetector: Sendable, Hashable, Codable {
    public let settings: Settings
    /// The learned intervals in milliseconds, in a ring.
    private var intervals: [Double] = []
    private var next = 0
    private var sum = 0.0
    private var squares = 0.0
    /// The newest sign of life.
    public private(set) var newest: SignalTime?

    /// How the chance is computed.
    public enum Form: String, Sendable, Hashable, Codable, CaseIterable {
        /// The normal distribution itself.
        case normal
        /// The logistic approximation of Akka, whose φ grows faster in the tail: 10 deviations are 37.6, not 23.1.
        case logistic
    }

    /// How a detector learns and suspects.
    public struct Settings: Sendable, Hashable, Codable {
        public var form: Form
        /// φ above which the thing is suspected.
        public var threshold: Double
        /// The most intervals that are remembered.
        public var historyLimit: Int
        /// The least deviation, so that punctual signs do not make a detector nervous.
        public var leastDeviationNanoseconds: Int64
        /// Added to the mean: a pause that is no reason to suspect.
        public var acceptablePauseNanoseconds: Int64
        /// The interval that is assumed at first, with a deviation of a quarter.
        public var firstIntervalNanoseconds: Int64

        /// - Parameters:
        ///   - threshold: 8, for ``Form/normal``.
        ///   - historyLimit: 1000; taken into 2…10,000.
        public init(
            form: Form = .normal, threshold: Double = 8, historyLimit: Int = 1000,
            leastDeviationNanoseconds: Int64 = 100_000_000, acceptablePauseNanoseconds: Int64 = 0,
            firstIntervalNanoseconds: Int64 = 1_000_000_000
        ) {
            self.form = form
            self.threshold = threshold.isNaN ? 8 : threshold
            self.historyLimit = max(2, min(historyLimit, 10_000))
            self.leastDeviationNanoseconds = max(1, leastDeviationNanoseconds)
            self.acceptablePauseNanoseconds = max(0, acceptablePauseNanoseconds)
            self.firstIntervalNanoseconds = max(1, firstIntervalNanoseconds)
        }

        /// For signs that come once an interval: a deviation of a tenth of it at least, and half of it as a pause, so that one
        /// is missed where two samples would have a gap between them (``EngineSettings/expectedIntervalNanoseconds``), and φ
        /// is above 8 after 2.1 punctual intervals.
        public static func beats(every interval: Int64) -> Settings {
            Settings(
                leastDeviationNanoseconds: interval / 10, acceptablePauseNanoseconds: interval / 2,
                firstIntervalNanoseconds: interval)
        }
    }

    /// A detector that has seen nothing.
    public init(_ settings: Settings = Settings()) { self.settings = settings }

    /// Takes a sign of life. An interval after which the thing was already suspected is not learned; a sign from before the
    /// newest changes nothing.
    public mutating func heartbeat(at time: SignalTime) {
        guard let newest else {
            self.newest = time
            let first = Double(settings.firstIntervalNanoseconds) / 1e6
            learn(first - first / 4)
            learn(first + first / 4)
            return
        }
        guard time > newest else { return }
        if isAvailable(at: time) == true { learn(Double(time.nanoseconds(since: newest)) / 1e6) }
        self.newest = time
    }

    private mutating func learn(_ interval: Double) {
        if intervals.count < settings.historyLimit {
            intervals.append(interval)
        } else {
            let old = intervals[next]
            sum -= old
            squares -= old * old
            intervals[next] = interval
            next = next + 1 == settings.historyLimit ? 0 : next + 1
        }
        sum += interval
        squares += interval * interval
    }

    /// The mean of the learned intervals in milliseconds, or `nil` before the first sign.
    public var meanMilliseconds: Double? { intervals.isEmpty ? nil : sum / Double(intervals.count) }

    /// The variance of the learned intervals in square milliseconds, of all of them (divided by their number).
    public var varianceMilliseconds: Double? {
        meanMilliseconds.map { max(0, squares / Double(intervals.count) - $0 * $0) }
    }

    /// The suspicion at a moment, or `nil` where no sign was ever seen: then nothing is known.
    public func phi(at now: SignalTime) -> Double? {
        guard let newest, let mean = meanMilliseconds, let variance = varianceMilliseconds else { return nil }
        let deviation = max(variance.squareRoot(), Double(settings.leastDeviationNanoseconds) / 1e6)
        return PhiAccrualDetector.phi(
            Double(now.nanoseconds(since: newest)) / 1e6,
            mean: mean + Double(settings.acceptablePauseNanoseconds) / 1e6, deviation: deviation, settings.form)
    }

    /// Whether the thing is not suspected at a moment; `nil` where no sign was ever seen.
    public func isAvailable(at now: SignalTime) -> Bool? { phi(at: now).map { $0 < settings.threshold } }

    /// φ of a time since the newest sign, for a mean and a deviation in the same unit.
    /// - Precondition: the deviation is above zero.
    public static func phi(_ elapsed: Double, mean: Double, deviation: Double, _ form: Form) -> Double {
        let y = (elapsed - mean) / deviation
        switch form {
        case .logistic:
            // −log₁₀(e / (1 + e)) with e = exp(−x) is log₁₀(1 + exp(x)).
            let x = y * (1.5976 + 0.070566 * y * y)
            return x > 0
                ? x * NaturalLogarithm.log10e + NaturalLogarithm.onePlus(NaturalLogarithm.exp(-x))
                    * NaturalLogarithm.log10e
                : NaturalLogarithm.onePlus(NaturalLogarithm.exp(x)) * NaturalLogarithm.log10e
        case .normal: return -logUpperTail(y) * NaturalLogarithm.log10e
        }
    }

    /// The natural logarithm of the chance that a standard normal number is above y.
    private static func logUpperTail(_ y: Double) -> Double {
        let logDensity = { (y: Double) in -y * y / 2 - 0.918_938_533_204_672_7 }
        if y > 2 {
            // Laplace's continued fraction, from the far end.
            var fraction = y
            for level in stride(from: 120.0, through: 1, by: -1) { fraction = y + level / fraction }
            return logDensity(y) - NaturalLogarithm.of(fraction)
        }
        if y < -2 {
            // 1 minus a small tail.
            let tail = NaturalLogarithm.exp(logUpperTail(-y))
            return -(tail + tail * tail / 2 + tail * tail * tail / 3)
        }
        var (term, sum) = (y, 0.0)
        for odd in stride(from: 3.0, through: 121, by: 2) {
            sum += term
            term *= y * y / odd
        }
        return NaturalLogarithm.of(0.5 - sum * NaturalLogarithm.exp(logDensity(y)))
    }
}
