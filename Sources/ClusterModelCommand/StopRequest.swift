import ClusterCore
import Synchronization

/// A signal's wish that the run ends.
final class StopRequest: Sendable {
    private let signal = Atomic<Int>(0)

    func make(_ reason: Interruption) { signal.store(reason == .terminate ? 2 : 1, ordering: .releasing) }

    var reason: Interruption? {
        switch signal.load(ordering: .acquiring) {
        case 0: nil
        case 1: .interrupt
        default: .terminate
        }
    }
}
