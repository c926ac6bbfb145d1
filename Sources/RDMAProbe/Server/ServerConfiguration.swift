public import ClusterCore

/// Where a server listens, whom it serves and how much it gives.
public struct ServerConfiguration: Sendable, Hashable {
    /// Addresses to listen on; empty takes every RDMA address of this host.
    public var listen: [IPAddress]
    /// The port of the control connection; the RDMA listener has the next one.
    public var port: UInt16
    /// Networks whose hosts are served; empty takes the subnets of the interfaces that are listened on.
    public var allowed: [Subnet]
    /// Serves hosts of every network, and may listen on the wildcard address.
    public var servesAnyone: Bool
    /// Sessions at once, in all and for one peer.
    public var sessions: Int
    public var sessionsPerPeer: Int
    /// The largest payload that a plan may ask for. A session registers at most four times as much, and twice as much
    /// unless it both writes and reads.
    public var largestBytes: UInt64
    /// The longest that a session may take, whatever its plan says.
    public var longestSession: Duration
    /// How completions are waited for; `nil` polls where the process has a processor to itself, else sleeps.
    public var completionWait: CompletionWait?
    /// Holds each session's thread and memory to the NUMA node of its device.
    public var isPinned: Bool

    public init(
        listen: [IPAddress] = [], port: UInt16 = ProbeOptions.defaultPort, allowed: [Subnet] = [],
        servesAnyone: Bool = false, sessions: Int = 16, sessionsPerPeer: Int = 4, largestBytes: UInt64 = 16_777_216,
        longestSession: Duration = .seconds(24 * 3600), completionWait: CompletionWait? = nil,
        isPinned: Bool = true
    ) {
        self.listen = listen
        self.port = port
        self.allowed = allowed
        self.servesAnyone = servesAnyone
        self.sessions = sessions
        self.sessionsPerPeer = sessionsPerPeer
        self.largestBytes = largestBytes
        self.longestSession = longestSession
        self.completionWait = completionWait
        self.isPinned = isPinned
    }
}

/// One address on which a server is reachable.
public struct Exposure: Sendable, Hashable {
    public var address: IPAddress
    /// The interface; `nil` for the wildcard address.
    public var interface: String?
    /// The RDMA device; `nil` for the wildcard address.
    public var device: String?
    /// The port of the control connection over TCP.
    public var controlPort: UInt16
    /// The port of the RDMA connection manager.
    public var rdmaPort: UInt16
    /// Whose hosts are served; `nil` serves everyone.
    public var served: [Subnet]?
}

/// Why a server cannot be started as asked.
public enum ServerError: Error, Sendable, Hashable {
    /// No address of this host is an RDMA one.
    case noRDMAAddress
    /// An address to listen on is none of this host's RDMA ones; the RDMA ones are given.
    case notAnRDMAAddress(IPAddress, found: [IPAddress])
    /// The wildcard address without the wish to serve everyone.
    case wildcardWithoutAny(IPAddress)
    /// The port has no next one.
    case port(UInt16)
    /// A call failed: the call, the errno value and the address.
    case call(String, code: CInt, address: String)
}

/// What a server has to tell while it runs.
public enum ServerEvent: Sendable, Hashable {
    /// A client came and was turned away.
    case refused(peer: String, reason: String)
    /// A session began.
    case began(peer: String, number: UInt64, cells: Int)
    /// A session ended: with its plan done, or with what went wrong.
    case ended(peer: String, number: UInt64, problem: String?)
    /// An RDMA connection request without a token of ours.
    case strangeRequest(peer: String)
    /// The device of an address was removed: its sessions end, and nothing here holds it.
    case deviceGone(address: String, device: String)
    /// It is there again, and served again.
    case deviceBack(address: String, device: String)
    /// The host's last device was removed: the server ends.
    case noDeviceLeft
}
