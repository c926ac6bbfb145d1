#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@testable import RDMAProbe

/// A real thread that runs only when the world lets it.
final class SimulatedThread: @unchecked Sendable {
    /// What a thread waits for.
    struct Wait {
        var descriptors: [CInt]
        var interest: FileDescriptor.Interest
        var deadline: UInt64
    }

    let number: UInt
    let process: SimulatedProcess
    var wait: Wait?
    /// Whether anything that happens in the world ends the wait: how a thread that polls waits.
    var polls = false
    var hasEnded = false
    /// A signal came while the thread was in a call that one interrupts.
    var isInterrupted = false
    /// How often in a row it found nothing where it looked.
    var idleLooks = 0
    /// How often in a row it did not have to wait.
    var readyInARow = 0
    private let turn = Semaphore()

    init(number: UInt, process: SimulatedProcess) {
        self.number = number
        self.process = process
    }

    func resume() { turn.signal() }
    func suspend() { turn.wait() }

    /// Starts the real thread, which waits for its turn.
    func begin(in world: World, _ body: @escaping @Sendable () -> Void) {
        let work = Work(body)
        _ = Worker.startInKernel { [self] in
            suspend()
            // What the body holds must go while the world still has this thread.
            CurrentOutside.replace(by: world) { work.run() }
            world.threadEnded(self)
        }
    }

    private final class Work: @unchecked Sendable {
        private var body: (@Sendable () -> Void)?
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }

        func run() {
            body?()
            body = nil
        }
    }
}

extension SimulatedThread: CustomStringConvertible {
    var description: String {
        let waits = wait.map { "waits for \($0.descriptors) until \($0.deadline)" } ?? "runs"
        return "thread \(number) of \(process.name) \(waits)"
    }
}

/// Hands over from one thread to another.
final class Semaphore: @unchecked Sendable {
    private let pointer = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(pointer, 0, 0) }

    deinit {
        sem_destroy(pointer)
        pointer.deallocate()
    }

    func signal() { sem_post(pointer) }

    func wait() { while sem_wait(pointer) != 0 {} }
}
