extension VolumePlacement {
    /// What is left of the volume after failures: those of one step at once, the steps one after another without
    /// repair in between.
    ///
    /// Online by data (Microsoft, fault-tolerance, 2023-04, examples 1 to 8; AL-112, AL-113, AL-114): every slab can be
    /// read, the one hit hardest too. Online by quorum: cluster and pool keep theirs whichever server has no vote
    /// (``ClusterLayout/quorum(after:reading:)``). A superset of failures in any step is never better.
    ///
    /// - Parameter reading: how the votes of the pool are counted; `nil` takes the page that speaks of this volume
    ///   (``PoolReading/init(for:)``).
    ///
    /// An error where failures are of another cluster, or there are more than 1,000 steps.
    public func survival(
        after steps: [ClusterFailures], reading: PoolReading? = nil
    ) throws(StorageMathError) -> VolumeSurvival {
        let reading = reading ?? PoolReading(for: resiliency)
        let now = try outcome(after: steps, reading)
        var assumptions = layout.assumptions
        if let conflict = reading.conflict(with: now.quorum) { assumptions.append(conflict) }
        return VolumeSurvival(
            state: now.state, worstSlabs: now.slabs, quorum: now.quorum, reasons: now.reasons,
            nextFailures: now.state == .offline ? [] : try nextFailures(after: steps, reading),
            assumptions: assumptions)
    }

    private struct Outcome {
        let slabs: [SlabSurvival]
        let quorum: QuorumTrace
        let reasons: [VolumeSurvival.Reason]

        var state: VolumeSurvival.State {
            guard reasons.isEmpty else { return .offline }
            return slabs.allSatisfy(\.lost.isEmpty) ? .online : .degraded
        }
    }

    private func outcome(after steps: [ClusterFailures], _ reading: PoolReading) throws(StorageMathError) -> Outcome {
        let failures = try cluster.union(of: steps)
        let slabs = worstSlabs(after: failures).map { SlabSurvival($0, after: failures) }
        let quorum = try cluster.quorum(after: steps, reading: reading)
        var reasons = slabs.filter { !$0.isReadable }.map {
            VolumeSurvival.Reason.data($0.slab.code, left: $0.left.count)
        }
        if quorum.cluster != .yes { reasons.append(.clusterQuorum(quorum.cluster)) }
        if let lost = quorum.steps.first(where: { !$0.pool.hasQuorum }) {
            reasons.append(.poolQuorum(left: lost.pool.left, needed: lost.pool.needed))
        }
        return Outcome(slabs: slabs, quorum: quorum, reasons: reasons)
    }

    private func nextFailures(
        after steps: [ClusterFailures], _ reading: PoolReading
    ) throws(StorageMathError) -> [VolumeSurvival.NextFailure] {
        var result: [VolumeSurvival.NextFailure] = []
        for candidates in try candidates(after: steps) {
            var found: VolumeSurvival.NextFailure?
            var (count, total) = (0, 0)
            for (element, equals) in candidates {
                total += equals
                let step = ClusterFailures(unchecked: [element], in: cluster)
                let reasons = try outcome(after: steps + [step], reading).reasons
                guard !reasons.isEmpty else { continue }
                count += equals
                found =
                    found ?? VolumeSurvival.NextFailure(example: element, count: 0, total: 0, reasons: reasons)
            }
            if let found {
                result.append(
                    VolumeSurvival.NextFailure(
                        example: found.example, count: count, total: total, reasons: found.reasons))
            }
        }
        return result
    }

    /// What decides what a server's failure or that of one of its drives does; servers with the same are alike.
    private struct Likeness: Hashable {
        let drives: Int
        let failed: Int
        let rack: Int
        let holds: Bool
    }

    /// What is still up, kind by kind, one of each that are alike with how many there are.
    private func candidates(
        after steps: [ClusterFailures]
    ) throws(StorageMathError) -> [[(element: FailedElement, equals: Int)]] {
        let failures = try cluster.union(of: steps)
        let up = cluster.servers.filter { !failures.isDown($0) }
        let alike = Dictionary(grouping: up) { server in
            Likeness(
                drives: cluster.drives[server - 1], failed: failures.failedDrives(of: server).count,
                rack: cluster.rack(of: server), holds: servers.contains(server))
        }.sorted { $0.value[0] < $1.value[0] }
        var drives: [(element: FailedElement, equals: Int)] = []
        for (likeness, servers) in alike {
            let failed = failures.failedDrives(of: servers[0])
            guard let drive = (1...likeness.drives).first(where: { !failed.contains($0) }) else { continue }
            drives.append(
                (
                    .drive(DrivePosition(server: servers[0], drive: drive)),
                    (likeness.drives - failed.count) * servers.count
                ))
        }
        let racks = cluster.racks == 1 ? [] : (1...2).filter { rack in up.contains { cluster.rack(of: $0) == rack } }
        return [drives, alike.map { (.server($0.value[0]), $0.value.count) }, racks.map { (.rack($0), 1) }]
    }
}
