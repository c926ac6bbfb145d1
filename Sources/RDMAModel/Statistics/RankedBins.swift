/// A histogram whose counts are summed up once, so that each rank is found without going through all of it again.
struct RankedBins {
    private let bins: [HistogramBin]
    /// How many samples lie in each bin and those before it.
    private let reached: [UInt64]

    /// - Parameter bins: from the smallest values to the largest. `nil` where the counts' sum exceeds `UInt64.max`.
    init?(_ bins: [HistogramBin]) {
        var reached: [UInt64] = []
        reached.reserveCapacity(bins.count)
        var total: UInt64 = 0
        for bin in bins {
            let (sum, overflow) = total.addingReportingOverflow(bin.count)
            guard !overflow else { return nil }
            total = sum
            reached.append(total)
        }
        self.bins = bins
        self.reached = reached
    }

    /// All samples.
    var total: UInt64 { reached.last ?? 0 }

    /// The upper edge of the bin that holds a rank, counted from one; `nil` where there are not so many samples.
    /// - Complexity: O(log number of bins).
    func edge(ofRank rank: UInt64) -> UInt64? {
        var (low, high) = (0, bins.count)
        while low < high {
            let middle = (low + high) / 2
            if reached[middle] >= rank { high = middle } else { low = middle + 1 }
        }
        return low < bins.count ? bins[low].upToNanoseconds : nil
    }
}
