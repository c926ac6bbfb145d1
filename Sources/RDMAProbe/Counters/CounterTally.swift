#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
import HostTopology
import RDMAModel

/// The counters of one port from before a test to after it.
struct CounterTally: Sendable {
    private let reader: CounterReader
    private let device: String
    private let port: Int
    private let before: [CounterValue]

    /// As many as one message of the control connection holds.
    static let limit = 200
    /// The longest that a driver's own lifespan is waited for.
    private static let longestWait: UInt64 = 1000

    init(device: String, port: Int, at root: HostRoot = .live) {
        reader = CounterReader(at: root)
        self.device = device
        self.port = port
        before = CounterTally.read(reader, device, port)
    }

    private static func read(_ reader: CounterReader, _ device: String, _ port: Int) -> [CounterValue] {
        reader.read(device: device, port: port) + reader.read(device: device, port: nil)
    }

    /// What has changed since, once the driver answers with new figures. Of the connection manager's and the network
    /// driver's counters only those that rose.
    func changes() -> [CounterChange] {
        let wait = min(reader.lifespanMilliseconds(device: device, port: port) ?? 0, CounterTally.longestWait)
        if wait > 0 { usleep(useconds_t(wait + 1) * 1000) }
        let changes = CounterChange.between(before, CounterTally.read(reader, device, port)).filter {
            !$0.isUnchanged || !($0.source.hasPrefix("cm_") || $0.isEthernet)
        }
        return CounterTally.limited(changes)
    }

    /// As many as a message holds: what stands for trouble or is not known before what rose, and that before what stood
    /// still.
    static func limited(_ changes: [CounterChange], to limit: Int = CounterTally.limit) -> [CounterChange] {
        guard changes.count > limit else { return changes }
        func rank(_ change: CounterChange) -> Int {
            change.isTrouble(software: nil) || change.change == nil ? 0 : change.isUnchanged ? 2 : 1
        }
        return Array((0...2).flatMap { wanted in changes.filter { rank($0) == wanted } }.prefix(limit))
    }
}
