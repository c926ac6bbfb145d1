public import ClusterCore

/// Everything that the time to rebuild lost bytes depends on. Of a rate nothing is assumed: all are inputs.
///
/// AL-115: a repair is found, runs in the background, in parallel, and is throttled: ``detection``, ``sources`` and
/// ``targets``, ``repairShare`` and ``speed``.
///
/// ```swift
/// let plan = try RebuildPlan(
///     lost: ByteCount(parsing: "2TB"), cost: .copy,
///     sources: .drives(60, at: ByteRate(parsing: "150MB/s")), targets: .drives(60, at: ByteRate(parsing: "150MB/s")),
///     network: .links(4, at: BitRate(parsing: "25GbE")), repairShare: Fraction(parsing: "25%"),
///     detection: .seconds(900), encryption: .architecture)
/// let time = try plan.time()
/// ```
public struct RebuildPlan: Sendable, Hashable {
    /// The bytes to rebuild: what a drive or a server stored, or what became stale while it was away.
    public let lost: ByteCount
    /// What a lost byte costs; ``Layout/repairCost(of:)`` gives it.
    public let cost: RepairCost
    /// The drives that are read.
    public let sources: AggregateRate
    /// The drives that are written.
    public let targets: AggregateRate
    /// The links over which what was read arrives. `nil` where nothing crosses the network.
    public let network: AggregateRate?
    /// The share of drives and links that the repair has, the rest being the workload's: above 0, at most 1.
    public let repairShare: Fraction
    /// The time from the failure to the first byte rebuilt. The Health Service retires a drive that lost communication
    /// after 15 min and begins to repair a virtual disk after 6 min (Health Service settings workbook, 2026-04).
    public let detection: Duration
    /// What SMB encryption takes of links and processors. Sources disagree on it (AL-66), so there is no default.
    public let encryption: EncryptionCost
    /// The setting of the storage subsystem.
    public let speed: RepairSpeed
    /// What a request of a repair is, where that is known: with it the queue depth limits what a drive reads.
    public let requests: Requests?
    /// The bytes a second that decoders read, all together, where measured. A mirror does not decode.
    public let codingRate: ByteRate?

    /// The requests by which a repair reads.
    public struct Requests: Sendable, Hashable {
        /// The bytes of one.
        public let size: ByteCount
        /// What a drive takes for it at the queue depth in use.
        public let latency: Duration

        public init(size: ByteCount, latency: Duration) {
            self.size = size
            self.latency = latency
        }
    }

    /// A plan.
    /// - Throws: where the share is not above 0 and at most 1, the detection is below zero or above a year, the coding
    ///   rate is zero, or bytes cross a network that is not given.
    public init(
        lost: ByteCount, cost: RepairCost, sources: AggregateRate, targets: AggregateRate,
        network: AggregateRate?, repairShare: Fraction, detection: Duration, encryption: EncryptionCost,
        speed: RepairSpeed = .medium, requests: Requests? = nil, codingRate: ByteRate? = nil
    ) throws(StorageMathError) {
        try StorageMathError.requireShare(
            repairShare, "repair share", zero: false, one: true,
            remedy: "write the share of drives and links that the repair may use, such as 25%")
        guard detection >= .zero, detection <= .seconds(365 * 86_400) else {
            throw StorageMathError(
                "detection", detection.unitText, bound: "0 s to 365 d",
                remedy: "write the time until the repair begins, such as 15m")
        }
        guard network != nil || cost.transfers == .zero else {
            throw StorageMathError(
                "network of a repair", "not given", bound: "given where bytes cross it",
                remedy: "say how many links receive, and how fast they are")
        }
        guard codingRate != .zero else {
            throw StorageMathError(
                "coding rate", "0 B/s", bound: "above 0 B/s", remedy: "leave it out where it was not measured")
        }
        // A rate that the depth cannot give is refused here and not when the time is asked for.
        if let requests { _ = try speed.rate(requestSize: requests.size, latency: requests.latency) }
        self.lost = lost
        self.cost = cost
        self.sources = sources
        self.targets = targets
        self.network = network
        self.repairShare = repairShare
        self.detection = detection
        self.encryption = encryption
        self.speed = speed
        self.requests = requests
        self.codingRate = codingRate
    }
}
