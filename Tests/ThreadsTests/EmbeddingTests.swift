import TestSupport
import Testing
import Threads

@Suite struct `Embedding Threads` {
    @Test func `the example of the first page waits for its thread and has what it wrote`() {
        // snippet
        let progress = Awaited(0)
        let results = Guarded<[Int]>([])
        let worker = SystemThread(isAwaited: true) {
            for step in 1...3 { results.withLock { $0.append(step * step) } }
            progress.wait(until: { _ in true }, { $0 = 3 })  // changes it and wakes who waits
        }
        var seen = 0
        if worker != nil { progress.wait(until: { $0 == 3 }, { seen = $0 }) }
        worker?.join()
        // end of snippet
        #expect(seen == 3)
        #expect(results.withLock { $0 } == [1, 4, 9])
    }

    @Test func `the first page shows the example that is tested`() { assertSnippet(module: "Threads") }

    @Test func `no addition of eight threads is lost`() {
        let sum = Guarded(0)
        let threads = (0..<8).compactMap { _ in
            SystemThread(isAwaited: true) { for _ in 0..<10_000 { sum.withLock { $0 += 1 } } }
        }
        for thread in threads { thread.join() }
        #expect(sum.withLock { $0 } == threads.count * 10_000)
    }
}
