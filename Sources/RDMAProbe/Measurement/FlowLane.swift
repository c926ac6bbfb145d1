import Verbs

/// One queue pair of a flow, with what is known of its queues. It serves one flow after another.
final class FlowLane {
    let number: Int
    let link: RDMALink
    /// The far end's memory to write to and to read from.
    var remoteWrite: RemoteSlice?
    var remoteRead: RemoteSlice?
    /// Receives that are posted.
    var room = 0

    // Of the flow that runs.
    /// Messages that were posted, and those of them that are known to have arrived.
    var posted: UInt64 = 0
    var acknowledged: UInt64 = 0
    /// Messages behind which a read was posted.
    var fenced: UInt64 = 0
    /// Messages of which the work request is known to have completed.
    var completed: UInt64 = 0
    /// Work requests that are not known to have completed.
    var pending = 0
    /// Messages that arrived and that no credit was sent for yet.
    var owed = 0

    init(number: Int, link: RDMALink) {
        self.number = number
        self.link = link
    }

    /// Forgets the flow before.
    func reset() {
        posted = 0
        acknowledged = 0
        completed = 0
        fenced = 0
        owed = 0
    }
}
