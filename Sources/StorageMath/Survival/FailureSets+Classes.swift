extension FailureSets {
    /// Evaluates one set of each class and counts it as often as there are sets in the class.
    func countClasses() -> [Count] {
        var walk = ClassWalk(self)
        walk.chooseRacksAndWitness(0, ways: 1, size: 0)
        return walk.counts
    }
}

/// A walk over the classes: first racks and witness, then group by group of servers that are alike how many of them
/// suffer what.
private struct ClassWalk {
    private let rule: SurvivalRule
    private let largest: Int
    private let kinds: Set<FailedElement.Kind>
    /// Racks, then the witness: what is one of its kind.
    private let singles: [FailedElement]
    private let rackBits: [UInt32]
    private let groups: [Group]
    private var failures: SurvivalRule.Failures
    var counts: [FailureSets.Count]

    /// Servers that are alike, by their index.
    private struct Group {
        let servers: [Int]
        let drives: Int
    }

    /// What a server suffers: whether it fails as a whole, and how many of its drives by themselves.
    private struct Harm {
        let isDown: Bool
        let drives: Int
        /// Elements that this takes out of a set.
        var size: Int { drives + (isDown ? 1 : 0) }
    }

    private struct Likeness: Hashable { let drives, rack: Int, holds: Bool }

    init(_ sets: FailureSets) {
        let cluster = sets.placement.cluster
        rule = SurvivalRule(sets.placement, reading: sets.reading)
        largest = sets.largest
        kinds = sets.kinds
        singles = sets.elements.filter { $0.kind == .rack || $0.kind == .witness }
        rackBits = (1...cluster.racks).map { rack in
            cluster.servers(inRack: rack).reduce(0) { $0 | 1 << UInt32($1 - 1) }
        }
        let alike = Dictionary(grouping: cluster.servers) { server in
            Likeness(
                drives: cluster.drives[server - 1], rack: cluster.rack(of: server),
                holds: sets.placement.servers.contains(server))
        }
        groups = alike.map { Group(servers: $1.map { $0 - 1 }, drives: $0.drives) }
        failures = SurvivalRule.Failures(failed: Array(repeating: 0, count: cluster.drives.count))
        counts = (1...sets.largest).map { FailureSets.Count(size: $0) }
    }

    mutating func chooseRacksAndWitness(_ index: Int, ways: Int, size: Int) {
        guard index < singles.count else { return harm(group: 0, ways: ways, size: size) }
        chooseRacksAndWitness(index + 1, ways: ways, size: size)
        guard size < largest else { return }
        let (down, witness) = (failures.down, failures.witness)
        if case .rack(let rack) = singles[index] {
            failures.down |= rackBits[rack - 1]
        } else {
            failures.witness = true
        }
        chooseRacksAndWitness(index + 1, ways: ways, size: size + 1)
        (failures.down, failures.witness) = (down, witness)
    }

    private mutating func harm(group: Int, ways: Int, size: Int) {
        // Once the set is full, nothing else can happen to the other servers.
        guard group < groups.count, size < largest else {
            if size > 0 { counts[size - 1].add(ways, rule.state(after: failures)) }
            return
        }
        let harms = harms(groups[group])
        choose(harms[...], untouched: groups[group].servers[...], group: group, ways: ways, size: size)
    }

    private func harms(_ group: Group) -> [Harm] {
        let most = kinds.contains(.drive) ? min(largest, group.drives) : 0
        return (kinds.contains(.server) ? [false, true] : [false]).flatMap { isDown in
            (0...most).map { Harm(isDown: isDown, drives: $0) }
        }.filter { (1...largest).contains($0.size) }
    }

    /// How many of the untouched servers suffer the first of the harms: 0, 1, 2, … and then the other harms.
    private mutating func choose(
        _ harms: ArraySlice<Harm>, untouched: ArraySlice<Int>, group: Int, ways: Int, size: Int
    ) {
        guard let harm = harms.first, size < largest else { return self.harm(group: group + 1, ways: ways, size: size) }
        let (down, damaged) = (failures.down, failures.damaged)
        var (taken, total, waysOfDrives) = (0, size, 1)
        while true {
            choose(
                harms.dropFirst(), untouched: untouched.dropFirst(taken), group: group,
                ways: ways * Binomial.coefficient(untouched.count, taken) * waysOfDrives, size: total)
            guard taken < untouched.count, total + harm.size <= largest else { break }
            suffer(harm, untouched[untouched.startIndex + taken])
            taken += 1
            total += harm.size
            waysOfDrives *= Binomial.coefficient(groups[group].drives, harm.drives)
        }
        for server in untouched.prefix(taken) { failures.failed[server] = 0 }
        (failures.down, failures.damaged) = (down, damaged)
    }

    private mutating func suffer(_ harm: Harm, _ server: Int) {
        if harm.isDown { failures.down |= 1 << UInt32(server) }
        failures.failed[server] = harm.drives
        if harm.drives > 0 { failures.damaged |= 1 << UInt32(server) }
    }
}
