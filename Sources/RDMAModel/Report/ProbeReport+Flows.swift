public import ClusterCore

extension ProbeReport {
    /// That flows were planned of which nothing is known, in one finding; none where every flow was measured.
    ///
    /// Where the run failed or was interrupted, that says why, and this is left out by whoever knows of it.
    public var unmeasuredFlowFindings: [Finding] {
        guard let plan = plan.bandwidth else { return [] }
        let missing = plan.cells.flatMap { cell in
            let ends: [BandwidthCell.PostingEnd] = cell.direction == .bothWays ? [.host, .peer] : [.host]
            return ends.filter { end in
                !(bandwidth ?? []).contains {
                    $0.operation == cell.operation && $0.direction == cell.direction && $0.sizeBytes == cell.sizeBytes
                        && $0.postedBy == end && $0.meanBitsPerSecond != nil
                }
            }.map { "\(cell.words), posted by the \($0.rawValue)" }
        }
        guard !missing.isEmpty else { return [] }
        return [
            Finding(
                rule: "rdma.bandwidth", severity: .warning,
                subject: ComponentIdentifier(rawValue: "").appending("host", host.name),
                required: .text("every planned flow is measured"),
                evidence: missing.map { Evidence(source: $0) },
                remedy: "Raise --bandwidth-duration, or measure less in one run.")
        ]
    }
}
