import StorageMath
import Testing

@testable import StripeFiles
import Threads

@Suite struct `Batches on threads` {
    /// Fails where it is told to, and remembers in which order batches ended.
    private final class Job: StripeJob {
        let batches: Int
        let failing: Set<Int>
        let ended = Guarded<[Int]>([])

        init(_ batches: Int, failing: Set<Int> = []) {
            self.batches = batches
            self.failing = failing
        }

        func take(_ number: Int, _ batch: inout StripeBatch) throws(StripeError) -> Bool {
            batch.begin(number, count: 1, lastUnit: 1)
            return number < batches
        }
        func work(_ batch: inout StripeBatch) throws(StripeError) {
            if failing.contains(batch.number) {
                throw StripeError(.unreadable, "batch \(batch.number)", found: "", remedy: "")
            }
        }
        func finish(_ batch: inout StripeBatch) throws(StripeError) {
            let number = batch.number
            ended.withLock { $0.append(number) }
        }
    }

    @Test(arguments: [1, 2, 8])
    func `end in order, each once`(workers: Int) throws {
        let job = Job(500)
        try StripePipeline.run(job, BatchShape(.rs(2, 1)), workers: workers)
        #expect(job.ended.withLock { $0 } == Array(0..<500))
    }

    @Test(arguments: [1, 2, 8])
    func `the first failure in their order counts, and all before it are done`(workers: Int) throws {
        for _ in 0..<20 {
            let job = Job(200, failing: [37, 38, 41, 100])
            let error = #expect(throws: StripeError.self) {
                try StripePipeline.run(job, BatchShape(.rs(2, 1)), workers: workers)
            }
            #expect(error?.file == "batch 37")
            #expect(job.ended.withLock { $0 } == Array(0..<37))
        }
    }
}
