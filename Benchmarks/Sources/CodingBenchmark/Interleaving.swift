import Foundation

/// How long calls of several sides take, measured in turns.
struct Interleaving {
    /// How often each side has its turn.
    let alternations: Int
    /// What a turn takes at least, in seconds.
    let block: Double

    /// Seconds that a call of each side takes: the median of its turns.
    ///
    /// Before each turn is a call that is not timed: the side before leaves lines of the caches dirty, or elsewhere. Every
    /// other round goes the other way, so that none always comes behind the same.
    func medians(_ sides: [Workload.Calls]) throws -> [Double] {
        let times = try sides.map(calibrate)
        var taken = [[Double]](repeating: [], count: sides.count)
        for round in 0..<alternations {
            for turn in sides.indices {
                let side = round.isMultiple(of: 2) ? turn : sides.count - 1 - turn
                try sides[side](1)
                taken[side].append(try seconds { try sides[side](times[side]) } / Double(times[side]))
            }
        }
        return taken.map(median)
    }

    /// How many calls fill a turn.
    private func calibrate(_ side: Workload.Calls) throws -> Int {
        try side(1)
        var times = 1
        for _ in 0..<8 {
            let taken = try seconds { try side(times) }
            if taken >= block { break }
            // A little more than it seems to take, and not a thousandfold at once: the first calls are slow.
            times = max(times + 1, Int(Double(times) * min(1.2 * block / max(taken, 1e-9), 100)))
        }
        return times
    }

    /// The side that is fastest in a few short turns.
    func fastest(_ sides: [Workload.Calls]) throws -> Int {
        let short = Interleaving(alternations: 3, block: block / 2)
        let taken = try short.medians(sides)
        return taken.indices.min { taken[$0] < taken[$1] } ?? 0
    }
}

func seconds(_ work: () throws -> Void) rethrows -> Double {
    let taken = try ContinuousClock().measure(work)
    return Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
}

/// The middle value; the mean of the two middle ones where their number is even.
func median(_ values: [Double]) -> Double {
    let ordered = values.sorted()
    let half = ordered.count / 2
    guard !ordered.isEmpty else { return .nan }
    return ordered.count.isMultiple(of: 2) ? (ordered[half - 1] + ordered[half]) / 2 : ordered[half]
}

func geometricMean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : exp(values.map { log($0) }.reduce(0, +) / Double(values.count))
}
