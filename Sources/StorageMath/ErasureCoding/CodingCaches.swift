import CGaloisField

/// What of this processor's caches decides how streams are read and written.
public struct CodingCaches: Sendable, Hashable {
    /// Bytes of the second cache of a core; `nil` where unknown.
    public let secondLevel: Int?
    /// Bytes of a working set above which results are written past the caches.
    public let streamingThreshold: Int
    /// How many sources that begin at one address modulo 4,096 are read side by side; `nil` for any number.
    public let mostAlike: Int?

    /// Caches as given.
    public init(secondLevel: Int?, streamingThreshold: Int, mostAlike: Int?) {
        self.secondLevel = secondLevel
        self.streamingThreshold = streamingThreshold
        self.mostAlike = mostAlike
    }

    /// This processor's.
    ///
    /// Where the first cache has 8 ways or fewer, sources of one address modulo 4,096 are read in parts of two fewer than
    /// it has: on Zen 3 that is up to 1.4 times faster. On processors with 12 ways it was measured to cost more than it
    /// gives.
    public static let detected: CodingCaches = {
        let sizes = cgf_cache_sizes()
        let ways = Int(sizes.level1_ways)
        return CodingCaches(
            secondLevel: sizes.level2 > 0 ? Int(sizes.level2) : nil,
            streamingThreshold: Int(sizes.streaming_threshold), mostAlike: (4...8).contains(ways) ? ways - 2 : nil)
    }()
}
