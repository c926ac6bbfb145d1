public import ClusterCore

/// How full a volume or a pool was, and how large, at one time.
public struct UsageSample: Sendable, Hashable {
    /// When it was read, from any origin that all samples share.
    public let time: Duration
    /// What was used.
    public let used: ByteCount
    /// How large it was; `nil` where it was not read.
    public let size: ByteCount?

    public init(time: Duration, used: ByteCount, size: ByteCount?) {
        self.time = time
        self.used = used
        self.size = size
    }
}

/// How the use of a volume or a pool went, in order of time.
///
/// Used and size must count the same bytes: both the volume's, or both the pool's with all copies.
public struct UsageHistory: Sendable, Hashable {
    /// The samples, each later than the one before. Any distances; gaps are allowed.
    public let samples: [UsageSample]

    /// 100,000 samples are 347 days at one in 5 minutes.
    public static let sampleLimit = 100_000

    /// A history; few or no samples are no error here, but give no forecast.
    /// - Throws: where there are too many samples, a time is not above the one before or is more than 285 years from
    ///   the origin, or a size is zero.
    public init(_ samples: [UsageSample]) throws(StorageMathError) {
        try StorageMathError.require(
            samples.count, in: 0...UsageHistory.sampleLimit, "samples of usage",
            remedy: "give the latest, or fewer for the same time")
        var previous: Duration?
        for (index, sample) in samples.enumerated() {
            guard sample.time <= .longestResult, sample.time >= .zero - .longestResult else {
                throw StorageMathError(
                    "time of sample \(index + 1)", sample.time.unitText, bound: "within 285 years of the origin",
                    remedy: "count from the first sample")
            }
            if let previous {
                guard sample.time > previous else {
                    throw StorageMathError(
                        "time of sample \(index + 1)", sample.time.unitText,
                        bound: "above that of the sample before, \(previous.unitText)",
                        remedy: "sort the samples by time and keep one of each time")
                }
            }
            guard sample.size != .zero else {
                throw StorageMathError(
                    "size in sample \(index + 1)", "0 B", bound: "above 0 B",
                    remedy: "leave out a size that is not known")
            }
            previous = sample.time
        }
        self.samples = samples
    }
}
