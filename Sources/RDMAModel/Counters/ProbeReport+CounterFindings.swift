public import ClusterCore

extension ProbeReport {
    /// What the counters of both ends say.
    public var counterFindings: [Finding] {
        [host, peer].compactMap(\.self).flatMap { end in
            (end.counters ?? []).findings(
                host: ComponentIdentifier(rawValue: "").appending("host", end.name), software: end.device?.software)
        }
    }
}
