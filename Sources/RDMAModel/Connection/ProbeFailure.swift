/// What kept a probe from measuring on: the step, what happened there and on which device.
///
/// A failure is a value: what it means for the verdict (``shortfall``) and what to tell the user
/// (``explanation``, ``finding(about:)``) follow from it alone.
///
/// ```swift
/// let failure = ProbeFailure(.connect, .cmEvent(.rejected, status: 28), device: "rxe0")
/// failure.shortfall.outcome      // .unfit
/// ```
public struct ProbeFailure: Error, Sendable, Hashable {
    /// Where it failed.
    public var step: Step
    /// What happened.
    public var cause: Cause
    /// The RDMA device of the end where it failed, where it is known.
    public var device: String?
    /// Which end met it.
    public var end: End

    public init(_ step: Step, _ cause: Cause, device: String? = nil, end: End = .near) {
        self.step = step
        self.cause = cause
        self.device = device
        self.end = end
    }

    /// The steps of a run, in order.
    public enum Step: String, Sendable, Hashable, Codable, CaseIterable {
        /// Finding and opening the RDMA device.
        case device
        /// Protection domain, memory, completion queue, queue pair, event channel.
        case resources
        /// The control connection, from the name to the agreed plan.
        case control
        /// `rdma_resolve_addr`
        case address
        /// `rdma_resolve_route`
        case route
        /// `rdma_connect` until the connection stands.
        case connect
        /// Accepting on the far end.
        case accept
        /// The first message there and its answer.
        case firstMessage = "first_message"
        /// The measurement itself.
        case measurement

        /// The step in words, for the middle of a sentence.
        public var words: String {
            switch self {
            case .device: "opening the RDMA device"
            case .resources: "preparing memory and queues"
            case .control: "the control connection"
            case .address: "resolving the RDMA address"
            case .route: "resolving the RDMA route"
            case .connect: "the RDMA connection"
            case .accept: "accepting the RDMA connection"
            case .firstMessage: "the first message"
            case .measurement: "the measurement"
            }
        }

        /// The step under which a report's connection lists it; `nil` before and after the connection.
        public var connectionStep: ConnectionStep.Name? {
            switch self {
            case .device, .resources, .measurement: nil
            case .control: .control
            case .address: .address
            case .route: .route
            case .connect: .connect
            case .accept: .accept
            case .firstMessage: .firstMessage
            }
        }
    }

    /// Which end met the failure.
    public enum End: String, Sendable, Hashable, Codable, CaseIterable {
        /// The end that writes the report.
        case near
        /// The peer.
        case far
    }

    /// What happened.
    public enum Cause: Sendable, Hashable {
        /// No RDMA device at all, or none of the name asked for; `found` lists what is there.
        case noDevice(named: String?, found: [String])
        /// The device has no usable port; the text is the port's state as the device gives it.
        case portNotActive(state: String)
        /// The connection manager chose this device instead of the one asked for.
        case otherDevice(found: String)
        /// The device cannot do what the plan asks for: the text names it.
        case unsupported(String)
        /// A device node that is absent or not accessible: the path.
        case deviceNode(path: String)
        /// Locked memory that the limit does not allow, and the call that was refused it. `limitBytes` is `nil` where it
        /// is not known.
        case lockedMemory(limitBytes: UInt64?, neededBytes: UInt64, call: String = "ibv_reg_mr")
        /// A call that failed with an error number.
        case errno(call: String, code: ErrorNumber)
        /// A name that no address was found for; the text is the resolver's.
        case nameNotFound(name: String, reason: String)
        /// The far end is no `rdmaprobe serve`, or what it sent breaks the protocol: the text says how.
        case protocolViolation(String)
        /// The far end met a failure on its side of the connection: its own words.
        case toldByPeer(String)
        /// The far end declined, and said why.
        case refused(Refusal)
        /// An event of the connection manager.
        case cmEvent(CMEvent, status: Int32)
        /// An asynchronous event of the device, after which nothing more can come of the session.
        case asyncEvent(AsyncEvent)
        /// A work completion in error; the vendor's number is 0 where there is none.
        case completion(CompletionStatus, vendorError: UInt32)
        /// Nothing happened within this time.
        case deadline(afterNanoseconds: UInt64)
        /// The control connection to the peer was lost: the peer or the way to it is gone.
        case peerClosed
        /// The payload that arrived is not the one that was sent: the text says where.
        case dataDiffers(String)
        /// The counter that was to time the samples, by its Linux name, does not agree with the system's clock to within a
        /// share of the time, or that cannot be known.
        case unsteadyClock(String, tolerance: Double)
    }

    /// Why a server declines a client, or a client a server.
    public enum Refusal: Sendable, Hashable {
        /// As many sessions as the server takes, in all or from this peer.
        case busy(limit: UInt64)
        /// The client's address is not among those that the server serves.
        case notAllowed(address: String)
        /// The two versions of the protocol have no common one.
        case version(ours: UInt64, theirs: UInt64)
        /// The far end could not prepare its device or memory: its own words.
        case cannotPrepare(String)
        /// The plan exceeds a limit of the far end: its own words.
        case plan(String)
        /// The far end's device does not have what the plan asks for: the far end's own words.
        case unsupported(String)
        /// Anything else: the far end's own words.
        case other(String)
    }
}
