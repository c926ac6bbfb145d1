/// A percentile as an exact fraction, with the rule by which its value is taken from samples.
///
/// ```swift
/// Percentile.p999.name                   // "p99.9"
/// Percentile.p999.rank(ofSamples: 1000)  // 999: the 999th smallest of 1000
/// Percentile.p999.samplesNeeded          // 10 000
/// ```
///
/// **Nearest rank.** The value at the fraction *q* of *n* samples is the sample of rank ⌈*q*·*n*⌉, counted from one in
/// ascending order: always a sample that was measured, never one between two. Ranks are computed in whole numbers,
/// since a product of binary fractions such as 0.99 · 100 may come out above the whole number that it means and then
/// rounds up to the next rank. Source: E. Langford, "Quartiles in Elementary Statistics", Journal of Statistics
/// Education 14(3), 2006, method 4 for the general fraction.
///
/// **How many samples carry it.** A percentile is told from at least 10/(1 − *q*) samples, so that about ten of them
/// lie above it; from fewer it is not known. This is the suite's own rule: it asks for 20 samples for the median,
/// 100 for p90, 1000 for p99, 10 000 for p99.9 and 100 000 for p99.99.
public struct Percentile: Sendable, Hashable {
    /// The fraction's numerator, in lowest terms.
    public let numerator: UInt64
    /// The fraction's denominator, in lowest terms; greater than the numerator.
    public let denominator: UInt64

    /// The fraction numerator/denominator, or `nil` unless it lies between 0 and 1, both excluded, and the denominator
    /// is at most 10⁹. The largest sample is no percentile here: it is reported by itself.
    public init?(numerator: UInt64, denominator: UInt64) {
        guard numerator > 0, numerator < denominator, denominator <= 1_000_000_000 else { return nil }
        let divisor = greatestCommonDivisor(numerator, denominator)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// For the constants below, which are in lowest terms.
    private init(_ numerator: UInt64, of denominator: UInt64) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The median.
    public static let p50 = Percentile(1, of: 2)
    public static let p90 = Percentile(9, of: 10)
    public static let p99 = Percentile(99, of: 100)
    public static let p999 = Percentile(999, of: 1000)
    public static let p9999 = Percentile(9999, of: 10_000)

    /// The percentiles that a report has, from the smallest.
    public static let reported: [Percentile] = [.p50, .p90, .p99, .p999, .p9999]
}

extension Percentile {
    /// The rank of the percentile's sample, ⌈*q*·*n*⌉, counted from one; `nil` without samples.
    public func rank(ofSamples count: UInt64) -> UInt64? {
        guard count > 0 else { return nil }
        let product = count.multipliedFullWidth(by: numerator)
        // The quotient is below `count`, so it fits.
        let (quotient, remainder) = denominator.dividingFullWidth(product)
        return remainder == 0 ? quotient : quotient + 1
    }

    /// How many samples carry this percentile: the smallest whole number not below 10/(1 − *q*).
    public var samplesNeeded: UInt64 {
        let (quotient, remainder) = (10 * denominator).quotientAndRemainder(dividingBy: denominator - numerator)
        return remainder == 0 ? quotient : quotient + 1
    }

    /// Whether that many samples carry this percentile.
    public func isCarried(bySamples count: UInt64) -> Bool { count >= samplesNeeded }

    /// The value at this percentile's rank, read from a histogram: the upper edge of the bin that holds the rank, so
    /// never below the sample itself. `nil` without samples, and where the counts' sum exceeds `UInt64.max`.
    /// Whether so few samples carry it is asked apart (``isCarried(bySamples:)``).
    /// - Parameter bins: the bins with their counts, from the smallest values to the largest.
    /// - Complexity: O(number of bins), two passes.
    public func value(rankedBins bins: some Collection<HistogramBin>) -> UInt64? {
        var total: UInt64 = 0
        for bin in bins {
            let (sum, overflow) = total.addingReportingOverflow(bin.count)
            guard !overflow else { return nil }
            total = sum
        }
        guard let rank = rank(ofSamples: total) else { return nil }
        var reached: UInt64 = 0
        for bin in bins {
            reached += bin.count
            if reached >= rank { return bin.upToNanoseconds }
        }
        return nil
    }
}

extension Percentile: Comparable {
    public static func < (left: Percentile, right: Percentile) -> Bool {
        // Numerators and denominators are at most 10⁹, so the products fit.
        left.numerator * right.denominator < right.numerator * left.denominator
    }
}

extension Percentile: CustomStringConvertible {
    /// The usual name, `p99.9`; a fraction that needs more than six decimals of a percent is written `p(1/3)`.
    public var name: String {
        // In percent with up to six decimals; 10⁹ · 10⁸ does not overflow.
        var scale: UInt64 = 100
        var places = 0
        while !(numerator * scale).isMultiple(of: denominator), places < 6 {
            scale *= 10
            places += 1
        }
        guard (numerator * scale).isMultiple(of: denominator) else { return "p(\(numerator)/\(denominator))" }
        let digits = String(numerator * scale / denominator)
        guard places > 0 else { return "p\(digits)" }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "p\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    public var description: String { name }

    /// Reads a name such as `p99.9`, `P50` or `99.9`; `nil` where it is none, or not between 0 and 100.
    public init?(name: some StringProtocol) {
        var rest = Substring(name)
        if let first = rest.first, first == "p" || first == "P" { rest.removeFirst() }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...2).contains(whole.utf8.count), whole.utf8.allSatisfy(isDigit) else {
            return nil
        }
        let decimals = parts.count == 2 ? parts[1] : ""
        guard parts.count == 1 || (1...6).contains(decimals.utf8.count), decimals.utf8.allSatisfy(isDigit),
            let digits = UInt64(whole + decimals)
        else { return nil }
        let scale = (0..<decimals.utf8.count).reduce(UInt64(100)) { value, _ in value * 10 }
        self.init(numerator: digits, denominator: scale)
    }
}

extension Percentile: Codable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Percentile(name: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no percentile: \(text)")
        }
        self = value
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
}
