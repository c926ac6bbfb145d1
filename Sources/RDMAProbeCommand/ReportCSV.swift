import RDMAModel
import Reports

extension ProbeReport {
    /// The figures as a table for programs: a row a cell of latency, then a row a flow, then a row a size of unreliable
    /// datagrams, told apart by `kind`. Columns have the names of the document's keys; those that a kind does not have are
    /// empty. Where nothing was measured there is only the header.
    var csv: CSVTable {
        var table = CSVTable(columns: runColumns + ReportRow.columns)
        let run: [CSVTable.Field] = [
            .text(tool.version),
            .integer(environment.startedUnixSeconds.flatMap { UInt64(exactly: $0) }),
            .text(target), .text(host.name), .text(host.device?.name), .text(peer?.name), .text(peer?.device?.name),
            .text(host.device?.transport.rawValue), .flag(environment.softwareRDMA), .text(verdict.profile),
            .text(verdict.outcome.rawValue),
        ]
        let rows =
            latency.map(ReportRow.init) + (bandwidth ?? []).map(ReportRow.init) + (datagrams ?? []).map(ReportRow.init)
        for row in rows { table.add(run + ReportRow.columns.map { row.fields[$0] ?? .unknown }) }
        return table
    }

    private var runColumns: [String] {
        [
            "tool_version", "started_unix_s", "target", "host", "host_device", "peer", "peer_device", "transport",
            "software_rdma", "profile", "outcome",
        ]
    }
}

/// A row of the table, by the names of its columns.
private struct ReportRow {
    /// In the order of the table. New ones come last, for those who go by place.
    static let columns = [
        "operation", "pattern", "size_bytes", "load", "samples", "lost", "min_ns", "p50_ns", "p90_ns", "p99_ns",
        "p99_9_ns", "p99_99_ns", "max_ns", "mean_ns", "stddev_ns", "kind", "direction", "posted_by", "queue_pairs",
        "duration_ns", "messages", "mean_bits_per_second", "lowest_second_bits_per_second", "longest_stall_ns",
        "messages_per_second", "host_cpu_share", "peer_cpu_share", "sent", "answered", "lost_there", "late",
        "duplicated",
        "reordered",
    ]

    let fields: [String: CSVTable.Field]

    init(_ cell: LatencyCell) {
        fields = [
            "kind": .text("latency"), "operation": .text(cell.operation.rawValue),
            "pattern": .text(cell.pattern.rawValue),
            "size_bytes": .integer(cell.sizeBytes), "load": .text(cell.load.rawValue),
            "samples": .integer(cell.samples),
            "lost": .integer(cell.lost), "min_ns": .integer(cell.minimum), "p50_ns": .integer(cell.p50),
            "p90_ns": .integer(cell.p90), "p99_ns": .integer(cell.p99), "p99_9_ns": .integer(cell.p999),
            "p99_99_ns": .integer(cell.p9999), "max_ns": .integer(cell.maximum), "mean_ns": .decimal(cell.mean),
            "stddev_ns": .decimal(cell.standardDeviation),
        ]
    }

    init(_ flow: BandwidthCell) {
        fields = [
            "kind": .text("bandwidth"), "operation": .text(flow.operation.rawValue),
            "direction": .text(flow.direction.rawValue), "posted_by": .text(flow.postedBy.rawValue),
            "size_bytes": .integer(flow.sizeBytes), "queue_pairs": .integer(UInt64(clamping: flow.queuePairs)),
            "duration_ns": .integer(flow.durationNanoseconds), "messages": .integer(flow.messages),
            "mean_bits_per_second": .integer(flow.meanBitsPerSecond),
            "lowest_second_bits_per_second": .integer(flow.lowestSecondBitsPerSecond),
            "longest_stall_ns": .integer(flow.longestStallNanoseconds),
            "messages_per_second": .decimal(flow.messagesPerSecond), "host_cpu_share": .decimal(flow.cpuShare.host),
            "peer_cpu_share": .decimal(flow.cpuShare.peer),
        ]
    }

    init(_ cell: DatagramCell) {
        fields = [
            "kind": .text("datagrams"), "size_bytes": .integer(cell.sizeBytes), "sent": .integer(cell.sent),
            "answered": .integer(cell.answered), "lost": .integer(cell.lost), "lost_there": .integer(cell.lostThere),
            "late": .integer(cell.late), "duplicated": .integer(cell.duplicated), "reordered": .integer(cell.reordered),
            "min_ns": .integer(cell.minimum), "p50_ns": .integer(cell.p50), "p90_ns": .integer(cell.p90),
            "p99_ns": .integer(cell.p99), "p99_9_ns": .integer(cell.p999), "max_ns": .integer(cell.maximum),
            "mean_ns": .decimal(cell.mean),
        ]
    }
}
