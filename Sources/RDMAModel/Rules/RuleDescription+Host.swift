import ClusterCore

// What is told of a host beside the verdict: its devices, its counters, and remarks on a measurement. None of it decides.

extension RuleDescription {
    private static let told = "It is told and decides nothing: the verdict rests on what was measured."

    /// Rules under which an inventory of devices reports.
    static let inventory: [RuleDescription] = [
        RuleDescription(
            "rdma.port", title: "A port of an RDMA device is active.",
            reason: "A port that is not active carries nothing, and a path over it is not there when it is needed.",
            method: "The port's state and physical state in sysfs.", effect: told,
            remedies: [
                "see the cable and the switch's port", "see `ip link`: the network interface must be up",
                "over InfiniBand, see that a subnet manager runs",
            ]),
        RuleDescription(
            "rdma.netdev", title: "The network interface of a port is up.",
            reason:
                "RoCE and iWARP have their addresses from the network interface; while it is down there is no path.",
            method: "The flags of the interface in sysfs.", effect: told,
            remedies: ["set it up: `ip link set NAME up`"]),
        RuleDescription(
            "rdma.gid", title: "A port has a GID to be reached by, of RoCE v2 where it is RoCE.",
            reason:
                "Without a GID nobody can address the port. RoCE v1 is not routed, and its congestion is not marked.",
            method: "The GID table of the port, and the type of the GID that a probe would use.", effect: told,
            remedies: [
                "give the network interface an address and set it up",
                "use an adapter, firmware and driver that offer RoCE v2",
            ]),
        RuleDescription(
            "rdma.mtu", title: "Packets of 4096 bytes fit the network's MTU.",
            reason: "Small packets cost more headers and more interrupts for the same payload.",
            method: "The largest RDMA MTU that fits the interface's MTU less 96 bytes of headers.", effect: told,
            remedies: ["set an MTU of 4192 or more, such as 9000, on both hosts and on every switch between them"]),
        RuleDescription(
            "rdma.pcie", title: "An adapter's PCIe link runs at its maximum speed and width.",
            reason: "A slot with fewer lanes or an older generation limits the adapter before the network does.",
            method: "The current and the maximum link speed and width of the PCI function in sysfs.", effect: told,
            remedies: [
                "see the slot's lanes and generation, and risers", "see the firmware's PCIe settings",
                "look again under load: some adapters lower the speed while idle",
            ]),
        RuleDescription(
            "rdma.transport", title: "A device has reliable connections.",
            reason: "Storage over RDMA runs on reliable connections; an Elastic Fabric Adapter has only SRD.",
            method: "The driver and the transport of the device.", effect: told,
            remedies: ["use such a device through libfabric, and another one for storage"]),
        RuleDescription(
            "rdma.memlock", title: "A process may lock 8 MiB of memory.",
            reason: "RDMA pins the memory that it uses, and the kernel counts that against the limit.",
            method: "The limit of locked memory in /proc/self/limits.", effect: told,
            remedies: ["raise it: `ulimit -l`, LimitMEMLOCK= of the unit, or /etc/security/limits.conf"]),
        RuleDescription(
            "rdma.namespace", title: "Devices are shared among network namespaces.",
            reason: "In exclusive mode a container sees only the devices that were moved into its namespace.",
            method: "The mode that RDMA netlink tells.", effect: told,
            remedies: ["move a device: `rdma dev set NAME netns NAMESPACE`"]),
        RuleDescription(
            "rdma.access", title: "A device can be opened.",
            reason: "Limits and the GID table are known only from the opened device.",
            method: "Whether ibv_open_device succeeds.", effect: told,
            remedies: ["see the permissions of /dev/infiniband/uverbs* and the driver in the kernel's log"]),
        RuleDescription(
            "rdma.netlink", title: "RDMA netlink answers.",
            reason:
                "Drivers of software devices, interfaces, objects in use and the namespace mode are known only from it.",
            method: "The answers to its queries, each checked for its bounds.", effect: told,
            remedies: ["see that the kernel has ib_core loaded; in a captured tree, make the capture anew"]),
        RuleDescription(
            "rdma.unknown", title: "Everything of a component is known.",
            reason: "What is not known is neither good nor bad, and must not be taken for either.",
            method: "Each figure that could not be read is named with the place where it would stand.", effect: told,
            remedies: ["see the named file or call on the host; drivers differ in what they tell"]),
    ]

