/// One pass over some streams and the sums that it makes: which of them by exclusive or alone, which by doubling, and
/// which by tables.
struct SumPass: Sendable, Hashable {
    /// A sum: its place among those of the program, and its stream.
    struct Target: Sendable, Hashable {
        let place: Int
        let stream: Int
    }

    /// Consecutive sources, and the sum that their exclusive or is, where it is asked.
    struct Group: Sendable, Hashable {
        let end: Int
        let sum: Target?
    }

    /// Two sums from two syndromes, as `cgf_pair` has it; the coefficients of the pass are those of its two tables.
    struct Pair: Sendable, Hashable {
        let group: Int
        let sum: Int
        let horner: Int
        let first: Int
        let second: Int
    }

    /// The streams that are taken, in order; `nil` for one of zeros.
    var order: [Int?]
    var groups: [Group]
    /// The sum of 2^(steps − 1 − *i*) times source *i*.
    var horner: Target?
    /// The sums by tables.
    var products: [Target] = []
    /// Their coefficients, all of a source after each other.
    var coefficients: [UInt8] = []
    var pair: Pair?
}

extension SumPass {
    /// The most sums by tables beside exclusive ors, and beside those and doubling.
    private static let besideSums = 3
    private static let besideHorner = 2
    /// The most exclusive ors of a pass: with what lies between them and the other sums, a comparison has 64 bits.
    private static let mostRuns = 24

    /// The passes that give all sums of a matrix, each exactly once.
    ///
    /// Rows of ones are exclusive ors. A row of the powers 1, 2, 4, … in any order is made by doubling: one operation a
    /// source, where a product takes several. What is left takes tables.
    static func passes(
        for matrix: CodingMatrix, sources: [Int], sums: [Int], kernel: CodingKernel
    ) -> [SumPass] {
        let targets = sums.enumerated().map { Target(place: $0.offset, stream: $0.element) }
        let columns = Array(sources.indices)
        let horner = matrix.field == .storage ? targets.first { matrix.powersOrder(of: $0.place) != nil } : nil
        let order = horner.flatMap { matrix.powersOrder(of: $0.place) } ?? columns
        // Exclusive ors of consecutive sources, none of which is in two.
        var runs: [(Range<Int>, Target)] = []
        var rest: [Target] = []
        for target in targets where target != horner {
            if runs.count < mostRuns, let run = matrix.runOfOnes(in: target.place, order),
                !runs.contains(where: { $0.0.overlaps(run) })
            {
                runs.append((run, target))
            } else {
                rest.append(target)
            }
        }
        if runs.isEmpty {
            // Doubling is made beside exclusive ors only.
            return byTables(horner.map { [$0] + rest } ?? rest, matrix, columns, sources, kernel)
        }
        runs.sort { $0.0.lowerBound < $1.0.lowerBound }
        let most = horner == nil ? besideSums : besideHorner
        let beside = rest.count <= most ? rest : []
        // Where nothing else needs them, sources that are in no run are left out.
        let taken = horner == nil && beside.isEmpty ? runs.flatMap { Array($0.0) } : columns
        var pass = SumPass(order: taken.map { sources[order[$0]] }, groups: [])
        var position = 0
        for (run, target) in runs {
            let start = taken.firstIndex(of: run.lowerBound) ?? 0
            if start > position { pass.groups.append(Group(end: start, sum: nil)) }
            pass.groups.append(Group(end: start + run.count, sum: target))
            position = start + run.count
        }
        if position < taken.count { pass.groups.append(Group(end: taken.count, sum: nil)) }
        pass.horner = horner
        pass.products = beside
        for column in taken { for target in beside { pass.coefficients.append(matrix[target.place, order[column]]) } }
        return [pass] + (beside.isEmpty ? byTables(rest, matrix, columns, sources, kernel) : [])
    }

    /// Passes by tables, as few as there can be and as equal.
    private static func byTables(
        _ targets: [Target], _ matrix: CodingMatrix, _ columns: [Int], _ sources: [Int], _ kernel: CodingKernel
    ) -> [SumPass] {
        guard !targets.isEmpty else { return [] }
        let count = (targets.count + kernel.rowsOfAPass - 1) / kernel.rowsOfAPass
        return (0..<count).map { index in
            let part = Array(targets[targets.count * index / count..<targets.count * (index + 1) / count])
            let needed = columns.filter { column in part.contains { matrix[$0.place, column] != 0 } }
            // A sum of nothing is still written: it is zero times some source.
            let taken = needed.isEmpty ? [columns[0]] : needed
            var pass = SumPass(order: taken.map { sources[$0] }, groups: [Group(end: taken.count, sum: nil)])
            pass.products = part
            for column in taken { for target in part { pass.coefficients.append(matrix[target.place, column]) } }
            return pass
        }
    }
}

extension CodingMatrix {
    /// The order of columns in which a row is the powers of 2 from the highest to 1; `nil` where it is not.
    fileprivate func powersOrder(of row: Int) -> [Int]? {
        guard columnCount > 1, columnCount <= 255 else { return nil }
        var order = [Int?](repeating: nil, count: columnCount)
        for column in 0..<columnCount {
            let element = self[row, column]
            guard element != 0 else { return nil }
            let power = Int(field.logarithms[Int(element)])
            guard power < columnCount, order[columnCount - 1 - power] == nil else { return nil }
            order[columnCount - 1 - power] = column
        }
        return order.compactMap(\.self)
    }

    /// The places in the order at which a row is 1, where it is 0 at all others and they are consecutive.
    fileprivate func runOfOnes(in row: Int, _ order: [Int]) -> Range<Int>? {
        let elements = order.map { self[row, $0] }
        guard let first = elements.firstIndex(of: 1), let last = elements.lastIndex(of: 1),
            elements[first...last].allSatisfy({ $0 == 1 }), elements[..<first].allSatisfy({ $0 == 0 }),
            elements[(last + 1)...].allSatisfy({ $0 == 0 })
        else { return nil }
        return first..<last + 1
    }
}
