/// The status of a work completion, with what it means and what to try.
///
/// The numbers and names are those of `enum ibv_wc_status` (libibverbs, `infiniband/verbs.h`). A number that is not in
/// the list keeps its number and says so.
public struct CompletionStatus: RawRepresentable, Sendable, Hashable, Codable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `IBV_WC_SUCCESS`
    public static let success = CompletionStatus(rawValue: 0)
    /// `IBV_WC_LOC_PROT_ERR`
    public static let localProtection = CompletionStatus(rawValue: 4)
    /// `IBV_WC_WR_FLUSH_ERR`
    public static let flushed = CompletionStatus(rawValue: 5)
    /// `IBV_WC_REM_INV_REQ_ERR`
    public static let remoteInvalidRequest = CompletionStatus(rawValue: 9)
    /// `IBV_WC_REM_ACCESS_ERR`
    public static let remoteAccess = CompletionStatus(rawValue: 10)
    /// `IBV_WC_RETRY_EXC_ERR`
    public static let retriesExceeded = CompletionStatus(rawValue: 12)
    /// `IBV_WC_RNR_RETRY_EXC_ERR`
    public static let receiverNotReady = CompletionStatus(rawValue: 13)

    /// The statuses that this version knows, by number.
    public static let known: [CompletionStatus] = entries.indices.map { CompletionStatus(rawValue: UInt32($0)) }

    /// The C name, `IBV_WC_RETRY_EXC_ERR`; `IBV_WC_` and the number where it is not known.
    public var name: String { entry?.name ?? "IBV_WC_\(rawValue)" }

    /// What the status means, its likely causes in order, and what to try.
    public var explanation: Explanation {
        entry?.explanation ?? Explanation(meaning: "A completion status that this version does not know")
    }

    private var entry: Entry? {
        Int(exactly: rawValue).flatMap { Self.entries.indices.contains($0) ? Self.entries[$0] : nil }
    }
}

extension CompletionStatus: CustomStringConvertible {
    public var description: String { "\(name) (\(rawValue))" }
}

extension CompletionStatus {
    private struct Entry {
        var name: String
        var explanation: Explanation

        init(_ name: String, _ meaning: String, causes: [String] = [], remedies: [String] = []) {
            self.name = "IBV_WC_\(name)"
            explanation = Explanation(meaning: meaning, causes: causes, remedies: remedies)
        }
    }

    private static let brokenProgram = ["a defect of the program on this host"]
    private static let reportIt = ["report it with the JSON report of this run"]

    /// In the order of `enum ibv_wc_status`. Meanings: the InfiniBand architecture specification, volume 1, section
    /// 11.6.2, "Completion return status".
    private static let entries: [Entry] = [
        Entry("SUCCESS", "The operation completed"),
        Entry(
            "LOC_LEN_ERR", "A message did not fit: longer than the receive buffer or than the device sends at once",
            causes: ["both ends disagree about the message size"] + brokenProgram,
            remedies: ["run the same version on both hosts"] + reportIt),
        Entry(
            "LOC_QP_OP_ERR", "The local adapter met an inconsistency while it handled the operation",
            causes: ["the local port went down (software RoCE answers so at once)", "a defect of driver or firmware"],
            remedies: ["see `ip link` and the kernel's log on this host", "bring driver and firmware up to date"]),
        Entry("LOC_EEC_OP_ERR", "An end-to-end context failed (reliable datagram, which nobody implements)"),
        Entry(
            "LOC_PROT_ERR",
            "A local buffer is not covered by a memory region with the rights that the operation needs",
            causes: [
                "a defect of the program: a wrong local key, a buffer outside its region or a region already gone",
                "an RDMA read over iWARP into a buffer that was not registered for remote writing",
                "the process forked and its registered pages were moved",
            ],
            remedies: ["run it again without a parent that forks"] + reportIt),
        Entry(
            "WR_FLUSH_ERR",
            "The operation was thrown away because the connection had already failed: a consequence, not the cause",
            causes: [
                "another operation failed before this one: its status is the cause",
                "the far end closed the connection or its process ended",
                "the device or its port was removed or went down",
            ],
            remedies: [
                "look at the first status that is not this one, and at the far end's account",
                "see that `rdmaprobe serve` still runs on the far host",
                "see `ip link` and the kernel's log on both hosts",
            ]),
        Entry("MW_BIND_ERR", "A memory window could not be bound", causes: brokenProgram, remedies: reportIt),
        Entry(
            "BAD_RESP_ERR", "The far adapter's answer was not understood",
            causes: ["a defect of driver or firmware on one end", "packets changed on the way"],
            remedies: ["bring driver and firmware up to date on both hosts", "test another pair of hosts"]),
        Entry(
            "LOC_ACCESS_ERR", "The far end wrote to a local buffer without the right to",
            causes: brokenProgram, remedies: reportIt),
        Entry(
            "REM_INV_REQ_ERR", "The far adapter refused the operation as invalid",
            causes: [
                "the message is longer than the far end's receive buffer",
                "the far end does not allow this kind of operation on the connection",
                "more reads or atomics are outstanding than the far end agreed to",
            ],
            remedies: [
                "run the same version on both hosts",
                "see the far end's account for the limits that it announced",
                "bring driver and firmware up to date on both hosts",
            ]),
        Entry(
            "REM_ACCESS_ERR", "The far adapter refused access to its memory",
            causes: [
                "the key or the address of the far buffer is not valid (any more): the far end ended the session",
                "the far buffer was not registered for this operation",
                "the operation reaches beyond the far buffer",
            ],
            remedies: [
                "see the far end's account for a session that ended",
                "run the same version on both hosts",
            ]),
        Entry(
            "REM_OP_ERR", "The far adapter could not complete the operation",
            causes: ["a fault of the far adapter or its memory"],
            remedies: ["see the kernel's log on the far host", "bring the far adapter's firmware up to date"]),
        Entry(
            "RETRY_EXC_ERR", "The far end did not acknowledge, and all retries were used up",
            causes: [
                "packets are lost on the way: a cable, a port or a switch drops them, or the far host is gone",
                "the ends use GIDs of different kinds or VLANs (RoCE v1 against v2, another VLAN, a link-local GID)",
                "a firewall or an access list drops UDP port 4791, while TCP passes",
                "large packets are dropped: the MTU differs on the way (small sizes work, large ones fail)",
                "heavy congestion without flow control",
            ],
            remedies: [
                "see that `rdmaprobe serve` still runs and that the far port is up",
                "choose the address on both ends with --source and --listen, and compare both GIDs in the report",
                "let UDP port 4791 pass",
                "compare the MTU of both hosts and of every switch between them",
                "see the drop and pause counters of both adapters and of the switch",
            ]),
        Entry(
            "RNR_RETRY_EXC_ERR", "The far end had no receive buffer ready, and all retries were used up",
            causes: [
                "the far program does not run: too little processor time, or it is stopped",
                "the far program posts too few receive buffers",
            ],
            remedies: [
                "see the load of the far host and that `rdmaprobe serve` is not stopped",
                "run the same version on both hosts",
            ]),
        Entry("LOC_RDD_VIOL_ERR", "A reliable datagram domain was violated (which nobody implements)"),
        Entry("REM_INV_RD_REQ_ERR", "The far end refused a reliable datagram (which nobody implements)"),
        Entry(
            "REM_ABORT_ERR", "The far end aborted the operation",
            causes: ["the far end's connection failed"], remedies: ["see the far end's account"]),
        Entry("INV_EECN_ERR", "An invalid end-to-end context number (reliable datagram, which nobody implements)"),
        Entry("INV_EEC_STATE_ERR", "An invalid end-to-end context state (reliable datagram, which nobody implements)"),
        Entry(
            "FATAL_ERR", "The device failed for good",
            causes: ["the device was reset or removed", "a fault of the adapter"],
            remedies: ["see the kernel's log on this host", "reload the driver, or replace the adapter"]),
        Entry(
            "RESP_TIMEOUT_ERR", "The far end acknowledged the request but never answered it",
            causes: ["the far adapter hangs", "answers are lost on the way"],
            remedies: ["see the kernel's log on the far host", "see the drop counters of both adapters"]),
        Entry(
            "GENERAL_ERR", "The adapter reports an error without a kind",
            causes: ["a fault that only the vendor's error number tells"],
            remedies: ["look the vendor's error number up in the driver's documents"]),
        Entry("TM_ERR", "Tag matching failed", causes: brokenProgram, remedies: reportIt),
        Entry(
            "TM_RNDV_INCOMPLETE", "A message was matched by its tag, but its transfer must be completed by software",
            causes: brokenProgram, remedies: reportIt),
    ]
}
