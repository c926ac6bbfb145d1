public import ClusterCore

/// The repair speed of a cluster's storage subsystem: how many requests a repair keeps waiting at a drive.
///
/// Published are the queue depths and no rate (Microsoft, storage-repair-speed, 2023-06-05), so what a depth gives in
/// bytes a second depends on the drives: see ``rate(requestSize:latency:)``.
public enum RepairSpeed: String, Sendable, Hashable, Codable, CaseIterable {
    /// Most resources to active workloads.
    case veryLow = "very_low"
    /// More resources to active workloads.
    case low
    /// The default: workloads and repairs are balanced.
    case medium
    /// More resources to repairs.
    case high
    /// Most resources to repairs.
    case veryHigh = "very_high"

    /// Requests that wait at a drive at a time (`VirtualDiskRepairQueueDepth`).
    public var queueDepth: Int {
        switch self {
        case .veryLow: 1
        case .low: 2
        case .medium: 4
        case .high: 8
        case .veryHigh: 16
        }
    }

    /// The most that this queue depth lets a drive read: depth × request size / latency, rounded down to whole bytes a
    /// second. By Little's law (J. D. C. Little, Operations Research 9(3), 1961): requests that wait = rate × latency.
    ///
    /// - Parameters:
    ///   - requestSize: the bytes of one request of a repair; above zero.
    ///   - latency: the time that a drive takes for it at this depth; above zero, in whole nanoseconds.
    /// - Throws: where one of them is zero or below, or the rate is below one byte a second or too large to hold.
    public func rate(requestSize: ByteCount, latency: Duration) throws(StorageMathError) -> ByteRate {
        guard requestSize > .zero else {
            throw StorageMathError(
                "request size of a repair", "\(requestSize)", bound: "above 0 B", remedy: "write the size of a request")
        }
        guard latency > .zero else {
            throw StorageMathError(
                "latency of a repair's request", latency.unitText, bound: "above 0 s",
                remedy: "write the time that a drive takes for one request")
        }
        do throws(UnitError) {
            let perLatency = try requestSize.multiplied(by: UInt64(queueDepth))
            let each = try Fraction(1_000_000_000, over: latency.nanoseconds(rounding: .up))
            let rate = try perLatency.multiplied(by: each, rounding: .down)
            return ByteRate(bytesPerSecond: rate.bytes)
        } catch {
            throw StorageMathError("rate of queue depth \(queueDepth)", error)
        }
    }
}
