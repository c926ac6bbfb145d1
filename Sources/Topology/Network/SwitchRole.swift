public import ClusterCore

/// What the ports of a switch must be able to do for what they carry (Microsoft, physical-network-requirements, 2026-03-27;
/// the architecture asks for less: AL-55, AL-57, AL-58).
public enum SwitchRole: String, Sendable, Hashable, Codable, CaseIterable {
    case management, storage, compute
    /// Compute with software-defined networking.
    case computeSDN = "compute_sdn"

    /// What the page is called.
    public static let source = Reference(document: "Microsoft, physical-network-requirements", date: "2026-03-27")

    /// The standards and the LLDP subtypes that the role asks for.
    public var capabilities: Set<SwitchCapability> {
        let all: Set<SwitchCapability> = [.vlan, .lldpLinkAggregation, .lldpMaximumFrame]
        switch self {
        case .management: return all.union([.lldpPortVLAN, .dhcpRelay])
        case .storage:
            return all.union([
                .priorityFlowControl, .enhancedTransmission, .lldpVLANName, .lldpETSConfiguration,
                .lldpETSRecommendation, .lldpPFCConfiguration,
            ])
        case .compute: return all.union([.lldpVLANName])
        case .computeSDN: return all.union([.lldpVLANName, .frames9174, .bgp])
        }
    }
}

/// Something that a switch can do.
public enum SwitchCapability: String, Sendable, Hashable, Codable, CaseIterable {
    /// VLANs (IEEE 802.1Q).
    case vlan
    /// Priority flow control (IEEE 802.1Qbb), with one lossless class at least.
    case priorityFlowControl = "priority_flow_control"
    /// Enhanced transmission selection (IEEE 802.1Qaz), with three classes at least.
    case enhancedTransmission = "enhanced_transmission"
    /// LLDP subtype 7.
    case lldpLinkAggregation = "lldp_link_aggregation"
    case lldpMaximumFrame = "lldp_maximum_frame"
    /// LLDP subtype 1.
    case lldpPortVLAN = "lldp_port_vlan"
    /// LLDP subtype 3, with ten VLANs at least.
    case lldpVLANName = "lldp_vlan_name"
    /// LLDP subtype 9.
    case lldpETSConfiguration = "lldp_ets_configuration"
    /// LLDP subtype A.
    case lldpETSRecommendation = "lldp_ets_recommendation"
    /// LLDP subtype B.
    case lldpPFCConfiguration = "lldp_pfc_configuration"
    case dhcpRelay = "dhcp_relay"
    /// Frames of 1514 to 9174 bytes.
    case frames9174 = "frames_9174"
    case bgp
}

/// How the two rooms of a rack-aware cluster are joined (Microsoft, rack-aware-cluster-reference-architecture and
/// -room-to-room-connectivity, 2025-10).
public enum RoomLinkOption: String, Sendable, Hashable, Codable, CaseIterable {
    /// Two switches a room, each joined to one of the other room: storage has a path of its own over each.
    case dedicatedLinks = "A"
    /// As A, with the switches of both rooms in a full mesh.
    case aggregatedLinks = "B"
    /// One switch a room.
    case singleSwitch = "C"
    /// Hosts joined to the switches of both rooms.
    case crossCabled = "D"

    /// Switches that carry storage, in both rooms.
    public var switches: Int { self == .singleSwitch ? 2 : 4 }

    /// Whether storage goes over a link between the rooms, which then carries ``NetworkPlan/roomBandwidth``.
    public var needsRoomLink: Bool { self != .crossCabled }

    /// Whether one switch's failure takes a whole zone.
    public var hasSinglePointOfFailure: Bool { self == .singleSwitch }

    /// The least ports of a host.
    public static let portsPerNode = 4
}
