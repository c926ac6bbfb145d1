public import ClusterCore

/// What one run of the probe found out, told by both ends: the document `rdmaprobe.report/1`.
///
/// As a document it has the key `schema` besides, which whoever writes it puts first; every key is described in
/// `Docs/Schemas/rdmaprobe.report-1.schema.json`. What is not known is `null`.
public struct ProbeReport: Sendable, Hashable, Codable {
    /// The program that wrote the report.
    public var tool: Tool
    /// The peer as it was asked for: a name or an address; `nil` where nobody was asked.
    @Explicit public var target: String?
    /// What the end that measured says of itself.
    public var host: EndAccount
    /// The far end's own account, or `nil` where it could not be had.
    @Explicit public var peer: EndAccount?
    /// What the measurement ran on, where it changes what the figures mean.
    public var environment: Environment
    /// What was going to be measured.
    public var plan: ProbePlan
    /// How the two ends came together.
    public var connection: Connection
    /// What was measured, in the order of the plan; a cell that was not reached is absent.
    public var latency: [LatencyCell]
    /// The bandwidth that was measured, in the order of the plan; `nil` where none was planned. A cell that was not
    /// reached is absent.
    @Explicit public var bandwidth: [BandwidthCell]?
    /// What became of unreliable datagrams, in the order of the plan; `nil` where none were planned. A size that was not
    /// reached is absent.
    @Explicit public var datagrams: [DatagramCell]?
    /// What was compared byte by byte, in the order of the plan, before anything was measured; `nil` where nothing was
    /// to be. A difference ends the run.
    @Explicit public var verification: [VerifiedCell]?
    /// What was found out, the gravest first.
    public var findings: [Finding]
    /// Every requirement of the profile as it was applied; `nil` where whoever wrote the report did not tell.
    @Explicit public var checks: [RuleCheck]?
    /// Whether the path is fit, by the profile that it names.
    public var verdict: Verdict

    /// The name and major version of the document.
    public static let schema = "rdmaprobe.report/1"

    public init(
        tool: Tool, target: String? = nil, host: EndAccount, peer: EndAccount?, environment: Environment,
        plan: ProbePlan, connection: Connection, latency: [LatencyCell], bandwidth: [BandwidthCell]? = nil,
        verification: [VerifiedCell]? = nil, datagrams: [DatagramCell]? = nil, findings: [Finding],
        checks: [RuleCheck]? = nil, verdict: Verdict
    ) {
        self.tool = tool
        self.target = target
        self.host = host
        self.peer = peer
        self.environment = environment
        self.plan = plan
        self.connection = connection
        self.latency = latency
        self.bandwidth = bandwidth
        self.verification = verification
        self.datagrams = datagrams
        self.findings = findings
        self.checks = checks
        self.verdict = verdict
    }

    /// The program that wrote the report.
    public struct Tool: Sendable, Hashable, Codable {
        public var name: String
        public var version: String

        public init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    /// What the measurement ran on, where it changes what the figures mean.
    public struct Environment: Sendable, Hashable, Codable {
        /// Whether either end's device is software (rxe, siw); `nil` where the devices are not known.
        @Explicit public var softwareRDMA: Bool?
        /// How completions were waited for: `poll` or `event`.
        @Explicit public var completionWait: String?
        /// The clock that timed the samples: `CLOCK_MONOTONIC_RAW`, or the Linux name of the processor's counter.
        public var clock: String
        /// By how much that counter and `CLOCK_MONOTONIC_RAW` parted at most, as a share of the time in which they did,
        /// beyond what reading both cannot tell; `nil` where the clock is that clock itself.
        @Explicit public var clockDeviationShare: Double?
        /// The time by which the run had to end, counted from its start.
        public var runDeadlineNanoseconds: UInt64
        /// When the run started, seconds since 1970; `nil` where the caller gave no clock.
        @Explicit public var startedUnixSeconds: Int64?
        /// The time after which the adapter sends again what was not acknowledged: each lost packet shows as about so
        /// much latency. `nil` on iWARP, where TCP decides, and where the kernel did not take the tool's value.
        @Explicit public var acknowledgementTimeoutNanoseconds: UInt64?
        /// The traffic class that was asked for; `nil` where the system's default was taken.
        @Explicit public var requestedTrafficClass: UInt8?

        private enum CodingKeys: String, CodingKey {
            case softwareRDMA = "software_rdma"
            case completionWait = "completion_wait"
            case clock
            case clockDeviationShare = "clock_deviation_share"
            case runDeadlineNanoseconds = "run_deadline_ns"
            case startedUnixSeconds = "started_unix_s"
            case acknowledgementTimeoutNanoseconds = "acknowledgement_timeout_ns"
            case requestedTrafficClass = "requested_traffic_class"
        }

