extension ProbeFailure {
    /// What a failed call's error number means at this step. The kernel's number is often not the reason: a device
    /// node without permission reads as absent (ENOENT), a limit of locked memory as out of memory (ENOMEM).
    func failedCall(_ call: String, _ code: ErrorNumber) -> Explanation {
        let meaning = "\(printable(call)) failed (\(code.words))"
        switch (step, code) {
        case (_, .notImplemented):
            return Explanation(
                meaning: "\(meaning): the kernel has no RDMA",
                causes: ["ib_uverbs or rdma_ucm is not loaded", "the kernel was built without RDMA"],
                remedies: ["load the driver of the adapter, ib_uverbs and rdma_ucm"])
        case (.device, .noSuchFile), (.device, .accessDenied), (.device, .notPermitted), (.resources, .noSuchFile),
            (.resources, .accessDenied), (.resources, .notPermitted):
            var explanation = ProbeFailure(step, .deviceNode(path: "/dev/infiniband"), device: device).explanation
            explanation.meaning = meaning
            return explanation
        case (_, .noMemory) where step != .control:
            return Explanation(
                meaning: meaning,
                causes: [
                    "RLIMIT_MEMLOCK of this process is too small (software iWARP holds even root to it)",
                    "the device has no more queue pairs, completion queues or memory regions",
                ],
                remedies: [
                    "see `ulimit -l` and raise it: LimitMEMLOCK= of the service, or the container's ulimit",
                    "see `rdma resource` for who holds the device's objects",
                    "measure smaller sizes with --sizes",
                ])
        case (.control, _): return controlCall(meaning, code)
        case (.address, _): return sameReason(CMEvent.addressError, meaning, code)
        case (.route, _): return sameReason(CMEvent.routeError, meaning, code)
        case (.connect, .connectionRefused):
            return sameReason(CMEvent.rejected, meaning, code)
        case (.connect, .timedOut), (.connect, .hostUnreachable), (.connect, .networkUnreachable):
            return sameReason(CMEvent.unreachable, meaning, code)
        default:
            return Explanation(
                meaning: meaning,
                causes: ["the device or its driver does not grant it at this step"],
                remedies: ["see the kernel's log on this host", "report it with the JSON report of this run"])
        }
    }

    private func sameReason(_ event: CMEvent, _ meaning: String, _ code: ErrorNumber) -> Explanation {
        var explanation = event.explanation(status: -code.rawValue)
        explanation.meaning = meaning
        return explanation
    }

    /// Calls of the TCP control connection.
    private func controlCall(_ meaning: String, _ code: ErrorNumber) -> Explanation {
        switch code {
        case .connectionRefused:
            Explanation(
                meaning: "\(meaning): nothing listens there",
                causes: ["`rdmaprobe serve` does not run on the far host", "it listens on another address or port"],
                remedies: ["start `rdmaprobe serve` there", "name the address and the --port that it printed"])
        case .timedOut:
            Explanation(
                meaning: "\(meaning): nobody answered",
                causes: ["a firewall drops the TCP port", "the far host is down"],
                remedies: ["let the TCP port pass", "see whether the host answers to ping"])
        case .hostUnreachable, .networkUnreachable:
            Explanation(
                meaning: "\(meaning): there is no way to the address",
                causes: ["no route leads there", "the host does not answer in its own network: down, or another VLAN"],
                remedies: ["see `ip route get` for the address", "see `ip neigh`"])
        case .connectionReset:
            Explanation(
                meaning: "\(meaning): the far end broke the connection off",
                causes: ["`rdmaprobe serve` was ended", "another program listens on this port"],
                remedies: ["see what `rdmaprobe serve` printed on the far host"])
        case .addressInUse:
            Explanation(
                meaning: "\(meaning): another program holds the address and port",
                causes: ["another `rdmaprobe serve` runs"], remedies: ["end it, or choose another --port"])
        case .addressNotAvailable:
            Explanation(
                meaning: "\(meaning): no interface of this host has the address",
                causes: ["--source or --listen names an address of another host"], remedies: ["see `ip address`"])
        default:
            Explanation(
                meaning: meaning, causes: ["the network to the far host does not work"],
                remedies: ["see whether the host answers to ping"])
        }
    }
}