    /// Rules under which counters report. Those of one counter have its name behind `rdma.counter.`.
    static let counters: [RuleDescription] = [
        RuleDescription(
            "rdma.counter", title: "A counter that stands for trouble does not rise.",
            reason: """
                Lost and repeated packets, receivers that were not ready and broken requests are hidden from programs \
                and cost latency long before anything fails. `rdma.counter.NAME` names the counter.
                """,
            method: """
                Counters of the device and its port before and after, in one language for all vendors, with the width, \
                the words of 4 bytes, the end and the beginning anew of each taken into account. Other programs' \
                traffic counts as well.
                """,
            effect: told,
            remedies: ["see the finding's own remedy: it is the counter's", "watch it: `rdmaprobe counters --watch`"]),
        RuleDescription(
            "rdma.counter.congestion", title: "Packets that come marked slow their senders down.",
            reason:
                "A switch marks packets before its buffers are full; that helps only if the receiver tells senders.",
            method: "Marked packets rose while no congestion notification was sent.", effect: told,
            remedies: ["turn on congestion notification (NP) of the adapter for the priority that RDMA uses"]),
        RuleDescription(
            "rdma.counter.saturated", title: "A counter has not reached its end.",
            reason: "Counters of 4, 8 and 16 bits stop at their end: whether they would still rise is not known.",
            method: "The value is the counter's largest.", effect: told,
            remedies: ["set it back (`perfquery -R`, as root) and look again"]),
        RuleDescription(
            "rdma.counter.reset", title: "A counter was not set back between two readings.",
            reason: "A rise across a reset is not known.",
            method: "The value fell, and not because it began anew at its width.", effect: told,
            remedies: ["read again while nobody resets counters"]),
        RuleDescription(
            "rdma.counter.unknown", title: "A host has counters that can be read.",
            reason: "Without counters, lost packets that were repeated leave no trace but latency.",
            method: """
                The counter folders of the device and its ports in sysfs: files without a number, counters that are gone \
                at the second reading, and counters of traffic that stand still while a test moves data, as on some \
                virtual functions.
                """, effect: told,
            remedies: ["see `rdma statistic` and the driver: software iWARP has none, and older adapters few"]),
    ]

    /// Remarks on a measurement.
    static let remarks: [RuleDescription] = [
        RuleDescription(
            "rdma.async_event", title: "An adapter has no trouble of its own to tell of while a test runs.",
            reason: """
                A link that goes down and comes back costs storage seconds, and a test that it did not meet in the middle \
                of an operation may pass all the same.
                """,
            method: """
                The device's asynchronous events at both ends, from the agreement on: a port that goes down, a device, a \
                queue pair or a completion queue that fails. Software iWARP does not tell of a cable that is pulled.
                """,
            effect: """
                A failed device or queue ends the test as a lost operation does; a port that goes down is told and decides \
                nothing: whether it cost an operation is seen in the operations.
                """,
            remedies: [
                "see the kernel's log and the switch's for the link: cable, transceiver, port",
                "bring driver and firmware up to date", "run it again once the link is steady",
            ]),
        RuleDescription(
            "rdma.bandwidth", title: "Every planned flow is measured.",
            reason: "A rate that is not known is neither good nor bad, and must not be taken for either.",
            method:
                "A flow of which no message is known to have arrived, or for which the run's deadline left no time.",
            effect: told,
            remedies: ["raise --bandwidth-duration", "measure fewer cells, sizes or directions in one run"]),
        RuleDescription(
            "rdma.load", title: "What the flow came to under which latency was measured again.",
            reason: "Latency under load says something only beside the load.",
            method: "The bytes that the flow of writes moved while the cells were measured.", effect: told,
            remedies: ["raise --queue-pairs where the flow did not fill the path"]),
        RuleDescription(
            "rdma.traffic_class", title: "The traffic class in force is the one that was asked for.",
            reason: "In another class the measurement stands for other traffic than storage's.",
            method: "The class of the queue pair's address, asked of each end; iWARP does not tell.", effect: told,
            remedies: [
                "see the default of the connection manager (default_roce_tos) and the driver's own setting",
                "see the counters of the priority on the adapter and the switch",
            ]),
        RuleDescription(
            MTUMismatch.rule, title: "Both ends have one MTU.",
            reason: """
                RoCE takes the size of its packets from the end that connects and does not ask whether the other end \
                and the switches carry it: small messages pass, large ones are lost, and that looks like anything else.
                """,
            method: """
                The MTU of both ends' interfaces and the active RDMA MTU of both ports. Where these agree, as between \
                9000 and 9216, it is only told.
                """,
            effect: """
                It decides nothing by itself. Where operations or the connection were lost it is told ahead of that, \
                as what can be the cause.
                """,
            remedies: [
                "give both interfaces and every switch port between them one MTU: `ip link set NAME mtu 9000`",
                "see the path for packets of that size: `ping -M do -s 8972 PEER` at an MTU of 9000",
            ]),
    ]
}
