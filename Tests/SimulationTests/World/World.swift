#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import TestSupport

@testable import RDMAProbe

/// Hosts, processes, threads, sockets, adapters and a clock, all of one seed.
///
/// Threads are real, and exactly one of them runs at a time: whoever waits hands over to the next, which the seed
/// chooses, and when nobody can run, the clock jumps to the next thing that happens. So a run depends on the seed alone.
final class World: @unchecked Sendable {
    // Unchecked, as all of the simulation: only the thread that runs touches anything, and a semaphore hands over.
    let seed: UInt64
    var random: SeededRandom
    /// Nanoseconds; begins above zero, as a real clock does.
    private(set) var time: UInt64 = 1_000_000_000
    /// When a world that still runs is stuck.
    var horizon: UInt64 = .max
    private(set) var running: SimulatedThread?
    private(set) var threads: [SimulatedThread] = []
    private var alive: [SimulatedThread] = []
    private var ready: [SimulatedThread] = []
    private var agenda = Agenda()
    private let isOver = Semaphore()
    private var switches = 0
    /// Everything that was decided, in one number: two runs of a seed have the same.
    private(set) var trace: UInt64 = 0
    /// What the simulated kernel found wrong: a double close, an overrun, an event that was never acknowledged.
    private(set) var violations: [String] = []
    /// Why the world was given up, with the threads that still waited.
    private(set) var stuck: String?

    var descriptors: [Descriptor] = []
    var streams = Streams()
    var fabric = Fabric()

    /// A fault of the simulated session, to see that the search finds it.
    var planted: PlantedBug?

    init(seed: UInt64) {
        self.seed = seed
        random = SeededRandom(seed: seed)
    }

    /// The world of the calling thread, or `nil` where it has the kernel's.
    static var current: World? {
        guard let outside = CurrentOutside.replaced else { return nil }
        // Nothing else of this process stands in for the kernel; a checked cast costs as much as the calls themselves.
        return unsafeDowncast(outside, to: World.self)
    }

    /// The process of the thread that runs.
    var process: SimulatedProcess {
        guard let running else { preconditionFailure("no thread of the world runs") }
        return running.process
    }

    func violate(_ words: String) { if violations.count < 20 { violations.append(words) } }

    // MARK: From outside

    /// Runs a world to its end: until every thread has ended, or the world is given up.
    func run(_ first: @escaping @Sendable () -> Void, in process: SimulatedProcess) {
        let thread = spawn(in: process, first)
        running = thread
        thread.resume()
        isOver.wait()
    }

    // MARK: What is going to happen

    /// Lets something happen after a while, on whatever thread then looks.
    func after(_ nanoseconds: UInt64, _ action: @escaping () -> Void) {
        agenda.add(at: time &+ nanoseconds, action)
    }

    /// A duration between two limits, by the seed.
    func someTime(_ range: ClosedRange<UInt64>) -> UInt64 {
        range.lowerBound + random.next() % (range.upperBound - range.lowerBound + 1)
    }

    func chance(_ one: UInt64, in many: UInt64) -> Bool { random.next() % many < one }

    /// Work that takes a thread some time.
    func spend(_ nanoseconds: UInt64) { time &+= nanoseconds }

    // MARK: Threads

    /// Starts a thread; it runs when it is chosen.
    @discardableResult
    func spawn(in process: SimulatedProcess, _ body: @escaping @Sendable () -> Void) -> SimulatedThread {
        let thread = SimulatedThread(number: UInt(threads.count), process: process)
        threads.append(thread)
        alive.append(thread)
        thread.begin(in: self, body)
        return thread
    }

    func thread(_ number: UInt) -> SimulatedThread? {
        threads.indices.contains(Int(number)) ? threads[Int(number)] : nil
    }

    /// The thread that runs waits until a descriptor is ready or the time has come.
    func block(on wait: SimulatedThread.Wait) {
        guard let me = running else { return }
        me.wait = wait
        foundSomething()
        handOver()
    }

    /// The thread that runs has found nothing where it looked. One that looks on and on waits a little between its
    /// looks, or the clock would never reach what it looks for.
    /// - Parameter longest: what it waits at most.
    func foundNothing(longest: UInt64 = 2_000_000) {
        guard let me = running else { return }
        me.idleLooks += 1
        spend(20)
        guard me.idleLooks > 6 else { return }
        let looks = me.idleLooks
        let step: UInt64 = looks > 200 ? longest : looks > 60 ? 200_000 : 1_000
        me.wait = .init(descriptors: [], interest: .readable, deadline: time &+ step)
        me.polls = true
        handOver()
    }

