public import Testing

/// Runs a property many times, each time with a random source of its own, and says the seed of the first run that
/// fails.
///
/// `RANDOM_SEED=n` in the environment repeats that one run.
public func forRandom(
    _ runs: Int, seed: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation,
    _ property: (inout SeededRandom) throws -> Bool
) {
    let only = environment("RANDOM_SEED").flatMap { UInt64($0) }
    for run in 0..<runs {
        let own = only ?? seed &+ UInt64(run)
        var random = SeededRandom(seed: own)
        do {
            guard try property(&random) else {
                Issue.record("the property fails: RANDOM_SEED=\(own)", sourceLocation: sourceLocation)
                return
            }
        } catch {
            Issue.record("the property throws \(error): RANDOM_SEED=\(own)", sourceLocation: sourceLocation)
            return
        }
        if only != nil { return }
    }
}
