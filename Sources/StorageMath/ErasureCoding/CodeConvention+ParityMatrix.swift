extension CodeConvention {
    /// The parity rows of a shape, one a parity and one column a data shard. Nothing is proven of them here:
    /// ``ReedSolomon`` and ``LocalReconstructionCode`` do that.
    ///
    /// An error where a code cannot have that shape, RAID-Z has more than 3 parities, or a custom matrix has another.
    public func parityMatrix(data: Int, parity: Int) throws(StorageMathError) -> CodingMatrix {
        let layout = try ErasureLayout(data: data, globalParities: parity)
        let field = GaloisField.storage
        func matrix(_ element: (Int, Int) -> UInt8) -> CodingMatrix {
            var elements: [UInt8] = []
            for row in 0..<parity { for column in 0..<data { elements.append(element(row, column)) } }
            return CodingMatrix(unchecked: parity, data, elements, field)
        }
        switch self {
        case .vandermondePowers: return matrix { field.raise(2, to: $0 * $1) }
        case .cauchy1: return matrix { field.reciprocals[(data + $0) ^ $1] }
        case .par1: return matrix { field.raise(UInt8(truncatingIfNeeded: $1 + 1), to: $0) }
        case .raidZ:
            try StorageMathError.require(
                parity, in: 1...3, "parities of RAID-Z", remedy: "raidz, raidz2 and raidz3 have 1 to 3")
            return matrix { field.raise(2, to: $0 * (data - 1 - $1)) }
        case .backblaze:
            return try CodeConvention.systematic(layout) { field.raise(UInt8(truncatingIfNeeded: $0), to: $1) }
        case .zfec:
            return try CodeConvention.systematic(layout) {
                $0 == 0 ? ($1 == 0 ? 1 : 0) : field.raise(2, to: ($0 - 1) * $1)
            }
        case .jerasure:
            let last = layout.symbols - 1
            let rows = try CodeConvention.systematic(layout) {
                $0 == last ? ($1 == data - 1 ? 1 : 0) : field.raise(UInt8(truncatingIfNeeded: $0), to: $1)
            }
            return rows.scaledToOnes()
        case .custom(let rows):
            guard rows.rowCount == parity, rows.columnCount == data else {
                throw StorageMathError(
                    "custom parity matrix", "\(rows.rowCount) x \(rows.columnCount)", bound: "\(parity) x \(data)",
                    remedy: "give one row a parity and one column a data shard")
            }
            return rows
        }
    }

    /// The rows below the first *k* of a matrix, times the inverse of those.
    private static func systematic(
        _ layout: ErasureLayout, _ element: (Int, Int) -> UInt8
    ) throws(StorageMathError) -> CodingMatrix {
        var elements: [UInt8] = []
        for row in 0..<layout.symbols { for column in 0..<layout.data { elements.append(element(row, column)) } }
        let whole = CodingMatrix(unchecked: layout.symbols, layout.data, elements, .storage)
        let top = whole.corner(rows: layout.data, columns: layout.data)
        let below = CodingMatrix(
            unchecked: layout.globalParities, layout.data, Array(elements[(layout.data * layout.data)...]), .storage)
        return try below.multiplied(by: top.inverted())
    }
}

extension CodingMatrix {
    /// Each column divided by its first element, then each row by its own: row 0 and column 0 are ones. The
    /// determinants of square parts keep being zero or not.
    fileprivate func scaledToOnes() -> CodingMatrix {
        var scaled = self
        for column in 0..<columnCount {
            let scale = field.reciprocals[Int(elements[column])]
            for row in 0..<rowCount {
                scaled.elements[row * columnCount + column] = field.multiply(
                    scale, elements[row * columnCount + column])
            }
        }
        for row in 0..<rowCount {
            let scale = field.reciprocals[Int(scaled.elements[row * columnCount])]
            for place in row * columnCount..<(row + 1) * columnCount {
                scaled.elements[place] = field.multiply(scale, scaled.elements[place])
            }
        }
        return scaled
    }
}
