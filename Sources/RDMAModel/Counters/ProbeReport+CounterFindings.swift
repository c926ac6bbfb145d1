public import ClusterCore

extension ProbeReport {
    /// What the counters of both ends say.
    public var counterFindings: [Finding] {
        [host, peer].compactMap(\.self).flatMap { end in
            let subject = ComponentIdentifier(rawValue: "").appending("host", end.name)
            return (end.counters ?? []).findings(host: subject, software: end.device?.software)
                + [stillFinding(end, subject)].compactMap(\.self)
        }
    }

    /// What is counted of traffic, whatever it is.
    private static let traffic: Set<String> = [
        "sent_data", "received_data", "sent_bytes", "received_bytes", "sent_packets", "received_packets",
    ]

    /// That counters of traffic stood still although the test moved data. On virtual functions they may be constantly 0,
    /// and then those of losses say nothing either.
    private func stillFinding(_ end: EndAccount, _ subject: ComponentIdentifier) -> Finding? {
        guard latency.contains(where: { $0.samples > 0 }) else { return nil }
        let traffic = (end.counters ?? []).filter { counter in
            !counter.isEthernet && counter.change != nil && counter.name.map(ProbeReport.traffic.contains) == true
        }
        guard let first = traffic.first, traffic.allSatisfy({ $0.change == 0 }) else { return nil }
        return Finding(
            rule: "rdma.counter.unknown", severity: .information, subject: subject,
            measured: .text(
                "the counters of traffic stood still while the test moved data: those of losses may not count either"),
            evidence: [
                Evidence(source: first.source, value: "\(first.after.map { "\($0)" } ?? "not known") throughout")
            ],
            remedy: "A virtual function may have none that count: read them on the physical function. Data between two "
                + "programs of one host may not leave the adapter.")
    }
}