    /// The thread that runs has found what it looked for.
    func foundSomething() {
        running?.idleLooks = 0
        running?.readyInARow = 0
    }

    /// A wait was over before it began. One that is so again and again, since nothing takes what is ready, takes time all
    /// the same, or the clock would never reach its deadline.
    func foundReady() {
        guard let me = running else { return }
        me.idleLooks = 0
        me.readyInARow += 1
        if me.readyInARow > 50 { spend(me.readyInARow > 200 ? 20_000_000 : 200_000) }
    }

    /// Lets another thread run first, now and then.
    func mayHandOver() {
        if chance(1, in: 12), let me = running {
            me.wait = .init(descriptors: [], interest: .readable, deadline: time)
            handOver()
        }
    }

    /// Chooses who runs next, and waits until it is this thread again.
    private func handOver() {
        guard let me = running else { return }
        guard let next = choose() else {
            isOver.signal()
            return me.suspend()
        }
        if next === me { return }
        running = next
        next.resume()
        me.suspend()
    }

    func threadEnded(_ thread: SimulatedThread) {
        thread.hasEnded = true
        alive.removeAll { $0 === thread }
        if alive.isEmpty { return isOver.signal() }
        guard let next = choose() else { return isOver.signal() }
        running = next
        next.resume()
    }

    private func choose() -> SimulatedThread? {
        switches += 1
        while true {
            while let action = agenda.take(until: time) { happen(action) }
            ready.removeAll(keepingCapacity: true)
            var next = agenda.next ?? .max
            for thread in alive {
                if canRun(thread) {
                    ready.append(thread)
                } else if let wait = thread.wait, wait.deadline < next {
                    next = wait.deadline
                }
            }
            if !ready.isEmpty {
                let chosen = ready[ready.count == 1 ? 0 : Int(random.next() % UInt64(ready.count))]
                chosen.wait = nil
                chosen.polls = false
                trace = (trace ^ time ^ UInt64(chosen.number) << 56) &* 0x100_0000_01b3
                return chosen
            }
            guard next <= horizon, switches < 400_000 else {
                stuck = threads.filter { !$0.hasEnded }.map { "\($0)" }.joined(separator: "; ")
                return nil
            }
            time = max(time, next)
        }
    }

    private func happen(_ action: () -> Void) {
        action()
        for thread in alive where thread.polls { thread.wait?.deadline = time }
    }

    private func canRun(_ thread: SimulatedThread) -> Bool {
        guard let wait = thread.wait, !thread.process.hasCrashed, !thread.isInterrupted else { return true }
        if wait.deadline <= time { return true }
        for number in wait.descriptors where isReady(number, for: wait.interest) { return true }
        return false
    }

    func isReady(_ number: CInt, for interest: FileDescriptor.Interest) -> Bool {
        let index = Int(number) - Int(World.firstDescriptor)
        guard index >= 0, index < descriptors.count else { return false }
        let descriptor = descriptors[index]
        guard descriptor.isOpen else { return false }
        return interest == .readable ? descriptor.isReadable : descriptor.isWritable
    }

    // MARK: Descriptors

    /// Far above what a kernel gives, so that none is taken for a real one.
    static let firstDescriptor: CInt = 1 << 24

    func add(_ make: (CInt) -> Descriptor) -> Descriptor {
        let descriptor = make(World.firstDescriptor + CInt(descriptors.count))
        descriptors.append(descriptor)
        return descriptor
    }

    func descriptor(_ number: CInt) -> Descriptor? {
        let index = Int(number) - Int(World.firstDescriptor)
        guard descriptors.indices.contains(index), descriptors[index].isOpen else { return nil }
        return descriptors[index]
    }
}

/// What a descriptor stands for.
class Descriptor: @unchecked Sendable {
    let number: CInt
    let process: SimulatedProcess
    var isOpen = true

    init(_ number: CInt, _ process: SimulatedProcess) {
        self.number = number
        self.process = process
    }

    var isReadable: Bool { false }
    var isWritable: Bool { true }
}

/// A descriptor that is readable once it was signalled.
final class WakeupDescriptor: Descriptor, @unchecked Sendable {
    var isSignalled = false
    override var isReadable: Bool { isSignalled }
}

/// A flaw put into the session's surroundings so that the session behaves as if it had it.
enum PlantedBug {
    /// As a session that does not look at the status of a completion.
    case ignoresFailedCompletions
    /// As a session that forgets to free its protection domain.
    case forgetsProtectionDomain
    /// As a session that waits for an event without a deadline.
    case waitsWithoutDeadline
}
