/// An event of the RDMA connection manager.
///
/// The numbers and names are those of `enum rdma_cm_event_type` (librdmacm, `rdma/rdma_cma.h`).
public struct CMEvent: RawRepresentable, Sendable, Hashable, Codable {
    public let rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// `RDMA_CM_EVENT_ADDR_RESOLVED`
    public static let addressResolved = CMEvent(rawValue: 0)
    /// `RDMA_CM_EVENT_ADDR_ERROR`
    public static let addressError = CMEvent(rawValue: 1)
    /// `RDMA_CM_EVENT_ROUTE_RESOLVED`
    public static let routeResolved = CMEvent(rawValue: 2)
    /// `RDMA_CM_EVENT_ROUTE_ERROR`
    public static let routeError = CMEvent(rawValue: 3)
    /// `RDMA_CM_EVENT_CONNECT_REQUEST`
    public static let connectRequest = CMEvent(rawValue: 4)
    /// `RDMA_CM_EVENT_CONNECT_RESPONSE`
    public static let connectResponse = CMEvent(rawValue: 5)
    /// `RDMA_CM_EVENT_CONNECT_ERROR`
    public static let connectError = CMEvent(rawValue: 6)
    /// `RDMA_CM_EVENT_UNREACHABLE`
    public static let unreachable = CMEvent(rawValue: 7)
    /// `RDMA_CM_EVENT_REJECTED`
    public static let rejected = CMEvent(rawValue: 8)
    /// `RDMA_CM_EVENT_ESTABLISHED`
    public static let established = CMEvent(rawValue: 9)
    /// `RDMA_CM_EVENT_DISCONNECTED`
    public static let disconnected = CMEvent(rawValue: 10)
    /// `RDMA_CM_EVENT_DEVICE_REMOVAL`
    public static let deviceRemoval = CMEvent(rawValue: 11)
    /// `RDMA_CM_EVENT_MULTICAST_JOIN`
    public static let multicastJoin = CMEvent(rawValue: 12)
    /// `RDMA_CM_EVENT_MULTICAST_ERROR`
    public static let multicastError = CMEvent(rawValue: 13)
    /// `RDMA_CM_EVENT_ADDR_CHANGE`
    public static let addressChange = CMEvent(rawValue: 14)
    /// `RDMA_CM_EVENT_TIMEWAIT_EXIT`
    public static let timeWaitExit = CMEvent(rawValue: 15)

    /// The events that this version knows, by number.
    public static let known: [CMEvent] = names.indices.map { CMEvent(rawValue: Int32($0)) }

    /// The C name, `RDMA_CM_EVENT_REJECTED`; `RDMA_CM_EVENT_` and the number where it is not known.
    public var name: String {
        let index = Int(rawValue)
        return "RDMA_CM_EVENT_" + (Self.names.indices.contains(index) ? Self.names[index] : "\(rawValue)")
    }

    private static let names = [
        "ADDR_RESOLVED", "ADDR_ERROR", "ROUTE_RESOLVED", "ROUTE_ERROR", "CONNECT_REQUEST", "CONNECT_RESPONSE",
        "CONNECT_ERROR", "UNREACHABLE", "REJECTED", "ESTABLISHED", "DISCONNECTED", "DEVICE_REMOVAL",
        "MULTICAST_JOIN", "MULTICAST_ERROR", "ADDR_CHANGE", "TIMEWAIT_EXIT",
    ]
}

extension CMEvent: CustomStringConvertible {
    public var description: String { name }
}