        public init(
            softwareRDMA: Bool?, completionWait: String?, clock: String = "CLOCK_MONOTONIC_RAW",
            clockDeviationShare: Double? = nil, runDeadlineNanoseconds: UInt64, startedUnixSeconds: Int64?,
            acknowledgementTimeoutNanoseconds: UInt64? = nil, requestedTrafficClass: UInt8? = nil
        ) {
            self.softwareRDMA = softwareRDMA
            self.completionWait = completionWait
            self.clock = clock
            self.clockDeviationShare = clockDeviationShare
            self.runDeadlineNanoseconds = runDeadlineNanoseconds
            self.startedUnixSeconds = startedUnixSeconds
            self.acknowledgementTimeoutNanoseconds = acknowledgementTimeoutNanoseconds
            self.requestedTrafficClass = requestedTrafficClass
        }
    }

    /// How the two ends came together.
    public struct Connection: Sendable, Hashable, Codable {
        /// The steps that were taken, in order, up to the one that failed.
        public var steps: [ConnectionStep]
        /// The step that failed, or `nil` where none did.
        @Explicit public var failedStep: ConnectionStep.Name?

        private enum CodingKeys: String, CodingKey {
            case steps
            case failedStep = "failed_step"
        }

        public init(steps: [ConnectionStep] = [], failedStep: ConnectionStep.Name? = nil) {
            self.steps = steps
            self.failedStep = failedStep
        }
    }
}

/// One step on the way to a connection, with the time that it took.
public struct ConnectionStep: Sendable, Hashable, Codable {
    /// The steps, in order.
    public enum Name: String, Sendable, Hashable, Codable, CaseIterable {
        /// The control connection is made and the plan agreed.
        case control
        /// `rdma_resolve_addr`: a local device and the peer's address.
        case address
        /// `rdma_resolve_route`: the path to the peer.
        case route
        /// `rdma_connect` until the connection is established, as this end sees it.
        case connect
        /// From the connection request until it was accepted, as the far end sees it.
        case accept
        /// The first message there and its answer.
        case firstMessage = "first_message"
    }

    public var name: Name
    public var durationNanoseconds: UInt64

    private enum CodingKeys: String, CodingKey {
        case name
        case durationNanoseconds = "duration_ns"
    }

    public init(name: Name, durationNanoseconds: UInt64) {
        self.name = name
        self.durationNanoseconds = durationNanoseconds
    }
}

/// What one end says of itself.
public struct EndAccount: Sendable, Hashable, Codable {
    /// The host's name.
    public var name: String
    /// The kernel's release, as `uname -r` says it.
    @Explicit public var kernel: String?
    /// The RDMA device that was used, or `nil` where none was.
    @Explicit public var device: DeviceAccount?
    /// The RDMA address that was used.
    @Explicit public var address: String?
    /// The limit of locked memory of the process in bytes; `nil` where there is no limit or it is not known.
    @Explicit public var memlockLimitBytes: UInt64?
    /// What this end saw of the RDMA connection, in words of the connection manager, and of its device, in words of
    /// libibverbs (``AsyncEvent/text``).
    public var events: [String]
    /// Bytes of memory registered for the test.
    @Explicit public var registeredBytes: UInt64?
    /// The traffic class with which this end sends RDMA, the DSCP in its upper six bits; `nil` where the transport does
    /// not tell.
    @Explicit public var trafficClass: UInt8?
    /// Where this end measured; `nil` before it had a device.
    @Explicit public var placement: PlacementAccount?
    /// The counters of the device and its port before and after the test; `nil` where they were not read, as when there
    /// was no connection. They count what other programs do as well.
    @Explicit public var counters: [CounterChange]?

    private enum CodingKeys: String, CodingKey {
        case name, kernel, device, address, events, placement, counters
        case memlockLimitBytes = "memlock_limit_bytes"
        case registeredBytes = "registered_bytes"
        case trafficClass = "traffic_class"
    }

    public init(
        name: String, kernel: String? = nil, device: DeviceAccount? = nil, address: String? = nil,
        memlockLimitBytes: UInt64? = nil, events: [String] = [], registeredBytes: UInt64? = nil,
        trafficClass: UInt8? = nil, placement: PlacementAccount? = nil,
        counters: [CounterChange]? = nil
    ) {
        self.name = name
        self.kernel = kernel
        self.device = device
        self.address = address
        self.memlockLimitBytes = memlockLimitBytes
        self.events = events
        self.registeredBytes = registeredBytes
        self.trafficClass = trafficClass
        self.placement = placement
        self.counters = counters
    }
}

/// An RDMA device and the port that was used, as the probe needs them.
public struct DeviceAccount: Sendable, Hashable, Codable {
    public var name: String
    public var port: Int
    public var transport: Transport
    /// Whether the device is software.
    public var software: Bool
    /// The network interface that it belongs to.
    @Explicit public var netdev: String?
    /// The kernel's driver: `mlx5`, `bnxt_re`, `rxe`.
    @Explicit public var driver: String?
    @Explicit public var firmware: String?
    /// The speed of the port in bits a second; over Ethernet that of the network interface.
    @Explicit public var rate: UInt64?
    /// The active MTU of the port in bytes.
    @Explicit public var activeMTUBytes: UInt64?
    /// The MTU of the network interface in bytes.
    @Explicit public var netdevMTUBytes: UInt64?
    /// The GID or the IP address by which the device is known on the wire.
    @Explicit public var gid: String?

