public import ClusterCore

/// Two ends that do not have one MTU.
///
/// RoCE takes its packets' size from the interface of the end that connects (Linux, `iboe_get_mtu` of
/// include/rdma/ib_addr.h) and never asks whether the other end and the switches between them carry it: small messages
/// pass and large ones are lost, which then looks like loss, a slow receiver or a dead peer. TCP, and so iWARP, agrees on
/// the smaller one at both ends, and knows nothing of the switches between them.
public struct MTUMismatch: Sendable, Hashable {
    /// The end that measured.
    public var here: End
    /// The far end.
    public var there: End
    public var transport: Transport

    /// An end with its MTUs.
    public struct End: Sendable, Hashable {
        /// The host's name.
        public var host: String
        /// The network interface.
        public var netdev: String?
        /// The interface's MTU in bytes; `nil` where it is not known, or says nothing about RDMA.
        public var netdevMTUBytes: UInt64?
        /// The port's active RDMA MTU in bytes; `nil` where it is not known, and over iWARP.
        public var activeMTUBytes: UInt64?
    }

    /// - Returns: `nil` where both ends have one MTU, or where that is not known.
    public init?(here: EndAccount, there: EndAccount?) {
        guard let there, let near = here.device, let far = there.device else { return nil }
        transport = near.transport
        // An InfiniBand port's interface is IPoIB, whose MTU is its own affair.
        let countsInterfaces = near.transport != .infiniBand && far.transport != .infiniBand
        func end(_ end: EndAccount, _ device: DeviceAccount) -> End {
            End(
                host: end.name, netdev: device.netdev,
                netdevMTUBytes: countsInterfaces ? device.netdevMTUBytes : nil, activeMTUBytes: device.activeMTUBytes)
        }
        self.here = end(here, near)
        self.there = end(there, far)
        guard differs(\.netdevMTUBytes) == true || differs(\.activeMTUBytes) == true else { return nil }
    }

    /// Whether a figure of the ends differs; `nil` where an end does not tell it.
    private func differs(_ figure: KeyPath<End, UInt64?>) -> Bool? {
        guard let near = here[keyPath: figure], let far = there[keyPath: figure] else { return nil }
        return near != far
    }

    /// Whether RDMA's packets have one size all the same, as between 9000 and 9216.
    public var sparesRDMA: Bool { differs(\.activeMTUBytes) == false }

    /// Both ends in words: `9000 on eth0 of h1 (RDMA MTU 4096), 1500 on eth0 of h2 (RDMA MTU 1024)`.
    public var words: String { "\(here.words), \(there.words)" }
}

extension MTUMismatch.End {
    fileprivate var words: String {
        let place = (netdev.map { " on \(printable($0))" } ?? "") + " of \(printable(host))"
        let active = activeMTUBytes.map { "RDMA MTU \($0)" }
        guard let netdevMTUBytes else { return "\(active ?? "not known")\(place)" }
        return "\(netdevMTUBytes)\(place)" + (active.map { " (\($0))" } ?? "")
    }

    fileprivate var evidence: [Evidence] {
        var evidence: [Evidence] = []
        if let netdevMTUBytes {
            evidence.append(
                Evidence(source: "\(host): /sys/class/net/\(netdev ?? "")/mtu", value: "\(netdevMTUBytes)"))
        }
        if let activeMTUBytes {
            evidence.append(Evidence(source: "\(host): ibv_query_port, active_mtu", value: "\(activeMTUBytes)"))
        }
        return evidence
    }
}

// MARK: What is told

extension MTUMismatch {
    /// The rule under which it is reported.
    public static let rule: RuleID = "rdma.mtu_mismatch"

    /// Rules whose break a mismatch of the RDMA MTU can be the cause of.
    static let explained: Set<RuleID> = [
        LatencyRequirement.lossRule, Shortfall.operationLost.rule, Shortfall.rdmaConnection.rule,
    ]

    /// What is said ahead of a broken requirement that it can be the cause of.
    var reason: String {
        "The ends have different MTUs: \(words). Packets that fill the larger one can be lost."
    }

    /// The finding: critical where it can be the cause of what was lost, information where RDMA's packets have one size
    /// all the same, a warning otherwise, also where everything passed.
    func finding(explains: Bool) -> Finding {
        Finding(
            rule: MTUMismatch.rule, severity: explains ? .critical : sparesRDMA ? .information : .warning,
            subject: ComponentIdentifier(rawValue: "").appending("host", here.host),
            required: .text("one MTU at both ends"), measured: .text(words), evidence: here.evidence + there.evidence,
            remedy: remedy)
    }

    private var remedy: String {
        guard transport != .infiniBand, let near = here.netdevMTUBytes, let far = there.netdevMTUBytes, near != far
        else { return "See the MTU of both ports and what the subnet manager or the driver makes of it." }
        let (small, large) = near < far ? (here, max(near, far)) : (there, max(near, far))
        return "Give both interfaces, and every switch port between them, one MTU: `ip link set "
            + "\(printable(small.netdev ?? "NAME")) mtu \(large)` on \(printable(small.host)), or the smaller one at both "
            + "ends."
    }
}

extension Sequence<Finding> {
    /// The findings in the order in which they are reported, but what can be the cause of others ahead of them.
    public func orderedByCause() -> [Finding] {
        let findings = ordered()
        return Severity.allCases.reversed().flatMap { severity in
            let own = findings.filter { $0.severity == severity }
            return own.filter { $0.rule == MTUMismatch.rule } + own.filter { $0.rule != MTUMismatch.rule }
        }
    }
}
