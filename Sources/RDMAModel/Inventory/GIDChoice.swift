import ClusterCore

/// Which of several GIDs is used, and why: one decision for what `devices` shows and for what a probe does.
///
/// In this order: the address family that was asked for; a network interface that is not down; RoCE v2 before v1, since
/// only v2 is routed and the kernel takes it by default; an address that is not link-local; IPv4, where no family was
/// asked for; the lowest index.
public struct GIDChoice: Sendable, Hashable, Codable {
    /// The index in the port's table.
    public var index: Int
    /// Why, for a person.
    public var reason: String

    public init(index: Int, reason: String) {
        self.index = index
        self.reason = reason
    }

    /// What the decision looks at.
    public struct Candidate: Sendable, Hashable {
        public var index: Int
        /// 16 bytes.
        public var value: [UInt8]
        /// `nil` where it is not known.
        public var type: GIDType?
        /// Whether the network interface is up; `nil` where that is not known.
        public var isUp: Bool?

        public init(index: Int, value: [UInt8], type: GIDType? = nil, isUp: Bool? = nil) {
            self.index = index
            self.value = value
            self.type = type
            self.isUp = isUp
        }

        /// The address that the GID stands for.
        var address: IPAddress? { IPAddress(bytes: value)?.unmapped }
    }

    /// The kind of address that the peer is reached by.
    public enum Family: String, Sendable, Hashable, Codable, CaseIterable {
        case ipv4, ipv6
    }

    /// The best of the candidates; `nil` where there is none.
    public static func best(of candidates: [Candidate], family: Family? = nil) -> GIDChoice? {
        let ranked = candidates.map { (rank: rank($0, family), candidate: $0) }
        guard
            let best = ranked.min(by: {
                $0.rank != $1.rank
                    ? $0.rank.lexicographicallyPrecedes($1.rank) : $0.candidate.index < $1.candidate.index
            })
        else { return nil }
        let alike = ranked.count { $0.rank == best.rank }
        return GIDChoice(
            index: best.candidate.index, reason: words(best.candidate, family, alike: alike, of: candidates))
    }

    /// Smaller is better, the first number counts most.
    private static func rank(_ candidate: Candidate, _ family: Family?) -> [Int] {
        let isIPv4 = candidate.address?.isIPv4
        return [
            family == nil || isIPv4 == (family == .ipv4) ? 0 : 1,
            candidate.isUp == false ? 1 : 0,
            candidate.type == .roceV2 ? 0 : 1,
            candidate.address?.isLinkLocal == true ? 1 : 0,
            isIPv4 == true ? 0 : 1,
        ]
    }

    private static func words(
        _ candidate: Candidate, _ family: Family?, alike: Int, of all: [Candidate]
    ) -> String {
        var parts: [String] = []
        switch candidate.type {
        case .roceV2: parts.append("RoCE v2")
        case .roceV1: parts.append("RoCE v1, there is no v2 that fits as well")
        case .infiniBand: parts.append("InfiniBand")
        case nil: break
        }
        if candidate.type != .infiniBand, let address = candidate.address {
            let kind = address.isIPv4 ? "IPv4" : "IPv6"
            if let family, (family == .ipv4) != address.isIPv4 {
                parts.append("\(kind), since there is no \(family == .ipv4 ? "IPv4" : "IPv6") address")
            } else {
                parts.append(family == nil ? kind : "\(kind) as asked")
            }
            let isOnlyKind = all.allSatisfy { $0.address?.isLinkLocal != false }
            parts.append(
                address.isLinkLocal ? "link-local" + (isOnlyKind ? ", for want of another" : "") : "not link-local")
        }
        if let isUp = candidate.isUp {
            // One that is down may stand before one that is up, for the address that was asked for.
            let areAllDown = all.allSatisfy { $0.isUp == false }
            parts.append(isUp ? "interface up" : "interface down" + (areAllDown ? ", as all are" : ""))
        }
        if alike > 1 { parts.append("lowest index of \(alike) alike") }
        return parts.isEmpty ? "the only one" : parts.joined(separator: ", ")
    }
}
