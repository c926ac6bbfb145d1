import ClusterCore
import StorageMath
import TestSupport

/// Usage whose truth is known: a line, noise, and what volumes really do on top.
struct SyntheticUsage {
    static let day = Duration.seconds(86_400)
    static let gigabyte = 1e9

    var days = 30
    /// Samples in each day.
    var perDay = 1
    var size = 1000 * gigabyte
    var level = 400 * gigabyte
    /// Growth in bytes a day.
    var growth = 0.0
    /// The standard deviation of independent normal noise.
    var noise = 0.0

    func samples(
        _ random: inout SeededRandom, adding extra: (_ day: Double) -> Double = { _ in 0 }
    ) -> [UsageSample] {
        (0..<(days * perDay)).map { index in
            let time = Double(index) / Double(perDay)
            let used = level + growth * time + noise * random.normal() + extra(time)
            return UsageSample(
                time: .seconds(Int64(index) * 86_400 / Int64(perDay)), used: ByteCount(bytes: UInt64(max(0, used))),
                size: ByteCount(bytes: UInt64(size)))
        }
    }

    func forecast(
        _ random: inout SeededRandom, confidence: Confidence = .ninetyFive,
        adding extra: (Double) -> Double = { _ in 0 }
    ) throws -> CapacityForecast {
        try UsageHistory(samples(&random, adding: extra)).forecast(confidence: confidence)
    }

    /// Days from the last sample until the line is at the size.
    var truth: Double { (size - level) / growth - Double(days * perDay - 1) / Double(perDay) }
}

extension CapacityForecast.Outcome {
    /// The interval in days; an end that is not known is infinite.
    var days: ClosedRange<Double>? {
        guard case .full(let earliest, let latest) = self else { return nil }
        return (earliest / SyntheticUsage.day)...(latest.map { $0 / SyntheticUsage.day } ?? .infinity)
    }
}

extension SeededRandom {
    /// From 0 to below 1.
    mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }

    /// Near enough to a standard normal number: the sum of twelve even ones less six (variance 12/12).
    mutating func normal() -> Double { (0..<12).map { _ in unit() }.reduce(-6, +) }
}
