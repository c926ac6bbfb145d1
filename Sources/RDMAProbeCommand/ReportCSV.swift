import RDMAModel
import Reports

extension ProbeReport {
    /// The latency as a table for programs, a row a cell; columns have the names of the document's keys. Where nothing
    /// was measured there is only the header.
    var csv: CSVTable {
        var table = CSVTable(columns: [
            "tool_version", "started_unix_s", "target", "host", "host_device", "peer", "peer_device", "transport",
            "software_rdma", "profile", "outcome", "operation", "pattern", "size_bytes", "load", "samples", "lost",
            "min_ns", "p50_ns", "p90_ns", "p99_ns", "p99_9_ns", "p99_99_ns", "max_ns", "mean_ns", "stddev_ns",
        ])
        let run: [CSVTable.Field] = [
            .text(tool.version),
            .integer(environment.startedUnixSeconds.flatMap { UInt64(exactly: $0) }),
            .text(target), .text(host.name), .text(host.device?.name), .text(peer?.name), .text(peer?.device?.name),
            .text(host.device?.transport.rawValue), .flag(environment.softwareRDMA), .text(verdict.profile),
            .text(verdict.outcome.rawValue),
        ]
        for cell in latency {
            table.add(
                run + [
                    .text(cell.operation.rawValue), .text(cell.pattern.rawValue), .integer(cell.sizeBytes),
                    .text(cell.load.rawValue), .integer(cell.samples), .integer(cell.lost), .integer(cell.minimum),
                    .integer(cell.p50), .integer(cell.p90), .integer(cell.p99), .integer(cell.p999),
                    .integer(cell.p9999), .integer(cell.maximum), .decimal(cell.mean),
                    .decimal(cell.standardDeviation),
                ])
        }
        return table
    }
}
