import ClusterCore

extension RuleDescription {
    /// Every rule that the probe reports findings under, the judged figures first.
    public static let all: [RuleDescription] = figures + connection + remarks + counters + inventory

    private static let unfit = "A broken requirement makes the path unfit (exit status 1)."
    private static let undetermined =
        "It leaves the verdict undetermined (exit status 2), unless a requirement is broken by what was measured."

    private static let figures: [RuleDescription] = [
        RuleDescription(
            LatencyRequirement.latencyRule, title: "The judged percentile of each judged cell lies below its limit.",
            reason: """
                Storage waits for its slowest requests: a write is done when its last copy is, so a high percentile of \
                the network's latency is a floor under every request.
                """,
            method: """
                Each operation at each size is timed one after another by CLOCK_MONOTONIC_RAW, or by the processor's \
                counter held against it, until a count or a time is reached. The percentile is the sample of nearest rank; it is known only from at least 10/(1 - q) \
                samples. A cell that the profile judges and that was not measured is missing evidence.
                """,
            effect:
                "A figure at or above the limit makes the path unfit (exit status 1); one that is missing or has too "
                + "few samples leaves the verdict undetermined (2).",
            remedies: [
                "compare with idle hosts and an idle network",
                "see the link's speed, MTU and flow control, and the drop and pause counters of both adapters and of "
                    + "the switch",
                "see processor frequency and idle states of both hosts, and on which NUMA node the adapter is",
                "where samples are too few, raise --count and --duration",
            ],
            parameters: [
                .init("percentile", "the judged figure: one of the reported percentiles"),
                .init("sizes", "sizes that are judged and must have been measured"),
                .init("sizes_up_to", "every planned size up to this one is judged, and there must be one"),
                .init(
                    "operations",
                    "operations that are judged and must have been measured; those of the plan if left out"),
                .init("required_below", "the figure must lie below this"),
                .init("optimal_below", "below this it is optimal; no optimum if left out"),
            ]),
        RuleDescription(
            LatencyRequirement.lossRule, title: "No more operations of a cell are lost than allowed.",
            reason: """
                A reliable connection repeats what the network drops. An operation that is lost all the same has \
                outlasted every retry: storage sees that as a failed disk.
                """,
            method:
                "Operations that did not complete within --operation-timeout or completed in error while the far end "
                + "was there are counted, in every planned cell of any size.",
            effect: unfit,
            remedies: [
                "see the drop, retry and pause counters of both adapters and of the switch between them",
                "see that priority flow control is the same on both hosts and on every port between them",
            ],
            parameters: [.init("at_most", "as many operations of a cell may be lost")]),
        RuleDescription(
            LatencyRequirement.datagramLossRule, title: "No more unreliable datagrams are lost than allowed.",
            reason: """
                Nobody repeats a datagram, so its loss shows what a reliable connection hides behind its retries: a \
                network that is meant to lose nothing loses something.
                """,
            method: """
                With --datagrams messages of each size are sent one at a time over an unreliable datagram queue pair, each \
                with a number, and answered by the far program. One whose answer has not come in time is lost; the far \
                end counts what arrived there.
                """,
            effect: unfit,
            remedies: [
                "see the drop and discard counters of both adapters and of the switch between them",
                "see that flow control is on, at every port, for the priority that RDMA uses",
                "where answers only come late, raise --datagram-timeout",
            ],
            parameters: [.init("at_most", "the share of a size's messages that may be lost")]),
        RuleDescription(
            LatencyRequirement.softwareRule, title: "What was measured is an RDMA adapter, not software.",
            reason:
                "Software RDMA (rxe, siw) shows that the tool and the hosts work; its figures say nothing about a NIC.",
            method: "A device of either end that has no hardware behind it in sysfs is software.",
            effect: "It decides nothing; its severity is the profile's.",
            remedies: ["measure between hosts with RDMA adapters, or judge by --profile software"]),
    ]

