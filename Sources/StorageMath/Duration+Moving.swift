import ClusterCore

extension Duration {
    /// The longest that a result may be, about 285 years: what is longer is a mistake in the inputs.
    static let longestResult = Duration.seconds(9_000_000_000)

    /// The time to move bytes at a rate, rounded up to nanoseconds.
    /// - Throws: where the rate is zero and there are bytes, or the time is above ``longestResult``.
    init(moving bytes: ByteCount, at rate: ByteRate, _ quantity: String) throws(StorageMathError) {
        guard bytes > .zero else {
            self = .zero
            return
        }
        guard rate > .zero else {
            throw StorageMathError(
                quantity, "\(rate)", bound: "1 B/s or more", remedy: "give the repair more drives, links or share")
        }
        let (seconds, rest) = bytes.bytes.quotientAndRemainder(dividingBy: rate.bytesPerSecond)
        guard seconds < 9_000_000_000 else {
            throw StorageMathError(
                quantity, "\(bytes) at \(rate)", bound: "done within 285 years", remedy: "check the rates and shares")
        }
        // The rest is below the divisor, so the quotient is below 10^9.
        let (nanoseconds, left) = rate.bytesPerSecond.dividingFullWidth(rest.multipliedFullWidth(by: 1_000_000_000))
        self = .seconds(Int64(seconds)) + .nanoseconds(Int64(nanoseconds) + (left == 0 ? 0 : 1))
    }
}
