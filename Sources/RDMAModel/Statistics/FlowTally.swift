/// Counts a flow of messages as they complete, in memory that does not grow with the run: of the seconds that are over
/// only the lowest is kept, and of the pauses only the longest.
///
/// ```swift
/// var tally = FlowTally(startNanoseconds: start, postingNanoseconds: 5_000_000_000)
/// tally.add(messages: 1, bytes: 65536, at: now)
/// tally.figures(endedAt: end).meanBitsPerSecond
/// ```
public struct FlowTally: Sendable, Hashable {
    private static let second: UInt64 = 1_000_000_000

    private let start: UInt64
    private let posting: UInt64
    private var bytes: UInt64 = 0
    private var messages: UInt64 = 0
    private var last: UInt64
    private var longestPause: UInt64 = 0
    private var currentSecond: UInt64 = 0
    private var bytesOfSecond: UInt64 = 0
    private var lowest: UInt64?

    /// - Parameters:
    ///   - startNanoseconds: when the first message was posted, or could first arrive, on the clock of the later calls.
    ///   - postingNanoseconds: for how long messages are posted. Only whole seconds within this time are compared: in
    ///     the one in which posting ends less arrives, whatever the path is like.
    public init(startNanoseconds: UInt64, postingNanoseconds: UInt64) {
        start = startNanoseconds
        posting = postingNanoseconds
        last = startNanoseconds
    }

    /// Takes in messages that completed at a moment. A moment before an earlier one counts as that one.
    public mutating func add(messages count: UInt64, bytes size: UInt64, at nanoseconds: UInt64) {
        let now = max(nanoseconds, last)
        longestPause = max(longestPause, now - last)
        last = now
        closeSeconds(before: min(now - start, posting) / FlowTally.second)
        messages = FlowTally.sum(messages, count)
        bytes = FlowTally.sum(bytes, size)
        bytesOfSecond = FlowTally.sum(bytesOfSecond, size)
    }

    /// A sum that stays at the largest number rather than wrap.
    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }

    /// Compares the seconds that are over, those in which nothing came included.
    private mutating func closeSeconds(before second: UInt64) {
        guard second > currentSecond else { return }
        lowest = min(lowest ?? .max, second - currentSecond > 1 ? 0 : bytesOfSecond)
        currentSecond = second
        bytesOfSecond = 0
    }

    /// Messages that have completed.
    public var messageCount: UInt64 { messages }

    /// The bytes that have completed.
    public var byteCount: UInt64 { bytes }

    /// When the last message completed, or the start.
    public var lastNanoseconds: UInt64 { last }

    /// What is known of the flow.
    /// - Parameter nanoseconds: when it was over: the last completion, or where nothing comes any more, now.
    public func figures(endedAt nanoseconds: UInt64) -> FlowFigures {
        var copy = self
        let end = max(nanoseconds, last)
        copy.longestPause = max(longestPause, end - last)
        copy.closeSeconds(before: min(end - start, posting) / FlowTally.second)
        return FlowFigures(
            bytes: bytes, messages: messages, durationNanoseconds: end - start, lowestSecondBytes: copy.lowest,
            longestStallNanoseconds: messages > 0 ? copy.longestPause : nil)
    }
}

/// What a flow of messages came to.
public struct FlowFigures: Sendable, Hashable, Codable {
    /// Payload that completed.
    public var bytes: UInt64
    /// Messages that completed.
    public var messages: UInt64
    /// From the first post until the last completion.
    public var durationNanoseconds: UInt64
    /// Payload of the whole second in which the least completed; `nil` where there was no whole second.
    public var lowestSecondBytes: UInt64?
    /// The longest time without a completion, that before the first one included; `nil` where nothing completed.
    public var longestStallNanoseconds: UInt64?

    public init(
        bytes: UInt64, messages: UInt64, durationNanoseconds: UInt64, lowestSecondBytes: UInt64?,
        longestStallNanoseconds: UInt64?
    ) {
        self.bytes = bytes
        self.messages = messages
        self.durationNanoseconds = durationNanoseconds
        self.lowestSecondBytes = lowestSecondBytes
        self.longestStallNanoseconds = longestStallNanoseconds
    }

    /// Payload bits a second over the whole time, rounded down; `nil` where nothing completed or no time passed.
    public var meanBitsPerSecond: UInt64? {
        guard messages > 0, durationNanoseconds > 0 else { return nil }
        let product = bytes.multipliedFullWidth(by: 8_000_000_000)
        guard product.high < durationNanoseconds else { return .max }
        return durationNanoseconds.dividingFullWidth(product).quotient
    }

    /// Payload bits of the lowest whole second; `nil` where there was none.
    public var lowestSecondBitsPerSecond: UInt64? {
        lowestSecondBytes.map { bytes in
            let (bits, overflow) = bytes.multipliedReportingOverflow(by: 8)
            return overflow ? .max : bits
        }
    }

    /// Messages a second over the whole time; `nil` where nothing completed or no time passed.
    public var messagesPerSecond: Double? {
        messages > 0 && durationNanoseconds > 0 ? Double(messages) * 1e9 / Double(durationNanoseconds) : nil
    }
}
