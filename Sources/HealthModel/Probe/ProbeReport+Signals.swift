internal import ClusterCore
import FoundationEssentials
public import RDMAModel

extension ProbeReport {
    /// Reads the document that `rdmaprobe test --format json` writes, strictly: no key twice, bounded, of schema
    /// `rdmaprobe.report/1`.
    public init(healthDocument bytes: [UInt8], source: String = "rdmaprobe") throws(SignalError) {
        let document = try JSONValue(parsing: bytes, source: source)
        guard document["schema"]?.string == ProbeReport.schema else {
            throw SignalError(
                .unsupported, input: source, place: "/schema",
                problem: "the schema is \(document["schema"]?.string ?? "missing")",
                remedy: "give a document of \(ProbeReport.schema)")
        }
        do { self = try JSONDecoder().decode(ProbeReport.self, from: Data(bytes)) } catch {
            throw SignalError(
                .malformed, input: source, problem: "it is no report: \(error)", remedy: "write it with rdmaprobe again"
            )
        }
    }

    /// The report as signals: verdict, latencies in seconds, losses, rates. What was not measured gives no signal, and a
    /// verdict that could not be found is not one of fitness: `host_rdma_fit` is missing then.
    ///
    /// Labels: `host` and `peer` by their names, `device` and `port` of the host's end.
    /// - Parameter time: when the report was read; its own start, where it tells one, is taken for the values.
    public func measurements(at time: ReadingTime, source: String = "rdmaprobe") throws(SignalError) -> [Measurement] {
        let own = environment.startedUnixSeconds.map { ReadingTime(SignalTime(seconds: $0)) } ?? time
        var list = ProbeMeasurements(source: source, time: own)
        list.labels = [
            SignalLabel("host", host.name), SignalLabel("peer", peer?.name ?? ""),
            SignalLabel("device", host.device?.name ?? ""),
            SignalLabel("port", host.device.map { "\($0.port)" } ?? ""),
        ]
        switch verdict.outcome {
        case .optimal, .acceptable: try list.add("host_rdma_fit", .unsigned(1), .state, .state)
        case .unfit: try list.add("host_rdma_fit", .unsigned(0), .state, .state)
        case .undetermined: break
        }
        try list.add(
            "host_rdma_undetermined", .unsigned(verdict.outcome == .undetermined ? 1 : 0), .state, .state)
        for cell in latency { try list.add(cell) }
        try list.addRoundTrip(latency, node: host.name, peer: peer?.name ?? "")
        for cell in bandwidth ?? [] { try list.add(cell) }
        for severity in Severity.allCases {
            let count = findings.filter { $0.severity == severity }.count
            try list.add("host_rdma_findings", SignalValue(count), .count, .gauge, [("severity", severity.rawValue)])
        }
        return list.measurements
    }
}

private struct ProbeMeasurements {
    let source: String
    let time: ReadingTime
    var labels: [SignalLabel] = []
    var measurements: [Measurement] = []

    init(source: String, time: ReadingTime) {
        self.source = source
        self.time = time
    }

    mutating func add(
        _ name: String, _ value: SignalValue, _ unit: SignalUnit, _ kind: SignalKind, _ more: [(String, String)] = []
    ) throws(SignalError) {
        let identity = try SignalIdentity(name, labels + more.map { SignalLabel($0.0, $0.1) })
        measurements.append(Measurement(identity, value, unit: unit, kind: kind, source: source, time: time))
    }

    mutating func add(_ cell: LatencyCell) throws(SignalError) {
        let own = [
            ("operation", cell.operation.rawValue), ("pattern", cell.pattern.rawValue),
            ("size_bytes", "\(cell.sizeBytes)"),
            ("load", cell.load.rawValue),
        ]
        let percentiles = [
            ("0", cell.minimum), ("0.5", cell.p50), ("0.9", cell.p90), ("0.99", cell.p99), ("0.999", cell.p999),
            ("0.9999", cell.p9999), ("1", cell.maximum),
        ]
        for (quantile, nanoseconds) in percentiles {
            guard let nanoseconds else { continue }
            try add(
                "host_rdma_latency_seconds", .decimal(Double(nanoseconds) / 1e9), .seconds, .gauge,
                own + [("quantile", quantile)])
        }
        try add("host_rdma_latency_samples", .unsigned(cell.samples), .count, .gauge, own)
        try add("host_rdma_lost_operations", .unsigned(cell.lost), .count, .gauge, own)
    }

    /// What rules judge, with the label of their subject: the median round trip of the smallest message on an idle wire, of
    /// the operation that takes longest.
    mutating func addRoundTrip(_ cells: [LatencyCell], node: String, peer: String) throws(SignalError) {
        let idle = cells.filter { $0.load == .idle && $0.p50 != nil }
        guard let size = idle.map(\.sizeBytes).min(),
            let longest = idle.filter({ $0.sizeBytes == size }).compactMap(\.p50).max()
        else { return }
        let identity = try SignalIdentity(
            "storage_network_round_trip_seconds", [SignalLabel("node", node), SignalLabel("peer", peer)])
        measurements.append(
            Measurement(
                identity, .decimal(Double(longest) / 1e9), unit: .seconds, kind: .gauge, source: source, time: time))
    }

    mutating func add(_ cell: BandwidthCell) throws(SignalError) {
        let own = [
            ("operation", cell.operation.rawValue), ("direction", cell.direction.rawValue),
            ("posted_by", cell.postedBy.rawValue),
            ("size_bytes", "\(cell.sizeBytes)"), ("queue_pairs", "\(cell.queuePairs)"),
        ]
        if let mean = cell.meanBitsPerSecond {
            try add("host_rdma_bits_per_second", .unsigned(mean), .bitsPerSecond, .gauge, own + [("statistic", "mean")])
        }
        if let lowest = cell.lowestSecondBitsPerSecond {
            try add(
                "host_rdma_bits_per_second", .unsigned(lowest), .bitsPerSecond, .gauge,
                own + [("statistic", "lowest_second")])
        }
        if let stall = cell.longestStallNanoseconds {
            try add("host_rdma_longest_stall_seconds", .decimal(Double(stall) / 1e9), .seconds, .gauge, own)
        }
    }
}
