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
        for metric in flowMetrics(path) + datagramMetrics(path) { metrics.add(metric) }
        return metrics
    }

    /// What flows moved.
    private func flowMetrics(_ path: [String: String]) -> [MetricsDocument.Family] {
        guard let bandwidth else { return [] }
        func metric(_ name: String, _ help: String, _ figure: (BandwidthCell) -> Double?) -> MetricsDocument.Family {
            .init(
                name: "rdmaprobe_bandwidth_\(name)", help: help,
                samples: bandwidth.compactMap { flow in figure(flow).map { .init(flow.labels(path), $0) } })
        }
        return [
            metric("mean_bytes_per_second", "Payload over the time from the first post to the last completion.") {
                $0.meanBitsPerSecond.map { Double($0) / 8 }
            },
            metric("lowest_second_bytes_per_second", "The whole second in which least was moved.") {
                $0.lowestSecondBitsPerSecond.map { Double($0) / 8 }
            },
            metric("longest_stall_seconds", "The longest time in which nothing completed.") {
                $0.longestStallNanoseconds.map(seconds)
            },
            metric("messages_per_second", "Messages that completed, by the second.") { $0.messagesPerSecond },
        ]
    }

    /// What became of unreliable datagrams.
    private func datagramMetrics(_ path: [String: String]) -> [MetricsDocument.Family] {
        guard let datagrams else { return [] }
        func metric(_ name: String, _ help: String, _ figure: (DatagramCell) -> Double?) -> MetricsDocument.Family {
            .init(
                name: "rdmaprobe_datagrams_\(name)", help: help,
                samples: datagrams.compactMap { cell in
                    figure(cell).map { .init(path.merging(["size_bytes": "\(cell.sizeBytes)"]) { $1 }, $0) }
                })
        }
        return [
            metric("sent", "Unreliable datagrams that were sent.") { Double($0.sent) },
            metric("answered", "Those that were answered in time.") { Double($0.answered) },
            metric("lost", "Those that were not.") { Double($0.lost) },
            metric("p50_seconds", "The median of the round trip; absent with too few samples.") { $0.p50.map(seconds) },
            metric("p99_seconds", "99 of 100 round trips took at most this; absent with too few samples.") {
                $0.p99.map(seconds)
            },
        ]
    }
}

extension BandwidthCell {
    fileprivate func labels(_ path: [String: String]) -> [String: String] {
        path.merging([
            "operation": operation.rawValue, "direction": direction.rawValue, "posted_by": postedBy.rawValue,
            "size_bytes": "\(sizeBytes)", "queue_pairs": "\(queuePairs)",
        ]) { $1 }
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
