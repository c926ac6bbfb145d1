/// A matrix over a field of 256 elements: the coefficients of a code.
public struct CodingMatrix: Sendable, Hashable {
    /// The field of its elements.
    public let field: GaloisField
    /// Rows, 1 to 256.
    public let rowCount: Int
    /// Columns, 1 to 256.
    public let columnCount: Int
    /// The elements, row by row.
    public internal(set) var elements: [UInt8]

    /// How many rows and columns a matrix may have: as many as the field has elements, which bounds the work of an
    /// inversion at 256^3 products.
    public static let sizeRange = 1...256

    /// A matrix of rows; an error where there are none, more than 256, or their lengths differ.
    public init(_ rows: [[UInt8]], over field: GaloisField = .storage) throws(StorageMathError) {
        try StorageMathError.require(
            rows.count, in: CodingMatrix.sizeRange, "rows of a matrix", remedy: "a code has at most 256 symbols")
        let columns = rows[0].count
        try StorageMathError.require(
            columns, in: CodingMatrix.sizeRange, "columns of a matrix", remedy: "a code has at most 256 symbols")
        for (index, row) in rows.enumerated() where row.count != columns {
            throw StorageMathError(
                "elements of row \(index)", "\(row.count)", bound: "\(columns), as many as row 0 has",
                remedy: "give all rows the same length")
        }
        self.init(unchecked: rows.count, columns, Array(rows.joined()), field)
    }

    /// The square matrix of ones on the diagonal; an error where the size is not 1 to 256.
    public init(identity size: Int, over field: GaloisField = .storage) throws(StorageMathError) {
        try StorageMathError.require(
            size, in: CodingMatrix.sizeRange, "rows of a matrix", remedy: "a code has at most 256 symbols")
        self.init(unchecked: size, size, [UInt8](repeating: 0, count: size * size), field)
        for index in 0..<size { elements[index * size + index] = 1 }
    }

    init(unchecked rowCount: Int, _ columnCount: Int, _ elements: [UInt8], _ field: GaloisField) {
        self.field = field
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.elements = elements
    }

    /// An element. As with an array, a place outside the matrix is a mistake of the caller and stops the program.
    public subscript(row: Int, column: Int) -> UInt8 {
        precondition((0..<columnCount).contains(column), "the matrix has \(columnCount) columns")
        return elements[row * columnCount + column]
    }

    /// The elements, one array a row.
    public var rows: [[UInt8]] {
        (0..<rowCount).map { Array(elements[$0 * columnCount..<($0 + 1) * columnCount]) }
    }

    /// The product; an error where the fields differ or `other` has not as many rows as this has columns.
    public func multiplied(by other: CodingMatrix) throws(StorageMathError) -> CodingMatrix {
        guard field == other.field else {
            throw StorageMathError(
                "field of the second matrix", other.field.description, bound: field.description,
                remedy: "keep to one field")
        }
        guard columnCount == other.rowCount else {
            throw StorageMathError(
                "rows of the second matrix", "\(other.rowCount)", bound: "\(columnCount), the columns of the first",
                remedy: "exchange or transpose them")
        }
        var product = [UInt8](repeating: 0, count: rowCount * other.columnCount)
        for row in 0..<rowCount {
            for inner in 0..<columnCount {
                other.field.accumulate(
                    elements[row * columnCount + inner], other.elements, from: inner * other.columnCount,
                    into: &product, at: row * other.columnCount, count: other.columnCount)
            }
        }
        return CodingMatrix(unchecked: rowCount, other.columnCount, product, field)
    }

    /// The elements where the named rows and columns cross, in the order given; an error where there is no such row or
    /// column, or none is named.
    public func submatrix(rows: [Int], columns: [Int]) throws(StorageMathError) -> CodingMatrix {
        try CodingMatrix.require(rows, below: rowCount, "row")
        try CodingMatrix.require(columns, below: columnCount, "column")
        var chosen: [UInt8] = []
        for row in rows { for column in columns { chosen.append(elements[row * columnCount + column]) } }
        return CodingMatrix(unchecked: rows.count, columns.count, chosen, field)
    }

    private static func require(_ indices: [Int], below count: Int, _ what: String) throws(StorageMathError) {
        try StorageMathError.require(
            indices.count, in: sizeRange, "\(what)s of a part of a matrix", remedy: "name at least one \(what)")
        for index in indices {
            try StorageMathError.require(
                index, in: 0...(count - 1), "\(what) of a matrix", remedy: "\(what)s count from 0")
        }
    }
}
