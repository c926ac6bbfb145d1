/// The times of one processor, or of all, in seconds since the boot, by what it did.
public struct ProcessorTime: Sendable, Hashable {
    public var user: Double
    public var nice: Double
    public var system: Double
    public var idle: Double
    public var iowait: Double
    public var irq: Double
    public var softirq: Double
    public var steal: Double

    public init(
        user: Double = 0, nice: Double = 0, system: Double = 0, idle: Double = 0, iowait: Double = 0, irq: Double = 0,
        softirq: Double = 0, steal: Double = 0
    ) {
        self.user = user
        self.nice = nice
        self.system = system
        self.idle = idle
        self.iowait = iowait
        self.irq = irq
        self.softirq = softirq
        self.steal = steal
    }

    /// A fall of the idle time from which a processor was taken out and put in again, in seconds, as node_exporter has it.
    public static let idleReset = 3.0

    /// The share of time in which the processor was busy since an earlier reading: 1 - Δ(idle + iowait) / Δ(all), guests
    /// being part of user and nice already.
    ///
    /// Kernels let single times fall a little (iowait always, user and system without ticks); such a fall counts as 0.
    /// `nil` where nothing passed, where a time is no finite number, or where idle fell so much that the processor was
    /// taken out in between.
    public func busyShare(since earlier: ProcessorTime) -> Double? {
        let (now, before) = (all, earlier.all)
        guard (now + before).allSatisfy(\.isFinite), earlier.idle - idle < ProcessorTime.idleReset else { return nil }
        let steps = zip(now, before).map { max(0, $0 - $1) }
        let total = steps.reduce(0, +)
        guard total > 0 else { return nil }
        return min(1, max(0, 1 - (steps[3] + steps[4]) / total))
    }

    private var all: [Double] { [user, nice, system, idle, iowait, irq, softirq, steal] }
}
