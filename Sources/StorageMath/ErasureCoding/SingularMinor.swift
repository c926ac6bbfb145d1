/// A square part of a parity matrix that is singular: with those data symbols lost and, of the parities, only those
/// rows left, the data is lost too.
public struct SingularMinor: Sendable, Hashable {
    /// Rows of the parity matrix, from 0.
    public let rows: [Int]
    /// Columns, from 0: data symbols.
    public let columns: [Int]
}

extension SingularMinor: CustomStringConvertible {
    /// In words: `parity rows [0, 2] and data columns [1, 5]`.
    public var description: String { "parity rows \(rows) and data columns \(columns)" }
}

extension CodingMatrix {
    /// The most square parts that a proof may look at: all of a code whose C(*k* + *m*, *m*) is not above it.
    static let minorLimit = 1 << 20

    /// How many square parts there are, C(rows + columns, rows) − 1; `nil` above the limit.
    var minorCount: Int? {
        Combinations.number(of: rowCount + columnCount, taking: rowCount, limit: CodingMatrix.minorLimit + 1)
            .map { $0 - 1 }
    }

    /// The first square part that is singular among those that are needed, small ones first; `nil` where there is none.
    func singularMinor(where isNeeded: ([Int], [Int]) -> Bool = { _, _ in true }) -> SingularMinor? {
        for size in 1...Swift.min(rowCount, columnCount) {
            for columns in Combinations(of: columnCount, taking: size) {
                for rows in Combinations(of: rowCount, taking: size)
                where isNeeded(rows, columns) && isSingular(rows, columns) {
                    return SingularMinor(rows: rows, columns: columns)
                }
            }
        }
        return nil
    }

    /// The rows and columns from the first, that many of each; the caller has seen to it that there are as many.
    func corner(rows: Int, columns: Int) -> CodingMatrix {
        CodingMatrix(
            unchecked: rows, columns,
            (0..<rows).flatMap { elements[$0 * columnCount..<$0 * columnCount + columns] }, field)
    }

    /// Whether the part has no inverse: forward elimination runs out of pivots.
    private func isSingular(_ rows: [Int], _ columns: [Int]) -> Bool {
        let size = rows.count
        if size == 1 { return elements[rows[0] * columnCount + columns[0]] == 0 }
        var part: [UInt8] = []
        part.reserveCapacity(size * size)
        for row in rows { for column in columns { part.append(elements[row * columnCount + column]) } }
        for step in 0..<size {
            var pivot = step
            while pivot < size, part[pivot * size + step] == 0 { pivot += 1 }
            guard pivot < size else { return true }
            if pivot != step { for entry in step..<size { part.swapAt(pivot * size + entry, step * size + entry) } }
            let reciprocal = field.reciprocals[Int(part[step * size + step])]
            for row in step + 1..<Swift.max(size, step + 1) where part[row * size + step] != 0 {
                let factor = field.multiply(part[row * size + step], reciprocal)
                for entry in step..<size {
                    part[row * size + entry] ^= field.multiply(factor, part[step * size + entry])
                }
            }
        }
        return false
    }
}
