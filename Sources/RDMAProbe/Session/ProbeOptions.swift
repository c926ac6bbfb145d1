public import ClusterCore
public import RDMAModel

/// Whom to probe, from where and how.
public struct ProbeOptions: Sendable, Hashable {
    /// The peer: a name or an address.
    public var host: String
    /// The port of its control connection.
    public var port: UInt16
    public var plan: ProbePlan
    /// The RDMA device to measure from; `nil` takes the one that the route to the peer leads over.
    public var device: String?
    /// The address to measure from; `nil` takes the device's own, or the route's.
    public var source: IPAddress?
    /// How completions are waited for; `nil` polls where the process has a processor to itself, else sleeps.
    public var completionWait: CompletionWait?
    /// The time for each step on the way to the connection.
    public var stepTime: Duration
    /// The traffic class with which to send, the DSCP in its upper six bits; `nil` leaves the system's default.
    public var trafficClass: UInt8?
    /// Holds the measuring threads and their memory to the NUMA node of the device.
    public var isPinned: Bool
    /// By which clock samples are timed.
    public var sampleClock: SampleClockChoice
    /// The version to tell the peer and the report.
    public var toolVersion: String

    /// The port of `rdmaprobe serve`; its RDMA listener has the next one.
    public static let defaultPort: UInt16 = 18_550

    public init(
        host: String, port: UInt16 = ProbeOptions.defaultPort, plan: ProbePlan = ProbePlan(), device: String? = nil,
        source: IPAddress? = nil, completionWait: CompletionWait? = nil, stepTime: Duration = .seconds(5),
        trafficClass: UInt8? = nil, isPinned: Bool = true, sampleClock: SampleClockChoice = .automatic,
        toolVersion: String = RDMAProbeVersion.current
    ) {
        self.host = host
        self.port = port
        self.plan = plan
        self.device = device
        self.source = source
        self.completionWait = completionWait
        self.stepTime = stepTime
        self.trafficClass = trafficClass
        self.isPinned = isPinned
        self.sampleClock = sampleClock
        self.toolVersion = toolVersion
    }
}

/// The version of this library and its tool.
public enum RDMAProbeVersion {
    public static let current = "0.1.0"
}

/// How far a run has come, told while it runs.
public enum ProbeProgress: Sendable, Hashable {
    /// A step on the way to the connection begins.
    case step(ConnectionStep.Name)
    /// A cell is being measured.
    case measuring(ProbePlan.Cell, number: Int, of: Int, samples: UInt64, lastNanoseconds: UInt64?)
    /// A cell was measured, or what there is of it where something ended it early.
    case measured(LatencyCell, number: Int, of: Int)
    /// The device told something unasked.
    case asyncEvent(AsyncEvent)
    /// Unreliable datagrams of a size are sent; how many so far, and how many of them were lost.
    case datagrams(sizeBytes: UInt64, number: Int, of: Int, sent: UInt64, lost: UInt64)
    /// A flow runs; the rate is the mean so far, `nil` before anything has arrived.
    case flowing(BandwidthPlan.Cell, number: Int, of: Int, bitsPerSecond: UInt64?)
}
