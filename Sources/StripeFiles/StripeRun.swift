/// How a run goes about its work: how many threads, who hears of its progress, who may stop it.
///
/// What comes out does not depend on it.
public struct StripeRun: Sendable {
    /// How far a run has come.
    public struct Progress: Sendable, Hashable {
        /// What it is at.
        public enum Step: String, Sendable, Hashable, CaseIterable {
            case encoding, verifying, rebuilding, decoding
        }

        public let step: Step
        /// Bytes of the file that are done.
        public let doneBytes: Int
        /// Bytes of the file; `nil` where it is a stream whose end has not come.
        public let totalBytes: Int?
    }

    /// Threads that calculate, 1 to 64; the calling one is among them.
    public let threads: Int
    let progress: (@Sendable (Progress) -> Void)?
    let shouldStop: (@Sendable () -> Bool)?

    /// A run.
    ///
    /// - Parameters:
    ///   - threads: how many; below 1 counts as 1, above 64 as 64. Fewer work where their memory would go beyond
    ///     ``memoryLimit``.
    ///   - progress: is told after each batch, in order, by one thread at a time.
    ///   - shouldStop: is asked before each batch, by any thread. Once it says yes the run ends with
    ///     ``StripeError/Problem/stopped``, and leaves what was there before as it was.
    public init(
        threads: Int = 1, progress: (@Sendable (Progress) -> Void)? = nil,
        shouldStop: (@Sendable () -> Bool)? = nil
    ) {
        self.threads = min(max(threads, 1), 64)
        self.progress = progress
        self.shouldStop = shouldStop
    }

    /// Bytes that the buffers of all threads take at most, unless a single stripe with its parities takes more: 512
    /// MiB.
    public static let memoryLimit = 512 << 20

    func checkStop(_ file: String) throws(StripeError) {
        guard shouldStop?() == true else { return }
        throw StripeError(.stopped, file, found: "stopped as asked", remedy: "what was there before is as it was")
    }
}
