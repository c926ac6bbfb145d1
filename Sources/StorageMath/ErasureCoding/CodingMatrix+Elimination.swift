extension CodingMatrix {
    /// How many rows are independent of each other.
    public var rank: Int {
        var reduced = self
        return reduced.reduce(width: columnCount).count
    }

    /// The matrix by which this one gives the identity; an error where it is not square or has none.
    public func inverted() throws(StorageMathError) -> CodingMatrix {
        guard rowCount == columnCount else {
            throw StorageMathError(
                "matrix to invert", "\(rowCount) x \(columnCount)", bound: "square",
                remedy: "choose as many rows as columns")
        }
        var both = CodingMatrix(unchecked: rowCount, 2 * rowCount, [], field)
        for row in 0..<rowCount {
            both.elements += elements[row * columnCount..<(row + 1) * columnCount]
            for column in 0..<rowCount { both.elements.append(column == row ? 1 : 0) }
        }
        let rank = both.reduce(width: rowCount).count
        guard rank == rowCount else {
            throw StorageMathError(
                "rank of the matrix to invert", "\(rank)", bound: "\(rowCount), all of its rows",
                remedy: "it is singular: choose other rows")
        }
        return CodingMatrix(
            unchecked: rowCount, rowCount, (0..<rowCount).flatMap { both.part(of: $0, from: rowCount) }, field)
    }

    /// What gives the rows of `wanted` as sums of multiples of the rows of this matrix: *X* with *X* · self = wanted.
    /// `nil` where there is none, or the rows are not independent. The caller has seen to the fields and columns.
    func combination(giving wanted: CodingMatrix) -> CodingMatrix? {
        // One equation for each column: the transposes of both, side by side.
        let width = rowCount + wanted.rowCount
        var equations = CodingMatrix(
            unchecked: columnCount, width, [UInt8](repeating: 0, count: columnCount * width), field)
        for column in 0..<columnCount {
            for row in 0..<rowCount {
                equations.elements[column * width + row] = elements[row * columnCount + column]
            }
            for row in 0..<wanted.rowCount {
                equations.elements[column * width + rowCount + row] = wanted.elements[row * columnCount + column]
            }
        }
        guard equations.reduce(width: rowCount).count == rowCount else { return nil }
        for rest in rowCount..<max(rowCount, columnCount) {
            // An equation that no unknown is left in must say that zero is zero.
            guard equations.part(of: rest, from: rowCount).allSatisfy({ $0 == 0 }) else { return nil }
        }
        var combination: [UInt8] = []
        for row in 0..<wanted.rowCount {
            for unknown in 0..<rowCount { combination.append(equations.elements[unknown * width + rowCount + row]) }
        }
        return CodingMatrix(unchecked: wanted.rowCount, rowCount, combination, field)
    }

    private func part(of row: Int, from column: Int) -> ArraySlice<UInt8> {
        elements[row * columnCount + column..<(row + 1) * columnCount]
    }

    /// Gauss-Jordan elimination over the first `width` columns. Gives the columns of the pivots; the pivot of the
    /// *i*-th is 1, in row *i*, and alone in its column.
    mutating func reduce(width: Int) -> [Int] {
        var pivots: [Int] = []
        for column in 0..<width {
            let top = pivots.count
            var pivot = top
            while pivot < rowCount, elements[pivot * columnCount + column] == 0 { pivot += 1 }
            guard pivot < rowCount else { continue }
            pivots.append(column)
            if pivot != top {
                for entry in column..<columnCount {
                    elements.swapAt(pivot * columnCount + entry, top * columnCount + entry)
                }
            }
            let first = elements[top * columnCount + column]
            if first != 1 {
                let scale = field.reciprocals[Int(first)]
                for place in top * columnCount + column..<(top + 1) * columnCount {
                    elements[place] = field.multiply(scale, elements[place])
                }
            }
            for row in 0..<rowCount where row != top {
                let factor = elements[row * columnCount + column]
                if factor == 0 { continue }
                for entry in column..<columnCount {
                    elements[row * columnCount + entry] ^= field.multiply(factor, elements[top * columnCount + entry])
                }
            }
        }
        return pivots
    }
}
