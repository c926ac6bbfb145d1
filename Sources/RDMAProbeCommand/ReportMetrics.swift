import ClusterCore
import RDMAModel
import Reports

extension ProbeReport {
    /// The figures for the textfile collector of Prometheus' node exporter, in seconds. Labels name the peer as it was
    /// asked for, so that files about several peers, and about one that is away, stay apart.
    var metrics: MetricsDocument {
        var metrics = MetricsDocument()
        let path = ["target": target ?? "", "device": host.device?.name ?? ""]
        func add(_ name: String, _ help: String, _ samples: [MetricsDocument.Sample]) {
            metrics.add(.init(name: "rdmaprobe_\(name)", help: help, samples: samples))
        }
        func add(_ name: String, _ help: String, _ value: Double?) {
            add(name, help, value.map { [.init(path, $0)] } ?? [])
        }
        add(
            "run_info", "The run: the tool's version, the peer's own name, the transport and the profile.",
            [
                .init(
                    path.merging([
                        "version": tool.version, "peer": peer?.name ?? "",
                        "transport": host.device?.transport.rawValue ?? "", "profile": verdict.profile,
                    ]) { $1 }, 1)
            ])
        add(
            "run_start_timestamp_seconds", "When the run began, seconds since 1970.",
            environment.startedUnixSeconds.map(Double.init))
        add(
            "verdict", "1 for the outcome of the run by its profile, 0 for the others.",
            Verdict.Outcome.allCases.map { outcome in
                .init(path.merging(["outcome": outcome.rawValue]) { $1 }, outcome == verdict.outcome ? 1 : 0)
            })
        add(
            "software_rdma", "1 where either end's RDMA device is software, 0 where both are adapters.",
            environment.softwareRDMA.map { $0 ? 1 : 0 })
        add(
            "findings", "Findings of the run by severity.",
            Severity.allCases.map { severity in
                .init(
                    path.merging(["severity": severity.rawValue]) { $1 },
                    Double(findings.count { $0.severity == severity }))
            })
        if let checks {
            add(
                "checks", "Requirements that were applied, by how that ended.",
                RuleCheck.Outcome.allCases.map { outcome in
                    .init(
                        path.merging(["outcome": outcome.rawValue]) { $1 },
                        Double(checks.count { $0.outcome == outcome }))
                })
        }
        add(
            "connection_step_seconds", "Time of each step of the connection that was taken.",
            connection.steps.map {
                .init(path.merging(["step": $0.name.rawValue]) { $1 }, seconds($0.durationNanoseconds))
            })
        func cells(_ name: String, _ help: String, _ figure: (LatencyCell) -> Double?) {
            add(
                name, help,
                latency.compactMap { cell in figure(cell).map { .init(cell.labels(path), $0) } })
        }
        cells("latency_samples", "Operations that were timed.") { Double($0.samples) }
        cells("lost_operations", "Operations that did not complete in time or completed in error.") {
            Double($0.lost)
        }
        cells("latency_min_seconds", "The smallest sample.") { $0.minimum.map(seconds) }
        add(
            "latency_percentile_seconds", "Percentiles of the samples, nearest rank; absent with too few samples.",
            latency.flatMap { cell in
                Percentile.reported.compactMap { percentile in
                    cell.value(of: percentile).map {
                        .init(cell.labels(path).merging(["percentile": percentile.name]) { $1 }, seconds($0))
                    }
                }
            })
        cells("latency_max_seconds", "The largest sample.") { $0.maximum.map(seconds) }
        cells("latency_mean_seconds", "The arithmetic mean of the samples.") { $0.mean.map { $0 / 1e9 } }
        cells("latency_stddev_seconds", "The standard deviation of the samples.") {
            $0.standardDeviation.map { $0 / 1e9 }
        }
        return metrics
    }
}

extension LatencyCell {
    fileprivate func labels(_ path: [String: String]) -> [String: String] {
        path.merging([
            "operation": operation.rawValue, "pattern": pattern.rawValue, "size_bytes": "\(sizeBytes)",
            "load": load.rawValue,
        ]) { $1 }
    }
}

private func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }
