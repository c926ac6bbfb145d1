extension AsyncEventType {
    /// What the event means for a test that runs, its likely causes and what to try.
    ///
    /// Meanings: the InfiniBand architecture specification, volume 1, section 11.6.3, "Asynchronous events", and
    /// ibv_get_async_event(3).
    public var explanation: Explanation {
        switch self {
        case .completionQueueError:
            Explanation(
                meaning: "A completion queue failed (\(name))",
                causes: ["more completed than the queue holds", "a defect of driver or firmware"],
                remedies: ["report it with the JSON report of this run", "bring driver and firmware up to date"])
        case .queuePairFatal:
            Explanation(
                meaning: "The adapter could not go on with a queue pair (\(name))",
                causes: [
                    "an error of the adapter that no completion could tell", "the connection broke (iWARP)",
                    "a defect of driver or firmware",
                ],
                remedies: ["see the kernel's log on this end", "bring driver and firmware up to date"])
        case .queuePairRequestError:
            Explanation(
                meaning: "The far end sent what is no valid request (\(name))",
                causes: ["packets changed on the way", "a defect of the far adapter, its driver or firmware"],
                remedies: ["test another pair of hosts", "bring driver and firmware up to date on both hosts"])
        case .queuePairAccessError:
            Explanation(
                meaning: "The far end asked for memory that it may not reach (\(name))",
                causes: ["the ends are of different versions", "somebody else sends to this queue pair"],
                remedies: ["run the same version on both hosts", "see who else has access to the storage network"])
        case .deviceFatal:
            Explanation(
                meaning: "The RDMA device failed or was removed (\(name))",
                causes: ["its driver was unloaded or reset it", "the adapter failed"],
                remedies: ["see the kernel's log on this end", "reload the driver, or replace the adapter"])
        case .portError:
            Explanation(
                meaning: "The port of the RDMA device went down (\(name))",
                causes: [
                    "the cable, the transceiver or the switch's port lost the link",
                    "the network interface was set down", "the adapter or the switch was reset",
                ],
                remedies: [
                    "see the kernel's log on this end and the switch's for the link, and replace what is loose",
                    "see `rdma statistic` and `ethtool -S` for link_down counters",
                    "run it again once the link is steady",
                ])
        default: Explanation(meaning: "The adapter told \(name)")
        }
    }
}
