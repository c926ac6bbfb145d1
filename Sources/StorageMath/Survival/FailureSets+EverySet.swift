extension FailureSets {
    /// Evaluates each set by itself.
    func countEverySet() -> [Count] {
        var walk = EverySet(self)
        walk.extend(from: 0, size: 0)
        return walk.counts
    }
}

/// A walk over all sets: each is its predecessor and one element more.
private struct EverySet {
    private let rule: SurvivalRule
    private let elements: [FailedElement]
    private let largest: Int
    private let rackBits: [UInt32]
    private var failures: SurvivalRule.Failures
    var counts: [FailureSets.Count]

    init(_ sets: FailureSets) {
        let cluster = sets.placement.cluster
        rule = SurvivalRule(sets.placement, reading: sets.reading)
        elements = sets.elements
        largest = sets.largest
        rackBits = (1...cluster.racks).map { rack in
            cluster.servers(inRack: rack).reduce(0) { $0 | 1 << UInt32($1 - 1) }
        }
        failures = SurvivalRule.Failures(failed: Array(repeating: 0, count: cluster.drives.count))
        counts = (1...sets.largest).map { FailureSets.Count(size: $0) }
    }

    mutating func extend(from first: Int, size: Int) {
        for index in first..<elements.count {
            // What one element does to the failures is undone by hand: copying them would copy an array.
            let (down, damaged, witness) = (failures.down, failures.damaged, failures.witness)
            var server: Int?
            switch elements[index] {
            case .drive(let position):
                server = position.server - 1
                failures.failed[position.server - 1] += 1
                failures.damaged |= 1 << UInt32(position.server - 1)
            case .server(let number): failures.down |= 1 << UInt32(number - 1)
            case .rack(let number): failures.down |= rackBits[number - 1]
            case .witness: failures.witness = true
            }
            counts[size].add(1, rule.state(after: failures))
            if size + 1 < largest { extend(from: index + 1, size: size + 1) }
            if let server { failures.failed[server] -= 1 }
            (failures.down, failures.damaged, failures.witness) = (down, damaged, witness)
        }
    }
}
