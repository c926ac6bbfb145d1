#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import ClusterCore
import RDMAModel
import Testing

@testable import RDMAProbe
import Threads

/// A pipe that nobody writes to: reading it blocks for ever.
private final class SilentPipe: Sendable {
    let reading: CInt
    private let writing: CInt

    init() throws {
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    func speak() { _ = write(writing, [1], 1) }

    /// Reads one byte, as a system call that knows no deadline.
    func readByte() -> CInt {
        var byte: UInt8 = 0
        return read(reading, &byte, 1) == 1 ? 0 : errno
    }
}

@Suite struct `Calls that block` {
    @Test func `a result that comes in time is returned`() throws {
        let result = try BlockingCall.run(until: .after(patience), cancellation: Cancellation()) { 42 }
        #expect(result == 42)
    }

    @Test func `a call that blocks in read ends at its deadline, interrupted`() throws {
        let silent = try SilentPipe()
        let seen = Handover<CInt>()
        let time = try elapsed {
            let result = try BlockingCall.run(until: .after(.milliseconds(100)), cancellation: Cancellation()) {
                let code = silent.readByte()
                seen.give(code)
                return code
            }
            #expect(result == nil)
        }
        #expect(time >= .milliseconds(100))
        #expect(time < patience)
        // The thread is not left behind: the signal ended its call.
        #expect(FileDescriptor.wait([seen.fileDescriptor], until: .after(patience)) == [true])
        #expect(seen.take() == EINTR)
    }

    @Test func `a call that blocks in read ends when the run is cancelled, long before its deadline`() throws {
        let silent = try SilentPipe()
        let cancellation = Cancellation()
        let seen = Handover<CInt>()
        Worker.start {
            usleep(50_000)
            cancellation.cancel()
        }
        let time = elapsed {
            #expect(throws: Interrupted.self) {
                try BlockingCall.run(until: .after(.seconds(3600)), cancellation: cancellation) {
                    seen.give(silent.readByte())
                }
            }
        }
        #expect(time < patience)
        #expect(FileDescriptor.wait([seen.fileDescriptor], until: .after(patience)) == [true])
        #expect(seen.take() == EINTR)
    }

    @Test func `a run that is cancelled already waits for nothing`() throws {
        let silent = try SilentPipe()
        let cancellation = Cancellation()
        cancellation.cancel(.terminate)
        let time = elapsed {
            #expect(throws: Interrupted.self) {
                try BlockingCall.run(until: .after(.seconds(3600)), cancellation: cancellation) { silent.readByte() }
            }
        }
        #expect(time < patience)
    }

    @Test func `a call that minds no signal is left to its thread a second after its deadline`() throws {
        let silent = try SilentPipe()
        let seen = Handover<CInt>()
        let time = try elapsed {
            let result = try BlockingCall.run(until: .after(.milliseconds(50)), cancellation: Cancellation()) {
                var code = silent.readByte()
                while code == EINTR { code = silent.readByte() }
                seen.give(code)
                return code
            }
            #expect(result == nil)
        }
        #expect(time < patience)
        #expect(seen.take() == nil)
        silent.speak()
        #expect(FileDescriptor.wait([seen.fileDescriptor], until: .after(patience)) == [true])
        #expect(seen.take() == 0)
    }

    @Test func `calls that end while they are being interrupted return or give up, and nothing else`() throws {
        for turn in 0..<200 {
            let result = try BlockingCall.run(until: .after(.microseconds(turn * 2)), cancellation: Cancellation()) {
                usleep(UInt32(turn % 50))
                return turn
            }
            #expect(result == nil || result == turn)
        }
    }
}

@Suite struct `Requests to stop` {
    @Test func `the first reason counts`() {
        let cancellation = Cancellation()
        #expect(!cancellation.isCancelled)
        #expect(cancellation.reason == nil)
        cancellation.cancel(.terminate)
        cancellation.cancel(.interrupt)
        #expect(cancellation.isCancelled)
        #expect(cancellation.reason == .terminate)
    }

    @Test func `it wakes every wait, and each wait after it`() throws {
        let pairs = try (0..<4).map { _ in try SocketPair() }
        let cancellation = Cancellation()
        let woken = pairs.map { _ in Handover<Bool>() }
        for (pair, handover) in zip(pairs, woken) {
            Worker.start {
                do {
                    _ = try FileDescriptor.wait([pair.near], until: .after(.seconds(3600)), cancellation: cancellation)
                    handover.give(false)
                } catch { handover.give(true) }
            }
        }
        cancellation.cancel()
        for handover in woken {
            #expect(FileDescriptor.wait([handover.fileDescriptor], until: .after(patience)) == [true])
            #expect(handover.take() == true)
        }
        #expect(throws: Interrupted.self) {
            try FileDescriptor.wait([], until: .after(.seconds(3600)), cancellation: cancellation)
        }
        for pair in pairs { close(pair.near) }
    }

    @Test func `thousands of requests to stop block nobody`() {
        let cancellation = Cancellation()
        for _ in 0..<100_000 { cancellation.cancel() }
        #expect(cancellation.isCancelled)
    }
}

