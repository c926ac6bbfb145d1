import RDMAProbe
import Synchronization
import Testing

@testable import RDMAProbeCommand

/// A clock and a reader that a test moves by hand.
private final class Outside: Sendable {
    let seconds = Mutex<Int64>(1000)
    let isReading = Mutex(true)
    let lines = Mutex<[String]>([])

    func makeLog() -> ServeLog {
        ServeLog(
            clock: { self.seconds.withLock { $0 } },
            write: { line in
                guard self.isReading.withLock({ $0 }) else { return false }
                self.lines.withLock { $0.append(line) }
                return true
            })
    }

    var written: [String] { lines.withLock { $0 } }
}

@Suite struct ServeLogTests {
    @Test func `a flood of refusals is twenty lines and a count, not a line each`() {
        let outside = Outside()
        let log = outside.makeLog()
        for _ in 0..<10_000 { log.tell(.refused(peer: "10.0.0.9", reason: "busy")) }
        #expect(outside.written.count == 20)
        outside.seconds.withLock { $0 += 10 }
        log.tell(.refused(peer: "10.0.0.9", reason: "busy"))
        #expect(outside.written.dropFirst(20).first == "refused or rejected 9980 more within 10 s\n")
        #expect(outside.written.last == "refused 10.0.0.9: busy\n")
    }

    @Test func `sessions are told however many strangers were refused`() {
        let outside = Outside()
        let log = outside.makeLog()
        for _ in 0..<100 { log.tell(.strangeRequest(peer: "10.0.0.9")) }
        log.tell(.began(peer: "10.0.0.1", number: 7, cells: 3))
        #expect(outside.written.last == "session 7 from 10.0.0.1: 3 cells\n")
    }

    @Test func `what was only counted is told at the end`() {
        let outside = Outside()
        let log = outside.makeLog()
        for _ in 0..<21 { log.tell(.strangeRequest(peer: "10.0.0.9")) }
        log.close()
        #expect(outside.written.last == "refused or rejected 1 more within 10 s\n")
    }

    @Test func `lines that nobody reads are lost, and the next reader is told how many`() {
        let outside = Outside()
        let log = outside.makeLog()
        outside.isReading.withLock { $0 = false }
        for number in UInt64(1)...3 { log.tell(.ended(peer: "10.0.0.1", number: number, problem: nil)) }
        #expect(outside.written.isEmpty)
        outside.isReading.withLock { $0 = true }
        log.tell(.ended(peer: "10.0.0.1", number: 4, problem: nil))
        #expect(outside.written == ["3 lines were lost: nobody read them\n", "session 4 from 10.0.0.1: done\n"])
    }
}
