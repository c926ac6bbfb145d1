import Threads

/// Work on batches of stripes: taken in order, worked on side by side, finished in order.
protocol StripeJob: Sendable {
    /// Begins the batch of that number; one thread at a time, in order.
    /// - Returns: whether there is one.
    func take(_ number: Int, _ batch: inout StripeBatch) throws(StripeError) -> Bool
    /// Works on a batch, beside others.
    func work(_ batch: inout StripeBatch) throws(StripeError)
    /// Ends a batch; one thread at a time, in order.
    func finish(_ batch: inout StripeBatch) throws(StripeError)
}

/// Runs a job over threads of the system. What comes out, also which error, does not depend on how many there are.
enum StripePipeline {
    static func run(_ job: some StripeJob, _ shape: BatchShape, workers: Int) throws(StripeError) {
        let turns = Turns()
        let body: @Sendable () -> Void = { work(on: job, shape, turns) }
        let threads = (1..<max(workers, 1)).compactMap { _ in SystemThread(isAwaited: true, body) }
        body()
        for thread in threads { thread.join() }
        if let failure = turns.failure { throw failure }
    }

    private static func work(on job: some StripeJob, _ shape: BatchShape, _ turns: Turns) {
        var batch = StripeBatch(shape)
        while true {
            let taken = turns.take { (number) throws(StripeError) in try job.take(number, &batch) }
            guard let (number, outcome) = taken else { return }
            var failure: StripeError?
            switch outcome {
            case .failure(let error): failure = error
            case .success(false): return
            case .success(true):
                do throws(StripeError) { try job.work(&batch) } catch { failure = error }
            }
            turns.finish(number, failure: failure) { () throws(StripeError) in try job.finish(&batch) }
        }
    }
}

/// Whose turn it is to take and to finish. The first failure in the order of the batches counts, and ends all.
private final class Turns: Sendable {
    private struct Taking {
        var next = 0
        var isOver = false
    }

    private struct Finishing {
        var next = 0
        var failure: StripeError?
    }

    private let taking = Guarded(Taking())
    private let finishing = Awaited(Finishing())

    var failure: StripeError? { finishing.withLock { $0.failure } }

    /// Takes the next batch; `nil` where there is to be none any more.
    func take(
        _ body: (Int) throws(StripeError) -> Bool
    ) -> (Int, Result<Bool, StripeError>)? {
        taking.withLock { taking in
            guard !taking.isOver, failure == nil else { return nil }
            let number = taking.next
            taking.next += 1
            let outcome: Result<Bool, StripeError>
            do throws(StripeError) { outcome = .success(try body(number)) } catch { outcome = .failure(error) }
            if case .success(true) = outcome {} else { taking.isOver = true }
            return (number, outcome)
        }
    }

    /// Waits for the turn of a batch, and ends it unless an earlier one failed.
    func finish(_ number: Int, failure: StripeError?, _ body: () throws(StripeError) -> Void) {
        let isMyTurn: (Finishing) -> Bool = { $0.next == number }
        finishing.wait(until: isMyTurn) { finishing in
            if finishing.failure == nil {
                if let failure {
                    finishing.failure = failure
                } else {
                    do throws(StripeError) { try body() } catch { finishing.failure = error }
                }
            }
            finishing.next += 1
        }
    }
}
