extension ProbeFailure {
    /// What happened in words, the likely causes and what to try, each in order.
    public var explanation: Explanation {
        switch cause {
        case .noDevice(let name, let found): noDevice(name, found)
        case .portNotActive(let state):
            Explanation(
                meaning: "The port of \(deviceName) is not active (\(printable(state)))",
                causes: ["the network interface is down or has no link", "InfiniBand: no subnet manager runs"],
                remedies: ["see `ip link` and `rdma link`", "see the cable and the switch port"])
        case .otherDevice(let found):
            Explanation(
                meaning: "The connection manager chose \(printable(found)) instead of \(deviceName)",
                causes: [
                    "two RDMA devices share the network interface: an IP address does not tell them apart",
                    "the source address belongs to the interface of the other device",
                ],
                remedies: [
                    "name the device of the address with --device, or an address of the device with --source",
                    "give each device an interface of its own",
                ])
        case .unsupported(let what):
            Explanation(
                meaning: "\(deviceName) cannot do what was asked: \(printable(what))",
                causes: ["the kind of device does not have it"],
                remedies: ["leave it out of --operations or --datagrams, or choose another device with --device"])
        case .deviceNode(let path): deviceNode(path)
        case .lockedMemory(let limit, let needed, _): lockedMemory(limit: limit, needed: needed)
        case .errno(let call, let code): failedCall(call, code)
        case .nameNotFound(let name, let reason):
            Explanation(
                meaning: "No address was found for \(printable(name)) (\(printable(reason)))",
                causes: ["the name is misspelt", "name resolution does not know it or does not answer"],
                remedies: ["see `getent hosts`", "name the host by its address"])
        case .protocolViolation(let words):
            Explanation(
                meaning: "What the far end sent is not this protocol: \(printable(words))",
                causes: [
                    "another program than `rdmaprobe serve` listens on this port",
                    "the far end runs a version with another protocol",
                ],
                remedies: ["see which port `rdmaprobe serve` printed, and name it with --port", sameVersion])
        case .toldByPeer(let words): toldByPeer(words)
        case .refused(let refusal): declined(refusal)
        case .cmEvent(let event, let status): event.explanation(status: status)
        case .asyncEvent(let event): event.type.explanation
        case .completion(let status, let vendorError): completion(status, vendorError)
        case .deadline(let nanoseconds): nothingWithin(nanoseconds)
        case .peerClosed: peerClosed
        case .dataDiffers(let place):
            Explanation(
                meaning: "The payload arrived changed: \(printable(place))",
                causes: ["a defect of an adapter, its driver or the host's memory", "a defect of this program"],
                remedies: ["test another pair of hosts", "bring driver and firmware up to date", reportIt])
        case .unsteadyClock(let name, let tolerance):
            Explanation(
                meaning: "The counter \(name.isEmpty ? "of the processor" : printable(name)) does not agree with "
                    + "CLOCK_MONOTONIC_RAW to \(tolerance), or that cannot be known",
                causes: [
                    "the kernel keeps time by another clock than this counter",
                    "the counter jumped, as when a virtual machine is moved or stopped",
                    "the machine is so busy that the two cannot be read together",
                ],
                remedies: ["measure by the system's clock: `--clock system`", "run it again"])
        }
    }

    private var deviceName: String { device.map(printable) ?? "the device" }
    private var sameVersion: String { "run the same version on both hosts" }
    private var reportIt: String { "report it with the JSON report of this run" }

    private func noDevice(_ name: String?, _ found: [String]) -> Explanation {
        let there = found.map(printable).joined(separator: ", ")
        guard let name else {
            return Explanation(
                meaning: "This host has no RDMA device",
                causes: [
                    "the driver of the adapter is not loaded, or the adapter does not speak RDMA",
                    "a container or a network namespace hides the device or its nodes",
                ],
                remedies: [
                    "see `rdma link` and `ls /dev/infiniband`",
                    "load the driver (mlx5_ib, irdma, bnxt_re, …; rdma_rxe for software RoCE)",
                    "give the container /dev/infiniband and the host's network",
                ])
        }
        return Explanation(
            meaning: "There is no RDMA device \(printable(name))" + (found.isEmpty ? "" : "; there is \(there)"),
            causes: ["the name is misspelt, or the device was renamed", "its driver is not loaded"],
            remedies: ["see `rdma link` for the names", "choose one with --device"])
    }

    private func deviceNode(_ path: String) -> Explanation {
        Explanation(
            meaning: "\(printable(path)) is absent or may not be opened",
            causes: [
                "the node's permissions shut this user out: the kernel's answer to that is ENOENT, as if it were absent",
                "the node is not there: a container without it, or ib_uverbs or rdma_ucm is not loaded",
            ],
            remedies: [
                "see `ls -l /dev/infiniband`: uverbs nodes and rdma_cm are 0666 by default",
                "give the container /dev/infiniband",
                "load ib_uverbs and rdma_ucm",
            ])
    }