@Suite struct `Waiting for descriptors` {
    @Test func `of several descriptors those that are ready are told`() throws {
        let (quiet, loud, closed) = (try SocketPair(), try SocketPair(), try SocketPair())
        defer { for pair in [quiet, loud, closed] { close(pair.near) } }
        loud.write([1])
        closed.closeFar()
        let ready = FileDescriptor.wait([quiet.near, loud.near, -1, closed.near], until: .after(patience))
        #expect(ready == [false, true, false, true])
    }

    @Test func `the deadline ends a wait for what does not come, in both directions`() throws {
        let pair = try SocketPair()
        defer { close(pair.near) }
        let time = try elapsed {
            #expect(FileDescriptor.wait([pair.near], until: .after(.milliseconds(60))) == [false])
            #expect(FileDescriptor.wait([], until: .after(.milliseconds(60))) == [])
            // A full buffer is not writable.
            _ = fcntl(pair.near, F_SETFL, O_NONBLOCK)
            let chunk = [UInt8](repeating: 0, count: 65_536)
            while send(pair.near, chunk, chunk.count, CInt(MSG_NOSIGNAL)) > 0 {}
            let ready = try FileDescriptor.wait(
                [pair.near], for: .writable, until: .after(.milliseconds(60)), cancellation: Cancellation())
            #expect(ready == [false])
        }
        #expect(time >= .milliseconds(180))
        #expect(time < patience)
    }

    @Test func `a deadline that is over still tells what is ready`() throws {
        let pair = try SocketPair()
        defer { close(pair.near) }
        #expect(FileDescriptor.wait([pair.near], until: Deadline(nanoseconds: 0)) == [false])
        pair.write([1])
        #expect(FileDescriptor.wait([pair.near], until: Deadline(nanoseconds: 0)) == [true])
    }
}

@Suite struct `Handing a value over` {
    @Test func `a value is there once it was given, and is taken once`() {
        let handover = Handover<String>()
        #expect(handover.take() == nil)
        #expect(FileDescriptor.wait([handover.fileDescriptor], until: .after(.zero)) == [false])
        handover.give("a")
        #expect(FileDescriptor.wait([handover.fileDescriptor], until: .after(.zero)) == [true])
        #expect(handover.take() == "a")
        #expect(handover.take() == nil)
    }

    @Test func `what may run only before the value is given does not run after`() {
        let handover = Handover<Int>()
        var runs = 0
        #expect(!handover.ifMissing { runs += 1 })
        handover.give(1)
        #expect(handover.ifMissing { runs += 1 })
        _ = handover.take()
        #expect(handover.ifMissing { runs += 1 })
        #expect(runs == 1)
    }
}

@Suite struct `Guarded values` {
    @Test func `threads that add at once lose nothing`() {
        let sum = Guarded(0)
        let done = (0..<4).map { _ in Handover<Bool>() }
        for handover in done {
            Worker.start {
                for _ in 0..<10_000 { sum.withLock { $0 += 1 } }
                handover.give(true)
            }
        }
        for handover in done {
            #expect(FileDescriptor.wait([handover.fileDescriptor], until: .after(patience)) == [true])
        }
        #expect(sum.withLock { $0 } == 40_000)
    }

    @Test func `an error leaves it unlocked`() {
        let value = Guarded(1)
        #expect(throws: Interrupted.self) {
            try value.withLock { value throws(Interrupted) in
                value = 2
                throw Interrupted()
            }
        }
        #expect(value.withLock { $0 } == 2)
    }
}

@Suite struct `Descriptors watched again and again` {
    @Test func `nothing to read: neither is ready, not before the deadline`() throws {
        let (first, second) = (try SilentPipe(), try SilentPipe())
        let watch = DescriptorWatch([first.reading, second.reading])
        #expect(!watch.isAnyReady)
        let time = elapsed {
            let ready = watch.wait(until: .after(.milliseconds(50)))
            #expect(!ready.first && !ready.others)
        }
        #expect(time >= .milliseconds(50))
    }

    @Test func `the first descriptor is told apart from the others, again and again`() throws {
        let (first, second, third) = (try SilentPipe(), try SilentPipe(), try SilentPipe())
        let watch = DescriptorWatch([first.reading, second.reading, third.reading])
        third.speak()
        for _ in 0..<2 {
            let ready = watch.wait(until: .after(patience))
            #expect(!ready.first && ready.others && watch.isAnyReady)
        }
        #expect(third.readByte() == 0)
        first.speak()
        let ready = watch.wait(until: .after(patience))
        #expect(ready.first && !ready.others)
    }

    @Test func `a look says which descriptor was ready, and the next one forgets it`() throws {
        let (first, second) = (try SilentPipe(), try SilentPipe())
        let watch = DescriptorWatch([first.reading, second.reading])
        second.speak()
        #expect(watch.isAnyReady && !watch.wasReady(0) && watch.wasReady(1))
        #expect(!watch.wasReady(2) && !watch.wasReady(-1), "there is none")
        #expect(second.readByte() == 0)
        #expect(!watch.isAnyReady && !watch.wasReady(1))
    }

    @Test func `a descriptor that there is not is never ready`() {
        let watch = DescriptorWatch([-1, -1])
        #expect(!watch.isAnyReady)
        let ready = watch.wait(until: .after(.milliseconds(10)))
        #expect(!ready.first && !ready.others)
    }
}
