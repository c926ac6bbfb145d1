extension CMEvent {
    /// What the event means where it ends a connection or keeps it from being made, its likely causes and what to try.
    /// - Parameter status: the event's status as librdmacm gives it: 0, a negative errno, or for a rejection a reason
    ///   of the connection manager.
    public func explanation(status: Int32) -> Explanation {
        switch self {
        case .addressError: addressError(status)
        case .routeError: routeError(status)
        case .connectError:
            Explanation(
                meaning: "The connection failed while it was made (\(ErrorNumber(status: status).words))",
                causes: ["the connection's resources on one end failed", "the far end went away in the middle"],
                remedies: ["see the far end's account", "see the kernel's log on both hosts"])
        case .unreachable: Self.unreachableExplanation
        case .rejected: rejected(status)
        case .disconnected:
            Explanation(
                meaning: "The far end closed the RDMA connection",
                causes: ["the far program ended", "the far end gave the session up: its account says why"],
                remedies: ["see that `rdmaprobe serve` still runs on the far host", "see the far end's account"])
        case .deviceRemoval:
            Explanation(
                meaning: "The RDMA device was removed from this host",
                causes: ["its driver was unloaded or reset it", "the adapter failed"],
                remedies: ["see the kernel's log on this host"])
        case .addressChange:
            Explanation(
                meaning: "The network interface's address or the bond's active member changed",
                causes: ["a bond failed over", "the interface got another hardware address"],
                remedies: ["run it again once the network has settled", "see the kernel's log on this host"])
        case .timeWaitExit:
            Explanation(meaning: "The connection was closed and its number may be used again")
        default:
            Explanation(
                meaning: "The connection manager said \(name), which was not expected here",
                causes: ["the ends' steps crossed: one gave up while the other went on"],
                remedies: ["run it again", "see the far end's account"])
        }
    }

    private static let unreachableExplanation = Explanation(
        meaning: "The far host did not answer the connection request",
        causes: [
            "a firewall or an access list drops UDP port 4791 (RoCE v2), while TCP passes",
            "the ends use GIDs of different kinds or VLANs (RoCE v1 against v2, another VLAN, a link-local GID)",
            "the far host's RDMA device is down or belongs to another interface than the address",
            "the route to the far address leaves by another interface, or its answer does (reverse path filter)",
        ],
        remedies: [
            "let UDP port 4791 pass in both directions",
            "compare both GIDs in the report; choose the address with --source and --listen",
            "see `rdma link` on the far host",
            "see `ip route get` on both hosts, and rp_filter",
        ])

    private func addressError(_ status: Int32) -> Explanation {
        let meaning = "The address was not resolved (\(ErrorNumber(status: status).words))"
        switch ErrorNumber(status: status) {
        case .timedOut:
            return Explanation(
                meaning: "Nobody answered for the address (\(ErrorNumber(status: status).words))",
                causes: [
                    "no host has this address on the network (no answer to ARP or neighbour discovery)",
                    "the hosts are in different VLANs, or a switch port is down",
                ],
                remedies: ["see `ip neigh` after `ping` of the address", "see the VLAN and the switch port"])
        case .noDevice:
            return Explanation(
                meaning:
                    "The interface of this address has no RDMA device or no GID (\(ErrorNumber(status: status).words))",
                causes: [
                    "the address belongs to an interface without RDMA",
                    "the device has no GID for the address: the interface is down or has no address of that family",
                    "the process runs in a network namespace that does not see the device",
                ],
                remedies: [
                    "see `rdma link` for the interface of each device, and choose one with --device or --source",
                    "see `ip link` and `ip address` of the interface",
                    "run in the host's network namespace, or see `rdma system` for the mode",
                ])
        case .addressNotAvailable:
            return Explanation(
                meaning: "The source address is not one of this host (\(ErrorNumber(status: status).words))",
                causes: [
                    "--source names an address that no interface here has",
                    "the address was removed, or is tentative (IPv6 duplicate detection)",
                ],
                remedies: ["see `ip address` and choose a source that is there"])
        case .networkUnreachable, .hostUnreachable:
            return Explanation(
                meaning: "There is no route to the address (\(ErrorNumber(status: status).words))",
                causes: ["the source and the far address are in different networks without a route between them"],
                remedies: ["see `ip route get` for the far address", "choose another source with --source"])
        default:
            return Explanation(
                meaning: meaning,
                causes: ["the address cannot be reached by an RDMA device of this host"],
                remedies: ["see `ip route get` for the far address", "see `rdma link`"])
        }
    }

    private func routeError(_ status: Int32) -> Explanation {
        var causes = [
            "the device has no GID that fits the source address",
            "InfiniBand: no subnet manager answers",
        ]
        var remedies = [
            "see the GIDs of the device: `ibv_devinfo -v`",
            "InfiniBand: see that a subnet manager runs (`sminfo`)",
        ]
        if ErrorNumber(status: status) == .noDevice {
            causes.insert("the address is one that RDMA does not serve, such as 127.0.0.1", at: 0)
            remedies.insert("name an address of the device's own interface", at: 0)
        }
        return Explanation(
            meaning: "No path to the far host was found (\(ErrorNumber(status: status).words))", causes: causes,
            remedies: remedies)
    }

    /// Reasons of the InfiniBand connection manager, which RoCE shares (`enum ib_cm_rej_reason`: 8 is
    /// IB_CM_REJ_INVALID_SERVICE_ID, 10 IB_CM_REJ_STALE_CONN, 28 IB_CM_REJ_CONSUMER_DEFINED), and a negative errno over
    /// iWARP, where −ECONNREFUSED is the far program's own rejection (rdma_connect(3), "iWARP specific").
    private func rejected(_ status: Int32) -> Explanation {
        switch status {
        case 8:
            Explanation(
                meaning: "The far host's connection manager has no listener for the request (reason 8)",
                causes: [
                    "the far program does not listen on this address and port (any more)",
                    "it listens on another device of the far host",
                ],
                remedies: ["see that `rdmaprobe serve` runs on the far host and which addresses it printed"])
        case 10:
            Explanation(
                meaning: "The far host still holds an earlier connection of the same queue pair (reason 10)",
                causes: ["an earlier run ended without a farewell, and its connection has not timed out yet"],
                remedies: ["run it again after a few seconds"])
        case 28:
            Explanation(
                meaning: "The program on the far end rejected the request (reason 28)",
                causes: [
                    "the request carries no token, or one that was used, or one of another session",
                    "another program than `rdmaprobe serve` listens there",
                ],
                remedies: ["see the far end's account", "run the same version on both hosts"])
        case -ErrorNumber.connectionRefused.rawValue, ErrorNumber.connectionRefused.rawValue:
            Explanation(
                meaning: "The far host refused the connection (iWARP, ECONNREFUSED)",
                causes: [
                    "the program on the far end rejected the request",
                    "nothing listens on this address and port (any more)",
                ],
                remedies: [
                    "see the far end's account",
                    "see that `rdmaprobe serve` runs on the far host and which addresses it printed",
                ])
        case let status where status < 0:
            Explanation(
                meaning: "The request was rejected (\(ErrorNumber(status: status).words))",
                causes: ["the far end or its kernel refused it"], remedies: ["see the far end's account"])
        default:
            Explanation(
                meaning: "The far host's connection manager rejected the request (reason \(status))",
                causes: [
                    "the far host lacks resources for the connection or gave up (reasons 1 to 4, 27)",
                    "the far host does not accept the path, the GID or the MTU (reasons 12 to 26)",
                ],
                remedies: ["see the far end's account and the kernel's log on the far host"])
        }
    }
}