    private func lockedMemory(limit: UInt64?, needed: UInt64) -> Explanation {
        let allowed = limit.map { "the limit is \($0) bytes" } ?? "the limit is not known"
        return Explanation(
            meaning: "Locked memory does not suffice: \(needed) bytes are needed, \(allowed)",
            causes: [
                "RLIMIT_MEMLOCK of this process is too small (software iWARP holds even root to it)",
                "other memory of this user or container is locked already",
            ],
            remedies: [
                "raise it to \(needed) bytes or more: `ulimit -l \((needed + 1023) / 1024)`, "
                    + "LimitMEMLOCK= of the service, or the container's ulimit",
                "measure smaller sizes with --sizes",
            ])
    }

    private func completion(_ status: CompletionStatus, _ vendorError: UInt32) -> Explanation {
        var explanation = status.explanation
        if vendorError != 0 { explanation.meaning += " (vendor error \(vendorError))" }
        return explanation
    }

    private func nothingWithin(_ nanoseconds: UInt64) -> Explanation {
        let time = exactDuration(nanoseconds)
        switch step {
        case .control:
            return Explanation(
                meaning: "The far end did not answer on the control connection within \(time)",
                causes: [
                    "the host is down, or a firewall drops the TCP port",
                    "another program listens there and waits",
                ],
                remedies: ["see that `rdmaprobe serve` runs, and its port", "let the TCP port pass"])
        case .address, .route, .connect, .accept:
            var explanation = CMEvent.unreachable.explanation(status: 0)
            explanation.meaning = "Nothing came back within \(time) while the control connection stands"
            return explanation
        case .firstMessage, .measurement:
            var explanation = CompletionStatus.retriesExceeded.explanation
            explanation.meaning = "An operation did not complete within \(time) while the control connection stands"
            return explanation
        case .device, .resources:
            return Explanation(
                meaning: "The kernel did not answer within \(time)",
                causes: ["a driver hangs"], remedies: ["see the kernel's log on this host"])
        }
    }

    private var peerClosed: Explanation {
        if step <= .control {
            return Explanation(
                meaning: "The far end closed the control connection before the plan was agreed",
                causes: [
                    "`rdmaprobe serve` was ended", "another program listens on this port",
                    "the far end speaks another version",
                ],
                remedies: ["see that `rdmaprobe serve` runs on the far host, and what it prints", sameVersion])
        }
        return Explanation(
            meaning: "The peer went away: the control connection was lost",
            causes: ["`rdmaprobe serve` was ended or failed", "the far host went down", "the network between was cut"],
            remedies: ["see what `rdmaprobe serve` printed on the far host", "run it again"])
    }

    private func toldByPeer(_ words: String) -> Explanation {
        let clause = printable(words.hasSuffix(".") ? String(words.dropLast()) : words)
        return Explanation(
            meaning: clause.isEmpty ? "It did not say why" : clause,
            causes: ["the far end's adapter or queues failed, or packets were lost on the way to it or from it"],
            remedies: [
                "see what `rdmaprobe serve` printed on the far host, and its kernel's log",
                "see the far end's events and counters in the JSON report",
            ])
    }

    private func declined(_ refusal: Refusal) -> Explanation {
        switch refusal {
        case .busy(let limit):
            Explanation(
                meaning: "The far end serves \(limit) sessions already and takes no more",
                causes: ["other hosts are measuring to it"], remedies: ["run it again when they are done"])
        case .notAllowed(let address):
            Explanation(
                meaning: "The far end does not serve \(printable(address))",
                causes: ["it serves only the subnets of its own RDMA interfaces"],
                remedies: [
                    "choose an address of the RDMA network with --source",
                    "start it with --allow and this host's network",
                ])
        case .version(let ours, let theirs):
            Explanation(
                meaning: "The ends speak different versions of the protocol: \(ours) here, \(theirs) there",
                causes: ["one end was updated"], remedies: [sameVersion])
        case .cannotPrepare(let words):
            Explanation(
                meaning: "The far end could not prepare its device or memory: \(printable(words))",
                causes: [
                    "its limit of locked memory is too small", "its device or /dev/infiniband is not accessible to it",
                ],
                remedies: ["see what `rdmaprobe serve` printed on the far host", "raise RLIMIT_MEMLOCK there"])
        case .plan(let words):
            Explanation(
                meaning: "The far end does not agree to the plan: \(printable(words))",
                causes: ["the plan exceeds a limit of the far end"],
                remedies: ["measure smaller --sizes, fewer samples or a shorter time"])
        case .unsupported(let words):
            Explanation(
                meaning: "The far end's device cannot do what was asked: \(printable(words))",
                causes: ["the kind of device does not have it"],
                remedies: ["leave it out of --operations or --datagrams, or choose another device of the far end"])
        case .other(let words):
            Explanation(
                meaning: "The far end declined: \(printable(words))",
                remedies: ["see what `rdmaprobe serve` printed on the far host"])
        }
    }
}
