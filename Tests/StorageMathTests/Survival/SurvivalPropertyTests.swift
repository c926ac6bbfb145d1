import StorageMath
import TestSupport
import Testing

/// What holds of every survival, for random clusters, volumes and failures.
@Suite struct SurvivalPropertyTests {
    /// A cluster and a volume that it may have.
    private func placement(_ random: inout SeededRandom) throws -> VolumePlacement {
        while true {
            let racks = random.next() % 3 == 0 ? 2 : 1
            let servers = racks == 2 ? 2 * Int.random(in: 1...3, using: &random) : Int.random(in: 1...9, using: &random)
            let drives = (0..<servers).map { _ in Int.random(in: 1...3, using: &random) + (servers == 2 ? 3 : 0) }
            let cluster = try ClusterLayout(
                drives: drives, racks: racks, media: random.next() % 2 == 0 ? .hybrid : .allFlash,
                hasWitness: random.next() % 3 != 0)
            let types =
                Resiliency.plain + [try Resiliency(parsing: "map:20%"), try Resiliency(parsing: "nested-map:10%")]
            let type = types[Int.random(in: types.indices, using: &random)]
            guard type.suitability(in: cluster.shape).layout != nil else { continue }
            guard type == .threeWayMirror, servers >= 6, random.next() % 2 == 0 else {
                return try VolumePlacement(type, in: cluster)
            }
            let some = cluster.servers.shuffled(using: &random).prefix(Int.random(in: 3...servers, using: &random))
            return try VolumePlacement(type, in: cluster, delimitedTo: Set(some))
        }
    }

    private func failures(_ cluster: ClusterLayout, _ random: inout SeededRandom) -> Set<FailedElement> {
        let rarity = UInt64.random(in: 3...12, using: &random)
        return Set(
            WorstSlabTests.elements(of: cluster).filter { element in
                random.next() % rarity == 0 && (element.kind != .rack || random.next() % 4 == 0)
            })
    }

    private func reading(_ random: inout SeededRandom) -> PoolReading? {
        ([nil] + PoolReading.allCases)[Int.random(in: 0...3, using: &random)]
    }

    @Test func `a superset of failures in any step is never better`() {
        forRandom(800) { random in
            let placement = try placement(&random)
            let cluster = placement.cluster
            let reading = reading(&random)
            let steps = (0..<Int.random(in: 1...3, using: &random)).map { _ in failures(cluster, &random) }
            let more = steps.map { $0.union(failures(cluster, &random)) }
            let fewer = try placement.survival(
                after: steps.map { try ClusterFailures($0, in: cluster) }, reading: reading)
            let worse = try placement.survival(
                after: more.map { try ClusterFailures($0, in: cluster) }, reading: reading)
            return fewer.state <= worse.state
        }
    }

    @Test func `failures at once are never better than the same one after another`() {
        forRandom(800) { random in
            let placement = try placement(&random)
            let cluster = placement.cluster
            let reading = reading(&random)
            let steps = (0..<3).map { _ in failures(cluster, &random) }
            let together = try ClusterFailures(steps[0].union(steps[1]).union(steps[2]), in: cluster)
            let inTurn = try placement.survival(
                after: steps.map { try ClusterFailures($0, in: cluster) }, reading: reading)
            let atOnce = try placement.survival(after: [together], reading: reading)
            return inTurn.state <= atOnce.state
        }
    }

    @Test func `the next failures are those that end it, and no others do`() {
        forRandom(150) { random in
            let placement = try placement(&random)
            let cluster = placement.cluster
            let elements = failures(cluster, &random)
            let now = try ClusterFailures(elements, in: cluster)
            let result = try placement.survival(after: [now])
            guard result.state != .offline else { return result.nextFailures.isEmpty }
            for kind in [FailedElement.Kind.drive, .server, .rack] where kind != .rack || cluster.racks == 2 {
                // What is down already ends nothing.
                let fatal = try WorstSlabTests.elements(of: cluster).filter { $0.kind == kind }.filter { element in
                    let step = try ClusterFailures([element], in: cluster)
                    return try placement.survival(after: [now, step]).state == .offline
                }
                let next = result.nextFailures.first { $0.example.kind == kind }
                guard (next?.count ?? 0) == fatal.count else { return false }
                if let next { guard fatal.contains(next.example) else { return false } }
            }
            return true
        }
    }

    @Test func `reasons are given exactly where a volume is offline`() {
        forRandom(400) { random in
            let placement = try placement(&random)
            let failures = try ClusterFailures(failures(placement.cluster, &random), in: placement.cluster)
            let result = try placement.survival(after: [failures])
            return result.reasons.isEmpty == (result.state != .offline)
        }
    }
}
