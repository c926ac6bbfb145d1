/// Count, extremes, mean and standard deviation of samples that come one by one and are not kept.
///
/// The mean and the deviation follow Welford's recurrence, which does not subtract two large sums from each other:
/// B. P. Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products", Technometrics 4(3), 1962.
/// Two parts are joined as in T. F. Chan, G. H. Golub and R. J. LeVeque, "Updating Formulae and a Pairwise Algorithm
/// for Computing Sample Variances", 1979.
public struct RunningMoments: Sendable, Hashable {
    /// The number of samples.
    public var count: UInt64 { samples }
    @usableFromInline var samples: UInt64 = 0
    @usableFromInline var smallest = UInt64.max
    @usableFromInline var largest: UInt64 = 0
    @usableFromInline var runningMean = 0.0
    @usableFromInline var squaredDeviations = 0.0

    /// The smallest sample; `nil` without samples.
    public var minimum: UInt64? { count > 0 ? smallest : nil }
    /// The largest sample, never dropped; `nil` without samples.
    public var maximum: UInt64? { count > 0 ? largest : nil }

    public init() {}

    public init(_ samples: some Sequence<UInt64>) {
        for sample in samples { add(sample) }
    }

    /// Takes in one sample.
    @inlinable
    public mutating func add(_ sample: UInt64) {
        samples &+= 1
        smallest = min(smallest, sample)
        largest = max(largest, sample)
        let value = Double(sample)
        let before = value - runningMean
        runningMean += before / Double(samples)
        squaredDeviations += before * (value - runningMean)
    }

    /// Takes in what another one has seen.
    public mutating func merge(_ other: RunningMoments) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        let (ours, theirs) = (Double(count), Double(other.count))
        let difference = other.runningMean - runningMean
        squaredDeviations += other.squaredDeviations + difference * difference * ours * theirs / (ours + theirs)
        runningMean += difference * theirs / (ours + theirs)
        samples += other.samples
        smallest = min(smallest, other.smallest)
        largest = max(largest, other.largest)
    }

    /// The arithmetic mean; `nil` without samples.
    public var mean: Double? { count > 0 ? runningMean : nil }

    /// The sample standard deviation (divisor *n* − 1); `nil` with fewer than two samples.
    public var standardDeviation: Double? {
        count > 1 ? (squaredDeviations / Double(count - 1)).squareRoot() : nil
    }
}