    private static let connection: [RuleDescription] = [
        RuleDescription(
            Shortfall.localDeviceAbsent.rule, title: "This host has the RDMA device, and its port is up.",
            reason: "Without it nothing can be measured from here.",
            method: "The devices of libibverbs and sysfs, the port's state, and the device that the connection manager "
                + "chooses for the address.",
            effect: undetermined,
            remedies: [
                "see `rdma link` for the devices and their state",
                "name another --device, or leave it out to take the one on the route",
                "see the cable and the link of the network interface",
            ]),
        RuleDescription(
            Shortfall.localResources.rule, title: "This host grants memory, device nodes and queues.",
            reason:
                "RDMA needs memory that is locked and nodes that can be opened; no right of root is needed for either.",
            method: "The calls that open the device and register memory, and what they say when they fail.",
            effect: undetermined,
            remedies: [
                "raise the limit of locked memory (`ulimit -l`), or measure smaller --sizes",
                "see the rights of /dev/infiniband/rdma_cm and /dev/infiniband/uverbs*",
            ]),
        RuleDescription(
            Shortfall.controlConnection.rule, title: "The control connection to the far end can be made.",
            reason:
                "Both ends agree over it on what is measured, and each tells its own account, also where RDMA fails.",
            method: "TCP to the port of `rdmaprobe serve`, within --connect-timeout.",
            effect: undetermined,
            remedies: [
                "start `rdmaprobe serve` on the far host and see on which address and port it listens",
                "see that no firewall drops the port and that the route is the storage network's",
            ]),
        RuleDescription(
            Shortfall.refused.rule, title: "The far end takes part.",
            reason:
                "A server has limits and serves only those whom it was told to serve; then nothing is shown of the path.",
            method:
                "The far end's own words: busy, not allowed, another version, cannot prepare, a plan beyond its limits.",
            effect: undetermined,
            remedies: [
                "do what its words say: see what `rdmaprobe serve` printed on the far host",
                "use the same version of the tool on both hosts",
            ]),
        RuleDescription(
            Shortfall.rdmaConnection.rule, title: "RDMA connects where the control connection stands.",
            reason:
                "The far end is there and answers, so what fails is the RDMA path itself: storage would fail likewise.",
            method:
                "Address, route, connection, acceptance and a first message, each within --connect-timeout; the report "
                + "names the step and what both ends saw.",
            effect: unfit,
            remedies: [
                "see that both ends' GIDs are of one type (RoCE v2) and their VLAN and MTU the same",
                "see that UDP port 4791 (RoCE v2) or the RDMA port of serve (iWARP) is not filtered",
                "see the route: rp_filter and several interfaces in one subnet send packets the wrong way",
            ]),
        RuleDescription(
            Shortfall.operationLost.rule, title: "Every operation completes while the far end is there.",
            reason: "An operation that ends in error ends the connection with it, as it would end a storage session.",
            method:
                "Work completions in error and operations beyond --operation-timeout, with the far end asked over the "
                + "control connection whether it lives.",
            effect: unfit,
            remedies: [
                "read the completion's status and the vendor's number in the finding",
                "see the retry and error counters of both adapters, and cables and switch ports between them",
            ]),
        RuleDescription(
            Shortfall.peerLost.rule, title: "The far end stays until the run is over.",
            reason: "Where it goes away, nothing is shown of the path by what comes after.",
            method: "The control connection, which both ends use at least once a second.",
            effect: undetermined,
            remedies: [
                "see on the far host whether `rdmaprobe serve` or the host itself was ended",
                "see whether the network between them failed as a whole",
            ]),
        RuleDescription(
            Shortfall.interrupted.rule, title: "The run comes to its end.",
            reason: "What was measured until then is reported; what was not measured decides nothing.",
            method: "SIGINT (Ctrl-C) or SIGTERM.",
            effect: "It leaves the verdict undetermined; the exit status is 130 or 143.",
            remedies: ["run it to its end; a shorter --duration or smaller --count makes that sooner"]),
    ]
}