    private enum CodingKeys: String, CodingKey {
        case name, port, transport, software, netdev, driver, firmware, gid
        case rate = "rate_bits_per_second"
        case activeMTUBytes = "active_mtu_bytes"
        case netdevMTUBytes = "netdev_mtu_bytes"
    }

    public init(
        name: String, port: Int, transport: Transport, software: Bool, netdev: String? = nil, driver: String? = nil,
        firmware: String? = nil, rate: UInt64? = nil, activeMTUBytes: UInt64? = nil, netdevMTUBytes: UInt64? = nil,
        gid: String? = nil
    ) {
        self.name = name
        self.port = port
        self.transport = transport
        self.software = software
        self.netdev = netdev
        self.driver = driver
        self.firmware = firmware
        self.rate = rate
        self.activeMTUBytes = activeMTUBytes
        self.netdevMTUBytes = netdevMTUBytes
        self.gid = gid
    }
}

/// How RDMA crosses the wire.
public enum Transport: String, Sendable, Hashable, Codable, CaseIterable {
    case infiniBand = "infiniband"
    /// RoCE v1: over Ethernet, not routable.
    case roceV1 = "roce_v1"
    /// RoCE v2: over UDP.
    case roceV2 = "roce_v2"
    /// iWARP: over TCP.
    case iWARP = "iwarp"
    /// Scalable reliable datagrams of an Elastic Fabric Adapter: no connections.
    case srd
    /// A kind that is not known to this version.
    case unknown
}

/// What was measured of one operation at one size.
public struct LatencyCell: Sendable, Hashable, Codable {
    public var operation: Operation
    public var pattern: Pattern
    public var sizeBytes: UInt64
    public var load: Load
    public var samples: UInt64
    /// Operations that had not completed by their deadline or completed in error.
    public var lost: UInt64
    @Explicit public var minimum: UInt64?
    @Explicit public var p50: UInt64?
    @Explicit public var p90: UInt64?
    @Explicit public var p99: UInt64?
    @Explicit public var p999: UInt64?
    @Explicit public var p9999: UInt64?
    @Explicit public var maximum: UInt64?
    @Explicit public var mean: Double?
    @Explicit public var standardDeviation: Double?
    /// The distribution, for a picture; empty where there are no samples.
    public var histogram: [HistogramBin]
    /// Between which values each known percentile lies; `nil` where whoever wrote the report did not tell.
    @Explicit public var intervals: [PercentileInterval]?

    private enum CodingKeys: String, CodingKey {
        case operation, pattern, load, samples, lost, histogram, intervals
        case sizeBytes = "size_bytes"
        case minimum = "min_ns"
        case p50 = "p50_ns"
        case p90 = "p90_ns"
        case p99 = "p99_ns"
        case p999 = "p99_9_ns"
        case p9999 = "p99_99_ns"
        case maximum = "max_ns"
        case mean = "mean_ns"
        case standardDeviation = "stddev_ns"
    }

    public init(
        operation: Operation, pattern: Pattern, sizeBytes: UInt64, load: Load, samples: UInt64, lost: UInt64,
        minimum: UInt64? = nil, p50: UInt64? = nil, p90: UInt64? = nil, p99: UInt64? = nil, p999: UInt64? = nil,
        p9999: UInt64? = nil, maximum: UInt64? = nil, mean: Double? = nil, standardDeviation: Double? = nil,
        histogram: [HistogramBin] = [], intervals: [PercentileInterval]? = nil
    ) {
        self.operation = operation
        self.pattern = pattern
        self.sizeBytes = sizeBytes
        self.load = load
        self.samples = samples
        self.lost = lost
        self.minimum = minimum
        self.p50 = p50
        self.p90 = p90
        self.p99 = p99
        self.p999 = p999
        self.p9999 = p9999
        self.maximum = maximum
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.histogram = histogram
        self.intervals = intervals
    }
}

/// How many samples were at most `upToNanoseconds` and above the bin before.
public struct HistogramBin: Sendable, Hashable, Codable {
    public var upToNanoseconds: UInt64
    public var count: UInt64

    private enum CodingKeys: String, CodingKey {
        case upToNanoseconds = "up_to_ns"
        case count
    }

    public init(upToNanoseconds: UInt64, count: UInt64) {
        self.upToNanoseconds = upToNanoseconds
        self.count = count
    }
}
